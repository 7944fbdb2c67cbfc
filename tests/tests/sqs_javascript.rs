//! What the vendor publishes for JavaScript, as it comes from npm: the client of SQS through all operations, and with that of Lambda through
//! queues that feed functions.

use std::process::Command;

use greenroom_tests::{Project, Server, repository};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Other:
    Type: AWS::SQS::Queue
    Properties: { QueueName: other }
";

const WORKS: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Works:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: works, Runtime: nodejs22.x, CodeUri: code/, Handler: index.handler, Timeout: 20 }
";

/// An order fails as often as it says, and all that come after it in its batch.
const FAILS: &str = "export async function handler({ Records }) {
  const fails = ({ body, attributes }) => Number(attributes.ApproximateReceiveCount) <= (JSON.parse(body).fails ?? 0);
  const first = Records.findIndex(fails);
  return { batchItemFailures: Records.slice(first < 0 ? Records.length : first).map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
";

/// A folder with the packages and the scripts of this test; none, with a line on standard error, where npm cannot be had.
fn packages() -> Option<Project> {
    let project = Project::copy_of(&repository().join("tests/sqs/javascript"));
    project.install().then_some(project)
}

/// Runs a script of the folder, while time stands, with the credentials of anybody.
fn passes(project: &Project, script: &str, server: &Server) {
    server.control().freeze("2027-01-01T00:00:00Z");
    let mut node = Command::new("node");
    node.arg(script).current_dir(project.path()).env("AWS_REGION", "us-east-1").env("CONTROL_URL", server.control().url());
    node.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").env("AWS_ENDPOINT_URL", server.aws().url());
    let output = node.output().expect("node runs");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&said));
}

#[test]
fn all_operations() {
    let Some(clients) = packages() else { return };
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE);
    let server = Server::start(&project, &["--aws-port", "0"]);
    passes(&clients, "sqs.mjs", &server);
}

#[test]
fn queues_that_feed_functions() {
    let Some(clients) = packages() else { return };
    let project = Project::empty();
    project.write("template.yaml", WORKS).write("code/index.mjs", FAILS);
    let server = Server::start(&project, &["--aws-port", "0", "--engine", "isolate", "--ephemeral"]);
    passes(&clients, "mappings.mjs", &server);
}
