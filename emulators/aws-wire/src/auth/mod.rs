//! Signatures, version 4: who a request says it is from, and whether it is so.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

mod chunked;
mod claim;
mod verify;

pub use chunked::unchunk;
pub use claim::{Claim, Scope};
pub use verify::{Credentials, Strictness};
