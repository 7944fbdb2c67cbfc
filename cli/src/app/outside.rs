//! `fetch` of guest code to the outside, as the platform's network does it.

use std::sync::{Arc, OnceLock};

use futures::StreamExt;
use greenroom_channel::message::LogLevel;
use greenroom_channel::{Call, CallError, CallResult};
use greenroom_host::{Callers, EventId, Ids};
use greenroom_outbound::rules::Rules;
use greenroom_outbound::{Body, FetchError, Outbound, RedirectMode, Request};
use greenroom_platforms::OwnHeader;
use greenroom_supervisor::{Answer, IncomingCall, Output};
use serde::{Deserialize, Serialize};

/// The method of a call whose connection becomes a WebSocket; every other one is a plain request.
const WEBSOCKET: &str = "websocket";
/// The status of an answer that is one.
const SWITCHING_PROTOCOLS: u16 = 101;

/// What workerd says of a connection that broke off.
pub(crate) const LOST: &str = "Network connection lost.";

/// Connections of an app to the outside, made when the first is needed: reading the machine's certificates takes time and memory.
pub(crate) struct Outside {
    connections: OnceLock<Result<Outbound, String>>,
    rules: Rules,
    app: String,
}

/// What becomes of the requests of one version on their way out, and who hears of those that fail.
pub(crate) struct Network {
    /// What the vendor's network says of them.
    pub(crate) headers: Vec<OwnHeader>,
    pub(crate) ids: Ids,
    pub(crate) output: Arc<dyn Output>,
}

#[derive(Deserialize)]
struct FetchArgs {
    url: String,
    method: String,
    headers: Vec<(String, String)>,
    redirect: String,
    /// How long a body that comes as a stream will be, if that is known.
    length: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FetchAnswer {
    status: u16,
    status_text: String,
    urls: Vec<String>,
    headers: Vec<(String, String)>,
}

/// How faults name a call to the outside: its method, then URL, URL without the query, host, and host with path.
pub(crate) fn asked(call: &Call) -> (String, Vec<String>) {
    let Ok(FetchArgs { url, method, .. }) = serde_json::from_slice(&call.args) else { return (call.method.clone(), Vec::new()) };
    let place = url.split_once("://").map_or(url.as_str(), |(_, place)| place);
    let place = place.split(['?', '#']).next().unwrap_or_default();
    let host = place.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let names = [url.as_str(), url.split(['?', '#']).next().unwrap_or_default(), place, host, name].map(str::to_owned);
    (if call.method == WEBSOCKET { "WEBSOCKET".to_owned() } else { method }, names.to_vec())
}

/// A call to the outside for people, without the query, which may have secrets.
pub(crate) fn in_words(call: &Call) -> String {
    let (method, names) = asked(call);
    format!("fetch {method} {}", names.get(1).map_or("the outside", String::as_str))
}

/// An answer that no server gave.
pub(crate) fn answered(call: &Call, status: u16, body: &str) -> Answer {
    let urls = serde_json::from_slice(&call.args).map(|FetchArgs { url, .. }| vec![url]).unwrap_or_default();
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let head = FetchAnswer { status, status_text: reason.to_owned(), urls, headers: Vec::new() };
    let body: Option<Result<bytes::Bytes, String>> = (!body.is_empty()).then(|| Ok(body.to_owned().into()));
    Answer { result: CallResult::json(&head), stream: Some(futures::stream::iter(body).boxed()), endless: false }
}

impl Outside {
    /// Nothing is connected yet.
    pub(crate) fn new(rules: Rules, app: &str) -> Self {
        Self { connections: OnceLock::new(), rules, app: app.to_owned() }
    }

    /// Sends a request. `callers` are told who does, for the case that it is for this run itself.
    pub(crate) async fn fetch(&self, incoming: IncomingCall, network: &Network, callers: &Callers) -> Result<Answer, CallError> {
        let event = incoming.event;
        let outbound = self.connections.get_or_init(|| Outbound::new(self.rules.clone(), &self.app));
        let outbound = outbound.as_ref().map_err(|error| network.internal(event, error))?;
        let Call { args, body, method, .. } = incoming.call;
        let args: FetchArgs = serde_json::from_slice(&args).map_err(|error| CallError::type_error(error.to_string()))?;
        let redirect = if args.redirect == "manual" { RedirectMode::Manual } else { RedirectMode::Follow };
        let body = match incoming.stream {
            Some(stream) => Some(Body::Stream { bytes: stream.boxed(), length: args.length }),
            None => body.map(Body::Whole),
        };
        let caller = event.map(|event| callers.code_of(event));
        let asked = format!("{} {}", args.method, args.url);
        let request = Request { url: args.url, method: args.method, headers: network.marked(args.headers), redirect, body, caller };
        let answered = if method == WEBSOCKET { outbound.websocket(request).await } else { outbound.fetch(request).await };
        let response = answered.map_err(|error| match &error {
            FetchError::Lost(_) | FetchError::Denied(_) => CallError::error(error.to_string()),
            FetchError::Internal(why) => network.internal(event, &format!("{asked}: {why}")),
            _ => CallError::type_error(error.to_string()),
        })?;
        let endless = method == WEBSOCKET && response.status == SWITCHING_PROTOCOLS;
        let head =
            FetchAnswer { status: response.status, status_text: response.status_text, urls: response.urls, headers: response.headers };
        Ok(Answer { result: CallResult::json(&head), stream: Some(response.body), endless })
    }
}

impl Network {
    /// The headers with those of the network in place of the code's own.
    fn marked(&self, mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
        for own in &self.headers {
            let same = headers.iter().position(|(name, _)| name.eq_ignore_ascii_case(own.name));
            match (same, &own.value) {
                (Some(index), Some(value)) => headers[index].1.clone_from(value),
                (None, Some(value)) => headers.push((own.name.to_owned(), value.clone())),
                (_, None) => headers.retain(|(name, _)| !name.eq_ignore_ascii_case(own.name)),
            }
        }
        headers
    }

    /// An error that production keeps to itself: code gets the reference of a log entry, whoever runs it the entry.
    pub(crate) fn internal(&self, event: Option<EventId>, why: &str) -> CallError {
        let reference = reference((u128::from(self.ids.random()) << 64) | u128::from(self.ids.random()));
        self.output.line(event, LogLevel::Error, &format!("{why} (reference = {reference})"));
        CallError::error(format!("internal error; reference = {reference}"))
    }
}

/// 120 bits as workerd writes them: <https://github.com/cloudflare/workerd/blob/main/src/workerd/jsg/util.c++>
fn reference(bits: u128) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    (0..24).map(|digit| char::from(DIGITS[usize::try_from((bits >> (digit * 5)) & 31).unwrap_or(0)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;
    impl Output for Nobody {
        fn line(&self, _: Option<EventId>, _: LogLevel, _: &str) {}

        fn over(&self, _: EventId, _: Option<std::time::Duration>) {}

        fn waited(&self, _: EventId, _: std::time::Duration) {}
    }

    #[test]
    fn the_network_has_the_last_word_on_its_headers() {
        let headers = vec![OwnHeader { name: "CF-Worker", value: Some("a.b".into()) }, OwnHeader { name: "CF-Connecting-IP", value: None }];
        let network = Network { headers, ids: Ids::from_seed(1), output: Arc::new(Nobody) };
        let text = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
        assert_eq!(network.marked(text(&[("x", "y")])), text(&[("x", "y"), ("CF-Worker", "a.b")]));
        assert_eq!(network.marked(text(&[("cf-worker", "mine"), ("cf-connecting-ip", "1")])), text(&[("cf-worker", "a.b")]));
    }

    #[test]
    fn a_reference_has_24_digits() {
        assert_eq!((reference(0), reference(u128::MAX)), ("0".repeat(24), "v".repeat(24)));
    }

    #[test]
    fn a_call_has_every_name_that_a_rule_may_use() {
        let call = |method: &str, url: &str| Call {
            invocation: 0,
            binding: String::new(),
            method: method.to_owned(),
            args: format!(r#"{{"url":"{url}","method":"PUT","headers":[],"redirect":"follow"}}"#).into(),
            body: None,
        };
        let (operation, names) = asked(&call("fetch", "https://a.com:8443/x/y?q=1"));
        assert_eq!(operation, "PUT");
        assert_eq!(names, ["https://a.com:8443/x/y?q=1", "https://a.com:8443/x/y", "a.com:8443/x/y", "a.com:8443", "a.com"]);
        assert_eq!(asked(&call(WEBSOCKET, "wss://a.com/")).0, "WEBSOCKET");
        assert_eq!(in_words(&call("fetch", "https://a.com/x?key=1")), "fetch PUT https://a.com/x");
    }
}
