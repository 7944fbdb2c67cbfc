//! Queues of Amazon SQS, whoever declares or makes them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clock::{array, text};
use crate::error::{Error, Result};
use crate::wire::{Control, query};

/// A queue.
#[derive(Debug, Clone)]
pub struct Queue {
    control: Control,
    name: String,
}

/// What goes with a message that is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Attributes of type `String`, by name.
    pub attributes: BTreeMap<String, String>,
    /// `MessageGroupId`.
    pub group_id: Option<String>,
    /// `MessageDeduplicationId`; a FIFO queue's message gets one of its own.
    pub deduplication_id: Option<String>,
    /// Seconds until it is to be seen.
    pub delay_seconds: Option<i64>,
}

/// How many messages a queue has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that whoever asks gets.
    pub visible: u64,
    /// Those that were received and not deleted.
    pub in_flight: u64,
    /// Those that are not to be seen yet.
    pub delayed: u64,
}

impl Queue {
    pub(crate) fn new(control: Control, name: &str) -> Self {
        Self { control, name: name.to_owned() }
    }

    /// Sends a text. Gives the message's id.
    ///
    /// # Errors
    /// What SQS refuses, in its words.
    pub fn send(&self, body: &str) -> Result<String> {
        self.send_with(body, &Message::default())
    }

    /// Sends a text with what goes with it.
    ///
    /// # Errors
    /// The same.
    pub fn send_with(&self, body: &str, with: &Message) -> Result<String> {
        let message = json!({
            "queue": self.name,
            "body": body,
            "attributes": with.attributes,
            "groupId": with.group_id,
            "deduplicationId": with.deduplication_id,
            "delaySeconds": with.delay_seconds,
        });
        Ok(text(&self.control.ask("POST", "/v1/sqs/send", message)?, "messageId"))
    }

    /// The first messages, also those that are not to be seen now. Nothing happens to them.
    ///
    /// # Errors
    /// When there is no such queue.
    pub fn peek(&self, most: usize) -> Result<Vec<Value>> {
        let query = query(&[("queue", Some(self.name.clone())), ("most", Some(most.to_string()))]);
        Ok(array(&self.control.ask("GET", &format!("/v1/sqs/messages{query}"), Value::Null)?, "messages").to_vec())
    }

    /// How many messages there are.
    ///
    /// # Errors
    /// When there is no such queue.
    pub fn counts(&self) -> Result<Counts> {
        let all = queues(&self.control)?;
        let name = self.name.rsplit('/').next().unwrap_or_default();
        let Some(found) = all.iter().find(|queue| queue["name"] == name || queue["arn"] == name) else {
            let names: Vec<String> = all.iter().map(|queue| text(queue, "name")).collect();
            return Err(Error::new("not-found", format!("there is no queue {}; there are: {}", self.name, names.join(", "))));
        };
        let count = |key: &str| found[key].as_u64().unwrap_or_default();
        Ok(Counts { visible: count("visible"), in_flight: count("inFlight"), delayed: count("delayed") })
    }

    /// Takes all messages out of it. Gives how many there were.
    ///
    /// # Errors
    /// What SQS refuses, in its words.
    pub fn purge(&self) -> Result<u64> {
        self.emptied("/v1/sqs/purge", json!({ "queue": self.name }))
    }

    /// Starts moving the messages of this dead letter queue to where they came from. Gives how many there are; they move by the run's clock,
    /// where it stands still with the next advance.
    ///
    /// # Errors
    /// What SQS refuses, in its words.
    pub fn redrive(&self) -> Result<u64> {
        self.redrive_to(None, None)
    }

    /// The same to the queue `to`, `rate` messages a second.
    ///
    /// # Errors
    /// The same.
    pub fn redrive_to(&self, to: Option<&str>, rate: Option<u64>) -> Result<u64> {
        self.emptied("/v1/sqs/redrive", json!({ "queue": self.name, "to": to, "rate": rate }))
    }

    fn emptied(&self, path: &str, body: Value) -> Result<u64> {
        Ok(self.control.ask("POST", path, body)?["messages"].as_u64().unwrap_or_default())
    }
}

/// All queues of a run.
pub(crate) fn queues(control: &Control) -> Result<Vec<Value>> {
    Ok(array(&control.ask("GET", "/v1/sqs", Value::Null)?, "queues").to_vec())
}
