//! Messages that come through other doors than the API: from functions that were given up, from other services.

use bytes::Bytes;
use greenroom_host::{Parcel, QueueMessage, Recipient, Reply, Undelivered};

use crate::key::QueueKey;
use crate::message::{AttributeValue, Outgoing};
use crate::service::Queues;

impl Queues {
    /// Sends what a parcel has to the queue that it is for. The reply has the message's id as `x-amzn-message-id`.
    ///
    /// # Errors
    /// No such queue; what the queue refuses, in its own words.
    pub async fn deliver(&self, parcel: Parcel) -> Result<Reply, Undelivered> {
        let Recipient::Queue(arn) = parcel.to else { return Err(Undelivered::Gone) };
        let missing = || Undelivered::NoSuchQueue(arn.clone());
        let key = QueueKey::of_arn(&arn).filter(|key| self.exists(key)).ok_or_else(missing)?;
        let failed = |message: String| Undelivered::Failed { message, carried: None };
        let QueueMessage { attributes, group, trace } = serde_json::from_slice(&parcel.entry).unwrap_or_default();
        let text = |(data_type, value): (String, String)| AttributeValue { data_type, string_value: Some(value), binary_value: None };
        let body = match parcel.body {
            Some(body) => body.whole().await.map_err(failed)?,
            None => Bytes::new(),
        };
        let message = Outgoing {
            body: String::from_utf8_lossy(&body).into_owned(),
            attributes: attributes.into_iter().map(|(name, value)| (name, text(value))).collect(),
            // Every message of a FIFO queue is of a group and has an id.
            deduplication: group.is_some().then(|| greenroom_aws_wire::uuid(&self.inner.host)),
            group,
            traced: trace,
            cause: parcel.cause,
            ..Outgoing::default()
        };
        let sent = self.send_one(&key, message).await.map_err(|error| failed(error.message))?;
        let headers = vec![("x-amzn-message-id".to_owned(), sent.id)];
        Ok(Reply { status: 200, reason: String::new(), headers, body: None })
    }
}
