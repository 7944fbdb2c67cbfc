//! Queues that feed functions, by the real binary: batches, failures that a function reports, dead letters, filters, the mappings of the
//! API.

mod rig;
mod running;

use greenroom_tests::{Project, Server, greenroom};
use serde_json::{Value, json};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Dead:
    Type: AWS::SQS::Queue
    Properties: { QueueName: orders-dead }
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      VisibilityTimeout: 10
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 }
  Works:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: works
      Runtime: nodejs22.x
      CodeUri: code/
      Handler: index.handler
      Timeout: 5
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt Orders.Arn
            BatchSize: 10
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: { Filters: [{ Pattern: '{\"body\":{\"kind\":[{\"anything-but\":\"ignored\"}]}}' }] }
";

/// Says which orders failed: those that are bad.
const WORKS: &str = r#"export async function handler(event) {
  const failed = event.Records.filter((record) => JSON.parse(record.body).kind === "bad");
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
}
"#;

fn started() -> (Project, Server) {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("code/index.mjs", WORKS);
    let server = Server::start(&project, &["--aws-port", "0"]);
    run(&project, &["clock", "freeze", "--at", "2027-01-01"]);
    (project, server)
}

fn run(project: &Project, arguments: &[&str]) -> String {
    let finished = greenroom(project, arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {}", finished.stderr);
    finished.stdout
}

/// Lets everything happen that happens by then.
fn advance(project: &Project, by: &str) {
    run(project, &["clock", "advance", by]);
}

/// Visible and hidden messages of a queue.
fn held(project: &Project, queue: &str) -> (u64, u64) {
    let text = run(project, &["sqs", "list", "--json"]);
    let listed: Value = serde_json::from_str(&text).expect("it prints JSON");
    let all = listed.as_array().or_else(|| listed["queues"].as_array()).expect("a list of queues");
    let found = all.iter().find(|one| one["name"] == queue).unwrap_or_else(|| panic!("no `{queue}` in {listed}"));
    (found["visible"].as_u64().expect("a count"), found["inFlight"].as_u64().expect("a count"))
}

fn send(project: &Project, kind: &str) {
    run(project, &["sqs", "send", "orders", &json!({ "kind": kind }).to_string()]);
}

#[test]
fn what_fails_three_times_is_given_up_and_comes_back_to_mended_code() {
    let (project, server) = started();
    for kind in ["good", "bad", "ignored"] {
        send(&project, kind);
    }
    advance(&project, "0s");
    assert_eq!(held(&project, "orders"), (0, 1), "one failed and is hidden, the others are worked off");
    for _ in 0..2 {
        advance(&project, "10s");
        assert_eq!(held(&project, "orders-dead"), (0, 0));
    }
    advance(&project, "10s");
    assert_eq!((held(&project, "orders"), held(&project, "orders-dead")), ((0, 0), (1, 0)));

    project.write("code/index.mjs", WORKS.replace("=== \"bad\"", "=== \"worse\""));
    server.wait_message("reloaded works in ");
    run(&project, &["sqs", "redrive", "orders-dead"]);
    advance(&project, "1m");
    assert_eq!((held(&project, "orders"), held(&project, "orders-dead")), ((0, 0), (0, 0)));
}
