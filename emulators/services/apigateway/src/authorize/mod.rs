//! Who may call: functions that decide, tokens, signatures.

mod cache;
mod context;
mod function;
mod iam;
mod jwks;
pub(crate) mod jwt;
mod policy;
pub(crate) mod pool;
mod source;

pub(crate) use cache::Decisions;
pub(crate) use context::texts_of;
pub(crate) use function::{Asked, Refusal, decide};
pub(crate) use iam::Signer;
pub(crate) use jwks::KeySets;
pub(crate) use policy::{Decision, Verdict};
pub(crate) use source::Sources;
