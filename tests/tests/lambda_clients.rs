//! AWS's own clients and runtime clients, as they come from their registries, against `greenroom dev`.

use std::path::Path;
use std::process::Command;

use greenroom_tests::{Aws, Project, Server, environment_in, python_for_aws, repository};
use serde_json::{Value, json};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Greets:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: greets, Runtime: python3.13, CodeUri: code/, Handler: app.handler, Timeout: 30 }
";

const GREETS: &str = r#"
import os

def handler(event, context):
    print("greeting", event["who"])
    client = context.client_context
    return {"hello": event["who"], "custom": client and client.custom, "greeting": os.environ.get("GREETING")}
"#;

/// The runtime client of the vendor, and its companion for logs and events.
const RUNTIME_CLIENT: &[&str] = &["awslambdaric==4.2.2", "aws-lambda-powertools==3.37.0"];

const POWERS: &str = r#"
import sys
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

log = Logger(service="greets")
app = APIGatewayHttpResolver()

@app.get("/hello/<who>")
def hello(who):
    log.info("asked", extra={"who": who})
    return {"hello": who, "query": app.current_event.get_query_string_value("q")}

@log.inject_lambda_context
def handler(event, context):
    if "rawPath" in event:
        return app.resolve(event, context)
    return {"ric": "awslambdaric" in sys.modules, "left": context.get_remaining_time_in_millis() > 0, "arn": context.invoked_function_arn}
"#;

fn functions(code: &str) -> Project {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("code/app.py", code);
    project
}

/// Runs a client until it ends, which must be well; what it printed.
fn runs(python: &Path, arguments: &[&str], aws: &Aws) -> String {
    let mut command = Command::new(python);
    command.args(arguments).env("AWS_ENDPOINT_URL", aws.url()).env("AWS_DEFAULT_REGION", "us-east-1");
    let output = command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").output().expect("Python runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn boto3_and_the_command_line() {
    let Some(python) = python_for_aws() else { return };
    let project = functions(GREETS);
    let server = Server::start(&project, &["--aws-port", "0"]);
    let aws = server.aws();
    let command = |arguments: &[&str]| runs(&python, &[&["-m", "awscli", "lambda"], arguments].concat(), &aws);

    let listed: Value = serde_json::from_str(&command(&["list-functions"])).expect("it prints JSON");
    assert_eq!(listed["Functions"].as_array().map(Vec::len), Some(1));
    let greets = &listed["Functions"][0];
    assert_eq!((&greets["FunctionName"], &greets["Runtime"], &greets["Timeout"]), (&json!("greets"), &json!("python3.13"), &json!(30)));
    let file = project.file("answer.json").display().to_string();
    let told = command(&["invoke", "--function-name", "greets", "--payload", r#"{"who":"you"}"#, &file]);
    let told: Value = serde_json::from_str(&told).expect("it prints JSON");
    assert_eq!(told, json!({ "StatusCode": 200, "ExecutedVersion": "$LATEST" }));
    let answer: Value = serde_json::from_slice(&std::fs::read(&file).expect("the answer is written")).expect("it is JSON");
    assert_eq!(answer, json!({ "hello": "you", "custom": null, "greeting": null }));

    let script = repository().join("tests/lambda/boto3_calls.py").display().to_string();
    runs(&python, &[&script], &aws);
}

#[test]
fn the_api_refuses_as_the_vendor_does() {
    let Some(python) = python_for_aws() else { return };
    let project = functions(GREETS);
    let server = Server::start(&project, &["--aws-port", "0", "--profile", "production"]);
    let script = repository().join("tests/lambda/bad_input.py").display().to_string();
    runs(&python, &[&script], &server.aws());
}

#[test]
fn an_answer_that_is_lost_is_none() {
    let Some(python) = python_for_aws() else { return };
    let project = functions(GREETS);
    let server = Server::start(&project, &["--aws-port", "0"]);
    server.control().post("/v1/faults", json!({ "action": "drop", "service": "lambda", "first": 2 }));
    let script = repository().join("tests/lambda/lost_answers.py").display().to_string();
    runs(&python, &[&script], &server.aws());
    let events = server.control().get("/v1/events?kind=invoke")["events"].clone();
    let outcomes: Vec<_> = events.as_array().into_iter().flatten().map(|event| event["outcome"].clone()).collect();
    assert_eq!(outcomes, ["ok", "dropped", "dropped"], "{events}");
    server.wait_message("greeting first");
}

#[test]
fn the_runtime_client_of_the_vendor_with_powertools() {
    let project = functions(POWERS);
    if !environment_in(&project.file(".venv"), RUNTIME_CLIENT) {
        return;
    }
    let server = Server::start(&project, &["--aws-port", "0"]);
    let answer = server.aws().invoke("greets", json!({})).json();
    assert_eq!(answer, json!({ "ric": true, "left": true, "arn": "arn:aws:lambda:us-east-1:000000000000:function:greets" }));
    let request = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/hello/you", "rawQueryString": "q=1", "queryStringParameters": { "q": "1" },
        "headers": {}, "isBase64Encoded": false,
        "requestContext": { "http": { "method": "GET", "path": "/hello/you" }, "stage": "$default" },
    });
    let answer = server.aws().invoke("greets", request).json();
    assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(200), &json!(r#"{"hello":"you","query":"1"}"#)));
    server.wait_message(r#""service":"greets""#);
}
