//! Which queue is meant: by name, URL or ARN.

use greenroom_aws_wire::{ApiError, Context};
use serde::{Deserialize, Serialize};

use crate::error;

/// The name of a queue with where it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QueueKey {
    /// Twelve digits.
    pub account: String,
    /// `us-east-1`.
    pub region: String,
    /// `orders`, `orders.fifo`.
    pub name: String,
}

/// What the name of a FIFO queue ends in.
pub(crate) const FIFO: &str = ".fifo";

impl QueueKey {
    /// The queue `name` of whoever asks.
    #[must_use]
    pub fn of_name(context: &Context, name: &str) -> Self {
        Self { account: context.account.clone(), region: context.region.clone(), name: name.to_owned() }
    }

    /// The queue of that ARN: `arn:aws:sqs:us-east-1:000000000000:orders`.
    #[must_use]
    pub fn of_arn(arn: &str) -> Option<Self> {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts[..] {
            ["arn", partition, "sqs", region, account, name]
                if partition.starts_with("aws") && !region.is_empty() && is_account(account) && !name.is_empty() =>
            {
                Some(Self { account: account.to_owned(), region: region.to_owned(), name: name.to_owned() })
            }
            _ => None,
        }
    }

    /// The queue of that URL. Its host says nothing but the region, and that only where it is one of AWS's: every address of this endpoint
    /// means the same queues. A text without a path is the name of one of the caller's own queues, as on AWS.
    ///
    /// # Errors
    /// What is no URL of a queue.
    pub fn of_url(context: &Context, url: &str) -> Result<Self, ApiError> {
        let invalid = || error::invalid_address(url);
        if url.is_empty() {
            return Err(error::missing("QueueUrl"));
        }
        let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
        let Some((host, path)) = rest.unwrap_or(url).split_once('/') else { return Ok(Self::of_name(context, rest.unwrap_or(url))) };
        rest.ok_or_else(invalid)?;
        let mut parts = path.trim_end_matches('/').rsplitn(3, '/');
        let (name, account) = parts.next().zip(parts.next()).ok_or_else(invalid)?;
        if !is_account(account) || name.is_empty() {
            return Err(invalid());
        }
        let labels: Vec<&str> = host.split('.').take(2).collect();
        let region = match labels[..] {
            ["sqs", region] | [region, "queue"] if region.contains('-') => region,
            _ => context.region.as_str(),
        };
        let region = region.to_owned();
        Ok(Self { account: account.to_owned(), region, name: name.to_owned() })
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:sqs:{}:{}:{}", self.region, self.account, self.name)
    }

    /// Its URL at an endpoint such as `http://127.0.0.1:4566`.
    #[must_use]
    pub fn url(&self, origin: &str) -> String {
        format!("{origin}/{}/{}", self.account, self.name)
    }

    /// Its URL as whoever asks reaches this endpoint.
    pub(crate) fn url_for(&self, context: &Context) -> String {
        match context.header("host") {
            Some(host) => self.url(&format!("http://{host}")),
            None => self.url(&context.origin),
        }
    }

    /// Whether it is a FIFO queue, by its name.
    #[must_use]
    pub fn is_fifo(&self) -> bool {
        self.name.ends_with(FIFO)
    }
}

/// Whether it is twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is letters, digits, `-` and `_` alone.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// What an application may call a queue: letters, digits, `-` and `_`, up to 80 with the suffix of FIFO queues.
pub(crate) fn check_name(name: &str, fifo: bool) -> Result<(), ApiError> {
    let stem = if fifo { name.strip_suffix(FIFO) } else { Some(name) };
    let is_fine = stem.is_some_and(|stem| is_name(stem) && name.len() <= 80);
    match (is_fine, fifo) {
        (true, _) => Ok(()),
        (false, true) => Err(error::invalid(
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and \
             be 1 to 80 in length",
        )),
        (false, false) => Err(error::invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")),
    }
}
