//! Amazon SQS by the real binary: AWS's own clients, templates, commands, the clock.

use std::path::Path;
use std::process::{Command, Stdio};

use greenroom_tests::{Aws, Project, Server, environment_in, greenroom, python_for_aws, repository};
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
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2 }
  Fails:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: fails
      Runtime: nodejs22.x
      CodeUri: code/
      Handler: index.handler
      Timeout: 60
      Environment: { Variables: { QUEUE: !Ref Orders } }
      DeadLetterQueue: { Type: SQS, TargetArn: !GetAtt Dead.Arn }
";

const FAILS: &str = "export async function handler() { throw new RangeError(process.env.QUEUE); }";

/// The last version that spoke the query protocol.
const QUERY_ERA: &[&str] = &["boto3==1.28.85"];

fn project() -> Project {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("code/index.mjs", FAILS);
    project
}

fn served(project: &Project) -> Server {
    let server = Server::start(project, &["--aws-port", "0"]);
    json_of(project, &["clock", "freeze", "--at", "2027-01-01"]);
    server
}

/// Runs a client until it ends, which must be well; what it printed.
fn runs(python: &Path, arguments: &[&str], aws: &Aws) -> String {
    let mut command = Command::new(python);
    command
        .args(arguments)
        .env("AWS_ENDPOINT_URL", aws.url())
        .env("AWS_ENDPOINT_URL_SQS", aws.url())
        .env("AWS_DEFAULT_REGION", "us-east-1");
    let output = command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").output().expect("Python runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json_of(project: &Project, arguments: &[&str]) -> Value {
    let finished = greenroom(project, &[arguments, &["--json"]].concat());
    assert_eq!(finished.code, Some(0), "{arguments:?}: {}", finished.stderr);
    serde_json::from_str(finished.stdout.lines().next().unwrap_or_default()).expect("it prints JSON")
}

/// Lets everything happen that happens by then, however long this machine takes.
fn advance(project: &Project, by: &str) {
    json_of(project, &["clock", "advance", by, "--max-settle", "5m", "--max-wall", "5m"]);
}

#[test]
fn boto3_and_the_command_line() {
    let Some(python) = python_for_aws() else { return };
    let project = project();
    let server = served(&project);
    let script = repository().join("tests/sqs/boto3_calls.py").display().to_string();
    runs(&python, &[&script], &server.aws());
    // The command line's version 1 knows no variable for the endpoint.
    let endpoint = server.aws().url();
    let aws = |arguments: &[&str]| {
        let command = ["-m", "awscli", "--endpoint-url", &endpoint, "sqs"];
        runs(&python, &[&command, arguments].concat(), &server.aws())
    };
    let url: Value = serde_json::from_str(&aws(&["get-queue-url", "--queue-name", "orders"])).expect("it prints JSON");
    let url = url["QueueUrl"].as_str().expect("a URL").to_owned();
    aws(&["send-message", "--queue-url", &url, "--message-body", "by the command line"]);
    let got: Value = serde_json::from_str(&aws(&["receive-message", "--queue-url", &url])).expect("it prints JSON");
    assert_eq!(got["Messages"][0]["Body"], "by the command line");
}

#[test]
fn a_client_of_the_query_protocol() {
    let project = project();
    if !environment_in(&project.file(".venv"), QUERY_ERA) {
        return;
    }
    let server = served(&project);
    // It asks for the endpoint in code alone.
    let script = std::fs::read_to_string(repository().join("tests/sqs/boto3_calls.py")).expect("it is there");
    let script =
        script.replace("boto3.client(\"sqs\")", "boto3.client(\"sqs\", endpoint_url=__import__('os').environ['AWS_ENDPOINT_URL'])");
    project.write("calls.py", &script);
    runs(&project.file(".venv/bin/python"), &[&project.file("calls.py").display().to_string()], &server.aws());
}

#[test]
fn queues_of_a_template_are_there_and_commands_look_into_them() {
    let project = project();
    let _server = served(&project);
    let list = json_of(&project, &["sqs", "list"]);
    let names: Vec<&str> = list["queues"].as_array().into_iter().flatten().filter_map(|queue| queue["name"].as_str()).collect();
    assert_eq!(names, ["orders", "orders-dead"]);
    assert_eq!((&list["queues"][0]["maxReceiveCount"], list["queues"][0]["app"] != "aws"), (&json!(2), true));
    json_of(&project, &["sqs", "send", "orders", "hello", "--attribute", "kind=new", "--delay", "5"]);
    let seen = json_of(&project, &["sqs", "peek", "orders"]);
    assert_eq!((&seen["messages"][0]["body"], &seen["messages"][0]["attributes"]["kind"]), (&json!("hello"), &json!("new")));
    advance(&project, "5s");
    let list = json_of(&project, &["sqs", "list"]);
    assert_eq!((&list["queues"][0]["visible"], &list["queues"][0]["delayed"]), (&json!(1), &json!(0)));
    assert_eq!(json_of(&project, &["sqs", "purge", "orders"])["messages"], 1);
    let missing = greenroom(&project, &["sqs", "send", "none", "a"]);
    assert!(missing.code == Some(1) && missing.stderr.contains("there is no queue `none`"), "{}", missing.stderr);
}

#[test]
fn what_a_function_gives_up_is_in_its_dead_letter_queue_and_goes_back_by_a_command() {
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    if !node.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no `node` on this machine");
        return;
    }
    let project = project();
    let server = served(&project);
    json_of(&project, &["lambda", "invoke", "fails", "--event", "--payload", r#"{"n":1}"#]);
    for _ in 0..4 {
        advance(&project, "2m");
    }
    let seen = json_of(&project, &["sqs", "peek", "orders-dead"]);
    assert_eq!(seen["messages"][0]["body"], r#"{"n":1}"#, "{seen}");
    let attributes = &seen["messages"][0]["attributes"];
    let url = format!("{}/000000000000/orders", server.aws().url());
    assert_eq!((&attributes["ErrorMessage"], &attributes["ErrorCode"]), (&json!(url), &json!("200")));
    json_of(&project, &["sqs", "redrive", "orders-dead", "--to", "orders"]);
    advance(&project, "1s");
    let list = json_of(&project, &["sqs", "list"]);
    assert_eq!((&list["queues"][0]["visible"], &list["queues"][1]["visible"]), (&json!(1), &json!(0)));
}

#[test]
fn what_was_hidden_when_a_snapshot_was_taken_is_hidden_again() {
    let project = project();
    let server = served(&project);
    let (aws, control) = (server.aws(), server.control());
    let sqs = |operation: &str, input: Value| {
        let answer = aws.sqs(operation, &input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.text());
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    };
    let url = sqs("CreateQueue", json!({ "QueueName": "late", "Attributes": { "VisibilityTimeout": "30" } }))["QueueUrl"].clone();
    for seconds in [0, 60] {
        sqs("SendMessage", json!({ "QueueUrl": url, "MessageBody": seconds.to_string(), "DelaySeconds": seconds }));
    }
    sqs("ReceiveMessage", json!({ "QueueUrl": url }));
    control.post("/v1/state/snapshots", json!({ "name": "hidden" }));
    for _ in 0..5 {
        control.advance("1h");
        control.post("/v1/state/restore", json!({ "name": "hidden" }));
        assert_eq!(sqs("ReceiveMessage", json!({ "QueueUrl": url })), json!({}), "neither is seen yet");
        control.advance("30s");
        let seen = sqs("ReceiveMessage", json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 }));
        assert_eq!(seen["Messages"].as_array().map(Vec::len), Some(1), "{seen}");
    }
    control.post("/v1/state/restore", json!({ "name": "hidden" }));
    control.advance("1h");
    control.post("/v1/state/restore", json!({ "name": "hidden", "keep_clock": true }));
    let seen = sqs("ReceiveMessage", json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 }));
    assert_eq!(seen["Messages"].as_array().map(Vec::len), Some(2), "the clock goes on: {seen}");
}
