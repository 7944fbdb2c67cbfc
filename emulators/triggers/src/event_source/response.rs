//! What a function says of the records of a batch.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>

use std::collections::HashSet;

use serde_json::Value;

/// Which records of a batch failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// None.
    None,
    /// All, since the function failed, or said something that cannot be understood: why, for whoever looks.
    All(Option<String>),
    /// These.
    Some(HashSet<String>),
}

/// Reads the answer of a function that reports failures. `ids` are those of the batch.
pub(super) fn read(answer: &[u8], ids: &HashSet<&str>) -> Failed {
    let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
        return Failed::All(Some("the function's answer is not JSON".into()));
    };
    let failures = match &answer["batchItemFailures"] {
        Value::Null => return Failed::None,
        Value::Array(failures) => failures,
        other => return Failed::All(Some(format!("`batchItemFailures` is no list: {other}"))),
    };
    let mut failed = HashSet::new();
    for failure in failures {
        match failure["itemIdentifier"].as_str() {
            Some(id) if ids.contains(id) => failed.insert(id.to_owned()),
            Some("") => return Failed::All(Some("an `itemIdentifier` is empty".into())),
            Some(id) => return Failed::All(Some(format!("no message of the batch has the `itemIdentifier` \"{id}\""))),
            None => return Failed::All(Some(format!("an entry of `batchItemFailures` has no `itemIdentifier`: {failure}"))),
        };
    }
    if failed.is_empty() { Failed::None } else { Failed::Some(failed) }
}
