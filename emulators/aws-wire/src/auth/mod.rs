//! Signatures, version 4: who a request says it is from, and whether it is so.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

mod checksum;
mod chunked;
mod claim;
mod refusal;
mod verify;

pub use chunked::{Unchunked, unchunk};
pub use claim::{Claim, Scope};
pub use refusal::Refusal;
pub use verify::{Credentials, Strictness};
