//! The attributes of queues that can be set, with what each may be.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>

use greenroom_aws_wire::ApiError;
use serde_json::Value;

use crate::{error, limits};

/// An attribute.
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    rule: Rule,
    /// Which queues have it.
    kind: For,
    /// What it is where nobody has set it; empty: nothing.
    pub(crate) default: &'static str,
}

enum Rule {
    Number(u64, u64),
    Flag,
    Words(&'static [&'static str]),
    /// A document, or nothing.
    Json,
    Text,
}

#[derive(PartialEq)]
enum For {
    All,
    /// What others are told where they set it.
    Fifo(NotFifo),
}

#[derive(PartialEq)]
enum NotFifo {
    Unknown,
    OnlyFifo,
}

const fn number(name: &'static str, least: u64, most: u64, default: &'static str) -> Attribute {
    Attribute { name, rule: Rule::Number(least, most), kind: For::All, default }
}

/// All of them.
pub(crate) const ATTRIBUTES: &[Attribute] = &[
    number("VisibilityTimeout", 0, limits::VISIBILITY, "30"),
    number("DelaySeconds", 0, limits::DELAY, "0"),
    number("ReceiveMessageWaitTimeSeconds", 0, limits::WAIT, "0"),
    number("MessageRetentionPeriod", 60, 1_209_600, "345600"),
    number("MaximumMessageSize", 1024, limits::MESSAGE as u64, "1048576"),
    number("KmsDataKeyReusePeriodSeconds", 60, 86_400, ""),
    Attribute { name: "KmsMasterKeyId", rule: Rule::Text, kind: For::All, default: "" },
    Attribute { name: "SqsManagedSseEnabled", rule: Rule::Flag, kind: For::All, default: "true" },
    Attribute { name: "Policy", rule: Rule::Json, kind: For::All, default: "" },
    Attribute { name: "RedrivePolicy", rule: Rule::Json, kind: For::All, default: "" },
    Attribute { name: "RedriveAllowPolicy", rule: Rule::Json, kind: For::All, default: "" },
    Attribute { name: "FifoQueue", rule: Rule::Flag, kind: For::Fifo(NotFifo::Unknown), default: "true" },
    Attribute { name: "ContentBasedDeduplication", rule: Rule::Flag, kind: For::Fifo(NotFifo::Unknown), default: "false" },
    Attribute {
        name: "DeduplicationScope",
        rule: Rule::Words(&["queue", "messageGroup"]),
        kind: For::Fifo(NotFifo::OnlyFifo),
        default: "queue",
    },
    Attribute {
        name: "FifoThroughputLimit",
        rule: Rule::Words(&["perQueue", "perMessageGroupId"]),
        kind: For::Fifo(NotFifo::OnlyFifo),
        default: "perQueue",
    },
];

/// Attributes that can be asked for alone.
pub(crate) const COMPUTED: &[&str] = &[
    "QueueArn",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
];

impl Attribute {
    /// The attribute of that name that such a queue has.
    pub(crate) fn find(name: &str, fifo: bool) -> Result<&'static Self, ApiError> {
        let unknown = || error::attribute_name(format!("Unknown Attribute {name}."));
        let attribute = ATTRIBUTES.iter().find(|attribute| attribute.name == name).ok_or_else(unknown)?;
        match &attribute.kind {
            For::Fifo(NotFifo::Unknown) if !fifo => Err(unknown()),
            For::Fifo(NotFifo::OnlyFifo) if !fifo => {
                Err(error::attribute_name(format!("You can specify the {name} only when FifoQueue is set to true.")))
            }
            _ => Ok(attribute),
        }
    }

    /// Whether such a queue has it.
    pub(crate) fn is_of(&self, fifo: bool) -> bool {
        fifo || self.kind == For::All
    }

    /// Refuses what it cannot be.
    pub(crate) fn check(&self, value: &str) -> Result<(), ApiError> {
        let is_fine = match &self.rule {
            Rule::Number(least, most) => value.parse::<u64>().is_ok_and(|number| (*least..=*most).contains(&number)),
            Rule::Flag => matches!(value.to_ascii_lowercase().as_str(), "true" | "false"),
            Rule::Words(words) => words.contains(&value),
            Rule::Json => value.is_empty() || serde_json::from_str::<Value>(value).is_ok_and(|value| value.is_object()),
            Rule::Text => true,
        };
        if self.name == "FifoQueue" && !value.eq_ignore_ascii_case("true") {
            return Err(error::attribute_value(self.name, Some("Modifying queue type is not supported.")));
        }
        if is_fine { Ok(()) } else { Err(error::attribute_value(self.name, None)) }
    }

    /// The value as it is kept and shown; empty: it is not kept.
    pub(crate) fn normal(&self, value: &str) -> String {
        match self.rule {
            Rule::Flag => value.to_ascii_lowercase(),
            // SQS forgets it: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>
            Rule::Number(..) if self.name == "KmsDataKeyReusePeriodSeconds" && value == "300" => String::new(),
            Rule::Number(..) => value.parse().map_or_else(|_| value.to_owned(), |number: u64| number.to_string()),
            Rule::Json if self.name == "RedrivePolicy" => with_number(value).unwrap_or_else(|| value.to_owned()),
            _ => value.to_owned(),
        }
    }
}

/// A redrive policy whose count is a text, with the number: so SQS shows it.
fn with_number(policy: &str) -> Option<String> {
    let mut policy: Value = serde_json::from_str(policy).ok()?;
    let count: u64 = policy.get("maxReceiveCount")?.as_str()?.parse().ok()?;
    policy["maxReceiveCount"] = count.into();
    Some(policy.to_string())
}
