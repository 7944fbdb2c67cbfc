//! What services of AWS put around a text that they send to a queue: a file for each.

mod event_bridge;
mod s3;
mod sns;
#[cfg(test)]
mod tests;

use super::{Change, Draw, GenerateError, set};

/// A service by which a text comes to a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// A topic, without raw delivery.
    Sns,
    /// A bucket that tells of an object.
    S3,
    /// A rule of an event bus.
    EventBridge,
}

/// What is inside.
#[derive(Debug, Clone, Copy)]
pub struct Inside<'a> {
    /// A message of SNS, what an object of S3 holds, the `detail` of an event.
    pub text: &'a str,
    /// MD5 of it, in hexadecimal digits.
    pub digest: &'a str,
    /// What it is called: the name of a file.
    pub name: Option<&'a str>,
    /// Attributes of the message: name, type, value.
    pub attributes: &'a [(String, String, String)],
    /// It goes to a FIFO queue.
    pub fifo: bool,
}

impl Envelope {
    /// Whether the service tells of attributes.
    #[must_use]
    pub fn has_attributes(self) -> bool {
        self == Self::Sns
    }

    /// The text that is in the queue: the envelope with its content, and with `changes` to it.
    ///
    /// # Errors
    /// What cannot be inside; a change that has no place.
    pub fn around(self, draw: &Draw, inside: &Inside<'_>, changes: &[Change]) -> Result<String, GenerateError> {
        let mut made = match self {
            Self::Sns => sns::notification(draw, inside),
            Self::S3 => s3::notification(draw, inside),
            Self::EventBridge => event_bridge::event(draw, inside)?,
        };
        for change in changes {
            set::set(&mut made, &change.path, &change.value)?;
        }
        Ok(if self == Self::Sns { sns::written(&made) } else { made.to_string() })
    }
}

/// The account and the region in which all of them are.
pub(super) use super::lambda::{ACCOUNT, REGION};

/// A name as URLs have it, spaces as `+`: that is how notifications of S3 tell of keys.
fn encoded(name: &str) -> String {
    let one = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() || b"-_.*/".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    name.bytes().map(one).collect()
}
