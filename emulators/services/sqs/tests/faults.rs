//! What goes wrong with queues on purpose.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::time::Duration;

use greenroom_host::faults::{Action, Failure, Rule, Scope, When};
use serde_json::json;
use support::{World, bodies};

fn add(world: &World, operation: &str, when: When, action: Action) {
    let scope = Scope { service: Some("sqs".into()), operation: Some(operation.into()), ..Scope::default() };
    let name = world.host.faults.free_name();
    let rule = Rule { name, scope, when, seed: 1, latency: Duration::ZERO, action };
    assert_eq!(world.host.faults.doubt(&rule), None);
    world.host.faults.add(greenroom_host::faults::ADDED, rule);
}

#[tokio::test]
async fn rules_make_sends_and_receives_go_wrong() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    add(&world, "SendMessage", When::First(1), Action::Throttle);
    let (code, _) = world.refused("SendMessage", json!({ "QueueUrl": url, "MessageBody": "a" })).await;
    assert_eq!(code, "RequestThrottled");
    add(&world, "SendMessage", When::First(1), Action::Duplicate);
    world.send(&url, "a").await;
    assert_eq!(bodies(&world.receive(&url).await), ["a", "a"]);
    for body in ["b", "c"] {
        world.send(&url, body).await;
    }
    add(&world, "ReceiveMessage", When::First(1), Action::Reorder);
    assert_eq!(bodies(&world.receive_with(&url, json!({ "MaxNumberOfMessages": 1 })).await), ["c"]);
    add(&world, "ReceiveMessage", When::First(1), Action::LoseVisibility);
    assert_eq!(bodies(&world.receive(&url).await), ["b"]);
    assert_eq!(bodies(&world.receive(&url).await), ["b"]);
}

#[tokio::test]
async fn rules_make_a_part_of_a_batch_fail() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    add(&world, "SendMessage", When::First(1), Action::Partial);
    let entries: Vec<_> = (0..3).map(|at| json!({ "Id": at.to_string(), "MessageBody": at.to_string() })).collect();
    let sent = world.call("SendMessageBatch", json!({ "QueueUrl": url, "Entries": entries })).await;
    assert_eq!((&sent["Failed"][0]["Id"], &sent["Failed"][0]["SenderFault"]), (&json!("1"), &json!(false)));
    assert_eq!(world.counts(&url).await[0], 2);
    add(&world, "DeleteMessage", When::Always, Action::Error(Failure { code: Some("ServiceUnavailable".into()), ..Failure::default() }));
    let got = world.receive(&url).await;
    let (code, _) = world.refused("DeleteMessage", json!({ "QueueUrl": url, "ReceiptHandle": got[0]["ReceiptHandle"] })).await;
    assert_eq!(code, "ServiceUnavailable");
}
