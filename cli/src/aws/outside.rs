//! What front doors ask of the outside: servers that APIs hand requests on to, and the keys of those who issue tokens. The rules for
//! outbound requests hold for it too.

use std::sync::{Arc, OnceLock};

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use greenroom_apigateway::{OutReply, OutRequest, Outside};
use greenroom_host::Content;
use greenroom_outbound::rules::Rules;
use greenroom_outbound::{Body, Outbound, RedirectMode, Request};

/// The codings that [`greenroom_outbound::decoded`] undoes.
const UNDONE: &[&str] = &["gzip", "br"];

/// The way to the outside.
pub(super) struct Servers {
    connections: OnceLock<Result<Arc<Outbound>, String>>,
    rules: Rules,
}

impl Servers {
    pub(super) fn new(rules: Rules) -> Self {
        Self { connections: OnceLock::new(), rules }
    }

    fn outbound(&self) -> Result<Arc<Outbound>, String> {
        self.connections.get_or_init(|| Outbound::new(self.rules.clone(), super::NAME).map(Arc::new)).clone()
    }
}

impl Outside for Servers {
    fn send(&self, request: OutRequest) -> BoxFuture<'static, Result<OutReply, String>> {
        let outbound = self.outbound();
        async move {
            let OutRequest { method, url, headers, body, follow } = request;
            let redirect = if follow { RedirectMode::Follow } else { RedirectMode::Manual };
            let body = (!body.is_empty()).then_some(Body::Whole(body));
            let response = outbound?.fetch(Request { url, method, headers, redirect, body }).await.map_err(|error| error.to_string())?;
            let content = Content::Stream(Box::pin(response.body.map(|piece| piece.map_err(|error| error.clone()))));
            let mut headers = response.headers;
            // The body has come out of them already.
            headers.retain(|(name, value)| !(name.eq_ignore_ascii_case("content-encoding") && UNDONE.contains(&value.as_str())));
            Ok(OutReply { status: response.status, headers, content })
        }
        .boxed()
    }
}
