//! What the journal keeps of an event.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::event::{Answer, Event, Outcome, Text, text};

/// One call of guest code to a service, a child of its invocation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceCall {
    /// Which service: `kv`, `d1`, `fetch`.
    #[serde(with = "text")]
    pub service: Arc<str>,
    /// The binding's name in the environment; `fetch` for the outside.
    #[serde(with = "text")]
    pub binding: Arc<str>,
    /// Which method.
    #[serde(with = "text")]
    pub operation: Arc<str>,
    /// Which resource: a namespace's or database's id, a URL; empty where it has none.
    #[serde(with = "text")]
    pub resource: Arc<str>,
    /// Its arguments as JSON text, as far as they are kept.
    pub args: Text,
    /// How many bytes of arguments and body went there; a body that comes piece by piece is not counted.
    pub sent: u64,
    /// How many bytes came back; a body that comes piece by piece is not counted.
    pub received: u64,
    /// How long until it answered.
    #[serde(rename = "took_us", with = "micros")]
    pub took: Duration,
    /// The error's text, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The faults that were applied to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// By when it began: [`super::Journal::order`].
    #[serde(skip)]
    pub order: u64,
}

/// A line that the code wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// `debug`, `info`, `warn`, `error`.
    #[serde(with = "text")]
    pub level: Arc<str>,
    /// What it says.
    pub text: String,
}

/// What became of an event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// Not known while it runs.
    pub outcome: Option<Outcome>,
    /// How long until the answer.
    #[serde(default, rename = "took_us", with = "maybe_micros", skip_serializing_if = "Option::is_none")]
    pub took: Option<Duration>,
    /// CPU time of the code, where it was measured.
    #[serde(default, rename = "cpu_us", with = "maybe_micros", skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Duration>,
    /// How long it waited for a guest to be loaded; none where one was ready.
    #[serde(default, rename = "cold_us", with = "maybe_micros", skip_serializing_if = "Option::is_none")]
    pub cold: Option<Duration>,
    /// What the code answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Answer>,
    /// What the code asked of services, in the order in which it did.
    #[serde(default)]
    pub calls: Vec<ServiceCall>,
    /// What the code wrote.
    #[serde(default)]
    pub logs: Vec<LogLine>,
    /// Faults that were applied to the event itself.
    #[serde(default)]
    pub faults: Vec<String>,
}

/// An event with what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// What became of it.
    #[serde(flatten)]
    pub ending: Ending,
}

mod micros {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(took.as_micros()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_micros)
    }
}

mod maybe_micros {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde asks for this form")]
    pub(super) fn serialize<S: Serializer>(took: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        match took {
            Some(took) => super::micros::serialize(took, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_micros))
    }
}
