//! Handlers for Node.js, by the machine's own `node`.

mod common;

use std::sync::Arc;

use common::{has, world};
use greenroom_host::Outcome;
use serde_json::json;

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
