//! Functions of AWS Lambda when the run itself is killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use greenroom_tests::{Project, Server, Site, descendants, pids_of_group, respond, wait_for};
use serde_json::json;

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Node:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: node, Runtime: nodejs22.x, CodeUri: node/, Handler: index.handler, Timeout: 60 }
  Python:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: python, Runtime: python3.13, CodeUri: python/, Handler: app.handler, Timeout: 60 }
";

const DELIVERS: &str = r"
export async function handler({ to }) {
  const answer = await fetch(to);
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}
";

/// One of them leaves the group of its instance.
const LEAVES_PROCESSES: &str = r#"
import subprocess

def handler(event, context):
    return [subprocess.Popen(["sleep", "1000"], start_new_session=own).pid for own in (False, True)]
"#;

fn functions() -> Project {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("node/index.mjs", DELIVERS).write("python/app.py", LEAVES_PROCESSES);
    project
}

fn serve(project: &Project) -> Server {
    Server::start(project, &["--aws-port", "0"])
}

#[test]
fn nothing_outlives_a_run_that_is_killed() {
    let project = functions();
    let mut server = serve(&project);
    let site = Site::start(|_, stream| respond(stream, "200 OK", "", b""));
    let answer = server.aws().invoke("node", json!({ "to": site.url() }));
    assert_eq!(answer.text(), "null", "{}", server.transcript());
    let left: Vec<u32> = serde_json::from_value(server.aws().invoke("python", json!({})).json()).expect("ids of processes");
    let all = descendants(server.pid());
    assert!(left.iter().all(|id| all.contains(id)) && all.len() > 3, "both functions and what one of them left: {all:?}");
    server.signal("KILL");
    server.wait();
    wait_for("all of them to end", || pids_of_group(&all).is_empty().then_some(()));
}

#[test]
fn nothing_outlives_a_run_that_ends() {
    let project = functions();
    let mut server = serve(&project);
    let left = server.aws().invoke("python", json!({}));
    assert_eq!(left.json().as_array().map(Vec::len), Some(2), "{}", left.text());
    let all = descendants(server.pid());
    server.signal("TERM");
    server.wait();
    wait_for("all of them to end", || pids_of_group(&all).is_empty().then_some(()));
}

#[test]
fn events_are_tried_again_by_the_next_run() {
    let project = functions();
    let up = Arc::new(AtomicBool::new(false));
    let is_up = Arc::clone(&up);
    let site = Site::start(move |_, stream| {
        let status = if is_up.load(Ordering::SeqCst) { "200 OK" } else { "503 Service Unavailable" };
        respond(stream, status, "", b"");
    });
    let asked = || site.seen().len();

    let mut first = serve(&project);
    first.control().freeze("2027-01-01T00:00:00Z");
    first.aws().send("node", json!({ "to": site.url() }));
    first.control().advance("59s");
    assert_eq!(asked(), 1);
    first.signal("KILL");
    first.wait();

    let mut second = serve(&project);
    second.control().freeze("2027-01-01T00:00:59Z");
    second.control().advance("1s");
    assert_eq!(asked(), 2, "after a minute");
    second.signal("KILL");
    second.wait();

    up.store(true, Ordering::SeqCst);
    let third = serve(&project);
    third.control().freeze("2027-01-01T00:01:00Z");
    third.control().advance("119s");
    assert_eq!(asked(), 2);
    third.control().advance("1s");
    assert_eq!(asked(), 3, "after two more");
    third.control().advance("6h");
    assert_eq!(asked(), 3, "it was delivered");
}
