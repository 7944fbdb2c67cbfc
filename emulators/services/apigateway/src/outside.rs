//! The way to the outside, which is somebody else's to give.

use bytes::Bytes;
use futures::future::BoxFuture;

/// Fetches what the issuers of tokens publish.
pub trait Outside: Send + Sync {
    /// The body of a `GET` that was answered with a status of 200. An `Err` says why there is none.
    fn get(&self, url: String) -> BoxFuture<'static, Result<Bytes, String>>;
}

/// No way to the outside.
pub struct NoOutside;

impl Outside for NoOutside {
    fn get(&self, url: String) -> BoxFuture<'static, Result<Bytes, String>> {
        Box::pin(std::future::ready(Err(format!("nothing is fetched from `{url}` in this run"))))
    }
}
