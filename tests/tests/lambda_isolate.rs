//! Handlers of Node.js in isolates, by `greenroom dev --engine isolate`: what they are given, what they answer, what is refused.

use greenroom_tests::{Project, Reply, Server, Site, respond, wait_for};
use serde_json::{Value, json};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs22.x, Handler: index.handler, Timeout: 60 } }
Resources:
  Fast:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: fast, CodeUri: fast/, MemorySize: 512, Environment: { Variables: { STAGE: test } } }
  Typed:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: typed, CodeUri: typed/ }
  Old:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: old, CodeUri: old/ }
  Loops:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: loops, CodeUri: loops/, Timeout: 1 }
  Python:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: python, Runtime: python3.13, CodeUri: python/, Handler: app.handler }
";

const FAST: &str = r#"
export const handler = async (event, context) => {
  if (event.fails) throw new RangeError("that fails");
  if (event.rejects) {
    Promise.reject(new TypeError("nobody looks"));
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  if (event.ask) return { said: await (await fetch(event.ask)).text() };
  if (event.waits) {
    const before = context.getRemainingTimeInMillis();
    await new Promise((resolve) => setTimeout(resolve, event.waits));
    return { before, after: context.getRemainingTimeInMillis() };
  }
  if (event.context) return { context, stage: process.env.STAGE, region: process.env.AWS_REGION, left: context.getRemainingTimeInMillis() };
  if (event.large) return "x".repeat(event.large);
  if (event.buffer) return Buffer.from("x");
  console.log("hello %s", event.name, { a: 1 });
  console.error("wrong");
  return { version: 1, event };
};
"#;

const OLD: &str = r#"
const greet = require("./greet");
exports.handler = (event, context, callback) => {
  if (event.fails) callback("a text");
  else if (event.never) return;
  else if (event.late) { setTimeout(() => callback(null, "late"), 10); callback(null, "first"); }
  else { context.callbackWaitsForEmptyEventLoop = false; callback(null, greet(event.name)); }
};
"#;

fn functions() -> Project {
    let project = Project::empty();
    project
        .write("template.yaml", TEMPLATE)
        .write("fast/index.mjs", FAST)
        .write("typed/index.ts", "import { twice } from './twice';\nexport const handler = async (event: { n: number }): Promise<number> => {\n  if (event.n < 0) throw new Error('negative');\n  return twice(event.n);\n};\n")
        .write("typed/twice.ts", "export const twice = (n: number): number => 2 * n;\n")
        .write("loops/index.mjs", "export const handler = async ({ loops }) => {\n  while (loops);\n  return 1;\n};\n")
        .write("old/index.js", OLD)
        .write("old/greet.js", "module.exports = (name) => `hello ${name}`;\n")
        .write("python/app.py", "def handler(event, context):\n    return 'a process'\n");
    project
}

fn serve(project: &Project) -> Server {
    Server::start(project, &["--aws-port", "0", "--engine", "isolate"])
}

/// Type and text of the error that a function ended with.
fn error(answer: &Reply) -> (String, String) {
    assert_eq!((answer.status, answer.header("x-amz-function-error")), (200, Some("Unhandled")), "{}", answer.text());
    let said = answer.json();
    let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
    (text("errorType"), text("errorMessage"))
}

/// The lines of a function's log, once there is one with `last` in it.
fn log(server: &Server, function: &str, last: &str) -> Vec<String> {
    server.wait_line(|line| line["app"] == function && line["message"].as_str().is_some_and(|message| message.contains(last)));
    let lines = server.transcript();
    let lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let lines = lines.filter(|line| line["type"] == "log" && line["app"] == function);
    lines.filter_map(|line| line["message"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_handler_is_called_without_a_process_of_node() {
    let project = functions();
    let server = serve(&project);
    let answer = server.aws().invoke("fast", json!({ "name": "you" }));
    assert_eq!(answer.json(), json!({ "version": 1, "event": { "name": "you" } }), "{}", server.transcript());
    let id = answer.header("x-amzn-requestid").expect("an answer has an id").to_owned();
    let lines = log(&server, "fast", &format!("REPORT RequestId: {id}"));
    assert!(
        lines[0].starts_with("INIT_START Runtime Version: nodejs:22.local\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:"),
        "{lines:?}"
    );
    assert_eq!(lines[1], format!("START RequestId: {id} Version: $LATEST"));
    let rest = |line: &str| line.split_once('\t').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    assert_eq!(rest(&lines[2]), format!("{id}\tINFO\thello you {{ a: 1 }}"));
    assert_eq!(rest(&lines[3]), format!("{id}\tERROR\twrong"));
    assert_eq!(lines[4], format!("END RequestId: {id}"));
    assert!(lines[5].starts_with(&format!("REPORT RequestId: {id}\tDuration: ")) && lines[5].contains("Init Duration: "), "{lines:?}");
    let commands = greenroom_tests::descendants(server.pid()).into_iter();
    let commands: Vec<_> = commands.filter_map(|pid| std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()).collect();
    assert!(!commands.iter().any(|name| name.trim() == "node"), "{commands:?}");

    let given = server.aws().invoke("fast", json!({ "context": true })).json();
    let context = &given["context"];
    assert_eq!((&given["stage"], &given["region"]), (&json!("test"), &json!("us-east-1")));
    assert_eq!((&context["functionName"], &context["functionVersion"]), (&json!("fast"), &json!("$LATEST")));
    assert_eq!((&context["memoryLimitInMB"], &context["logGroupName"]), (&json!("512"), &json!("/aws/lambda/fast")));
    assert_eq!(context["callbackWaitsForEmptyEventLoop"], true);
    assert_eq!(context["invokedFunctionArn"], "arn:aws:lambda:us-east-1:000000000000:function:fast");
    let left = given["left"].as_u64().unwrap_or_default();
    assert!((1..=60_000).contains(&left), "{left}");
}

#[test]
fn errors_are_told_as_node_tells_them() {
    let project = functions();
    let server = serve(&project);
    let invoke = |event: Value| server.aws().invoke("fast", event);
    let thrown = invoke(json!({ "fails": true }));
    assert_eq!(error(&thrown), ("RangeError".to_owned(), "that fails".to_owned()));
    let trace = thrown.json()["trace"].clone();
    assert_eq!(trace[0], "RangeError: that fails");
    assert!(trace[1].as_str().is_some_and(|line| line.starts_with("    at ") && line.contains("index.mjs:3:")), "{trace}");
    let logged = log(&server, "fast", "Invoke Error").into_iter().find(|line| line.contains("Invoke Error")).expect("the error is logged");
    assert!(logged.contains("\tERROR\tInvoke Error \t{\"errorType\":\"RangeError\"") && logged.contains("index.mjs:3:"), "{logged}");

    let rejected = invoke(json!({ "rejects": true }));
    let expected = ("Runtime.UnhandledPromiseRejection".to_owned(), "TypeError: nobody looks".to_owned());
    assert_eq!(error(&rejected), expected);
    let large = invoke(json!({ "large": 6 * 1024 * 1024 + 101 }));
    let most = "Response payload size exceeded maximum allowed payload size (6291556 bytes).";
    assert_eq!(error(&large), ("Function.ResponseSizeTooLarge".to_owned(), most.to_owned()));
    let missing = invoke(json!({ "buffer": true }));
    assert_eq!(error(&missing).0, "ReferenceError");
    server.wait_message("`Buffer` is of Node.js and not there in an isolate");
    assert_eq!(invoke(json!({})).json()["version"], 1, "another one answers");

    let typed = server.aws().invoke("typed", json!({ "n": -1 }));
    assert!(typed.json()["trace"][1].as_str().is_some_and(|line| line.contains("index")), "{}", typed.text());
    assert_eq!(server.aws().invoke("typed", json!({ "n": 21 })).text(), "42");
}

#[test]
fn callbacks_answer_and_what_never_answers_is_null() {
    let project = functions();
    let server = serve(&project);
    let invoke = |event: Value| server.aws().invoke("old", event);
    assert_eq!(invoke(json!({ "name": "you" })).text(), "\"hello you\"");
    assert_eq!(invoke(json!({ "late": true })).text(), "\"first\"", "the loop has to be empty; the first word counts");
    assert_eq!(invoke(json!({ "never": true })).text(), "null");
    let failed = invoke(json!({ "fails": true }));
    assert_eq!(error(&failed), ("string".to_owned(), "a text".to_owned()));
}

#[test]
fn time_is_that_of_the_run() {
    let project = functions();
    let server = serve(&project);
    server.control().freeze("2027-01-01T00:00:00Z");
    let aws = server.aws();
    let waiting = std::thread::spawn(move || aws.invoke("fast", json!({ "waits": 2000 })).json());
    let pending = || server.control().get("/v1/clock/pending").to_string();
    wait_for("the handler to wait", || pending().contains("timer").then_some(()));
    server.control().advance("2s");
    assert_eq!(waiting.join().expect("it answers"), json!({ "before": 60_000, "after": 58_000 }));

    let late = std::thread::spawn(move || aws.invoke("fast", json!({ "waits": 600_000 })));
    wait_for("the handler to wait", || pending().contains("timer").then_some(()));
    server.control().advance("1m");
    let late = late.join().expect("it answers");
    let id = late.header("x-amzn-requestid").expect("an answer has an id");
    let why = format!("RequestId: {id} Error: Task timed out after 60.00 seconds");
    assert_eq!(error(&late), ("Sandbox.Timedout".to_owned(), why));
    let loops = aws.invoke("loops", json!({ "loops": true }));
    assert!(error(&loops).1.ends_with("Task timed out after 1.00 seconds"), "also where no time passes: {}", loops.text());
    assert_eq!(aws.invoke("loops", json!({})).text(), "1", "another one answers");
}

#[test]
fn a_save_answers_and_requests_go_out() {
    let project = functions();
    let server = serve(&project);
    let site = Site::start(|_, stream| respond(stream, "200 OK", "", b"hello"));
    assert_eq!(server.aws().invoke("fast", json!({ "ask": site.url() })).json()["said"], "hello", "{}", server.transcript());
    project.write("fast/index.mjs", FAST.replace("version: 1", "version: 2"));
    server.wait_message("reloaded fast in ");
    assert_eq!(server.aws().invoke("fast", json!({})).json()["version"], 2);
}

#[test]
fn other_runtimes_go_on_as_processes_which_is_said_once() {
    let project = functions();
    let server = serve(&project);
    for _ in 0..2 {
        assert_eq!(server.aws().invoke("python", json!({})).text(), "\"a process\"");
    }
    let notes = server.count(|line| line["type"] == "note" && line["app"] == "python");
    assert_eq!(notes, 1);
}

#[test]
fn what_needs_node_is_refused_by_name() {
    let project = functions();
    project
        .write("fast/index.mjs", "import { readFile } from 'node:fs/promises';\nexport const handler = () => readFile('/etc/hostname');\n");
    project.write("typed/index.ts", "export const handler = awslambda.streamifyResponse(async () => {});\ndeclare const awslambda: any;\n");
    let server = serve(&project);
    let refusal = ["`node:fs/promises` is built into Node.js", "fast/index.mjs:1:", "`engine = \"process\"` for it in greenroom.toml"];
    server.wait_errors(&refusal);
    let streamed = error(&server.aws().invoke("typed", json!({})));
    assert_eq!(streamed.0, "Runtime.NotInIsolate");
    assert!(streamed.1.starts_with("awslambda.streamifyResponse() is not there in an isolate"), "{streamed:?}");
}

#[test]
fn a_file_chooses_for_one_function() {
    let project = functions();
    project.write("greenroom.toml", "[functions.fast]\nengine = \"isolate\"\n");
    project.write("old/index.js", "exports.handler = async () => typeof Buffer;\n");
    let server = Server::start(&project, &["--aws-port", "0"]);
    assert_eq!(error(&server.aws().invoke("fast", json!({ "buffer": true }))).0, "ReferenceError");
    assert_eq!(server.aws().invoke("old", json!({})).text(), "\"function\"");
    project.write("greenroom.toml", "[functions.fast]\nengine = \"v8\"\n");
    let said = server.wait_line(|line| line["type"] == "settings").expect("what is wrong is said");
    let said = said["message"].as_str().unwrap_or_default().to_owned();
    assert!(said.contains("functions.fast") && said.contains("process"), "{said}");
}
