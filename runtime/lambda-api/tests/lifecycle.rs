//! Instances before and after invocations: extensions, telemetry, provisioned ones, those from a snapshot.

mod common;

use std::sync::Arc;

use common::{PATIENCE, has, world, write};
use greenroom_host::{Function, FunctionRuntime};
use serde_json::{Value, json};

#[tokio::test]
async fn provisioned_instances_are_there_before_anybody_calls() {
    if !has("node") {
        return;
    }
    let world = world();
    let code = "exports.handler = async () => ({ pid: process.pid, kind: process.env.AWS_LAMBDA_INITIALIZATION_TYPE });";
    let function = Arc::new(world.function("nodejs22.x", "index.handler", &[("index.js", code)]));
    assert_eq!(world.runtime.provision(Arc::clone(&function), 2).await, Ok(2));
    let got = world.call(&function, "1").await;
    assert_eq!((&got.json()["kind"], got.invoked.report.unwrap().init), (&json!("provisioned-concurrency"), None));
    assert_eq!(world.runtime.provision(function, 0).await, Ok(0));
}

#[tokio::test]
async fn a_snapshot_runs_hooks_and_is_restored() {
    if !has("python3") {
        return;
    }
    let world = world();
    let code = "import os, uuid\nfrom snapshot_restore_py import register_before_snapshot, register_after_restore\nseen = [str(uuid.uuid4())[:0]]\n\
                register_before_snapshot(lambda: seen.append('before'))\nregister_after_restore(lambda: seen.append('after'))\n\
                def handler(event, context):\n    return seen\n";
    let function = world.function("python3.13", "app.handler", &[("app.py", code)]);
    let function = Arc::new(Function { snap_start: true, version: "1".into(), ..function });
    assert_eq!(world.runtime.snapshot(Arc::clone(&function)).await, Ok(()));
    assert!(
        world.log.text().contains("SnapStart: `os.urandom` is called while the function is initialised, at app.py:3:"),
        "{}",
        world.log.text()
    );
    let got = world.call(&function, "1").await;
    assert_eq!(got.json(), json!(["", "before", "after"]), "{}", world.log.text());
    let report = got.invoked.report.clone().unwrap();
    assert!(report.restore.is_some() && report.init.is_none());
    assert!(got.log.contains("RESTORE_START") && got.log.contains("\tRestore Duration: "), "{}", got.log);
    let broken = world.function("python3.13", "app.handler", &[("app.py", "raise ValueError('no')\n")]);
    let document = world.runtime.snapshot(Arc::new(Function { snap_start: true, version: "2".into(), ..broken })).await.unwrap_err();
    assert_eq!(serde_json::from_slice::<Value>(&document).unwrap()["errorType"], "ValueError");
}

const EXTENSION: &str = r#"#!/usr/bin/env python3
import http.client, http.server, json, os, threading
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def call(method, path, headers, body=None):
    api.request(method, path, body, headers)
    answer = api.getresponse()
    return answer, answer.read()
answer, body = call("POST", "/2020-01-01/extension/register", {"Lambda-Extension-Name": "watcher", "Lambda-Extension-Accept-Feature": "accountId"}, '{"events":["INVOKE","SHUTDOWN"]}')
print("registered", body.decode().strip(), flush=True)
me = {"Lambda-Extension-Identifier": answer.headers["Lambda-Extension-Identifier"]}
class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        events = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with open(os.environ["OUT"], "a") as out:
            out.writelines(json.dumps(event) + "\n" for event in events)
        self.send_response(200); self.send_header("content-length", "0"); self.end_headers()
    def log_message(self, *args): pass
sink = http.server.HTTPServer(("127.0.0.1", 0), Sink)
threading.Thread(target=sink.serve_forever, daemon=True).start()
wants = {"schemaVersion": "2022-12-13", "types": ["platform", "function"], "buffering": {"timeoutMs": 25, "maxItems": 1000, "maxBytes": 262144}, "destination": {"protocol": "HTTP", "URI": f"http://sandbox.localdomain:{sink.server_port}/"}}
print("subscribed", call("PUT", "/2022-07-01/telemetry", me, json.dumps(wants))[1].decode(), flush=True)
while True:
    event = json.loads(call("GET", "/2020-01-01/extension/event/next", me)[1])
    with open(os.environ["OUT"], "a") as out:
        out.write(json.dumps({"type": event["eventType"], "event": event}) + "\n")
    if event["eventType"] == "SHUTDOWN":
        break
"#;

#[tokio::test]
async fn an_extension_is_told_of_invocations_and_of_the_end() {
    if !has("python3") || !has("node") {
        return;
    }
    let world = world();
    let layer = world.folder.path().join("layer");
    write(&layer.join("extensions/watcher"), EXTENSION);
    let out = world.folder.path().join("out");
    let code = "console.log('start'); exports.handler = async () => { console.log('hello'); return require('fs').readdirSync(process.env.WHERE); };";
    let function = world.function("nodejs22.x", "index.handler", &[("index.js", code)]);
    let environment = vec![("OUT".into(), out.display().to_string()), ("WHERE".into(), "/opt/extensions".into())];
    let function = Arc::new(Function { layers: vec![layer.clone()], environment, ..function });
    let got = world.call(&function, "1").await;
    assert_eq!(got.json(), json!(["watcher"]), "{}", world.log.text());
    let text = world.log.text();
    assert!(
        text.contains(
            r#"registered {"functionName":"test","functionVersion":"$LATEST","handler":"index.handler","accountId":"000000000000"}"#
        ),
        "{text}"
    );
    assert!(text.contains("EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]"), "{text}");
    world.runtime.retire(&function.arn, None);
    let events = until(&out, "SHUTDOWN").await;
    let find = |kind: &str| events.iter().find(|event| event["type"] == kind).unwrap_or_else(|| panic!("{kind} in {events:#?}"));
    assert_eq!(find("INVOKE")["event"]["requestId"], got.id);
    assert_eq!(find("SHUTDOWN")["event"]["shutdownReason"], "spindown");
    for kind in [
        "platform.initStart",
        "platform.initRuntimeDone",
        "platform.initReport",
        "platform.start",
        "platform.runtimeDone",
        "platform.report",
    ] {
        assert!(find(kind)["record"].is_object());
    }
    assert!(events.iter().any(|event| event["type"] == "function" && event["record"].as_str().unwrap().ends_with("INFO\thello")));
}

/// What the extension has written, once there is an event of this kind.
async fn until(file: &std::path::Path, kind: &str) -> Vec<Value> {
    let written = async {
        loop {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            if text.contains(&format!("\"type\": \"{kind}\"")) && text.ends_with('\n') {
                return text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
            }
            tokio::task::yield_now().await;
        }
    };
    let text = || std::fs::read_to_string(file).unwrap_or_default();
    tokio::time::timeout(PATIENCE, written).await.unwrap_or_else(|_| panic!("no {kind} in {}", text()))
}
