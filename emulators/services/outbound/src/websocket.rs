//! WebSockets to the outside: the handshake is a request, and what follows is a stream of messages each way.

use greenroom_websocket::{Side, bridge, derive_accept_key, generate_key};
use http::header::SEC_WEBSOCKET_ACCEPT;
use http::{Method, StatusCode};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use url::Url;

use crate::client::{Message, with_causes};
use crate::rules::{Action, Verdict, denied};
use crate::{Bodies, Body, FetchError, Outbound, Request, Response, convert, head, is_sent, nothing};

/// Headers that the handshake itself sets.
const OWN: &[&str] = &["sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"];

impl Outbound {
    /// Asks for a WebSocket; the body of `request` is what the code says once it has one. A status other than 101 is an answer like any
    /// other. With 101 the body of the answer is what the other side says; messages are framed as in `greenroom_websocket`.
    pub async fn websocket(&self, request: Request) -> Result<Response, FetchError> {
        let url = Url::parse(&http_scheme(&request.url)).map_err(|_| FetchError::Url(request.url.clone()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Url(request.url));
        }
        let Verdict { rule, action } = self.rules.decide(&self.app, &Method::GET, &url);
        match action {
            Action::Pass => {}
            Action::Reply(reply) => return reply.response(vec![url.into()]),
            Action::Deny => return Err(denied(rule.as_deref(), "WebSocket", &request.url)),
            Action::Record(_) | Action::Replay(_) => {
                let rule = rule.unwrap_or_default();
                return Err(FetchError::Denied(format!(
                    "the outbound rule `{rule}` records, and WebSockets cannot be recorded: {}",
                    request.url
                )));
            }
        }
        let key = generate_key();
        let handshake = [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", &key)];
        let handshake = handshake.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let asked = request.headers.into_iter().filter(|(name, _)| is_sent(name) && !OWN.iter().any(|own| own.eq_ignore_ascii_case(name)));
        let headers: Vec<_> = handshake.into_iter().chain(asked).collect();
        let head = head::head(&Method::GET, &url, &headers);
        let message = Message { method: Method::GET, url: url.clone(), head, length: None, body: nothing(), caller: request.caller };
        let response = self.connections.send(message).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(convert(response, &[url]));
        }
        let accepted =
            response.headers().get(SEC_WEBSOCKET_ACCEPT).is_some_and(|accept| accept == derive_accept_key(key.as_bytes()).as_str());
        if !accepted {
            return Err(FetchError::Internal("the answer to the WebSocket handshake does not belong to it".to_owned()));
        }
        let mut answer = head_of(&response, &url);
        let connection = hyper::upgrade::on(response).await.map_err(|error| FetchError::Lost(with_causes(&error)))?;
        answer.body = bridge(TokioIo::new(connection), Side::Client, said(request.body));
        Ok(answer)
    }
}

fn said(body: Option<Body>) -> Bodies {
    match body {
        Some(Body::Stream { bytes, .. }) => bytes,
        Some(Body::Whole(bytes)) => Box::pin(futures::stream::iter([Ok(bytes)])),
        None => Box::pin(futures::stream::empty()),
    }
}

fn head_of(response: &http::Response<Incoming>, url: &Url) -> Response {
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), crate::characters(value.as_bytes()))).collect();
    Response {
        status: response.status().as_u16(),
        status_text: "Switching Protocols".to_owned(),
        headers,
        urls: vec![url.to_string()],
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
