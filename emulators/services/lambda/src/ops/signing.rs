//! Code signing configurations: kept and shown. Signatures of code are not looked at.

use greenroom_aws_wire::ApiError;

use crate::arn::Key;
use crate::error::{not_found, other};

/// The configuration that an ARN names.
pub(super) fn key(arn: &str) -> Result<Key, ApiError> {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", _, "lambda", region, account, "code-signing-config", id] = parts[..] else { return Err(none(arn)) };
    Ok(Key { account: account.to_owned(), region: region.to_owned(), name: id.to_owned() })
}

/// There is none.
pub(super) fn none(arn: &str) -> ApiError {
    let message = format!("The Lambda code signing configuration {arn} can not be found.");
    let mut error = not_found(message);
    error.members.clear();
    error
}

/// A function cannot be given what is not there.
pub(super) fn gone(arn: &str) -> ApiError {
    let advice = "Check that the provided configuration is not deleted";
    let message = format!("The code signing configuration cannot be found. {advice}: {arn}.");
    other("CodeSigningConfigNotFoundException", 404, message).under("Message")
}
