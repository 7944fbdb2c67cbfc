//! Digests that SDKs verify.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation>

use std::collections::BTreeMap;
use std::fmt::Write;

use md5::{Digest, Md5};
use sha2::Sha256;

use super::attributes::AttributeValue;

/// The name of the attribute of the system.
const TRACE: &str = "AWSTraceHeader";

/// MD5 of a body.
#[must_use]
pub fn of_body(body: &str) -> String {
    hex(&Md5::digest(body.as_bytes()))
}

/// MD5 of attributes; none where there are none.
pub(crate) fn of_attributes<'a>(attributes: impl Iterator<Item = (&'a String, &'a AttributeValue)>) -> Option<String> {
    let mut digest = Md5::new();
    let mut any = false;
    for (name, value) in attributes {
        part(&mut digest, name.as_bytes());
        part(&mut digest, value.data_type.as_bytes());
        digest.update([if value.is_binary() { 2 } else { 1 }]);
        part(&mut digest, &value.bytes());
        any = true;
    }
    any.then(|| hex(&digest.finalize()))
}

/// MD5 of the attributes of the system.
pub(crate) fn of_system(trace: Option<&AttributeValue>) -> Option<String> {
    let all: BTreeMap<String, AttributeValue> = trace.map(|value| (TRACE.to_owned(), value.clone())).into_iter().collect();
    of_attributes(all.iter())
}

/// The deduplication id of what has none, where the queue goes by content: SHA-256 of the body.
pub(crate) fn content_id(body: &str) -> String {
    hex(&Sha256::digest(body.as_bytes()))
}

fn part(digest: &mut Md5, bytes: &[u8]) {
    digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    digest.update(bytes);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_service() {
        assert_eq!(of_body("This is a test message"), "fafb00f5732ab283681e124bf8747ed1");
        let value = |kind: &str, text: &str| AttributeValue { data_type: kind.into(), string_value: Some(text.into()), binary_value: None };
        let attributes = BTreeMap::from([("timestamp".to_owned(), value("Number", "1493147359900"))]);
        assert_eq!(of_attributes(attributes.iter()).as_deref(), Some("235c5c510d26fb653d073faed50ae77c"));
        assert_eq!(of_attributes(BTreeMap::new().iter()), None);
    }
}
