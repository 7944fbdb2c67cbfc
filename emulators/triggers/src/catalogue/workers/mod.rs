//! Cloudflare Workers: a file for each handler.

pub(super) mod fetch;
pub(super) mod scheduled;
