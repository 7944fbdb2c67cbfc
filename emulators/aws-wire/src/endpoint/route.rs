//! Which service a request is for, what it speaks, and which operation is meant: by the scope of its signature, `X-Amz-Target`, the host,
//! the query, the path.

use std::sync::Arc;

use super::DEFAULT_REGION;
use super::address::Address;
use crate::auth::Claim;
use crate::encoding::percent_decode;
use crate::error::ApiError;
use crate::message::{WireRequest, WireResponse};
use crate::model::{Captures, Model, OperationShape, Protocol};
use crate::service::Service;

/// The service that `request` is for. Where several go by one name, it is the one that has what is asked for.
pub(super) fn service<'a>(
    services: &'a [Arc<dyn Service>],
    request: &WireRequest,
    claim: Option<&Claim>,
) -> Result<&'a dyn Service, ApiError> {
    let name = named(services, request, claim).ok_or_else(undetermined)?;
    let of_name = || services.iter().filter(|service| service.model().service == name);
    let fitting = of_name().find(|service| operation(service.model(), protocol(service.model(), request), request).is_ok());
    fitting.or_else(|| of_name().next()).map(AsRef::as_ref).ok_or_else(|| unknown(&name))
}

/// The service's name, from the first place that has one.
fn named(services: &[Arc<dyn Service>], request: &WireRequest, claim: Option<&Claim>) -> Option<String> {
    let name_of = |fits: &dyn Fn(&Model) -> bool| {
        services.iter().map(|service| service.model()).find(|model| fits(model)).map(|model| model.service.clone())
    };
    let by_scope = || claim.map(|claim| claim.scope.service.clone());
    // `DynamoDB_20120810`, `AmazonSQS`: a name that can be told even where there is no such service.
    let by_target = || target(request).map(|(prefix, _)| name_of(&|model| model.target == prefix).unwrap_or_else(|| prefix.to_owned()));
    let by_host = || Address::of(request)?.service;
    let by_action = || {
        let (action, version) = action(request)?;
        name_of(&|model| version.as_ref().is_none_or(|version| *version == model.version) && model.operation(&action).is_some())
    };
    let by_path = || {
        let is_rest = |model: &Model| matches!(model.protocol, Protocol::RestJson | Protocol::RestXml);
        name_of(&|model| is_rest(model) && model.route(&request.method, &request.path, &request.query).is_some())
    };
    let by_thing = || is_thing(&request.path).then(|| name_of(&|model| model.address.is_some())).flatten();
    by_scope().or_else(by_target).or_else(by_host).or_else(by_action).or_else(by_path).or_else(by_thing)
}

/// `/000000000000/orders`: the address of something of an account.
fn is_thing(path: &str) -> bool {
    let mut parts = path.trim_matches('/').split('/');
    let account = parts.next().is_some_and(|part| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit()));
    account && parts.next().is_some_and(|name| !name.is_empty()) && parts.next().is_none()
}

/// The region: of the signature, of the host, or the default.
pub(super) fn region(request: &WireRequest, claim: Option<&Claim>) -> String {
    let by_host = || Address::of(request)?.region;
    claim.map(|claim| claim.scope.region.clone()).or_else(by_host).unwrap_or_else(|| DEFAULT_REGION.to_owned())
}

/// The path with what the host says whose thing it is, where the service has such hosts.
pub(super) fn hosted(model: &Model, request: &WireRequest) -> Option<String> {
    let owner = Address::of(request)?.owner.filter(|_| model.hosted)?;
    Some(format!("/{owner}{}", request.path))
}

/// What stands in `X-Amz-Target`, or in the path of RPC v2, before and behind the last dot: the service and the operation.
fn target(request: &WireRequest) -> Option<(&str, &str)> {
    if let Some(target) = request.header("x-amz-target") {
        return target.rsplit_once('.');
    }
    if !speaks_cbor(request) {
        return None;
    }
    // `/service/<service>/operation/<operation>`, with anything before it.
    let mut parts = request.path.rsplit('/');
    let operation = parts.next()?;
    let service = parts.next().filter(|part| *part == "operation").and_then(|_| parts.next())?;
    Some((service.rsplit('.').next().unwrap_or(service), operation))
}

fn speaks_cbor(request: &WireRequest) -> bool {
    request.header("smithy-protocol").is_some_and(|spoken| spoken == "rpc-v2-cbor")
}

/// `Action` and `Version` of the query protocol.
fn action(request: &WireRequest) -> Option<(String, Option<String>)> {
    let body = if is_form(request) { &request.body[..] } else { &[] };
    let field = |name: &str| parameter(request.query.as_bytes(), name).or_else(|| parameter(body, name));
    Some((field("Action")?, field("Version")))
}

fn is_form(request: &WireRequest) -> bool {
    request.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// The value of the field `name`. The others are not decoded: a form may be large.
fn parameter(form: &[u8], name: &str) -> Option<String> {
    let field = form.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
    Some(percent_decode(std::str::from_utf8(field).ok()?))
}

/// What the client speaks, if the service does too; else what the service's own clients speak. Either version of JSON does for both.
pub(super) fn protocol(model: &Model, request: &WireRequest) -> Protocol {
    let is_json = |protocol| matches!(protocol, Protocol::Json10 | Protocol::Json11);
    match guess(request, None) {
        spoken if model.speaks(spoken) || (is_json(spoken) && is_json(model.protocol)) => spoken,
        _ if is_form(request) && model.speaks(Protocol::Query) => Protocol::Query,
        _ => model.protocol,
    }
}

/// What the client seems to speak, where there is no service that would say: it is to be able to read the error.
pub(super) fn guess(request: &WireRequest, claim: Option<&Claim>) -> Protocol {
    let kind = request.header("content-type").unwrap_or_default();
    match kind {
        _ if speaks_cbor(request) => Protocol::Cbor,
        _ if kind.starts_with("application/x-amz-json-1.0") => Protocol::Json10,
        _ if kind.starts_with("application/x-amz-json-1.1") => Protocol::Json11,
        _ if action(request).is_some() => Protocol::Query,
        _ if claim.is_some_and(|claim| claim.scope.service == "s3") => Protocol::RestXml,
        _ => Protocol::RestJson,
    }
}

/// The operation that is meant, with what the path says.
pub(super) fn operation<'a>(
    model: &'a Model,
    protocol: Protocol,
    request: &WireRequest,
) -> Result<(&'a OperationShape, Captures), ApiError> {
    if matches!(protocol, Protocol::RestJson | Protocol::RestXml) {
        return model.route(&request.method, &request.path, &request.query).ok_or_else(undetermined);
    }
    let found = |name: &str| model.operation(name).map(|operation| (operation, Captures::new()));
    if protocol == Protocol::Query {
        let (name, version) = action(request).unwrap_or_default();
        let is_here = !(is_thing(&request.path) && model.elsewhere.contains(&name));
        return found(&name).filter(|_| is_here).ok_or_else(|| invalid_action(model, &name, version.as_deref()));
    }
    let named = target(request).filter(|(prefix, _)| *prefix == model.target);
    named.and_then(|(_, name)| found(name)).ok_or_else(|| ApiError::new("UnknownOperationException", 400, String::new()))
}

/// What AWS answers to a request that asks for nothing: who opens the address of a queue in a browser sees it.
pub(super) fn asks_nothing(protocol: Protocol, request: &WireRequest) -> Option<WireResponse> {
    let rest = matches!(protocol, Protocol::RestJson | Protocol::RestXml);
    let is_json = request.header("content-type").is_some_and(|kind| kind.starts_with("application/x-amz-json"));
    let asks = rest || protocol == Protocol::Query || is_json || target(request).is_some() || request.header("x-amz-target").is_some();
    (!asks).then(|| WireResponse::new(404, "text/xml", "<UnknownOperationException/>\n"))
}

fn invalid_action(model: &Model, name: &str, version: Option<&str>) -> ApiError {
    if name.is_empty() {
        return ApiError::new("MissingAction", 400, "The request must contain the parameter Action.");
    }
    let message = match model.address {
        Some(_) => format!("The action {name} is not valid for this endpoint."),
        None => format!("Could not find operation {name} for version {}", version.unwrap_or(&model.version)),
    };
    ApiError::new("InvalidAction", 400, message)
}

/// AWS's front answers so where a request fits no operation.
fn undetermined() -> ApiError {
    ApiError::new("AccessDeniedException", 403, "Unable to determine service/operation name to be authorized").under("Message")
}

fn unknown(service: &str) -> ApiError {
    ApiError::new("NotImplemented", 501, format!("greenroom does not emulate the service {service}")).under("Message")
}
