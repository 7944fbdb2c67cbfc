//! What the vendor publishes for JavaScript and TypeScript, as it comes from npm: clients of the Lambda API and of connections, Powertools.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use greenroom_tests::{Project, Server, compiled, repository};
use serde_json::json;

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs22.x, CodeUri: . , Timeout: 30 } }
Resources:
  Powers:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: powers, Handler: powers.handler }
";

const SOCKETS: &str = "AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  Answers:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: answers, Runtime: nodejs22.x, CodeUri: code/, Handler: index.handler, Timeout: 30 }
  Chat:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: chat, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action }
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Chat
      IntegrationType: AWS_PROXY
      IntegrationUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Answers.Arn}/invocations'
  Connect:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Chat, RouteKey: $connect, Target: !Sub 'integrations/${Integration}' }
  Disconnect:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Chat, RouteKey: $disconnect, Target: !Sub 'integrations/${Integration}' }
  Who:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Chat, RouteKey: who, Target: !Sub 'integrations/${Integration}', RouteResponseSelectionExpression: $default }
  WhoResponse:
    Type: AWS::ApiGatewayV2::RouteResponse
    Properties: { ApiId: !Ref Chat, RouteId: !Ref Who, RouteResponseKey: $default }
  Others:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Chat, RouteKey: $default, Target: !Sub 'integrations/${Integration}', RouteResponseSelectionExpression: $default }
  OthersResponse:
    Type: AWS::ApiGatewayV2::RouteResponse
    Properties: { ApiId: !Ref Chat, RouteId: !Ref Others, RouteResponseKey: $default }
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: { ApiId: !Ref Chat, StageName: prod, AutoDeploy: true }
";

const ANSWERS: &str = "
exports.handler = async ({ requestContext: { connectionId: id, apiId: api, stage, routeKey: route } }) => {
  console.log('route', route);
  return { statusCode: 200, body: JSON.stringify({ id, api, stage, route }) };
};
";

/// The vendor's runtime client is a custom runtime here, as in an image of one's own.
const CLIENT: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Runs:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: runs, Runtime: provided.al2023, CodeUri: code/, Handler: index.handler, Timeout: 30 }
";

const BOOTSTRAP: &str = "#!/bin/sh\nexec node node_modules/.bin/aws-lambda-ric \"$_HANDLER\"\n";

const RUNS: &str = "
exports.handler = async (event, context) => {
  if (event.fails) throw new RangeError('that fails');
  return { client: process.argv[1].endsWith('aws-lambda-ric'), left: context.getRemainingTimeInMillis() > 0, arn: context.invokedFunctionArn };
};
";

/// A folder with the packages and the scripts of this test; none, with a line on standard error, where npm cannot be had.
fn packages() -> Option<Project> {
    let project = Project::copy_of(&repository().join("tests/lambda/javascript"));
    project.install().then_some(project)
}

/// Runs a script of the folder with the credentials of anybody.
fn passes(project: &Project, script: &str, environment: &[(&str, &str)]) {
    let mut node = Command::new("node");
    node.arg(script).current_dir(project.path()).env("AWS_REGION", "us-east-1");
    node.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test").envs(environment.iter().copied());
    let output = node.output().expect("node runs");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&said));
}

#[test]
fn the_client_and_powertools_in_typescript() {
    let Some(project) = packages() else { return };
    project.write("template.yaml", TEMPLATE);
    let server = Server::start(&project, &["--aws-port", "0"]);
    passes(&project, "lambda.mjs", &[("AWS_ENDPOINT_URL", &server.aws().url())]);
}

#[test]
fn connections_from_both_sides() {
    let Some(clients) = packages() else { return };
    let project = Project::empty();
    project.write("template.yaml", SOCKETS).write("code/index.js", ANSWERS);
    let server = Server::start(&project, &["--ephemeral", "--aws-port", "0"]);
    let doors = server.ready()["bindings"].as_array().cloned().unwrap_or_default();
    let chat = doors.iter().find(|door| door["name"] == "Chat").and_then(|door| door["place"].as_str()).expect("the API has an address");
    let url = chat.replacen("http", "ws", 1);
    passes(&clients, "sockets.mjs", &[("AWS_ENDPOINT_URL", &server.aws().url()), ("SOCKET_URL", &url)]);
    server.wait_message("route $disconnect");
}

#[test]
fn the_runtime_client_where_it_builds() {
    // The last version for Node.js 20; what it compiles are curl and a client in C++.
    let Some(client) = compiled("aws-lambda-ric", "3.3.0", &["cmake", "autoreconf", "libtoolize", "make", "g++"]) else { return };
    let project = Project::empty();
    project.write("template.yaml", CLIENT).write("code/index.js", RUNS).write("code/bootstrap", BOOTSTRAP);
    std::fs::set_permissions(project.file("code/bootstrap"), PermissionsExt::from_mode(0o755)).expect("the mode can be set");
    symlink(client.join("node_modules"), project.file("code/node_modules")).expect("links can be made");
    let server = Server::start(&project, &["--aws-port", "0"]);
    let answer = server.aws().invoke("runs", json!({})).json();
    assert_eq!(answer, json!({ "client": true, "left": true, "arn": "arn:aws:lambda:us-east-1:000000000000:function:runs" }));
    let failed = server.aws().invoke("runs", json!({ "fails": true }));
    assert_eq!((failed.header("x-amz-function-error"), &failed.json()["errorType"]), (Some("Unhandled"), &json!("RangeError")));
}
