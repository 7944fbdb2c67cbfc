//! `greenroom lambda`, and the journal's commands on events of functions and of their front doors.

use std::process::{Command, Stdio};

use greenroom_tests::{Finished, Project, Server, greenroom};
use serde_json::{Value, json};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Timeout: 60 } }
Resources:
  First:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: first
      Runtime: nodejs22.x
      CodeUri: first/
      Handler: index.handler
      Events: { Get: { Type: HttpApi, Properties: { Path: /x, Method: get } } }
  Second:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: second, Runtime: nodejs22.x, CodeUri: second/, Handler: index.handler }
";

/// Calls the other one as an SDK does, with the trace that it was given.
const FIRST: &str = r#"
export async function handler() {
  const url = process.env.AWS_ENDPOINT_URL + "/2015-03-31/functions/second/invocations";
  const headers = { "content-type": "application/json", "x-amzn-trace-id": process.env._X_AMZN_TRACE_ID };
  const answer = await fetch(url, { method: "POST", body: JSON.stringify({ n: 1 }), headers });
  return { statusCode: 200, body: await answer.text() };
}
"#;

const SECOND: &str = r#"
export async function handler(event) {
  console.log("second runs");
  if (event.waits) await new Promise((done) => setTimeout(done, 1e9));
  if (event.fails) throw new RangeError("that fails");
  return { n: event.n ?? null, path: event.rawPath ?? null };
}
"#;

fn served() -> Option<(Project, Server)> {
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    if !node.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no `node` on this machine");
        return None;
    }
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("first/index.mjs", FIRST).write("second/index.mjs", SECOND);
    let server = Server::start(&project, &["--ephemeral", "--aws-port", "0"]);
    Some((project, server))
}

fn on(server: &Server, project: &Project, arguments: &[&str]) -> Finished {
    let control = server.control().url();
    greenroom(project, &[arguments, &["--control", &control]].concat())
}

/// The events of that kind, oldest first.
fn events(server: &Server, kind: &str) -> Vec<Value> {
    let mut events = server.control().get(&format!("/v1/events?kind={kind}"))["events"].as_array().cloned().unwrap_or_default();
    events.reverse();
    events
}

fn id(event: &Value) -> &str {
    event["id"].as_str().expect("an event has an id")
}

#[test]
fn functions_are_listed_and_called() {
    let Some((project, server)) = served() else { return };
    let list = on(&server, &project, &["lambda", "list", "--json"]).json();
    let names: Vec<_> = list["functions"].as_array().into_iter().flatten().map(|function| &function["name"]).collect();
    assert_eq!(names, [&json!("first"), &json!("second")], "{list}");

    let called = on(&server, &project, &["lambda", "invoke", "second", "--payload", r#"{"n":5}"#]);
    assert_eq!((called.code, called.json()), (Some(0), json!({ "n": 5, "path": null })));
    for line in ["START RequestId: ", "second runs", "END RequestId: ", "REPORT RequestId: "] {
        assert!(called.stderr.contains(line), "`{line}`: {called:?}");
    }
    project.write("event.json", r#"{"n":6}"#);
    assert_eq!(on(&server, &project, &["lambda", "invoke", "second", "--payload", "@event.json"]).json()["n"], 6);

    let failed = on(&server, &project, &["lambda", "invoke", "second", "--payload", r#"{"fails":true}"#]);
    assert_eq!((failed.code, &failed.json()["errorType"]), (Some(1), &json!("RangeError")));
    let missing = on(&server, &project, &["lambda", "invoke", "none"]);
    assert!(missing.code == Some(1) && missing.stderr.contains("there is no function `none`"), "{missing:?}");
    let wrong = on(&server, &project, &["lambda", "invoke", "second", "--payload", "{x"]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("`--payload` is no JSON"), "{wrong:?}");

    let logs = on(&server, &project, &["lambda", "logs", "second", "-n", "1"]);
    assert!(logs.stdout.starts_with("START RequestId: ") && logs.stdout.contains("that fails"), "{logs:?}");
    assert_eq!(on(&server, &project, &["lambda", "logs", "first"]).stdout, "");
    let missing = on(&server, &project, &["lambda", "logs", "none"]);
    assert!(missing.code == Some(1) && missing.stderr.contains("there is no function `none`"), "{missing:?}");
    assert!(missing.stderr.contains("there are `first`, `second`"), "{missing:?}");
    assert_eq!(on(&server, &project, &["lambda", "reload", "--json"]).json(), json!({ "reloaded": ["first", "second"] }));
}

#[test]
fn a_request_and_what_it_led_to_are_one_tree_and_happen_again() {
    let Some((project, server)) = served() else { return };
    assert_eq!(server.get("/x").json(), json!({ "n": 1, "path": null }));
    let (requests, calls) = (events(&server, "http.request"), events(&server, "invoke"));
    assert_eq!((requests.len(), calls.len()), (1, 2));
    assert_eq!((&calls[0]["cause"], &calls[1]["cause"]), (&requests[0]["id"], &calls[0]["id"]));
    assert!(calls.iter().all(|call| call["trace"] == requests[0]["trace"]), "{calls:?}");

    let request = id(&requests[0]);
    let trace = on(&server, &project, &["trace", request]).stdout;
    let told: Vec<_> = ["GET /x", "invoke first", "invoke second"].iter().map(|what| trace.find(what)).collect();
    assert!(told.iter().all(Option::is_some) && told.is_sorted(), "{trace}");
    for event in [request, id(&calls[1])] {
        let again = on(&server, &project, &["events", "replay", event]);
        assert!(again.code == Some(0) && again.stdout.contains("the same"), "{again:?}");
    }
    let exported = on(&server, &project, &["events", "export", request, "--chain", "-o", "fixture.json"]);
    assert_eq!(exported.code, Some(0), "{exported:?}");
    project.replace("second/index.mjs", SECOND.replace("n: event.n", "n: 7, was: event.n"));
    server.wait_message("reloaded second in ");
    let changed = on(&server, &project, &["events", "replay", "fixture.json"]);
    assert!(changed.code == Some(1) && changed.stdout.contains("body"), "{changed:?}");
}

#[test]
fn made_up_events_reach_the_function_that_is_named() {
    let Some((project, server)) = served() else { return };
    let made = greenroom(&project, &["events", "generate", "lambda", "http-api", "--seed", "1", "--set", "rawPath=/made"]);
    project.write("event.jsonl", &made.stdout);
    let sent = on(&server, &project, &["events", "send", "event.jsonl", "--to", "second", "--json"]);
    assert_eq!((sent.code, &sent.json()["result"]), (Some(0), &json!({ "n": null, "path": "/made" })));
    let unclear = on(&server, &project, &["events", "send", "event.jsonl"]);
    assert!(unclear.code == Some(1) && unclear.stderr.contains("there are `first`, `second`"), "{unclear:?}");
}

#[test]
fn what_goes_wrong_with_functions_on_purpose_is_in_the_journal() {
    let Some((project, server)) = served() else { return };
    let add = |arguments: &[&str]| on(&server, &project, &[&["faults", "add", "--name", "it", "--service"], arguments].concat());
    let invoke = || on(&server, &project, &["lambda", "invoke", "second"]);
    let added = add(&["lambda", "crash", "--resource", "second", "--first", "1"]);
    assert!(added.code == Some(0) && !added.stderr.contains("for nothing"), "{added:?}");
    let crashed = invoke();
    assert_eq!((crashed.code, &crashed.json()["errorType"]), (Some(1), &json!("Runtime.ExitError")));
    assert!(crashed.stderr.contains("second runs") && crashed.stderr.contains("Error Type: Runtime.ExitError"), "{crashed:?}");
    assert_eq!(invoke().code, Some(0));

    add(&["lambda", "timeout", "--resource", "second"]);
    let timed_out = invoke();
    assert_eq!((timed_out.code, &timed_out.json()["errorType"]), (Some(1), &json!("Sandbox.Timedout")));
    assert!(timed_out.stderr.contains("Task timed out after 60.00 seconds"), "{timed_out:?}");
    let call = events(&server, "invoke").pop().expect("a call");
    let ending = server.control().get(&format!("/v1/events/{}", id(&call)));
    assert_eq!(ending["faults"], json!(["it: timeout"]), "{ending}");

    let nobody = add(&["lambda", "crash", "--resource", "secnd"]);
    assert!(nobody.stderr.contains("did you mean `second`?"), "{nobody:?}");
    add(&["request", "--resource", "/x", "--status", "503"]);
    assert_eq!(server.get("/x").status, 503);
}

/// A queue behind an API, which no front door reaches.
const QUEUE: &str = "
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: web, ProtocolType: HTTP } }
  Send:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationSubtype: SQS-SendMessage, PayloadFormatVersion: '1.0' }
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: { ApiId: !Ref Api, RouteKey: POST /send, Target: !Sub 'integrations/${Send}' }
";

#[test]
fn what_an_edit_adds_that_no_door_does_is_said_once_and_is_an_error_when_strict() {
    let Some((project, server)) = served() else { return };
    project.replace("template.yaml", format!("{TEMPLATE}{QUEUE}"));
    let warning = server.wait_message("integrations of type `SQS-SendMessage` are not emulated");
    assert!(warning["message"].as_str().is_some_and(|text| text.contains("template.yaml:")), "{warning}");
    project.replace("second/index.mjs", SECOND.replace("second runs", "second still runs"));
    server.wait_message("reloaded second in ");
    project.replace("template.yaml", format!("# moved\n{TEMPLATE}{QUEUE}\n  Third: {{ Type: AWS::SQS::Queue }}\n"));
    project.replace("first/index.mjs", format!("// another\n{FIRST}"));
    server.wait_message("reloaded first in ");
    let said = |line: &Value| line["message"].as_str().is_some_and(|message| message.contains("SQS-SendMessage"));
    assert_eq!(server.count(said), 1);

    let strict = greenroom(&project, &["exec", "--strict", "--aws-port", "0", "--", "true"]);
    assert!(strict.code != Some(0) && strict.stderr.contains("error") && strict.stderr.contains("`POST /send`"), "{strict:?}");
}

#[test]
fn time_does_not_go_back_nor_on_while_a_function_runs() {
    let Some((project, server)) = served() else { return };
    let back = on(&server, &project, &["clock", "advance", "-1h"]);
    assert!(back.code == Some(1) && back.stderr.contains("`-1h` is backwards; time only goes on"), "{back:?}");
    assert_eq!(on(&server, &project, &["clock", "freeze"]).code, Some(0));
    assert_eq!(on(&server, &project, &["lambda", "invoke", "second", "--event", "--payload", r#"{"waits":true}"#]).code, Some(0));
    server.wait_message("second runs");
    let stopped = on(&server, &project, &["clock", "advance", "1h", "--max-settle", "0"]);
    assert!(stopped.code == Some(1) && stopped.stdout.contains("function second"), "{stopped:?}");
}

const CHECKED: &str = "Transform: AWS::Serverless-2016-10-31
Parameters: { Handler: { Type: String } }
Resources:
  Typed: { Type: AWS::Serverless::Function, Properties: { Runtime: nodejs22.x, CodeUri: code/, Handler: !Ref Handler, VpcConfig: { SubnetIds: [a] } } }
";

#[test]
fn a_project_is_checked_without_being_served() {
    let project = Project::empty();
    project.write("template.yaml", CHECKED).write("code/good.ts", "export const handler = async (): Promise<number> => 1;\n");
    project.write("code/bad.ts", "export const handler = async () => {;\n");
    let check = |arguments: &[&str]| greenroom(&project, &[&["check"], arguments].concat());
    let good = check(&["--parameter", "Handler=good.handler"]);
    assert_eq!(good.code, Some(0), "{good:?}");
    assert!(good.stdout.ends_with(": 1 function, 1 warnings\n"), "{good:?}");
    let bad = check(&["--parameter", "Handler=bad.handler", "--json"]).json();
    assert_eq!((&bad["ok"], &bad["problems"][0]["file"]), (&json!(false), &json!("code/bad.ts")), "{bad}");
    let strict = check(&["--parameter", "Handler=good.handler", "--strict"]);
    assert!(strict.code == Some(1) && strict.stderr.contains("`VpcConfig` of `AWS::Lambda::Function` is not emulated"), "{strict:?}");
    assert!(check(&[]).stderr.contains("Handler"), "the parameter has no value");
}
