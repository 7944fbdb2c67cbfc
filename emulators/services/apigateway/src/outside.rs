//! The way to the outside, which is somebody else's to give.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_host::{Clock, Content};

use crate::call::in_time;
use crate::scene::Scene;

/// A request to a server outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutRequest {
    /// The app whose door it is for.
    pub app: Arc<str>,
    /// `GET`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// Whether redirects are followed.
    pub follow: bool,
}

/// What the server answered.
pub struct OutReply {
    /// The status.
    pub status: u16,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub content: Content,
}

/// Sends requests to servers outside.
pub trait Outside: Send + Sync {
    /// What the server answers. An `Err` says why it does not.
    fn send(&self, request: OutRequest) -> BoxFuture<'static, Result<OutReply, String>>;
}

/// No way to the outside.
pub struct NoOutside;

impl Outside for NoOutside {
    fn send(&self, request: OutRequest) -> BoxFuture<'static, Result<OutReply, String>> {
        Box::pin(std::future::ready(Err(format!("nothing is sent to `{}` in this run", request.url))))
    }
}

/// What issuers of tokens publish at `url`, for a door of `app`.
pub(crate) async fn published(outside: &dyn Outside, app: &Arc<str>, url: String) -> Result<Bytes, String> {
    let headers = vec![("accept".to_owned(), "application/json".to_owned())];
    let request =
        OutRequest { app: Arc::clone(app), method: "GET".to_owned(), url: url.clone(), headers, body: Bytes::new(), follow: true };
    let reply = outside.send(request).await.map_err(|error| format!("`{url}`: {error}"))?;
    if reply.status != 200 {
        return Err(format!("`{url}` answered {}", reply.status));
    }
    reply.content.whole().await
}

/// Why a server outside did not answer. The texts are for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotSent {
    /// It took longer than the door waits.
    TimedOut(String),
    /// It cannot be reached, or may not.
    Failed(String),
}

impl Scene {
    /// Hands a request on to a server outside, and waits so long for the head of its answer.
    pub(crate) async fn forward(
        &self,
        outside: &dyn Outside,
        request: OutRequest,
        timeout: std::time::Duration,
    ) -> Result<OutReply, NotSent> {
        let url = request.url.clone();
        let sent = Clock::waiting(outside.send(request));
        match in_time(&self.host, timeout, format!("integration timeout of {url}"), sent).await {
            Some(reply) => reply.map_err(|error| NotSent::Failed(format!("`{url}`: {error}"))),
            None => Err(NotSent::TimedOut(format!("`{url}` took longer than the {} ms of the integration", timeout.as_millis()))),
        }
    }
}
