//! Queues of SQS as sources of events.
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#sqs-polling-behavior>

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_host::Busy;
use greenroom_sqs::{Ask, AttributeValue, QueueKey, Queues, Received};
use greenroom_triggers::event_source::{EventSource, Record, Unread};
use serde_json::{Map, Value, json};

use super::Sources;

/// A receive gives so many at most.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>
const MOST: usize = 10;

/// A queue that a mapping takes messages from.
struct Queue {
    queues: Queues,
    key: QueueKey,
}

pub(super) fn open(sources: &Sources, arn: &str) -> Option<Arc<dyn EventSource>> {
    let key = QueueKey::of_arn(arn)?;
    Some(Arc::new(Queue { queues: sources.queues.clone(), key }))
}

pub(super) fn refusal(sources: &Sources, arn: &str, timeout: Duration) -> Option<String> {
    let visibility = QueueKey::of_arn(arn)
        .and_then(|key| sources.queues.attributes(&key, &["VisibilityTimeout".to_owned()]).ok())
        .and_then(|attributes| attributes.get("VisibilityTimeout")?.parse::<u64>().ok());
    let Some(visibility) = visibility else {
        let code = "AWS.SimpleQueueService.NonExistentQueue";
        return Some(format!(
            "Error occurred while ReceiveMessage. SQS Error Code: {code}. SQS Error Message: The specified queue does not exist."
        ));
    };
    let timeout = timeout.as_secs();
    (visibility < timeout)
        .then(|| format!("Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds"))
}

impl EventSource for Queue {
    fn ready(&self) -> BoxFuture<'_, Busy> {
        self.queues.ready(&self.key).boxed()
    }

    fn back(&self) -> BoxFuture<'_, Busy> {
        self.queues.appears(&self.key).boxed()
    }

    fn receive(&self, most: usize) -> BoxFuture<'_, Result<Vec<Record>, Unread>> {
        let ask = Ask { most: most.min(MOST), visibility: None, wait: Some(0), attempt: None };
        async move {
            match self.queues.receive(&self.key, ask).await {
                Ok(messages) => Ok(messages.into_iter().map(|message| self.record(message)).collect()),
                Err(error) if !self.queues.exists(&self.key) => Err(Unread::Gone(error.message)),
                Err(error) => Err(Unread::Refused(error.message)),
            }
        }
        .boxed()
    }

    fn done(&self, records: Vec<Record>) -> BoxFuture<'_, ()> {
        async move {
            let cause = records.iter().find_map(|record| record.cause);
            let handles: Vec<_> = records.into_iter().map(|record| record.handle).collect();
            for handles in handles.chunks(MOST) {
                // Of a queue that is gone nothing can be deleted, and nothing needs to be.
                drop(self.queues.delete(&self.key, handles, cause).await);
            }
        }
        .boxed()
    }

    /// They are seen again when their visibility timeout is over.
    fn failed(&self, records: Vec<Record>) -> BoxFuture<'_, ()> {
        drop(records);
        std::future::ready(()).boxed()
    }
}

impl Queue {
    fn record(&self, message: Received) -> Record {
        let document = document(&message, &self.key);
        Record { id: message.id, handle: message.handle, document, cause: message.event, trace: message.extra.trace }
    }
}

/// A message of the queue `key` as functions get it: <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event>
pub(crate) fn document(message: &Received, key: &QueueKey) -> Value {
    let attributes: Map<_, _> = message.system_attributes().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    let own: Map<_, _> = message.extra.attributes.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
    let mut document = json!({
        "messageId": message.id,
        "receiptHandle": message.handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": own,
        "md5OfBody": message.digest,
        "eventSource": "aws:sqs",
        "eventSourceARN": key.arn(),
        "awsRegion": key.region,
    });
    if let Some(digest) = message.attributes_digest() {
        document["md5OfMessageAttributes"] = digest.into();
    }
    document
}

fn attribute(value: &AttributeValue) -> Value {
    let mut shown = json!({ "stringListValues": [], "binaryListValues": [], "dataType": value.data_type });
    if let Some(text) = &value.string_value {
        shown["stringValue"] = text.as_str().into();
    }
    if let Some(bytes) = &value.binary_value {
        shown["binaryValue"] = bytes.as_str().into();
    }
    shown
}
