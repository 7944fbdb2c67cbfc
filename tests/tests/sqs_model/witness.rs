//! What faults did, as the journal says.

use greenroom_tests::Control;
use serde_json::Value;

use crate::history::Witness;

/// Reads it.
pub(crate) fn ask(witness: &mut Witness, control: Control) {
    for event in struck(control, "queue.send", "duplicate") {
        witness.doubled.extend(messages(&event).filter_map(|message| message["body"].as_str().map(str::to_owned)));
    }
    for event in struck(control, "queue.receive", "lose-visibility") {
        let seen = messages(&event).map(|message| {
            let id = message["messageId"].as_str().expect("a message has an id").to_owned();
            (id, message["receiveCount"].as_u64().expect("it was received so often"))
        });
        witness.shown.extend(seen);
    }
}

/// The events of a kind that a fault of that name struck.
fn struck(control: Control, kind: &str, action: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut before = String::new();
    loop {
        let page = control.get(&format!("/v1/events?kind={kind}&text={action}&limit=1000{before}"));
        let events = page["events"].as_array().expect("a list of events");
        found.extend(events.iter().map(|event| control.get(&format!("/v1/events/{}", event["id"].as_str().expect("an event has an id")))));
        let Some(next) = page["next"].as_str() else { break };
        before = format!("&before={next}");
    }
    found.retain(|event| {
        event["faults"].as_array().into_iter().flatten().any(|note| note.as_str().is_some_and(|note| note.contains(action)))
    });
    found
}

fn messages(event: &Value) -> impl Iterator<Item = &Value> {
    event["payload"]["data"]["messages"].as_array().into_iter().flatten()
}
