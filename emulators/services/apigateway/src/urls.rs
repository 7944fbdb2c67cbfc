//! Function URLs that no project declares, which are somebody else's to know.

use futures::future::BoxFuture;

use crate::config::FunctionUrl;

/// Knows function URLs that are made while the run goes on.
pub trait Urls: Send + Sync {
    /// The URL with that id, whatever its case.
    fn find(&self, id: String) -> BoxFuture<'static, Option<FunctionUrl>>;
}

/// There are none.
pub struct NoUrls;

impl Urls for NoUrls {
    fn find(&self, _: String) -> BoxFuture<'static, Option<FunctionUrl>> {
        Box::pin(std::future::ready(None))
    }
}
