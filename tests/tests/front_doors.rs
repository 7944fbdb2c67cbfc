//! The HTTP front doors of functions, by the real binary: a template with each kind of them.

use greenroom_tests::{Client, Project, Server};
use serde_json::{Value, json};

const TEMPLATE: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs22.x, CodeUri: . } }
Resources:
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth: { DefaultAuthorizer: Token, Authorizers: { Token: { FunctionArn: !GetAtt Guard.Arn } } }
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.echo
      FunctionUrlConfig: { AuthType: NONE }
      Events:
        Http: { Type: HttpApi, Properties: { Path: "/http/{id}", Method: get } }
        Rest: { Type: Api, Properties: { Path: "/rest/{id}", Method: get, RestApiId: !Ref Rest } }
  Guard:
    Type: AWS::Serverless::Function
    Properties: { Handler: index.guard }
  Stream:
    Type: AWS::Serverless::Function
    Properties: { Handler: index.stream, FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM } }
"#;

const CODE: &str = r#"
exports.echo = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });
exports.guard = async (event) => {
  const Effect = event.authorizationToken === "yes" ? "Allow" : "Deny";
  const Statement = [{ Action: "execute-api:Invoke", Effect, Resource: event.methodArn }];
  return { principalId: "ann", policyDocument: { Version: "2012-10-17", Statement }, context: { n: 1 } };
};
exports.stream = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 202, headers: { "x-a": "1" } });
  stream.write("one ");
  stream.end("two");
});
"#;

/// The server, and its door of that name.
fn door(server: &Server, name: &str) -> Client {
    let doors = server.ready()["bindings"].as_array().expect("a ready line has what is bound").clone();
    let door = doors.iter().find(|door| door["name"] == name).unwrap_or_else(|| panic!("no door `{name}`: {doors:?}"));
    let url = door["place"].as_str().expect("a door has a place");
    Client::new(url.trim_start_matches("http://").parse().expect("the url has an address"))
}

#[test]
fn every_kind_of_door_reaches_its_function() {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE);
    project.write("index.js", CODE);
    let server = Server::start(&project, &["--ephemeral", "--aws-port", "0"]);
    let http = door(&server, "ServerlessHttpApi").get("/http/a%20b?x=1&x=2");
    let event = http.json();
    assert_eq!((http.status, &event["version"], &event["routeKey"]), (200, &json!("2.0"), &json!("GET /http/{id}")));
    assert_eq!((&event["pathParameters"], &event["queryStringParameters"]), (&json!({ "id": "a b" }), &json!({ "x": "1,2" })));

    let rest = door(&server, "Rest");
    let ask = |token: &str| rest.try_request("GET", "/rest/a%20b", &[("authorization", token)], b"").expect("an answer");
    let event = ask("yes").json();
    assert_eq!((&event["pathParameters"], &event["requestContext"]["stage"]), (&json!({ "id": "a%20b" }), &json!("prod")));
    assert_eq!(event["requestContext"]["authorizer"]["n"], "1");
    assert_eq!((ask("no").status, ask("no").json()["Message"].is_string()), (403, true));
    assert_eq!((rest.get("/nowhere").status, rest.get("/rest/1").status), (403, 401));

    let url = door(&server, "EchoUrl").get("/a%20b").json();
    assert_eq!((&url["rawPath"], &url["requestContext"]["accountId"]), (&json!("/a%20b"), &json!("anonymous")));
    let streamed = door(&server, "StreamUrl").get("/");
    assert_eq!((streamed.status, streamed.header("x-a"), streamed.text().as_str()), (202, Some("1"), "one two"));
    assert_eq!(streamed.header("transfer-encoding"), Some("chunked"));

    // All of them are at the endpoint of AWS services, too. The guard is not asked again: what it said of this path still holds.
    let endpoint = door(&server, "endpoint");
    let id = event["requestContext"]["apiId"].as_str().expect("an event has its API").to_owned();
    let shared = endpoint.try_request("GET", &format!("/_aws/execute-api/{id}/prod/rest/a%20b"), &[("authorization", "yes")], b"");
    assert_eq!(shared.expect("an answer").json()["path"], "/rest/a%20b");
}

#[test]
fn what_fails_is_told_by_the_log_and_not_by_the_answer() {
    let project = Project::empty();
    let event = r#"{ Http: { Type: HttpApi, Properties: { Path: "/", Method: get } } }"#;
    let function = "{ Type: AWS::Serverless::Function, Properties: { Runtime: nodejs22.x, CodeUri: ., Handler: index.f, Events: EVENT } }";
    let function = function.replace("EVENT", event);
    project.write("template.yaml", format!("Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {function}\n"));
    project.write("index.js", "exports.f = async () => ({ statusCode: 'none' });");
    let server = Server::start(&project, &["--ephemeral", "--aws-port", "0"]);
    let answer = server.get("/");
    assert_eq!((answer.status, answer.json()), (500, json!({ "message": "Internal Server Error" })));
    let line: Value = server.wait_line(|line| line["type"] == "request").expect("a line for the request");
    assert!(line["outcome"].to_string().contains("`statusCode` is no status of HTTP"), "{line}");
}

#[test]
fn urls_of_functions_are_known_to_the_api_and_made_by_it() {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE);
    project.write("index.js", CODE);
    let server = Server::start(&project, &["--ephemeral", "--aws-port", "0"]);
    let endpoint = door(&server, "endpoint");
    let configs = |name: &str| format!("/2021-10-31/functions/{name}/url");
    let ask = |method: &str, path: &str, headers: &[(&str, &str)], body: &str| {
        endpoint.try_request(method, path, headers, body.as_bytes()).expect("an answer")
    };
    let names = ask("GET", "/2015-03-31/functions", &[], "").json();
    let name = |part: &str| {
        let functions = names["Functions"].as_array().cloned().unwrap_or_default();
        functions.iter().find_map(|one| one["FunctionName"].as_str().filter(|name| name.contains(part)).map(str::to_owned))
    };
    let host_of = |made: &Value| {
        let address = made["FunctionUrl"].as_str().expect("a URL has an address");
        address.trim_start_matches("http://").trim_end_matches('/').to_owned()
    };
    // One that the template declares is shown, and is at the shared endpoint under that address.
    let declared = ask("GET", &configs(&name("Echo").expect("a function")), &[], "").json();
    assert_eq!((&declared["AuthType"], &declared["InvokeMode"]), (&json!("NONE"), &json!("BUFFERED")));
    assert_eq!(ask("GET", "/x", &[("host", &host_of(&declared))], "").json()["rawPath"], "/x");
    // One that is made now is there at once, as it is configured then, and gone when it is deleted.
    let path = configs(&name("Guard").expect("a function"));
    let made = ask("POST", &path, &[], r#"{"AuthType":"NONE","Cors":{"AllowOrigins":["*"]}}"#);
    assert_eq!(made.status, 201, "{}", made.text());
    let host = host_of(&made.json());
    let called = ask("GET", "/", &[("host", &host), ("origin", "http://a.example")], "");
    assert_eq!(
        (called.status, called.json()["principalId"].as_str(), called.header("access-control-allow-origin")),
        (200, Some("ann"), Some("*"))
    );
    assert_eq!(ask("PUT", &path, &[], r#"{"AuthType":"AWS_IAM"}"#).status, 200);
    assert_eq!(ask("GET", "/", &[("host", &host)], "").status, 403);
    assert_eq!((ask("DELETE", &path, &[], "").status, ask("GET", "/", &[("host", &host)], "").status), (204, 403));
}
