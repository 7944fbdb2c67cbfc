//! Servers outside behind routes.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html>

use std::time::Duration;

use greenroom_host::{Content, Outcome};

use super::event_v1::Facts;
use super::internal_error;
use crate::answer::Answer;
use crate::gateway::Shared;
use crate::inbound::{Headers, Inbound, is_hop_by_hop};
use crate::limits;
use crate::outside::{NotSent, OutReply, OutRequest};

/// Hands `sent`, the request as it is after all mapping, on to the server at `url`.
pub(crate) async fn answer(
    shared: &Shared,
    facts: &Facts<'_>,
    sent: &Inbound,
    (url, verb, timeout): (&str, &str, Option<Duration>),
) -> Answer {
    let method = if verb == "ANY" { sent.method.clone() } else { verb.to_owned() };
    let headers = headers(facts, sent).pairs().to_vec();
    let app = shared.doors().app(&facts.api.id);
    let request = OutRequest { app, method, url: address(facts, sent, url), headers, body: sent.body.clone(), follow: false };
    let reply = facts.scene.forward(&*shared.outside, request, timeout.unwrap_or(limits::HTTP_TIMEOUT)).await;
    match reply {
        Ok(OutReply { status, headers, content }) => match content.whole().await {
            Ok(body) => Answer { status, headers, content: Content::Whole(body), outcome: Outcome::Ok },
            Err(cause) => internal_error(cause),
        },
        Err(NotSent::TimedOut(cause) | NotSent::Failed(cause)) => Answer::message(503, "Service Unavailable").because(cause),
    }
}

/// Those of the client, but for what is of the connection, with where the request came from.
fn headers(facts: &Facts<'_>, sent: &Inbound) -> Headers {
    let mut headers = sent.headers.clone();
    headers.retain(|name| !is_hop_by_hop(name) && !["host", "content-length"].iter().any(|own| own.eq_ignore_ascii_case(name)));
    let (source, host) = (sent.source_ip(), facts.inbound.host());
    headers.set("forwarded", format!("by={source};for={source};host={host};proto=http"));
    headers.set("via", "HTTP/1.1 AmazonAPIGateway");
    headers.set("x-amzn-trace-id", facts.scene.trace.clone());
    headers
}

/// The server's address: its path where none is mapped, and what the route's variables took in place of `{name}`.
fn address(facts: &Facts<'_>, sent: &Inbound, url: &str) -> String {
    let mut url = facts.stage.fill(url);
    for (name, value) in &facts.matched.parameters {
        url = url.replace(&format!("{{{name}}}"), value).replace(&format!("{{{name}+}}"), value);
    }
    if sent.path != facts.inbound.path {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", &url));
        let (host, _) = rest.split_once('/').unwrap_or((rest, ""));
        url = format!("{scheme}://{host}{}", sent.path);
    }
    match sent.query.as_str() {
        "" => url,
        query => format!("{url}{}{query}", if url.contains('?') { '&' } else { '?' }),
    }
}
