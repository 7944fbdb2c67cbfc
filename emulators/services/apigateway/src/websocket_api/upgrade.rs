//! Requests whose connection becomes a WebSocket.

use http::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// A client's wish for a WebSocket.
pub(crate) struct Upgrade {
    pub(crate) connection: OnUpgrade,
    pub(crate) grant: Grant,
}

/// What the answer says that grants it.
#[derive(Clone)]
pub(crate) struct Grant(HeaderValue);

impl Upgrade {
    /// The wish of `request`, if it has one.
    pub(crate) fn of<B>(request: &mut http::Request<B>) -> Option<Self> {
        let wanted = request.headers().get(UPGRADE)?.to_str().ok()?.eq_ignore_ascii_case("websocket");
        let key = request.headers().get(SEC_WEBSOCKET_KEY)?;
        let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok()?;
        wanted.then(|| Self { connection: hyper::upgrade::on(request), grant: Grant(accept) })
    }
}

impl Grant {
    /// Puts it into an answer that switches protocols; every other one stays as it is.
    pub(crate) fn put<B>(self, response: &mut http::Response<B>) {
        if response.status() == http::StatusCode::SWITCHING_PROTOCOLS {
            let headers = response.headers_mut();
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
            headers.insert(SEC_WEBSOCKET_ACCEPT, self.0);
        }
    }
}
