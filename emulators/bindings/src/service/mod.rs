//! `service`: another Worker of the run, or this one, by `fetch` and by RPC.
//! <https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/>
//!
//! The script says whom a call is for and what in it is meant; here it becomes a [`Parcel`] for whoever runs the apps. Calls that come
//! from no binding (an object that another Worker handed over, `ctx.exports`) are made under the name [`PEERS`].

use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_channel::{Call, CallError, CallResult};
use greenroom_host::faults::Surface;
use greenroom_host::{
    BindingDecl, Content, Delivery, Diagnostic, EventId, Parcel, ParcelRequest, Recipient, Reply as Delivered, Undelivered,
};
use greenroom_outbound::decoded;
use serde::{Deserialize, Serialize};

use crate::{Binding, BindingCalls, BodyStream, Reply, Services, args};

/// The name under which guest code reaches the apps of the run without a binding; no binding can have it.
pub const PEERS: &str = ".";

/// The kind `service`.
pub struct ServiceBinding;

impl Binding for ServiceBinding {
    fn name(&self) -> &'static str {
        "service"
    }

    fn kind(&self) -> &'static str {
        "service"
    }

    fn surface(&self) -> Option<&'static Surface> {
        Some(&SURFACE)
    }

    fn script(&self) -> &'static str {
        include_str!("service.js")
    }

    fn attach(&self, decl: &BindingDecl, _: &[BindingDecl], services: &Services) -> Result<Box<dyn BindingCalls>, Diagnostic> {
        let to = ServiceConfig::deserialize(&decl.config)
            .map_err(|error| Diagnostic::error(format!("`{}` is no service binding: {error}", decl.name)).in_file(&decl.file))?;
        Ok(Box::new(ServiceCalls { to: Some(to), delivery: Arc::clone(&services.host().delivery) }))
    }
}

/// What can be made to go wrong.
static SURFACE: Surface = Surface { service: "service", operations: &[], actions: &["latency", "error", "drop", "crash"], codes: &[] };

/// What the configuration says.
#[derive(Debug, Clone, Deserialize, Serialize)]
struct ServiceConfig {
    service: String,
    #[serde(default)]
    entrypoint: Option<String>,
    #[serde(default)]
    props: serde_json::Value,
}

/// A service binding, or with no configuration all apps of the run.
pub(crate) struct ServiceCalls {
    to: Option<ServiceConfig>,
    delivery: Arc<dyn Delivery>,
}

impl ServiceCalls {
    /// What answers under the name [`PEERS`].
    pub(crate) fn peers(services: &Services) -> Self {
        Self { to: None, delivery: Arc::clone(&services.host().delivery) }
    }
}

impl BindingCalls for ServiceCalls {
    fn call(&self, call: Call, stream: Option<BodyStream>) -> BoxFuture<'_, Result<Reply, CallError>> {
        self.call_of(call, stream, None)
    }

    fn call_of(&self, call: Call, stream: Option<BodyStream>, cause: Option<EventId>) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(async move {
            let args: ServiceArgs = args::parse(&call.args)?;
            let is_request = args.request.is_some();
            let body = stream.map(Content::Stream).or(call.body.map(Content::Whole));
            match self.delivery.deliver(parcel(args, body, cause)).await {
                Ok(reply) => Ok(answer(reply)),
                Err(undelivered) => refused(undelivered, is_request),
            }
        })
    }

    fn place(&self) -> String {
        self.to.as_ref().map_or_else(String::new, |to| match &to.entrypoint {
            Some(entrypoint) => format!("{}#{entrypoint}", to.service),
            None => to.service.clone(),
        })
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self.to)
    }
}

#[derive(Deserialize)]
struct ServiceArgs {
    to: To,
    /// What in it is meant: the scripts' own affair.
    entry: serde_json::Value,
    request: Option<RequestArgs>,
    /// One line for the journal; none for what is no event of its own.
    summary: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum To {
    App(String),
    Guest(u64),
}

#[derive(Deserialize)]
struct RequestArgs {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    extra: String,
}

#[derive(Serialize)]
struct AnswerHead {
    status: u16,
    #[serde(rename = "statusText")]
    reason: String,
    headers: Vec<(String, String)>,
}

/// What the code of the other side threw, as its script wrote it.
#[derive(Serialize)]
struct Carried {
    carried: String,
}

fn parcel(args: ServiceArgs, body: Option<Content>, cause: Option<EventId>) -> Parcel {
    let to = match args.to {
        To::App(name) => Recipient::App(name),
        To::Guest(number) => Recipient::Guest(number),
    };
    let request = args.request.map(|request| ParcelRequest {
        method: request.method,
        url: request.url,
        headers: request.headers,
        extra: request.extra,
    });
    Parcel { to, cause, summary: args.summary, entry: args.entry.to_string().into(), request, body }
}

fn answer(reply: Delivered) -> Reply {
    let coding = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-encoding")).map(|(_, value)| value.clone());
    let endless = reply.status == SWITCHING_PROTOCOLS;
    let coding = coding.filter(|coding| CODINGS.contains(&coding.as_str()));
    let result = CallResult::json(&AnswerHead { status: reply.status, reason: reply.reason, headers: reply.headers });
    match (reply.body, coding) {
        (None, _) => result.into(),
        (Some(Content::Whole(bytes)), None) => result.with_body(bytes).into(),
        (Some(Content::Stream(stream)), None) => Reply { result, stream: Some(stream), endless },
        (Some(content), coding) => {
            let bytes: BodyStream = match content {
                Content::Whole(bytes) => Box::pin(futures::stream::iter([Ok(bytes)])),
                Content::Stream(stream) => stream,
            };
            Reply { result, stream: Some(decoded(coding.as_deref(), bytes)), endless }
        }
    }
}

/// The status of a WebSocket.
const SWITCHING_PROTOCOLS: u16 = 101;

/// Codings of answers that code sees undone, as it does those from outside.
const CODINGS: &[&str] = &["gzip", "br"];

/// The texts of `wrangler dev` and workerd; that of the depth is production's, which alone has such a limit.
fn refused(undelivered: Undelivered, is_request: bool) -> Result<Reply, CallError> {
    Err(CallError::error(match undelivered {
        Undelivered::NoSuchApp(name) => {
            let message = format!("Worker \"{name}\" not found. Make sure it is running locally.");
            if is_request {
                let headers = vec![("content-type".to_owned(), "text/plain;charset=UTF-8".to_owned())];
                return Ok(answer(Delivered {
                    status: 503,
                    reason: String::new(),
                    headers,
                    body: Some(Content::Whole(Bytes::from(message))),
                }));
            }
            message
        }
        // Services of Workers name no functions.
        Undelivered::Gone | Undelivered::NoSuchFunction(_) | Undelivered::NoSuchQueue(_) => "Network connection lost.".to_owned(),
        Undelivered::TooDeep => {
            "Subrequest depth limit exceeded. This request recursed through Workers too many times. This can happen e.g. if \
                                 you have a Worker or Durable Object that calls other Workers or objects recursively."
                .to_owned()
        }
        Undelivered::Failed { carried: Some(carried), .. } => {
            return Ok(CallResult::json(&Carried { carried }).into());
        }
        Undelivered::Failed { message, carried: None } => message,
    }))
}
