//! WebSockets to the outside: the handshake is a request, and what follows is a stream of messages each way.

use greenroom_websocket::{Side, bridge, derive_accept_key, generate_key};
use reqwest::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};

use crate::{Bodies, Body, FetchError, Outbound, Request, Response, convert, failure};

/// Headers that the handshake itself sets.
const OWN: &[&str] = &["upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions", "host"];

impl Outbound {
    /// Asks for a WebSocket; the body of `request` is what the code says once it has one. A status other than 101 is an answer like any
    /// other. With 101 the body of the answer is what the other side says; messages are framed as in `greenroom_websocket`.
    pub async fn websocket(&self, request: Request) -> Result<Response, FetchError> {
        let url = reqwest::Url::parse(&http_scheme(&request.url)).map_err(|_| FetchError::Url(request.url.clone()))?;
        let key = generate_key();
        let mut builder = self.upgrading.get(url.clone());
        for (name, value) in request.headers.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
            builder = builder.header(name.as_str(), value.as_bytes());
        }
        let builder = builder.header(CONNECTION, "Upgrade").header(UPGRADE, "websocket");
        let builder = builder.header(SEC_WEBSOCKET_VERSION, "13").header(SEC_WEBSOCKET_KEY, &key);
        let response = builder.send().await.map_err(|error| failure(&error))?;
        if response.status() != reqwest::StatusCode::SWITCHING_PROTOCOLS {
            return Ok(convert(response, &[url]));
        }
        let accepted =
            response.headers().get(SEC_WEBSOCKET_ACCEPT).is_some_and(|accept| accept == derive_accept_key(key.as_bytes()).as_str());
        if !accepted {
            return Err(FetchError::Internal("the answer to the WebSocket handshake does not belong to it".to_owned()));
        }
        let mut answer = head_of(&response);
        let connection = response.upgrade().await.map_err(|error| failure(&error))?;
        answer.body = bridge(connection, Side::Client, said(request.body)).await;
        Ok(answer)
    }
}

fn said(body: Option<Body>) -> Bodies {
    match body {
        Some(Body::Stream(stream)) => stream,
        Some(Body::Whole(bytes)) => Box::pin(futures::stream::iter([Ok(bytes)])),
        None => Box::pin(futures::stream::empty()),
    }
}

fn head_of(response: &reqwest::Response) -> Response {
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), crate::characters(value.as_bytes()))).collect();
    Response {
        status: response.status().as_u16(),
        status_text: "Switching Protocols".to_owned(),
        headers,
        urls: vec![response.url().to_string()],
        body: Box::pin(futures::stream::empty()),
    }
}

/// The URL of the handshake: the schemes of WebSockets are those of HTTP by other names.
fn http_scheme(url: &str) -> String {
    match url.split_once(':') {
        Some(("ws", rest)) => format!("http:{rest}"),
        Some(("wss", rest)) => format!("https:{rest}"),
        _ => url.to_owned(),
    }
}
