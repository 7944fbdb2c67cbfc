//! Messages as requests have them.

use std::collections::BTreeMap;

use greenroom_aws_wire::{ApiError, Context};
use serde::Deserialize;

use crate::error;
use crate::message::{AttributeValue, Outgoing};

/// What a message says, in requests for one and for many.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Said {
    message_body: String,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: Option<BTreeMap<String, AttributeValue>>,
    #[serde(default)]
    message_system_attributes: Option<BTreeMap<String, AttributeValue>>,
    message_deduplication_id: Option<String>,
    message_group_id: Option<String>,
}

impl Said {
    /// The message.
    ///
    /// # Errors
    /// An attribute of the system that senders may not set.
    pub(super) fn outgoing(self, context: &Context) -> Result<Outgoing, ApiError> {
        let mut system = self.message_system_attributes.unwrap_or_default();
        let trace = system.remove("AWSTraceHeader");
        if let Some(name) = system.keys().next() {
            return Err(error::invalid(format!("Message system attribute name '{name}' is invalid.")));
        }
        Ok(Outgoing {
            body: self.message_body,
            attributes: self.message_attributes.unwrap_or_default(),
            trace,
            delay: self.delay_seconds,
            group: self.message_group_id,
            deduplication: self.message_deduplication_id,
            sender: context.account.clone(),
            traced: context.header("x-amzn-trace-id").map(str::to_owned),
            cause: context.cause,
        })
    }
}
