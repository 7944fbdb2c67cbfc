//! Functions that bring their own runtime, by `greenroom dev`: their executable is reloaded, and code that was unpacked does not stay.

use greenroom_tests::{Project, Server};
use serde_json::json;

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Custom:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: custom, Runtime: provided.al2023, CodeUri: target/lambda/custom/, Handler: any, Timeout: 60 }
";

/// A runtime that answers with its version.
const BOOTSTRAP: &str = r#"#!/usr/bin/env python3
import os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    event = urllib.request.urlopen(api + "next")
    urllib.request.urlopen(api + event.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", b"1")
"#;
const FILE: &str = "target/lambda/custom/bootstrap";

/// Puts the executable there as a compiler does: another file of that name.
fn build(project: &Project, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    let beside = project.file("target/lambda/custom/bootstrap.new");
    project.write("target/lambda/custom/bootstrap.new", text);
    std::fs::set_permissions(&beside, std::fs::Permissions::from_mode(0o755)).expect("it can be made executable");
    std::fs::rename(beside, project.file(FILE)).expect("it can be renamed");
}

#[test]
fn a_new_executable_answers() {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE);
    build(&project, BOOTSTRAP);
    let server = Server::start(&project, &["--aws-port", "0"]);
    assert_eq!(server.aws().invoke("custom", json!({})).text(), "1", "{}", server.transcript());
    build(&project, &BOOTSTRAP.replace("b\"1\"", "b\"2\""));
    server.wait_message("reloaded custom in ");
    assert_eq!(server.aws().invoke("custom", json!({})).text(), "2");
}
