//! `SendMessage`: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::outgoing::Said;
use crate::key::QueueKey;
use crate::service::Queues;
use crate::verbs::Sent;

/// Sends a message.
pub(super) struct SendMessage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: String,
    #[serde(flatten)]
    said: Said,
}

impl Operation<Queues> for SendMessage {
    const NAME: &'static str = "SendMessage";
    type Input = Input;

    async fn call(service: Arc<Queues>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let queue = QueueKey::of_url(&context, &input.queue_url)?;
        let sent = service.send_one(&queue, input.said.outgoing(Self::NAME, &context)?).await?;
        Ok(Answer::of(&members(sent)))
    }
}

/// A message that was sent, as answers have it.
pub(super) fn members(sent: Sent) -> Map<String, Value> {
    let Sent { id, digest, attributes_digest, system_digest, sequence } = sent;
    let parts = [
        ("MessageId", Some(id)),
        ("MD5OfMessageBody", Some(digest)),
        ("MD5OfMessageAttributes", attributes_digest),
        ("MD5OfMessageSystemAttributes", system_digest),
        ("SequenceNumber", sequence),
    ];
    parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect()
}
