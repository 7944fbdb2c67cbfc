//! What the journal has of messages: each in the trace of what has sent it, wherever it goes.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use greenroom_host::{Entry, EventId, EventKind, Journal, Query};
use serde_json::json;
use support::{World, arn, bodies};

/// The events of a kind, oldest first.
fn events(journal: &Journal, kind: EventKind) -> Vec<Entry> {
    let page = journal.list(&Query::default(), None, 100);
    let mut all: Vec<_> = page.entries.into_iter().filter(|entry| entry.event.kind == kind).collect();
    all.reverse();
    all
}

fn causes(entries: &[Entry]) -> Vec<Option<EventId>> {
    entries.iter().map(|entry| entry.event.cause).collect()
}

#[tokio::test]
async fn messages_that_are_given_up_and_redriven_together_stay_in_their_own_traces() {
    let world = World::new();
    world.create("dead", json!({})).await;
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1 }).to_string();
    let url = world.create("orders", json!({ "VisibilityTimeout": "0", "RedrivePolicy": policy })).await;
    for body in ["one", "two"] {
        world.send(&url, body).await;
    }
    let sent = events(&world.host.journal, EventKind::QueueSend);
    assert_eq!(bodies(&world.receive(&url).await).len(), 2);
    assert_eq!(world.receive(&url).await.len(), 0, "both are given up");
    world.call("StartMessageMoveTask", json!({ "SourceArn": arn("dead") })).await;
    world.advance(1).await;
    let again = world.receive(&url).await;
    assert_eq!(bodies(&again), ["one", "two"]);
    world.delete(&url, &again[0]).await;

    let moves = events(&world.host.journal, EventKind::QueueMove);
    let summaries: Vec<_> = moves.iter().map(|entry| entry.event.summary.as_str()).collect();
    let (given_up, redriven) = ("give up a message of orders to dead", "redrive a message of dead to orders");
    assert_eq!(summaries, [given_up, given_up, redriven, redriven]);
    let ids: Vec<_> = sent.iter().chain(&moves).map(|entry| Some(entry.event.id)).collect();
    assert_eq!(causes(&moves), ids[..4], "each by its send, then by its own way to the other queue");
    let traces: Vec<_> = moves.iter().map(|entry| entry.event.trace).collect();
    assert_eq!(traces, [sent[0].event.trace, sent[1].event.trace, sent[0].event.trace, sent[1].event.trace]);
    let received = events(&world.host.journal, EventKind::QueueReceive);
    assert_eq!(causes(&received), [ids[0], ids[4]]);
}
