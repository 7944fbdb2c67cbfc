//! Inputs that several operations share.

use serde::Deserialize;

/// A function.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneFunction {
    pub(super) function_name: String,
}

/// A version or alias of a function.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Qualified {
    pub(super) function_name: String,
    pub(super) qualifier: Option<String>,
}
