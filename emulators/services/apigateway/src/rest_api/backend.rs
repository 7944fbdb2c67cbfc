//! Servers outside behind methods.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html>

use bytes::Bytes;
use greenroom_host::{Content, Outcome};

use super::context::Context;
use super::mapping::{self, Sent};
use super::problem::Problem;
use super::proxy::{REMAPPED, headers, remap};
use super::{Call, Parameters};
use crate::answer::Answer;
use crate::config::RestBackend;
use crate::gateway::Shared;
use crate::inbound::encode;
use crate::limits;
use crate::outside::{NotSent, OutReply, OutRequest};
use crate::streamed;

/// Hands the whole request on, with what is mapped in place of what came, and answers all that the server says.
pub(crate) async fn proxy(shared: &Shared, call: &Call<'_>, context: &Context, backend: &RestBackend) -> Result<Answer, Problem> {
    let place = |place: &str| mapping::mapped(call, context, &backend.mapping, place);
    let mut sent = headers(call);
    sent.remove("host");
    for (name, value) in place("header") {
        sent.set(&name, value);
    }
    let mut query = call.query.0.clone();
    for (name, value) in place("querystring") {
        query.retain(|(known, _)| *known != name);
        query.push((name, value));
    }
    let body = mapping::converted(call, &backend.mapping)?;
    let url = address(call, backend, &place("path"), &query);
    let reply = asked(shared, call, backend, (url, sent.pairs().to_vec(), body)).await?;
    let OutReply { status, mut headers, content } = reply;
    remap(&mut headers, REMAPPED);
    let content = if backend.stream {
        streamed::timed(&call.scene.host, content, limits::REST_STREAM_IDLE, limits::REST_STREAM_LONGEST)
    } else {
        Content::Whole(read(content).await?)
    };
    Ok(Answer { status, headers, content, outcome: Outcome::Ok }.with("X-Amzn-Trace-Id", call.scene.trace.clone()))
}

/// Sends what the templates make of the request; what comes back goes through the templates of the answers.
pub(crate) async fn mapped(shared: &Shared, call: &Call<'_>, context: &Context, backend: &RestBackend) -> Result<Answer, Problem> {
    let sent = mapping::request(call, context, &backend.mapping)?;
    let url = address(call, backend, &sent.path, &sent.query);
    let reply = asked(shared, call, backend, (url, told(call, &sent), sent.body.clone())).await?;
    let body = read(reply.content).await?;
    mapping::response(call, context, &backend.mapping, &sent, &reply.status.to_string(), (body, &reply.headers))
}

/// What a server behind templates is told beside what is mapped.
fn told(call: &Call<'_>, sent: &Sent) -> Vec<(String, String)> {
    let mut headers = sent.headers.clone();
    let usual = [
        ("Content-Type", call.inbound.headers.get("content-type").unwrap_or("application/json").to_owned()),
        ("Accept", "application/json".to_owned()),
        ("User-Agent", format!("AmazonAPIGateway_{}", call.api.id)),
        ("X-Amzn-Apigateway-Api-Id", call.api.id.clone()),
        ("X-Amzn-Trace-Id", call.scene.trace.clone()),
    ];
    let missing = usual.into_iter().filter(|(name, _)| !sent.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)));
    headers.extend(missing.map(|(name, value)| (name.to_owned(), value)));
    headers
}

async fn asked(
    shared: &Shared,
    call: &Call<'_>,
    backend: &RestBackend,
    (url, headers, body): (String, Vec<(String, String)>, Bytes),
) -> Result<OutReply, Problem> {
    let method = if backend.verb == "ANY" { call.inbound.method.clone() } else { backend.verb.clone() };
    let app = shared.doors().app(&call.api.id);
    let request = OutRequest { app, method, url, headers, body, follow: false };
    let timeout = backend.timeout.unwrap_or(limits::REST_TIMEOUT);
    call.scene.forward(&*shared.outside, request, timeout).await.map_err(|not| match not {
        NotSent::TimedOut(cause) => {
            Problem::new("INTEGRATION_TIMEOUT", "InternalServerErrorException", 504, "Endpoint request timed out").because(cause)
        }
        NotSent::Failed(cause) => unreachable(cause),
    })
}

fn unreachable(cause: String) -> Problem {
    let message = "Network error communicating with endpoint";
    Problem::new("INTEGRATION_FAILURE", "InternalServerErrorException", 504, message).because(cause)
}

async fn read(content: Content) -> Result<Bytes, Problem> {
    content.whole().await.map_err(unreachable)
}

/// The whole address: what is mapped to the path, or else what the method's path took, in place of `{name}`.
fn address(call: &Call<'_>, backend: &RestBackend, path: &[(String, String)], query: &Parameters) -> String {
    let mut url = call.stage.fill(&backend.url);
    for (name, value) in path.iter().chain(&call.parameters) {
        url = url.replace(&format!("{{{name}}}"), value);
    }
    for (at, (name, value)) in query.iter().enumerate() {
        let before = if at == 0 && !url.contains('?') { '?' } else { '&' };
        url = format!("{url}{before}{}={}", encode(name), encode(value));
    }
    url
}
