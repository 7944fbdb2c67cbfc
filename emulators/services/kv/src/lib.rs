//! Workers KV: keys, values of bytes, metadata and expiry. <https://developers.cloudflare.com/kv/>
//!
//! There is one place where values live, so reads see writes at once, and `cacheTtl` is checked but changes nothing. The delay of up to a
//! minute with which other locations see a write is there for who asks for it: [`KvNamespace::behind`].

pub mod bulk;
mod check;
mod error;
mod keys;
pub mod limits;
mod namespace;
mod rate;
mod store;

pub use error::{KvError, Operation};
pub use namespace::{BulkKind, BulkOptions, BulkValue, Entry, KvNamespace, ListOptions, ListedKey, Page, PutOptions};
