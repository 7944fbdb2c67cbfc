//! Sends of the journal that happen again.

use std::collections::BTreeMap;

use greenroom_aws_wire::ApiError;
use greenroom_host::EventId;
use serde::Deserialize;
use serde_json::Value;

use crate::error;
use crate::key::QueueKey;
use crate::message::{AttributeValue, Outgoing};
use crate::service::Queues;

/// A message as the journal has it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Said {
    body: String,
    group_id: Option<String>,
    attributes: BTreeMap<String, AttributeValue>,
}

impl Queues {
    /// Sends what the event of a send to the queue `arn` had once more, as new messages. Gives the new event.
    ///
    /// # Errors
    /// No such queue; what it refuses.
    pub async fn send_again(&self, arn: &str, data: &Value) -> Result<EventId, ApiError> {
        let key = QueueKey::of_arn(arn).ok_or_else(error::no_queue)?;
        let said: Vec<Said> = serde_json::from_value(data["messages"].clone()).unwrap_or_default();
        let message = |said: Said| Outgoing {
            body: said.body,
            // A deduplication id of its own: it is to be there again.
            deduplication: key.is_fifo().then(|| self.new_id()),
            group: said.group_id,
            attributes: said.attributes,
            ..Outgoing::default()
        };
        let (event, sent) = self.send_as_event(&key, said.into_iter().map(message).collect()).await?;
        sent.into_iter().collect::<Result<Vec<_>, _>>().map(|_| event)
    }
}
