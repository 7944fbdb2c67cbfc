//! What extensions are told of logs: by the older API, over a connection of lines, and what they did not take.

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{PATIENCE, has, world, write};
use greenroom_host::{Function, FunctionRuntime};
use serde_json::{Value, json};

/// An extension that writes every event that it is sent into the file `OUT`. `SUBSCRIBE` says how it is sent them.
const EXTENSION: &str = r#"#!/usr/bin/env python3
import http.client, http.server, json, os, socketserver, threading
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def call(method, path, headers, body=None):
    api.request(method, path, body, headers)
    answer = api.getresponse()
    return answer, answer.read().decode()
reports, all_seen = [], threading.Event()
def keep(events):
    reports.extend(event for event in events if event["type"] in ("platform.report", "platform.logsDropped"))
    with open(os.environ["OUT"], "a") as out:
        out.writelines(json.dumps(event) + "\n" for event in events)
    if len(reports) > 1: all_seen.set()
answer, _ = call("POST", "/2020-01-01/extension/register", {"Lambda-Extension-Name": "watcher"}, '{"events":["INVOKE","SHUTDOWN"]}')
me = {"Lambda-Extension-Identifier": answer.headers["Lambda-Extension-Identifier"]}
class Lines(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile: keep([json.loads(line)])
class Batches(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    refused = 0
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if Batches.refused < int(os.environ["REFUSE"]):
            Batches.refused += 1
            self.close_connection = True
            with open(os.environ["OUT"] + ".refused", "a") as refused: refused.write("x")
            return
        keep(json.loads(body))
        self.send_response(200); self.send_header("content-length", "0"); self.end_headers()
    def log_message(self, *args): pass
tcp = os.environ["PROTOCOL"] == "TCP"
sink = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Lines if tcp else Batches)
sink.daemon_threads = True
threading.Thread(target=sink.serve_forever, daemon=True).start()
port = sink.server_address[1]
destination = {"protocol": "TCP", "port": port} if tcp else {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{port}/"}
wants = {"schemaVersion": os.environ["SCHEMA"], "types": ["platform", "function"], "buffering": {"timeoutMs": 25, "maxItems": 1000, "maxBytes": 262144}, "destination": destination}
print("subscribed", *[part for part in call("PUT", os.environ["SUBSCRIBE"], me, json.dumps(wants))[1:]], flush=True)
while json.loads(call("GET", "/2020-01-01/extension/event/next", me)[1])["eventType"] != "SHUTDOWN": pass
# What is on its way would be lost with this process.
all_seen.wait()
"#;

const LOGS: (&str, &str) = ("/2020-08-15/logs", "2021-03-18");
const TELEMETRY: (&str, &str) = ("/2022-07-01/telemetry", "2022-12-13");

/// The events that an extension has got when a function has been called once, or twice, and has ended; none where there is no Python.
async fn told((path, schema): (&str, &str), protocol: &str, refuse: u32) -> Option<Vec<Value>> {
    if !has("python3") {
        return None;
    }
    let world = world();
    let (layer, out) = (world.folder.path().join("layer"), world.folder.path().join("out"));
    write(&layer.join("extensions/watcher"), EXTENSION);
    let function = world.function("python3.13", "app.handler", &[("app.py", "def handler(event, context):\n    print('hello')\n")]);
    let times = refuse.to_string();
    let variables = [
        ("OUT", out.to_str().expect("a temporary folder is UTF-8")),
        ("SUBSCRIBE", path),
        ("SCHEMA", schema),
        ("PROTOCOL", protocol),
        ("REFUSE", &times),
    ];
    let environment = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let function = Arc::new(Function { layers: vec![layer], environment, ..function });
    assert_eq!(world.call(&function, "1").await.text(), "null", "{}", world.log.text());
    assert!(world.log.text().contains("subscribed \"OK\""), "{}", world.log.text());
    let missing = |what: &str| format!("no {what}: {}\n{}", std::fs::read_to_string(&out).unwrap_or_default(), world.log.text());
    // What is refused must not hold what the second call reports, or nobody would ever be told; and the second call, which may have an
    // instance of its own, must not write in between what the first has to say.
    let first = async { if refuse > 0 { refusals(&out.with_extension("refused"), refuse).await } else { drop(reports(&out, 1).await) } };
    tokio::time::timeout(PATIENCE, first).await.unwrap_or_else(|_| panic!("{}", missing("word of the first call")));
    assert_eq!(world.call(&function, "1").await.text(), "null");
    world.runtime.retire(&function.arn, None);
    let reports = tokio::time::timeout(PATIENCE, reports(&out, 2)).await;
    Some(reports.unwrap_or_else(|_| panic!("{}", missing("reports"))))
}

/// Returns when the extension has refused so many batches.
async fn refusals(file: &Path, times: u32) {
    while std::fs::read(file).unwrap_or_default().len() < times as usize {
        tokio::task::yield_now().await;
    }
}

/// What has been written, once there are so many reports; word of what was lost counts as one.
async fn reports(file: &Path, wanted: usize) -> Vec<Value> {
    loop {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let lines: Option<Vec<Value>> = text.lines().map(|line| serde_json::from_str(line).ok()).collect();
        let events = lines.unwrap_or_default();
        let reports = events.iter().filter(|event| event["type"] == "platform.report" || event["type"] == "platform.logsDropped").count();
        if reports >= wanted {
            return events;
        }
        tokio::task::yield_now().await;
    }
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

#[tokio::test]
async fn the_older_api_has_its_own_events_over_a_connection_of_lines() {
    let Some(events) = told(LOGS, "TCP", 0).await else { return };
    let kinds = kinds(&events);
    let first = kinds.iter().position(|kind| *kind == "platform.start").expect("the first call");
    let call = ["platform.start", "function", "platform.end", "platform.runtimeDone", "platform.report"];
    assert!(kinds[..first].contains(&"platform.logsSubscription") && kinds[..first].contains(&"platform.extension"), "{kinds:?}");
    // The second call has an instance of its own where the extension of the first was not done yet.
    let calls: Vec<_> = kinds.iter().copied().filter(|kind| call.contains(kind)).collect();
    assert_eq!(calls, [call, call].concat(), "{kinds:?}");
    assert_eq!(events[first + 1]["record"], "hello");
    assert_eq!(events[first + 3]["record"]["status"], "success");
}

#[tokio::test]
async fn the_newer_api_sends_lines_too() {
    let Some(events) = told(TELEMETRY, "TCP", 0).await else { return };
    let start = events.iter().find(|event| event["type"] == "platform.initStart").expect("what was before is sent too");
    assert_eq!(start["record"]["runtimeVersion"], "python:3.13.local");
    let arn = start["record"]["runtimeVersionArn"].as_str().unwrap_or_default();
    assert!(arn.starts_with("arn:aws:lambda:us-east-1::runtime:") && arn.len() == 34 + 64, "{arn}");
    assert!(kinds(&events).contains(&"platform.telemetrySubscription"));
}

#[tokio::test]
async fn what_an_extension_did_not_take_is_counted() {
    // Each batch is tried three times.
    let Some(events) = told(TELEMETRY, "HTTP", 3).await else { return };
    let lost = events.iter().find(|event| event["type"] == "platform.logsDropped").expect("what was lost is told");
    let record = &lost["record"];
    assert!(record["droppedRecords"].as_u64() > Some(0) && record["droppedBytes"].as_u64() > Some(100), "{record}");
    assert_eq!(record["reason"], json!("Some logs were dropped because the downstream consumer is slower than the logs production rate"));
    assert!(!kinds(&events).contains(&"platform.initStart"), "it was in what was lost: {events:#?}");
}
