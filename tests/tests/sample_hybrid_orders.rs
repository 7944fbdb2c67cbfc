//! `sample-apps/hybrid-orders`: its tests in JavaScript and Python by `greenroom exec`, as somebody would run them, and the same in Rust, with
//! what `greenroom trace` shows.

use std::process::Command;

use greenroom_test::{Counts, Room, Start};
use greenroom_tests::{Project, binary, exec_apps_pass, pytest_apps_pass, python};
use serde_json::{Value, json};

/// The two apps of the sample, as they are given to the program.
const APPS: &[&str] = &["worker", "functions"];
/// The file in which the price of pots has been forgotten.
const PRICES: &str = "functions/src/prices.ts";

const EMPTY: Counts = Counts { visible: 0, in_flight: 0, delayed: 0 };

/// The app in a folder of its own with its packages; none where they cannot be had.
fn hybrid_orders() -> Option<Project> {
    Project::sample("hybrid-orders")
}

#[test]
fn in_javascript() {
    let Some(project) = hybrid_orders() else { return };
    project.link_client();
    exec_apps_pass(&project, APPS, &["node", "--test", "test/orders.test.mjs"], &[]);
}

#[test]
fn in_python() {
    let Some(project) = hybrid_orders() else { return };
    let Some(python) = python() else { return };
    pytest_apps_pass(&project, APPS, &python, "test");
}

fn order(room: &Room, product: &str) {
    let body = json!({ "customer": "ada@example.com", "items": [{ "product": product, "quantity": 2 }] });
    assert_eq!(room.post("/orders", body.to_string()).expect("an answer").status, 202);
    room.clock().advance("0s").expect("time stands still");
}

/// What receipts say.
fn totals(room: &Room) -> Vec<Value> {
    let receipts = room.queue("receipts").peek(10).expect("there is a queue");
    let total = |receipt: &Value| serde_json::from_str::<Value>(receipt["body"].as_str()?).ok().map(|body| body["total"].clone());
    receipts.iter().filter_map(total).collect()
}

/// The tree of a trace as it is shown, without ids, durations and the port of the endpoint.
fn shown(room: &Room, trace: &str) -> Vec<String> {
    let output =
        Command::new(binary()).args(["trace", trace]).env("GREENROOM_CONTROL", room.control().url()).output().expect("the binary runs");
    let text = String::from_utf8(output.stdout).expect("it prints text");
    let is_kept = |word: &&str| !(word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) || word.parse::<f64>().is_ok());
    let without = |line: &str| {
        let indent = line.len() - line.trim_start_matches(['│', '├', '└', '─', ' ']).len();
        let words = line[indent..].split_whitespace().filter(|word| *word != "ms").map(|word| match word.strip_prefix("http://") {
            Some(_) => "endpoint",
            None => word,
        });
        // A status has no point in it, a duration has one.
        let words = words.filter(|word| word.parse::<u16>().is_ok() || is_kept(word));
        format!("{}{}", &line[..indent], words.collect::<Vec<_>>().join(" "))
    };
    text.lines().map(without).collect()
}

#[test]
fn in_rust() {
    let Some(project) = hybrid_orders() else { return };
    let start = Start::new(project.file("worker")).and(project.file("functions")).program(binary());
    let room = start.frozen_at("2027-01-01T12:00:00Z").start().expect("both start");
    let branch = room.branch().unwrap();
    let (orders, dead) = (room.queue("orders"), room.queue("orders-dead"));
    order(&room, "cup");
    assert_eq!((totals(&room), orders.counts().unwrap()), (vec![json!(1800)], EMPTY));

    branch.restore().unwrap();
    order(&room, "pot");
    for attempt in 1..=3 {
        assert_eq!((&orders.peek(1).unwrap()[0]["receiveCount"], dead.counts().unwrap()), (&json!(attempt), EMPTY));
        room.clock().advance("2m").unwrap();
    }
    assert_eq!((orders.counts().unwrap(), dead.counts().unwrap()), (EMPTY, Counts { visible: 1, ..EMPTY }));

    let forgotten = std::fs::read_to_string(project.file(PRICES)).expect("the file is there");
    project.write(PRICES, forgotten.replace("  tea:", "  pot: 2900,\n  tea:"));
    room.app("fulfilment").unwrap().reload().unwrap();
    assert_eq!(dead.redrive().unwrap(), 1);
    room.clock().advance("1s").unwrap();
    assert_eq!((orders.counts().unwrap(), dead.counts().unwrap(), totals(&room)), (EMPTY, EMPTY, vec![json!(5800)]));

    let asked = room.expect_event(json!({ "kind": "http.request", "summary": "POST /orders" })).unwrap();
    let tree = [
        "http.request orders POST /orders 202 ok",
        "├─ fetch fetch.fetch endpoint",
        "└─ queue.send fulfilment send a message to orders ok",
        "   ├─ queue.receive fulfilment receive a message of orders ok",
        "   │  └─ invoke fulfilment invoke work-off 200 partial",
        "   ├─ queue.receive fulfilment receive a message of orders, attempt 2 ok",
        "   │  └─ invoke fulfilment invoke work-off 200 partial",
        "   ├─ queue.receive fulfilment receive a message of orders, attempt 3 ok",
        "   │  └─ invoke fulfilment invoke work-off 200 partial",
        "   └─ queue.move fulfilment give up a message of orders to orders-dead ok",
        "      └─ queue.move fulfilment redrive a message of orders-dead to orders ok",
        "         └─ queue.receive fulfilment receive a message of orders ok",
        "            ├─ invoke fulfilment invoke work-off 200 ok",
        "            │  └─ queue.send fulfilment send a message to receipts ok",
        "            └─ queue.delete fulfilment delete a message of orders ok",
    ];
    assert_eq!(shown(&room, asked["trace"].as_str().unwrap()), tree);
}

#[test]
fn code_that_cannot_be_built_is_told_by_the_reload_and_what_was_there_serves_on() {
    let Some(project) = hybrid_orders() else { return };
    let start = Start::new(project.file("worker")).and(project.file("functions")).program(binary());
    let room = start.frozen_at("2027-01-01T12:00:00Z").start().expect("both start");
    for (app, file) in [("fulfilment", PRICES), ("orders", "worker/src/order.ts")] {
        let good = std::fs::read_to_string(project.file(file)).expect("the file is there");
        project.write(file, "export const = 1;");
        let broken = room.app(app).unwrap().reload().unwrap_err();
        assert!(broken.code == "broken" && broken.message.contains(file.rsplit('/').next().unwrap()), "{broken}");
        order(&room, "tea");
        project.write(file, good);
        room.app(app).unwrap().reload().unwrap();
    }
    assert_eq!(totals(&room), [json!(900), json!(900)]);
    let unknown = room.control().ask("POST", "/v1/apps/shop/reload", Value::Null).unwrap_err();
    assert_eq!((unknown.status, unknown.message.as_str()), (404, "there is no app `shop`; there are `orders`, `fulfilment`"));
}
