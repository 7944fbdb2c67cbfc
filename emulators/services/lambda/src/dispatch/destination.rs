//! Where results of asynchronous events go.
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use greenroom_aws_wire::ApiError;
use greenroom_host::{Content, EventId, FunctionCall, LogLine, Parcel, QueueMessage, Recipient};
use serde_json::{Value, json};

use super::Call;
use crate::service::LambdaService;

/// How an event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    Success,
    RetriesExhausted,
    EventAgeExceeded,
    ZeroReservedConcurrency,
}

/// The function's last answer.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    pub(super) event: EventId,
    pub(super) version: String,
    pub(super) error: Option<String>,
    pub(super) body: Bytes,
}

/// What became of an event.
pub(super) struct Outcome {
    /// The record that destinations get.
    record: Value,
    /// The event that its last attempt was; none where it was never tried.
    cause: Option<EventId>,
    payload: Bytes,
    condition: Condition,
}

impl Outcome {
    /// Of `call`, which was invoked `tries` times.
    pub(super) fn of(service: &LambdaService, tries: u32, call: &Call, condition: Condition, answered: Option<Answered>) -> Self {
        let document = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or(Value::Null);
        let qualifier = call.named.qualifier.as_deref().unwrap_or("$LATEST");
        let mut record = json!({
            "version": "1.0",
            "timestamp": service.host.clock.now().iso_8601(),
            "requestContext": {
                "requestId": call.request_id,
                "functionArn": call.named.key.qualified(Some(qualifier)),
                "condition": format!("{condition:?}"),
                "approximateInvokeCount": tries,
            },
            "requestPayload": document(&call.payload),
        });
        if let Some(answered) = &answered {
            record["responseContext"] = json!({ "statusCode": 200, "executedVersion": answered.version });
            if let Some(error) = &answered.error {
                record["responseContext"]["functionError"] = error.as_str().into();
            }
            record["responsePayload"] = document(&answered.body);
        }
        Self { record, cause: answered.map(|answered| answered.event), payload: call.payload.clone(), condition }
    }
}

impl LambdaService {
    /// Sends what became of an event to the destination `to`.
    pub(super) async fn send_on(self: &Arc<Self>, to: &str, outcome: Outcome) {
        let body = Bytes::from(outcome.record.to_string());
        self.deliver_to(to, "destination", outcome.cause, body, QueueMessage::default()).await;
    }

    /// Sends an event that was given up to the dead letter queue `to`, as it came.
    pub(super) async fn dead_letter(self: &Arc<Self>, to: &str, outcome: &Outcome) {
        debug_assert!(outcome.condition != Condition::Success, "what was handled is no dead letter");
        let message = QueueMessage { attributes: attributes(&outcome.record), ..QueueMessage::default() };
        self.deliver_to(to, "dead letter queue", outcome.cause, outcome.payload.clone(), message).await;
    }

    async fn deliver_to(&self, to: &str, what: &str, cause: Option<EventId>, body: Bytes, message: QueueMessage) {
        let service = to.split(':').nth(2).unwrap_or_default();
        let (recipient, entry) = match service {
            "lambda" => {
                let call = FunctionCall { asynchronous: true, caller: "lambda.amazonaws.com".to_owned(), ..FunctionCall::default() };
                (Recipient::Function(to.to_owned()), serde_json::to_vec(&call))
            }
            "sqs" => (Recipient::Queue(to.to_owned()), serde_json::to_vec(&message)),
            _ => {
                let message = format!("the {what} `{to}` gets nothing: greenroom does not emulate {service} yet");
                return self.warn(cause, message);
            }
        };
        let summary = Some(format!("{what} {to}"));
        let (entry, body) = (entry.unwrap_or_default().into(), Some(Content::Whole(body)));
        let parcel = Parcel { to: recipient, cause, summary, entry, request: None, body };
        if let Err(error) = self.host.delivery.deliver(parcel).await {
            self.warn(cause, format!("the {what} `{to}` gets nothing: {error}"));
        }
    }

    /// An event that cannot be tried any more.
    pub(super) fn dropped(&self, call: &Call, error: &ApiError) {
        self.warn(call.cause, format!("an event for {} is given up: {}", call.named.arn(), error.message));
    }

    /// Writes a line under an event, where there is one.
    fn warn(&self, event: Option<EventId>, text: String) {
        if let Some(event) = event {
            self.host.journal.log(event, LogLine { level: "warn".into(), text });
        }
    }
}

/// What goes along with an event that was given up.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq>
fn attributes(record: &Value) -> BTreeMap<String, (String, String)> {
    /// How much of the error's text there is, in bytes. Same page.
    const TEXT: usize = 1024;
    let error = &record["responsePayload"]["errorMessage"];
    let mut text = error.as_str().or(record["requestContext"]["condition"].as_str()).unwrap_or_default().to_owned();
    text.truncate((0..=TEXT.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default());
    let id = record["requestContext"]["requestId"].as_str().unwrap_or_default().to_owned();
    let status = record["responseContext"]["statusCode"].as_u64().unwrap_or(200).to_string();
    let all = [("RequestID", "String", id), ("ErrorCode", "Number", status), ("ErrorMessage", "String", text)];
    let named = |(name, kind, value): (&str, &str, String)| (name.to_owned(), (kind.to_owned(), value));
    all.into_iter().filter(|(_, _, value)| !value.is_empty()).map(named).collect()
}
