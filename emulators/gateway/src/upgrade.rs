//! Requests whose connection becomes a WebSocket.

use futures::StreamExt;
use greenroom_supervisor::{Invocation, Response};
use greenroom_websocket::{Side, bridge, derive_accept_key};
use http::header::{CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use crate::response::OutBody;

/// A client's wish for a WebSocket.
pub(crate) struct Upgrade {
    connection: OnUpgrade,
    accept: HeaderValue,
}

impl Upgrade {
    /// The wish of `request`, if it has one.
    pub(crate) fn of(request: &mut hyper::Request<Incoming>) -> Option<Self> {
        let wanted = request.headers().get(UPGRADE)?.to_str().ok()?.eq_ignore_ascii_case("websocket");
        let key = request.headers().get(SEC_WEBSOCKET_KEY)?;
        let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok()?;
        wanted.then(|| Self { connection: hyper::upgrade::on(request), accept })
    }

    /// The answer that grants it. From then on messages go between the connection and the code, until either has had enough.
    /// `lost` is told of headers that cannot be sent.
    pub(crate) fn grant(self, invocation: Invocation, mut answer: Response, lost: impl FnMut(String)) -> http::Response<OutBody> {
        let from_guest = answer.stream.take();
        let mut response = crate::response::convert(answer, true, |body| body, lost);
        let headers = response.headers_mut();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, self.accept);
        tokio::spawn(async move {
            // A client that went away before: dropping what comes from the guest tells it so.
            let (Some(from_guest), Ok(connection)) = (from_guest, self.connection.await) else { return };
            invocation.send(bridge(TokioIo::new(connection), Side::Server, from_guest.boxed()));
        });
        response
    }
}
