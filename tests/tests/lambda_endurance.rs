//! Many calls of functions, one of a hundred of which crashes or is too late: each has exactly one answer, or its documented retries, and no
//! process is left over. `GREENROOM_INVOKES` says how many calls (400).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use greenroom_tests::{Aws, Project, Reply, Server, Site, descendants, pids_of_group, respond, wait_for};
use serde_json::json;

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs22.x, Handler: index.handler, MemorySize: 512, Timeout: TIMEOUT } }
Resources:
  Node:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: node, CodeUri: node/ }
  Python:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: python, Runtime: python3.13, CodeUri: python/, Handler: app.handler }
  Isolate:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: isolate, CodeUri: isolate/ }
";
const FUNCTIONS: [&str; 3] = ["node", "python", "isolate"];
/// How many calls are under way at once.
const CALLERS: usize = 6;
/// What stands in the code for the argument of a program that nothing but one of these tests starts.
const LEFT_BEHIND: &str = "98765.4";

const NODE: &str = r"
import { spawn } from 'node:child_process';
export async function handler({ n, how, ask }) {
  if (ask) await (await fetch(`${ask}${n}`)).text();
  if (how === 'crash') {
    spawn('sleep', ['98765.4'], { detached: true, stdio: 'ignore' });
    process.exit(3);
  }
  if (how === 'hang') await new Promise((resolve) => setTimeout(resolve, 1e6));
  return { n };
}
";

const PYTHON: &str = r#"
import os, subprocess, time

def handler(event, context):
    if event.get("how") == "crash":
        subprocess.Popen(["sleep", "98765.4"], start_new_session=True)
        os._exit(3)
    if event.get("how") == "hang": time.sleep(1000)
    return {"n": event["n"]}
"#;

const ISOLATE: &str = r"
export async function handler({ n, how }) {
  if (how === 'crash') {
    Promise.reject(new Error('crash'));
    await new Promise((resolve) => setTimeout(resolve, 1e6));
  }
  if (how === 'hang') for (;;);
  return { n };
}
";

/// A run, and the argument of the programs that its functions leave. Another run on this machine, or what is left of one, has another.
fn serve(timeout: u32) -> (Project, Server, String) {
    let project = Project::empty();
    let argument = format!("{LEFT_BEHIND}{}{timeout}", std::process::id());
    project
        .write("template.yaml", TEMPLATE.replace("TIMEOUT", &timeout.to_string()))
        .write("greenroom.toml", "[functions.isolate]\nengine = \"isolate\"\n")
        .write("node/index.mjs", NODE.replace(LEFT_BEHIND, &argument))
        .write("python/app.py", PYTHON.replace(LEFT_BEHIND, &argument))
        .write("isolate/index.mjs", ISOLATE);
    let server = Server::start(&project, &["--aws-port", "0", "--ephemeral"]);
    (project, server, argument)
}

/// What the call of this number is to come to: every two hundredth crashes, and every two hundredth is too late.
fn fate(n: usize) -> &'static str {
    match n % 200 {
        61 => "crash",
        161 => "hang",
        _ => "answer",
    }
}

fn check(function: &str, n: usize, answer: &Reply) {
    let said = answer.json();
    let kind = said["errorType"].as_str().unwrap_or_default();
    match fate(n) {
        "answer" => assert_eq!((answer.header("x-amz-function-error"), said), (None, json!({ "n": n })), "{function} {n}"),
        "crash" if function == "isolate" => assert_eq!(kind, "Runtime.UnhandledPromiseRejection", "{function} {n}: {said}"),
        "crash" => assert_eq!(kind, "Runtime.ExitError", "{function} {n}: {said}"),
        _ => assert_eq!(kind, "Sandbox.Timedout", "{function} {n}: {said}"),
    }
}

fn count() -> usize {
    std::env::var("GREENROOM_INVOKES").ok().and_then(|count| count.parse().ok()).unwrap_or(400)
}

/// Calls functions until all numbers are used up.
fn caller(aws: Aws, next: Arc<AtomicUsize>, count: usize) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                return;
            }
            let function = FUNCTIONS[n / 200 % FUNCTIONS.len()];
            check(function, n, &aws.invoke(function, json!({ "n": n, "how": fate(n) })));
        }
    })
}

/// Programs that functions started, and left.
fn left_behind(argument: &str) -> usize {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let commands = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    commands.filter(|command| command.split(|byte| *byte == 0).any(|part| part == argument.as_bytes())).count()
}

#[test]
fn every_call_has_one_answer_and_no_process_is_left() {
    // Long enough for every call that does not hang, however much this machine has to do.
    let (_project, mut server, argument) = serve(20);
    let count = count();
    let next = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS).map(|_| caller(server.aws(), Arc::clone(&next), count)).collect();
    for caller in callers {
        caller.join().expect("every call is answered as it should be");
    }
    wait_for("what functions left to end", || (left_behind(&argument) == 0).then_some(()));
    // An instance for each caller and function, what holds them together, and guests that wait.
    let most = CALLERS * FUNCTIONS.len() + 4;
    let all = wait_for("no more processes to be left", || Some(descendants(server.pid())).filter(|all| all.len() <= most));
    println!("{count} calls, {} processes at the end", all.len());
    server.signal("TERM");
    server.wait();
    wait_for("all of them to end", || pids_of_group(&all).is_empty().then_some(()));
}

#[test]
fn every_event_is_handled_once_or_has_its_retries() {
    let (_project, server, argument) = serve(600);
    let seen: Arc<Mutex<BTreeMap<usize, usize>>> = Arc::default();
    let counted = Arc::clone(&seen);
    let site = Site::start(move |request, stream| {
        let n = request.path.trim_start_matches('/').parse().unwrap_or(usize::MAX);
        *counted.lock().unwrap_or_else(PoisonError::into_inner).entry(n).or_default() += 1;
        respond(stream, "200 OK", "", b"");
    });
    server.control().freeze("2027-01-01T00:00:00Z");
    let count = count() / 10;
    let ends = |n: usize| n % 20 == 7;
    for n in 0..count {
        let how = if ends(n) { "crash" } else { "answer" };
        server.aws().send("node", json!({ "n": n, "how": how, "ask": format!("{}/", site.url()) }));
    }
    let attempts = |at: &str, crashed: usize| {
        let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        for n in 0..count {
            let expected = if ends(n) { crashed } else { 1 };
            assert_eq!(seen.get(&n).copied().unwrap_or_default(), expected, "event {n} {at}");
        }
    };
    server.control().advance("59s");
    attempts("at first", 1);
    server.control().advance("1s");
    attempts("after a minute", 2);
    server.control().advance("2m");
    attempts("after two more", 3);
    server.control().advance("6h");
    attempts("in the end", 3);
    wait_for("what functions left to end", || (left_behind(&argument) == 0).then_some(()));
}
