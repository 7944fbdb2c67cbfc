//! What front doors fetch from the outside: the keys of those who issue tokens. The rules for outbound requests hold for it too.

use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use greenroom_apigateway::Outside;
use greenroom_outbound::rules::Rules;
use greenroom_outbound::{Outbound, RedirectMode, Request};

/// More than any key set has.
const MOST: usize = 1024 * 1024;

/// The way to the outside.
pub(super) struct Issuers {
    connections: OnceLock<Result<Arc<Outbound>, String>>,
    rules: Rules,
}

impl Issuers {
    pub(super) fn new(rules: Rules) -> Self {
        Self { connections: OnceLock::new(), rules }
    }

    fn outbound(&self) -> Result<Arc<Outbound>, String> {
        self.connections.get_or_init(|| Outbound::new(self.rules.clone(), super::NAME).map(Arc::new)).clone()
    }
}

impl Outside for Issuers {
    fn get(&self, url: String) -> BoxFuture<'static, Result<Bytes, String>> {
        let outbound = self.outbound();
        async move {
            let headers = vec![("accept".to_owned(), "application/json".to_owned())];
            let request = Request { url, method: "GET".to_owned(), headers, redirect: RedirectMode::Follow, body: None };
            let response = outbound?.fetch(request).await.map_err(|error| error.to_string())?;
            if response.status != 200 {
                return Err(format!("answered {}", response.status));
            }
            let mut body = response.body;
            let mut whole = BytesMut::new();
            while let Some(piece) = body.next().await {
                whole.extend_from_slice(&piece.map_err(|error| error.clone())?);
                if whole.len() > MOST {
                    return Err("answered more than a key set may have".to_owned());
                }
            }
            Ok(whole.freeze())
        }
        .boxed()
    }
}
