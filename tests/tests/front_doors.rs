//! The HTTP front doors of functions, by the real binary: a template with each kind of them.

use greenroom_tests::{Client, Project, Server};
use serde_json::{Value, json};

const TEMPLATE: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs22.x, CodeUri: ., Timeout: 60 } }
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
    let function = "{ Type: AWS::Serverless::Function, Properties: { Runtime: nodejs22.x, CodeUri: ., Handler: index.f, Timeout: 60, Events: EVENT } }";
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

const BEHIND: &str = r#"
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs22.x, CodeUri: ., Timeout: 60 } }
Resources:
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      CacheClusterEnabled: true
      MethodSettings:
        - { ResourcePath: /~1kept, HttpMethod: GET, CachingEnabled: true }
        - { ResourcePath: /~1slow, HttpMethod: GET, ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 }
      Auth: { Authorizers: { Pool: { UserPoolArn: "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Pool" } } }
  Time:
    Type: AWS::Serverless::Function
    Properties:
      Handler: index.time
      Events:
        Kept: { Type: Api, Properties: { Path: /kept, Method: get, RestApiId: !Ref Rest } }
        Slow: { Type: Api, Properties: { Path: /slow, Method: get, RestApiId: !Ref Rest } }
        Own: { Type: Api, Properties: { Path: /own, Method: get, RestApiId: !Ref Rest, Auth: { Authorizer: Pool } } }
  Piecewise: { Type: AWS::Serverless::Function, Properties: { Handler: index.stream } }
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: plain } }
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      Integration:
        Type: AWS_PROXY
        IntegrationHttpMethod: POST
        ResponseTransferMode: STREAM
        Uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2021-11-15/functions/${Piecewise.Arn}/response-streaming-invocations"
  Deployment: { Type: AWS::ApiGateway::Deployment, DependsOn: Method, Properties: { RestApiId: !Ref Api, StageName: live } }
  Web: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: web, ProtocolType: HTTP } }
  Server:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Web
      IntegrationType: HTTP_PROXY
      IntegrationMethod: GET
      IntegrationUri: "http://server.example/base/{rest}"
      PayloadFormatVersion: "1.0"
      RequestParameters: { "overwrite:querystring.q": $request.header.x-q }
  Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Web, RouteKey: "ANY /{rest+}", Target: !Sub "integrations/${Server}" } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Web, StageName: $default } }
"#;

const BEHIND_CODE: &str = r#"
let n = 0;
exports.time = async (event) => ({ body: JSON.stringify({ n: ++n, claims: event.requestContext.authorizer?.claims }) });
exports.stream = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 202, cookies: ["a=1", "b=2"] });
  stream.write("one ");
  stream.end("two");
});
"#;

const RULES: &str = r#"
outbound_default = "deny"
[[outbound]]
host = "cognito-idp.us-east-1.amazonaws.com"
path = "/us-east-1_Pool/.well-known/jwks.json"
file = "keys.json"
[[outbound]]
host = "server.example"
path = "/base/a/b?q=1"
status = 203
body = "from the server"
"#;

/// The public half of a key pair that nobody has any more.
const KEYS: &str = r#"{"keys":[{"kty":"RSA","kid":"1","n":"4JrpwNnrQklezWfN_WH1uE-6Ey3tyIqEx9eKDYf1BiUpcAp_9pgL8X1lH0nLgy8UQwgViLnStLfCQJLBE2qwAZf_vGlew64AkkB209Cg8f83Jaw9WOkypjXVVIkYhLNcZ6xAKqRIVpgn_aGUW1IzVuNe-IoLoMjQvvbD2QiqDazCK3f-2_iWOTC8zamYj8RFVhkQq0_BkIQO2ExMPHOahAgtvwQrdVOXUTIBPhLeR8hUJfO2Sy11Z4DukUMtg6DF_qzrMTrA_zeruvcqiWLrP5cHqV5wRPxNX4N8G4I6Km2WDxZDAX4-gFfJzZTE3WZgX0Xwku4eVC9A-d_zbY22bw","e":"AQAB"}]}"#;

/// A token that its private half signed, good until 2100.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEiLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJodHRwczovL2NvZ25pdG8taWRwLnVzLWVhc3QtMS5hbWF6b25\
     hd3MuY29tL3VzLWVhc3QtMV9Qb29sIiwic3ViIjoiYW5uIiwidG9rZW5fdXNlIjoiaWQiLCJleHAiOjQxMDI0NDQ4MDB9.0jqoSYTbsteURHrA\
     qPaHJhCoZpi2aHOoBxWQB8PgLg8sTxChtwD4RTbS4KYqnR3kZzPLLKULPkTcmzHl1D5xhcsKt5JzZcv5m5Bp5JK3u8sBV3cO7EOA0JmAmq4KQ3\
     kSg5mJyreR98fMolQF_ONoSIZqwnODw24qoBRhBroXTC3-JUtjjDkEmKyWhNK8iHWfhvI1KF4uy29BFw3EuKKz7zRoX6S1oDEnAWwyjQ-H2oUC\
     lelWbyy30vqOZ7gi3YXIpJqHHLZW0ZlVGSZbOdu3hnxncBRE7gPPcvrdZl4d9YrjC3tm-COnJExosIigNMtPng7utM2Q44SC5L-A2Lyg-Q";

#[test]
fn what_stands_behind_apis_beside_functions_and_before_them() {
    let project = Project::empty();
    project.write("template.yaml", BEHIND).write("index.js", BEHIND_CODE).write("greenroom.toml", RULES).write("keys.json", KEYS);
    let server = Server::start(&project, &["--ephemeral", "--aws-port", "0"]);
    let rest = door(&server, "Rest");
    assert_eq!((&rest.get("/kept").json()["n"], &rest.get("/kept").json()["n"]), (&json!(1), &json!(1)));
    assert_eq!((rest.get("/slow").status, rest.get("/slow").status), (200, 429));
    let own = rest.try_request("GET", "/own", &[("authorization", TOKEN)], b"").expect("an answer");
    assert_eq!((own.status, own.json()["claims"]["sub"].as_str(), rest.get("/own").status), (200, Some("ann"), 401));
    let streamed = door(&server, "Api").get("/");
    assert_eq!((streamed.status, streamed.headers_of("set-cookie"), streamed.text().as_str()), (202, vec!["a=1", "b=2"], "one two"));
    let web = door(&server, "Web");
    let served = web.try_request("POST", "/a/b?q=0", &[("x-q", "1")], b"").expect("an answer");
    assert_eq!((served.status, served.text().as_str()), (203, "from the server"));
    assert_eq!((web.get("/elsewhere").status, web.get("/elsewhere").json()["message"].as_str()), (503, Some("Service Unavailable")));
}

const SERVICE: &str = r#"
service: shop
provider: { name: aws, runtime: nodejs22.x }
functions:
  echo:
    handler: index.echo
    events:
      - http: { method: post, path: "plain/{id}", integration: lambda }
      - http:
          method: get
          path: own
          integration: lambda
          cors: true
          request: { template: { application/json: '{"fail":"$input.params(''fail'')"}' } }
          response:
            headers: { x-a: "'b'" }
            statusCodes: { 409: { pattern: ".*taken.*", template: '{"taken":true}', headers: { x-a: "'c'" } } }
"#;

const SERVICE_CODE: &str = r"
exports.echo = async (event) => { if (event.fail) throw new Error(event.fail); return event };
";

#[test]
fn functions_of_the_serverless_framework_behind_its_templates() {
    let project = Project::empty();
    project.write("serverless.yml", SERVICE).write("index.js", SERVICE_CODE);
    let server = Server::start(&project, &["--ephemeral", "--aws-port", "0"]);
    let rest = door(&server, "ApiGatewayRestApi");
    let post = |kind: &str, body: &str| {
        let headers = [("content-type", kind), ("x-quote", "it's")];
        rest.try_request("POST", "/plain/7?q=1", &headers, body.as_bytes()).expect("an answer").json()
    };
    let event = post("application/json", r#"{"a":[1]}"#);
    assert_eq!((&event["body"], &event["method"], &event["requestPath"]), (&json!({ "a": [1] }), &json!("POST"), &json!("/plain/{id}")));
    assert_eq!(
        (&event["path"], &event["query"], &event["headers"]["x-quote"]),
        (&json!({ "id": "7" }), &json!({ "q": "1" }), &json!("it's"))
    );
    assert_eq!((&event["enhancedAuthContext"], &event["stageVariables"], &event["stage"]), (&json!({}), &json!({}), &json!("dev")));
    assert_eq!(post("application/x-www-form-urlencoded", "a=1%202&b")["body"], json!({ "a": "1 2", "b": "" }));
    let own = rest.get("/own");
    assert_eq!((own.status, own.json(), own.header("x-a")), (200, json!({ "fail": "" }), Some("b")));
    assert_eq!(own.header("access-control-allow-origin"), Some("*"));
    let taken = rest.get("/own?fail=taken");
    assert_eq!((taken.status, taken.json(), taken.header("x-a")), (409, json!({ "taken": true }), Some("c")));
}
