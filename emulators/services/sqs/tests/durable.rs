//! What is still there after the state was opened again, or swapped.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::time::Duration;

use greenroom_host::state::State;
use greenroom_host::{Advance, Bound};
use greenroom_sqs::{Make, QueueKey};
use serde_json::json;
use support::{World, arn, bodies};

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let handle = {
        let world = World::in_folder(folder.path());
        let dead = world.create("dead", json!({})).await;
        let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1 }).to_string();
        let url = world.create("orders", json!({ "RedrivePolicy": policy })).await;
        let fifo = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
        world.send(&url, "given up").await;
        world.receive(&url).await;
        world.advance(30).await;
        assert!(world.receive(&url).await.is_empty());
        for body in ["flying", "visible"] {
            world.send(&url, body).await;
        }
        world.call("SendMessage", json!({ "QueueUrl": url, "MessageBody": "delayed", "DelaySeconds": 60 })).await;
        let got = world.receive_with(&url, json!({ "MaxNumberOfMessages": 1 })).await;
        world.send_fifo(&fifo, "a1", "a", "1").await;
        world.send_fifo(&fifo, "a2", "a", "2").await;
        world.receive_with(&fifo, json!({ "MaxNumberOfMessages": 1 })).await;
        assert_eq!(world.counts(&dead).await, [1, 0, 0]);
        got[0]["ReceiptHandle"].clone()
    };
    let world = World::in_folder(folder.path());
    let url = |name: &str| format!("http://127.0.0.1:4566/000000000000/{name}");
    // The clock of this run begins where the other one did.
    world.host.clock.advance(Advance::By(Duration::from_secs(30)), Bound::default()).await.unwrap();
    assert_eq!(world.counts(&url("orders")).await, [1, 1, 1]);
    assert_eq!(world.counts(&url("dead")).await, [1, 0, 0]);
    assert_eq!(world.receive(&url("orders.fifo")).await.len(), 0);
    world.send_fifo(&url("orders.fifo"), "a1", "a", "1").await;
    assert_eq!(world.counts(&url("orders.fifo")).await, [1, 1, 0]);
    world.call("DeleteMessage", json!({ "QueueUrl": url("orders"), "ReceiptHandle": handle })).await;
    assert_eq!(bodies(&world.receive(&url("orders")).await), ["visible"]);
    assert_eq!(bodies(&world.receive(&url("dead")).await), ["given up"]);
    world.advance(60).await;
    assert_eq!(world.counts(&url("orders")).await[0], 2);
}

#[tokio::test]
async fn a_restored_snapshot_is_what_queues_have() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    world.send(&url, "before").await;
    let (state, host) = (world.host.state.clone(), world.host.clone());
    tokio::task::spawn_blocking(move || state.snapshot("s", true, || host.moment()).unwrap()).await.unwrap();
    world.send(&url, "after").await;
    let waiting = world.spawn("ReceiveMessage", json!({ "QueueUrl": url, "WaitTimeSeconds": 20, "MaxNumberOfMessages": 10 }));
    waiting.await.unwrap();
    let state = world.host.state.clone();
    tokio::task::spawn_blocking(move || state.restore("s", |_| ()).unwrap()).await.unwrap();
    world.settle().await;
    assert_eq!(bodies(&world.receive(&url).await), ["before"]);
}

#[tokio::test]
async fn a_receive_waits_on_through_a_restore() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    let (state, host) = (world.host.state.clone(), world.host.clone());
    tokio::task::spawn_blocking(move || state.snapshot("s", true, || host.moment()).unwrap()).await.unwrap();
    let waiting = world.spawn("ReceiveMessage", json!({ "QueueUrl": url, "WaitTimeSeconds": 20 }));
    world.settle().await;
    let state = world.host.state.clone();
    tokio::task::spawn_blocking(move || state.restore("s", |_| ()).unwrap()).await.unwrap();
    world.settle().await;
    world.send(&url, "a").await;
    assert_eq!(waiting.await.unwrap().1["Messages"][0]["Body"], "a");
}

#[tokio::test]
async fn queues_that_a_template_declares_are_there_in_every_state() {
    let world = World::new();
    let key = |name: &str| QueueKey { account: "000000000000".into(), region: "us-east-1".into(), name: name.into() };
    let make = |name: &str, attributes: &[(&str, &str)]| Make {
        key: key(name),
        attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        tags: [].into(),
        app: None,
    };
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 2 }).to_string();
    // The one that names the other comes first.
    let declared = vec![make("orders", &[("RedrivePolicy", &policy), ("DelaySeconds", "3")]), make("dead", &[])];
    assert_eq!(world.queues.declare("shop", declared.clone()).await, []);
    let url = "http://127.0.0.1:4566/000000000000/orders";
    world.call("SetQueueAttributes", json!({ "QueueUrl": url, "Attributes": { "DelaySeconds": "9", "VisibilityTimeout": "1" } })).await;
    assert_eq!(world.queues.declare("shop", declared).await, []);
    let got = world.call("GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": ["DelaySeconds", "VisibilityTimeout"] })).await;
    assert_eq!(got["Attributes"], json!({ "DelaySeconds": "3", "VisibilityTimeout": "30" }));
    let state = world.host.state.clone();
    tokio::task::spawn_blocking(move || state.reset(&State::default()).unwrap()).await.unwrap();
    world.settle().await;
    let names: Vec<_> = world.queues.overview().into_iter().map(|queue| (queue.key.name, queue.app, queue.dead_letter.is_some())).collect();
    assert_eq!(names, [("dead".to_owned(), Some("shop".to_owned()), false), ("orders".to_owned(), Some("shop".to_owned()), true)]);
}
