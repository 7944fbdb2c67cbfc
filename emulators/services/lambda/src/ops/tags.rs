//! What AWS asks of tags.

use std::collections::BTreeMap;

use greenroom_aws_wire::ApiError;

use crate::error::invalid;
use crate::limits;

/// Whether a resource may have all these.
pub(super) fn check(tags: &BTreeMap<String, String>) -> Result<(), ApiError> {
    if tags.len() > limits::TAGS {
        return Err(invalid("Number of tags exceeds resource tag limit."));
    }
    Ok(())
}
