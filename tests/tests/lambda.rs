//! Functions of AWS Lambda by `greenroom dev`: calls, what a function does wrong, saves, templates that are none.

use std::sync::Mutex;
use std::sync::mpsc::channel;

use greenroom_tests::{Project, Reply, Server, Site, respond, wait_for};
use serde_json::{Value, json};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Node:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: node, Runtime: nodejs22.x, CodeUri: node/, Handler: index.handler, Timeout: 60 }
  Python:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: python, Runtime: python3.13, CodeUri: python/, Handler: app.handler, Timeout: 60 }
";

const NODE: &str = r#"
export async function handler(event) {
  if (event.fails) throw new RangeError("that fails");
  if (event.ends) process.exit(3);
  if (event.hangs) await new Promise((resolve) => setTimeout(resolve, 1e6));
  return { version: 1, said: event.ask && (await (await fetch(event.ask)).text()) };
}
"#;

const PYTHON: &str = r#"
import os, time, urllib.request

def handler(event, context):
    if event.get("fails"): raise ValueError("that fails")
    if event.get("ends"): os._exit(3)
    if event.get("hangs"): time.sleep(1000)
    return {"version": 1, "said": event.get("ask") and urllib.request.urlopen(event["ask"]).read().decode()}
"#;

/// The two functions, which do the same; each test is about both.
const FUNCTIONS: [(&str, &str, &str); 2] = [("node", "node/index.mjs", NODE), ("python", "python/app.py", PYTHON)];

fn functions() -> Project {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("node/index.mjs", NODE).write("python/app.py", PYTHON);
    project
}

fn serve(project: &Project) -> Server {
    Server::start(project, &["--aws-port", "0"])
}

/// Type and text of the error that a function ended with.
fn error(answer: &Reply) -> (String, String) {
    assert_eq!((answer.status, answer.header("x-amz-function-error")), (200, Some("Unhandled")), "{}", answer.text());
    let said = answer.json();
    let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
    (text("errorType"), text("errorMessage"))
}

#[test]
fn answers_and_errors() {
    let project = functions();
    let server = serve(&project);
    for (function, ..) in FUNCTIONS {
        let invoke = |event: Value| server.aws().invoke(function, event);
        let answer = invoke(json!({}));
        assert_eq!((answer.json()["version"].as_u64(), answer.header("x-amz-executed-version")), (Some(1), Some("$LATEST")));
        let thrown = invoke(json!({ "fails": true }));
        let kind = if function == "node" { "RangeError" } else { "ValueError" };
        assert_eq!(error(&thrown), (kind.to_owned(), "that fails".to_owned()));
        let trace = &thrown.json()[if function == "node" { "trace" } else { "stackTrace" }];
        assert!(trace.to_string().contains(if function == "node" { "index.mjs:3" } else { "app.py\\\", line 5" }), "{trace}");

        let ended = invoke(json!({ "ends": true }));
        let id = ended.header("x-amzn-requestid").expect("an answer has an id");
        let why = format!("RequestId: {id} Error: Runtime exited with error: exit status 3");
        assert_eq!(error(&ended), ("Runtime.ExitError".to_owned(), why));
        assert_eq!(invoke(json!({})).json()["version"], 1, "another instance answers");
    }
}

#[test]
fn what_hangs_is_ended_in_time() {
    let project = functions();
    project.write("template.yaml", TEMPLATE.replace("Timeout: 60", "Timeout: 1"));
    let server = serve(&project);
    for (function, ..) in FUNCTIONS {
        // Whatever does not hang may take a second, too, on a machine that has much to do.
        let late = server.aws().invoke(function, json!({ "hangs": true }));
        let id = late.header("x-amzn-requestid").expect("an answer has an id");
        let why = format!("RequestId: {id} Error: Task timed out after 1.00 seconds");
        assert_eq!(error(&late), ("Sandbox.Timedout".to_owned(), why));
    }
    project.replace("template.yaml", TEMPLATE);
    for (function, ..) in FUNCTIONS {
        wait_for("more time", || (timeout(&server, function) == 60).then_some(()));
        assert_eq!(server.aws().invoke(function, json!({})).json()["version"], 1, "another instance answers");
    }
}

/// How many seconds a function may take.
fn timeout(server: &Server, function: &str) -> u64 {
    let configuration = server.aws().lambda("GET", &format!("/2015-03-31/functions/{function}/configuration"), &Value::Null);
    configuration.json()["Timeout"].as_u64().expect("a function has a timeout")
}

#[test]
fn a_save_is_answered_from_and_what_is_under_way_ends_as_it_began() {
    let project = functions();
    let server = serve(&project);
    for (function, file, code) in FUNCTIONS {
        let (release, held) = channel();
        let held = Mutex::new(held);
        let site = Site::start(move |_, stream| {
            held.lock().expect("one at a time").recv().expect("the test releases it");
            respond(stream, "200 OK", "", b"released");
        });
        let (aws, ask) = (server.aws(), site.url());
        let under_way = std::thread::spawn(move || aws.invoke(function, json!({ "ask": ask })).json());
        wait_for("the function to ask", || (!site.seen().is_empty()).then_some(()));
        project.replace(file, code.replacen("version: 1", "version: 2", 1).replacen("\"version\": 1", "\"version\": 2", 1));
        server.wait_message(&format!("reloaded {function} in "));
        let answer = server.aws().invoke(function, json!({}));
        assert_eq!(answer.json()["version"], 2, "{function}: {}", server.transcript());
        release.send(()).expect("the site waits");
        assert_eq!(under_way.join().expect("an answer"), json!({ "version": 1, "said": "released" }));
    }
    let reloads = server.count(|line| line["message"].as_str().is_some_and(|message| message.starts_with("reloaded ")));
    assert_eq!(reloads, 2, "each save is about one function");
}

const LAYERS: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Folder: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: shared } }
  Zip: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: packed.zip } }
  Layered:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: layered, Runtime: nodejs22.x, CodeUri: code/, Handler: index.handler, Timeout: 60, Layers: [!Ref Folder, !Ref Zip] }
  Plain:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: plain, Runtime: nodejs22.x, CodeUri: code/, Handler: plain.handler, Timeout: 60 }
";

#[test]
fn layers_are_folders_and_zip_files_and_reload_what_has_them() {
    let project = Project::empty();
    let shared = "shared/nodejs/node_modules/shared/index.js";
    project.write("template.yaml", LAYERS).write(shared, "module.exports = 1;");
    project.write("code/index.js", "exports.handler = async () => [require('shared'), require('packed')];");
    project.write("code/plain.js", "exports.handler = async () => process.pid;");
    std::fs::write(project.file("packed.zip"), include_bytes!("../lambda/layer.zip")).expect("it is written");
    let server = serve(&project);
    let plain = server.aws().invoke("plain", json!({})).json();
    assert_eq!(server.aws().invoke("layered", json!({})).json(), json!([1, "packed"]), "{}", server.transcript());
    project.replace(shared, "module.exports = 2;");
    server.wait_message("reloaded layered in ");
    assert_eq!(server.aws().invoke("layered", json!({})).json(), json!([2, "packed"]));
    assert_eq!(server.aws().invoke("plain", json!({})).json(), plain, "the other one goes on");
    std::fs::write(project.file("packed.zip"), "no zip").expect("it is written");
    server.wait_message("the content of layer `Zip` cannot be unpacked");
    assert_eq!(server.aws().invoke("layered", json!({})).json(), json!([2, "packed"]), "what was there goes on");
}

#[test]
fn a_template_that_is_none_leaves_what_was_there() {
    let project = functions();
    let server = serve(&project);
    for (wrong, said) in [
        (
            TEMPLATE.replace("CodeUri: node/", "CodeUri: !Ref Nothing"),
            "error: `Ref` names `Nothing`, which is no resource and no parameter\n  at template.yaml:5:",
        ),
        (TEMPLATE.replace("index.handler", "missing.handler"), "`missing.handler`"),
        (TEMPLATE.replace("Timeout: 60", "Timeout: 901"), "901"),
        ("Resources: { A: [ }".to_owned(), "error: not YAML: "),
    ] {
        project.replace("template.yaml", wrong);
        server.wait_message(said);
        let answer = server.aws().invoke("node", json!({}));
        assert_eq!(answer.json()["version"], 1, "{}", answer.text());
    }
    project.replace("template.yaml", TEMPLATE);
    server.wait_message("mended; the functions are the same");
}

#[test]
fn code_that_cannot_be_built_leaves_what_was_there() {
    const CODE: &str = "export const handler = async (): Promise<number> => 1;\n";
    let project = functions();
    project.write("template.yaml", TEMPLATE.replace("index.handler", "typed.handler")).write("node/typed.ts", CODE);
    let server = serve(&project);
    let answer = || server.aws().invoke("node", json!({})).text();
    assert_eq!(answer(), "1");
    project.replace("node/typed.ts", "export const handler = (");
    server.wait_message("what was there before serves on");
    assert_eq!(answer(), "1", "{}", server.transcript());
    project.replace("node/typed.ts", CODE.replace('1', "2"));
    server.wait_message("reloaded node in ");
    assert_eq!(answer(), "2", "{}", server.transcript());
}

#[test]
fn a_project_that_cannot_be_read_is_refused_at_once() {
    for (wrong, said) in [
        (TEMPLATE.replace("CodeUri: node/", "CodeUri: !Ref Nothing"), "`Ref` names `Nothing`, which is no resource and no parameter"),
        (TEMPLATE.replace("MemorySize", "").replace("Timeout: 60", "MemorySize: 127"), "127"),
        ("Resources: { A: [ }".to_owned(), "not YAML: "),
    ] {
        let project = functions();
        project.write("template.yaml", wrong);
        let Err(errors) = Server::try_start(&project, &["--aws-port", "0"]) else { panic!("it starts in spite of {said}") };
        assert!(errors.contains(said) && errors.contains("template.yaml:"), "{errors}");
    }
}
