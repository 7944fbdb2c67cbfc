//! Handlers for Node.js, by the machine's own `node`.

mod common;

use std::sync::Arc;

use common::{World, has, world};
use greenroom_host::{Function, Invocation, Outcome};
use serde_json::{Value, json};

#[tokio::test]
async fn a_handler_is_called_and_its_log_read() {
    if !has("node") {
        return;
    }
    let world = world();
    let code = "let calls = 0;\nexports.handler = async (event, context) => { console.log('got', event.n); return { twice: event.n * 2, \
                calls: ++calls, id: context.awsRequestId, cwd: process.cwd() }; };";
    let function = Arc::new(world.function("nodejs22.x", "src/app.handler", &[("src/app.js", code)]));
    let first = world.call(&function, r#"{"n":21}"#).await;
    assert_eq!(first.json(), json!({ "twice": 42, "calls": 1, "id": first.id, "cwd": function.code }), "{}", world.log.text());
    assert_eq!((first.invoked.error.as_deref(), &first.invoked.outcome), (None, &Outcome::Ok));
    let report = first.invoked.report.clone().unwrap();
    assert!(report.init.is_some() && report.max_memory > 5, "{report:?}");
    let second = world.call(&function, r#"{"n":1}"#).await;
    assert_eq!((second.json()["calls"].clone(), second.invoked.report.as_ref().unwrap().init), (json!(2), None));
    let lines: Vec<&str> = second.log.lines().collect();
    assert_eq!(lines[0], format!("START RequestId: {} Version: $LATEST", second.id));
    assert!(lines[1].ends_with(&format!("Z\t{}\tINFO\tgot 1", second.id)), "{}", second.log);
    assert_eq!(lines[2], format!("END RequestId: {}", second.id));
    assert!(lines[3].starts_with(&format!("REPORT RequestId: {}\tDuration: ", second.id)) && lines.len() == 4, "{}", second.log);
}

fn node(world: &World, file: &str, code: &str) -> Arc<Function> {
    Arc::new(world.function("nodejs22.x", "index.handler", &[(file, code)]))
}

#[tokio::test]
async fn every_style_of_handler_answers() {
    if !has("node") {
        return;
    }
    let world = world();
    let styles = [
        ("index.mjs", "export const handler = async (event) => ({ got: event });"),
        ("index.cjs", "exports.handler = (event, context, callback) => callback(null, { got: event });"),
        ("index.js", "exports.handler = (event, context, callback) => { setTimeout(() => callback(null, { got: event }), 5); };"),
        (
            "index.js",
            "exports.handler = (event, context, callback) => { callback(null, { got: event }); callback(null, 2); context.fail(3); return Promise.resolve(4); };",
        ),
        ("index.js", "exports.handler = (event, context) => { setInterval(() => {}, 1000); context.done(null, { got: event }); };"),
        ("index.js", "exports.handler = (event, context) => context.succeed({ got: event });"),
        ("index.mjs", "export default { handler: async (event) => ({ got: event }) };"),
        ("index.mjs", "const late = await Promise.resolve(1); export const handler = async (event) => ({ got: event });"),
    ];
    for (file, code) in styles {
        let got = world.call(&node(&world, file, code), r#"{"a":"ü"}"#).await;
        assert_eq!(got.json(), json!({ "got": { "a": "ü" } }), "{code}\n{}", world.log.text());
    }
    let nothing = world.call(&node(&world, "index.js", "exports.handler = () => {};"), "1").await;
    assert_eq!(nothing.text(), "null");
}

#[tokio::test]
async fn errors_have_the_vendors_documents() {
    if !has("node") {
        return;
    }
    let world = world();
    let code = "class Missing extends Error { constructor(m) { super(m); this.name = 'Missing'; this.code = 7; } }\n\
                exports.handler = async (event) => { if (event === 1) throw new Missing('no such thing'); throw 'text'; };";
    let function = node(&world, "index.js", code);
    let got = world.call(&function, "1").await;
    assert_eq!((&got.json()["errorType"], &got.json()["errorMessage"]), (&json!("Missing"), &json!("no such thing")));
    assert!(got.json()["trace"][1].as_str().unwrap().contains("index.js:2:"), "{}", got.text());
    let logged = format!(
        "\t{}\tERROR\tInvoke Error \t{{\"errorType\":\"Missing\",\"errorMessage\":\"no such thing\",\"code\":7,\"stack\":[",
        got.id
    );
    assert!(got.log.contains(&logged), "{}", got.log);
    assert_eq!(world.call(&function, "2").await.text(), r#"{"errorType":"string","errorMessage":"text","trace":[]}"#);
    let missing = world.call(&node(&world, "index.js", "require('nowhere-at-all')"), "1").await;
    assert_eq!(missing.json()["errorType"], "Runtime.ImportModuleError");
    assert!(missing.json()["errorMessage"].as_str().unwrap().starts_with("Error: Cannot find module 'nowhere-at-all'\nRequire stack:"));
    let unnamed = world.call(&node(&world, "index.js", "exports.other = 1"), "1").await;
    assert_eq!(
        (&unnamed.json()["errorType"], &unnamed.json()["errorMessage"]),
        (&json!("Runtime.HandlerNotFound"), &json!("index.handler is undefined or not exported"))
    );
    let syntax = world.call(&node(&world, "index.js", "exports.handler = ("), "1").await;
    assert_eq!(syntax.json()["errorType"], "Runtime.UserCodeSyntaxError");
    let rejected = world
        .call(
            &node(
                &world,
                "index.js",
                "exports.handler = () => new Promise(() => { Promise.reject(new Error('late')); setTimeout(() => {}, 9999); });",
            ),
            "1",
        )
        .await;
    assert_eq!(
        (&rejected.json()["errorType"], &rejected.json()["errorMessage"]),
        (&json!("Runtime.UnhandledPromiseRejection"), &json!("Error: late")),
        "{}",
        world.log.text()
    );
}

#[tokio::test]
async fn an_answer_is_streamed_with_its_failure_behind_it() {
    if !has("node") {
        return;
    }
    let world = world();
    let code = "exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {\n\
                if (event === 'http') stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } });\n\
                else stream.setContentType('text/plain');\n\
                stream.write('one '); await new Promise((resolve) => setTimeout(resolve, 20)); stream.write('two');\n\
                if (event === 'fail') throw new Error('half way');\nstream.end(); });";
    let function = node(&world, "index.js", code);
    let streamed = |payload: &str| Invocation { stream: true, ..world.invocation(payload) };
    let got = world.call_with(&function, streamed("1")).await.unwrap();
    assert_eq!((&*got.text(), &*got.invoked.content_type, got.broke.clone()), ("one two", "text/plain", None), "{}", world.log.text());
    assert!(got.pieces > 1 && got.invoked.report.is_some() && got.log.contains("REPORT"), "{}", got.pieces);
    let failed = world.call_with(&function, streamed("\"fail\"")).await.unwrap();
    assert_eq!(failed.text(), "one two");
    assert!(failed.broke.unwrap().starts_with(r#"{"errorType":"Error","errorMessage":"half way","trace":["#));
    assert!(matches!(failed.invoked.outcome, Outcome::Error { .. }));
    let http = world.call_with(&function, streamed("\"http\"")).await.unwrap();
    assert_eq!(http.invoked.content_type, "application/vnd.awslambda.http-integration-response");
    assert_eq!(http.text(), "{\"statusCode\":201,\"headers\":{\"a\":\"b\"}}\0\0\0\0\0\0\0\0one two");
    let whole = world.call(&function, "1").await;
    assert_eq!((&*whole.text(), whole.pieces), ("one two", 0));
}

#[tokio::test]
async fn logs_in_json_are_objects() {
    if !has("node") {
        return;
    }
    let world = world();
    let code = "exports.handler = async () => { console.warn({ a: 1 }); console.log('b %d', 2); console.error(new TypeError('c')); };";
    let function = Arc::new(Function { json_logs: true, ..(*node(&world, "index.js", code)).clone() });
    let got = world.call(&function, "1").await;
    let lines: Vec<Value> = got.log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let find = |level: &str| lines.iter().find(|line| line["level"] == level).unwrap_or_else(|| panic!("{level} in {}", got.log));
    assert_eq!((&find("WARN")["message"], &find("WARN")["requestId"]), (&json!({ "a": 1 }), &json!(got.id)));
    assert_eq!(find("INFO")["message"], "b 2");
    assert_eq!(find("ERROR")["message"]["errorType"], "TypeError");
    let report = lines.iter().find(|line| line["type"] == "platform.report").unwrap();
    assert_eq!((&report["record"]["status"], &report["record"]["metrics"]["memorySizeMB"]), (&json!("success"), &json!(256)));
}
