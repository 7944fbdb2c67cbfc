//! Function URLs.

use super::{Cors, Owner};

/// A function's own URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionUrl {
    /// The first label of its domain.
    pub id: String,
    /// The function's ARN, with the alias that it is for.
    pub arn: String,
    /// Whose it is.
    pub owner: Owner,
    /// Whether only who signs may call (`AWS_IAM`). The signature is read, not checked.
    pub iam: bool,
    /// What it answers by itself to other origins.
    pub cors: Option<Cors>,
    /// Whether answers come piece by piece (`RESPONSE_STREAM`).
    pub stream: bool,
}
