//! What front doors ask of the outside: servers that APIs hand requests on to, and the keys of those who issue tokens. The rules for
//! outbound requests hold for it too.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

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
    connections: Mutex<BTreeMap<Arc<str>, Arc<Outbound>>>,
    rules: Rules,
}

impl Servers {
    pub(super) fn new(rules: Rules) -> Self {
        Self { connections: Mutex::default(), rules }
    }

    /// Connections for the doors of an app, for which rules may be of its own.
    fn outbound(&self, app: &Arc<str>) -> Result<Arc<Outbound>, String> {
        let mut all = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get(app) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(Outbound::new(self.rules.clone(), app)?);
        all.insert(Arc::clone(app), Arc::clone(&made));
        Ok(made)
    }
}

impl Outside for Servers {
    fn send(&self, request: OutRequest) -> BoxFuture<'static, Result<OutReply, String>> {
        let outbound = self.outbound(&request.app);
        async move {
            let OutRequest { app: _, method, url, headers, body, follow } = request;
            let redirect = if follow { RedirectMode::Follow } else { RedirectMode::Manual };
            let body = (!body.is_empty()).then_some(Body::Whole(body));
            let response =
                outbound?.fetch(Request { url, method, headers, redirect, body, caller: None }).await.map_err(|error| error.to_string())?;
            let content = Content::Stream(Box::pin(response.body.map(|piece| piece.map_err(|error| error.clone()))));
            let mut headers = response.headers;
            // The body has come out of them already.
            headers.retain(|(name, value)| !(name.eq_ignore_ascii_case("content-encoding") && UNDONE.contains(&value.as_str())));
            Ok(OutReply { status: response.status, headers, content })
        }
        .boxed()
    }
}
