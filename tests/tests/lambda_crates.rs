//! What the vendor publishes for Rust, as it comes from crates.io: the client of the Lambda API, and an extension. A project of its own
//! (`tests/lambda/rust`), so that nobody compiles it who does not run these tests. Functions by `lambda_runtime` are those of the sample app
//! `lambda-custom-runtime`.

use std::path::PathBuf;
use std::process::Command;

use greenroom_tests::{Project, Server, built, repository};
use serde_json::json;

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Watches:
    Type: AWS::Serverless::LayerVersion
    Properties: { LayerName: watches, ContentUri: layer/ }
  Greets:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: greets, Runtime: python3.13, CodeUri: code/, Handler: app.handler, Timeout: 30 }
";

const GREETS: &str = "def handler(event, context): return {'hello': event.get('who')}";

/// The folder with the programs.
fn programs() -> Option<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--locked"]).current_dir(repository().join("tests/lambda/rust"));
    Some(built(&mut cargo, "aws-clients")?.join("debug"))
}

fn functions(template: &str) -> Project {
    let project = Project::empty();
    project.write("template.yaml", template).write("code/app.py", GREETS).write("layer/README", "");
    project
}

#[test]
fn the_client() {
    let Some(programs) = programs() else { return };
    let project = functions(TEMPLATE);
    let server = Server::start(&project, &["--aws-port", "0"]);
    let output = Command::new(programs.join("client")).args([&server.aws().url(), "greets", r#"{"who":"you"}"#]).output();
    let output = output.expect("the client runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let [listed, invoked, taken, streamed, nobody, refused] = said.lines().collect::<Vec<_>>()[..] else { panic!("{said}") };
    assert_eq!((listed, taken), ("listed greets", "taken 202"));
    assert_eq!((invoked, streamed), (r#"invoked 200 $LATEST true {"hello": "you"}"#, r#"streamed {"hello": "you"}"#));
    assert!(nobody.starts_with("refused true Function not found: arn:aws:lambda:us-east-1:"), "{nobody}");
    assert!(refused.starts_with("refused ValidationException 1 validation error detected: Value '901' at 'timeout'"), "{refused}");
}

#[test]
fn an_extension() {
    let Some(programs) = programs() else { return };
    let project = functions(&TEMPLATE.replace("Timeout: 30", "Timeout: 30, Layers: [!Ref Watches]"));
    std::fs::create_dir(project.file("layer/extensions")).expect("the folder can be made");
    std::fs::copy(programs.join("extension"), project.file("layer/extensions/watches")).expect("the program can be copied");
    let server = Server::start(&project, &["--aws-port", "0"]);
    let answer = server.aws().invoke("greets", json!({ "who": "you" }));
    assert_eq!(answer.json(), json!({ "hello": "you" }));
    let id = answer.header("x-amzn-requestid").expect("an answer has an id");
    server.wait_message("Name: watches\tState: Ready\tEvents: [INVOKE, SHUTDOWN]");
    server.wait_message(&format!("extension: invoke {id}"));
    project.replace("code/app.py", GREETS.replace("hello", "bye"));
    server.wait_message("extension: shutdown ");
}
