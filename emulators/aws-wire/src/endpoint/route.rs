//! Which service a request is for, and which operation: by the scope of its signature, `X-Amz-Target`, the host, the query, the path.

use std::sync::Arc;

use super::DEFAULT_REGION;
use crate::auth::Claim;
use crate::encoding::percent_decode;
use crate::error::ApiError;
use crate::message::WireRequest;
use crate::model::{Captures, Model, OperationShape, Protocol};
use crate::service::Service;

/// Where a request goes.
pub(super) struct Routed<'a> {
    pub(super) service: &'a dyn Service,
    pub(super) operation: &'a OperationShape,
    pub(super) captures: Captures,
    pub(super) protocol: Protocol,
}

pub(super) fn find<'a>(services: &'a [Arc<dyn Service>], request: &WireRequest, claim: Option<&Claim>) -> Result<Routed<'a>, ApiError> {
    let Some(name) = named(services, request, claim) else { return Err(undetermined()) };
    let service = services.iter().find(|service| service.model().service == name).ok_or_else(|| unknown(&name))?;
    let model = service.model();
    let protocol = protocol(model, request);
    let (operation, captures) = operation(model, protocol, request)?;
    Ok(Routed { service: service.as_ref(), operation, captures, protocol })
}

/// The service's name, from the first place that has one.
fn named(services: &[Arc<dyn Service>], request: &WireRequest, claim: Option<&Claim>) -> Option<String> {
    let by_scope = || claim.map(|claim| claim.scope.service.clone());
    let by_target = || {
        let prefix = request.header("x-amz-target")?.rsplit_once('.')?.0;
        let known = services.iter().find(|service| service.model().target == prefix);
        // `DynamoDB_20120810`, `AmazonSQS`: a name that can be told even where there is no such service.
        Some(known.map_or_else(|| prefix.to_owned(), |service| service.model().service.clone()))
    };
    let by_action = || {
        let (action, version) = action(request)?;
        let fits = |model: &Model| version.as_ref().is_none_or(|version| *version == model.version) && model.operation(&action).is_some();
        services.iter().find(|service| fits(service.model())).map(|service| service.model().service.clone())
    };
    let by_path = || {
        let fits = |model: &Model| {
            matches!(model.protocol, Protocol::RestJson | Protocol::RestXml)
                && model.route(&request.method, &request.path, &request.query).is_some()
        };
        services.iter().find(|service| fits(service.model())).map(|service| service.model().service.clone())
    };
    by_scope().or_else(by_target).or_else(|| host_name(request)).or_else(by_action).or_else(by_path)
}

/// The service in a host such as `lambda.us-east-1.amazonaws.com` or `sqs.us-east-1.localhost.localstack.cloud:4566`.
fn host_name(request: &WireRequest) -> Option<String> {
    parts_of_host(request)?.first().filter(|part| !part.is_empty()).cloned()
}

fn parts_of_host(request: &WireRequest) -> Option<Vec<String>> {
    const SUFFIXES: &[&str] = &[".amazonaws.com", ".localhost.localstack.cloud", ".api.aws"];
    let host = request.header("host")?;
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let before = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix))?;
    Some(before.split('.').map(str::to_owned).collect())
}

/// The region: of the signature, of the host, or the default.
pub(super) fn region(request: &WireRequest, claim: Option<&Claim>) -> String {
    let by_host = || parts_of_host(request)?.get(1).cloned();
    claim.map(|claim| claim.scope.region.clone()).or_else(by_host).unwrap_or_else(|| DEFAULT_REGION.to_owned())
}

/// `Action` and `Version` of the query protocol.
fn action(request: &WireRequest) -> Option<(String, Option<String>)> {
    let is_form = request.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let body = if is_form { &request.body[..] } else { &[] };
    let field = |name: &str| parameter(request.query.as_bytes(), name).or_else(|| parameter(body, name));
    Some((field("Action")?, field("Version")))
}

/// The value of the field `name`. The others are not decoded: a form may be large.
fn parameter(form: &[u8], name: &str) -> Option<String> {
    let field = form.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
    Some(percent_decode(std::str::from_utf8(field).ok()?))
}

/// What the client speaks, if the service does too; else what the service's own clients speak. Either version of JSON does for both.
fn protocol(model: &Model, request: &WireRequest) -> Protocol {
    let is_json = |protocol| matches!(protocol, Protocol::Json10 | Protocol::Json11);
    match guess(request, None) {
        spoken if model.speaks(spoken) || (is_json(spoken) && is_json(model.protocol)) => spoken,
        _ => model.protocol,
    }
}

/// What the client seems to speak, where there is no service that would say: it is to be able to read the error.
pub(super) fn guess(request: &WireRequest, claim: Option<&Claim>) -> Protocol {
    let kind = request.header("content-type").unwrap_or_default();
    match kind {
        _ if kind.starts_with("application/x-amz-json-1.0") => Protocol::Json10,
        _ if kind.starts_with("application/x-amz-json-1.1") => Protocol::Json11,
        _ if action(request).is_some() => Protocol::Query,
        _ if claim.is_some_and(|claim| claim.scope.service == "s3") => Protocol::RestXml,
        _ => Protocol::RestJson,
    }
}

fn operation<'a>(model: &'a Model, protocol: Protocol, request: &WireRequest) -> Result<(&'a OperationShape, Captures), ApiError> {
    if matches!(protocol, Protocol::RestJson | Protocol::RestXml) {
        return model.route(&request.method, &request.path, &request.query).ok_or_else(undetermined);
    }
    let by_target = || request.header("x-amz-target").and_then(|target| target.rsplit('.').next().map(str::to_owned));
    let name = by_target().or_else(|| action(request).map(|(action, _)| action)).unwrap_or_default();
    let found = model.operation(&name).map(|operation| (operation, Captures::new()));
    found.ok_or_else(|| ApiError::new("UnknownOperationException", 400, String::new()))
}

/// AWS's front answers so where a request fits no operation.
fn undetermined() -> ApiError {
    ApiError::new("AccessDeniedException", 403, "Unable to determine service/operation name to be authorized").under("Message")
}

fn unknown(service: &str) -> ApiError {
    ApiError::new("NotImplemented", 501, format!("greenroom does not emulate the service {service}")).under("Message")
}
