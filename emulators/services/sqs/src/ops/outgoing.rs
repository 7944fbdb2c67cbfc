//! Messages as requests have them.

use std::collections::BTreeMap;

use greenroom_aws_wire::{ApiError, Context};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error;
use crate::message::{AttributeValue, Outgoing};

/// What a message says, in requests for one and for many.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Said {
    message_body: String,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: Option<BTreeMap<String, SaidValue>>,
    #[serde(default)]
    message_system_attributes: Option<BTreeMap<String, SaidValue>>,
    message_deduplication_id: Option<String>,
    message_group_id: Option<String>,
}

/// A value of an attribute, with the lists that nobody may send.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaidValue {
    #[serde(flatten)]
    value: AttributeValue,
    string_list_values: Option<IgnoredAny>,
    binary_list_values: Option<IgnoredAny>,
}

impl Said {
    /// The message, as `operation` sends it.
    ///
    /// # Errors
    /// An attribute of the system that senders may not set; values that are lists.
    pub(super) fn outgoing(self, operation: &str, context: &Context) -> Result<Outgoing, ApiError> {
        let plain = |values: Option<BTreeMap<String, SaidValue>>| -> Result<BTreeMap<String, AttributeValue>, ApiError> {
            let refused = || error::unsupported(format!("Message attribute list values in {operation} operation are not supported."));
            let plain = |(name, said): (String, SaidValue)| match (said.string_list_values, said.binary_list_values) {
                (None, None) => Ok((name, said.value)),
                _ => Err(refused()),
            };
            values.unwrap_or_default().into_iter().map(plain).collect()
        };
        let attributes = plain(self.message_attributes)?;
        let mut system = plain(self.message_system_attributes)?;
        let trace = system.remove("AWSTraceHeader");
        if let Some(name) = system.keys().next() {
            return Err(error::invalid(format!("Message system attribute name '{name}' is invalid.")));
        }
        Ok(Outgoing {
            body: self.message_body,
            attributes,
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
