//! What the vendor publishes for Rust, as it comes from crates.io: the client of SQS. A project of its own (`tests/sqs/rust`), so that nobody
//! compiles it who does not run this test.

use std::path::PathBuf;
use std::process::Command;

use greenroom_tests::{Project, Server, built, repository};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Other:
    Type: AWS::SQS::Queue
    Properties: { QueueName: other }
";

/// The folder with the program, which shares what is compiled with those of `lambda_crates.rs`.
fn programs() -> Option<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked"]).current_dir(repository().join("tests/sqs/rust"));
    Some(built(&mut cargo, "aws-clients")?.join("debug"))
}

#[test]
fn the_client() {
    let Some(programs) = programs() else { return };
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE);
    let server = Server::start(&project, &["--aws-port", "0"]);
    server.control().freeze("2027-01-01T00:00:00Z");
    let output = Command::new(programs.join("sqs-client")).arg(server.aws().url()).output().expect("the client runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let expected = [
        "received hällo true [0, 1, 255]",
        "again hällo",
        "batch 10 10",
        "deleted 9 [\"ReceiptHandleIsInvalid\"]",
        "numbers true true",
        "groups a1, b1",
        "then a2",
        "listed 2",
        "tags Some(\"a\")",
        "refused true Only one PurgeQueue operation on orders is allowed every 60 seconds.",
        "left Some(\"0\")",
        "refused true The specified queue does not exist.",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}
