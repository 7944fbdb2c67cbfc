//! Mapping templates between methods and integrations.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use greenroom_host::{Content, Outcome};
use regex::Regex;
use serde_json::{Value, json};

use super::Call;
use super::binary::is_binary;
use super::context::Context;
use super::parameters;
use super::problem::Problem;
use super::proxy::remap;
use crate::answer::Answer;
use crate::config::{ContentHandling, IntegrationResponse, Mapping, Passthrough};
use crate::vtl::{self, Given, Input, Parameters};

/// What an answer behind templates may not say under its own name.
const REMAPPED: &[&str] = &[
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "expect",
    "host",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "trailer",
    "upgrade",
    "user-agent",
    "www-authenticate",
];

/// What is sent to an integration, and what the template has set for the answer.
pub(crate) struct Sent {
    pub(crate) body: Bytes,
    /// `integration.request.header.…`
    pub(crate) headers: Vec<(String, String)>,
    /// `integration.request.querystring.…`
    pub(crate) query: Vec<(String, String)>,
    /// `integration.request.path.…`
    pub(crate) path: Vec<(String, String)>,
    /// `$context.responseOverride`.
    overrides: Value,
}

/// Makes what is sent of a request.
pub(crate) fn request(call: &Call<'_>, context: &Context, mapping: &Mapping) -> Result<Sent, Problem> {
    let template = template(call, mapping)?;
    let body = converted(call, mapping)?;
    let place = |place: &str| mapped(call, context, mapping, place);
    let (headers, query, path) = (place("header"), place("querystring"), place("path"));
    let mut sent = Sent { body, headers, query, path, overrides: json!({}) };
    let Some(template) = template else { return Ok(sent) };
    let rendered = render(template, text(&sent.body)?, context.json(), call)?;
    for (place, pairs) in [("header", &mut sent.headers), ("querystring", &mut sent.query), ("path", &mut sent.path)] {
        let overridden = rendered.context.pointer(&format!("/requestOverride/{place}")).and_then(Value::as_object);
        for (name, value) in overridden.into_iter().flatten() {
            pairs.retain(|(known, _)| known != name);
            pairs.push((name.clone(), plain(value)));
        }
    }
    sent.overrides = rendered.context.get("responseOverride").cloned().unwrap_or_default();
    sent.body = rendered.text.into();
    Ok(sent)
}

/// What is mapped to one place of what an integration is sent: `header`, `querystring`, `path`.
pub(crate) fn mapped(call: &Call<'_>, context: &Context, mapping: &Mapping, place: &str) -> Vec<(String, String)> {
    let meant = format!("integration.request.{place}.");
    let one = |(name, source): &(String, String)| {
        let name = name.strip_prefix(&meant)?;
        Some((name.to_owned(), parameters::of_request(source, call, context)?))
    };
    mapping.request_parameters.iter().filter_map(one).collect()
}

/// The template for the media type of a request; none: the body is sent as it is.
fn template<'a>(call: &Call<'_>, mapping: &'a Mapping) -> Result<Option<&'a str>, Problem> {
    let sent = call.inbound.headers.get("content-type").unwrap_or("application/json");
    let kind = sent.split(';').next().unwrap_or_default().trim();
    let of = |kind: &str| mapping.request_templates.iter().find(|(known, _)| known.eq_ignore_ascii_case(kind));
    if let Some((_, template)) = of(sent).or_else(|| of(kind)).or_else(|| of("$default")) {
        return Ok(Some(template));
    }
    let refused = match mapping.passthrough {
        Passthrough::WhenNoMatch => false,
        Passthrough::WhenNoTemplates => !mapping.request_templates.is_empty(),
        Passthrough::Never => true,
    };
    if !refused {
        return Ok(None);
    }
    let problem = Problem::new("UNSUPPORTED_MEDIA_TYPE", "BadRequestException", 415, "Unsupported Media Type");
    Err(problem.because(format!("there is no mapping template for `{kind}`, and the body must not pass without one")))
}

/// The body of a request, as its media type and the content handling say.
pub(crate) fn converted(call: &Call<'_>, mapping: &Mapping) -> Result<Bytes, Problem> {
    let body = &call.inbound.body;
    let binary = is_binary(&call.api.binary_media_types, call.inbound.headers.get("content-type"));
    match (binary, mapping.content_handling) {
        (true, Some(ContentHandling::ConvertToText)) => Ok(BASE64.encode(body).into()),
        (false, Some(ContentHandling::ConvertToBinary)) => decoded(body),
        (true, _) => Ok(body.clone()),
        (false, _) => Ok(String::from_utf8_lossy(body).into_owned().into()),
    }
}

fn decoded(body: &[u8]) -> Result<Bytes, Problem> {
    let decoded = BASE64.decode(body.trim_ascii()).map(Bytes::from);
    decoded.map_err(|_| Problem::internal(500).because("the body is to become bytes, and is no base64"))
}

/// The answer for what an integration gave. `selected` is what patterns are held against.
pub(crate) fn response(
    call: &Call<'_>,
    context: &Context,
    mapping: &Mapping,
    sent: &Sent,
    selected: &str,
    (body, headers): (Bytes, &[(String, String)]),
) -> Result<Answer, Problem> {
    let chosen = choose(&mapping.responses, selected)?;
    let mapped = chosen.parameters.iter().filter_map(|(name, source)| {
        let name = name.strip_prefix("method.response.header.")?;
        Some((name.to_owned(), parameters::of_response(source, &body, headers, call, context)?))
    });
    let mut out: Vec<(String, String)> = mapped.collect();
    let kind = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type")).map(|(_, value)| value.as_str());
    let body = answered(call, chosen, kind, body)?;
    let mut overrides = sent.overrides.clone();
    let body = match accepted(call, chosen) {
        None => body,
        Some(template) => {
            let mut context = context.json();
            context["responseOverride"] = overrides.clone();
            let rendered = render(template, text(&body)?, context, call)?;
            overrides = rendered.context.get("responseOverride").cloned().unwrap_or_default();
            rendered.text.into()
        }
    };
    for (name, value) in overrides.get("header").and_then(Value::as_object).into_iter().flatten() {
        out.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        out.push((name.clone(), plain(value)));
    }
    let status = overrides.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (100..600).contains(status)).unwrap_or(chosen.status);
    remap(&mut out, REMAPPED);
    if !out.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        out.insert(0, ("Content-Type".to_owned(), "application/json".to_owned()));
    }
    Ok(Answer { status, headers: out, content: Content::Whole(body), outcome: Outcome::Ok })
}

/// The first answer whose pattern fits, else the one without a pattern.
fn choose<'a>(responses: &'a [IntegrationResponse], selected: &str) -> Result<&'a IntegrationResponse, Problem> {
    for response in responses {
        let Some(pattern) = response.selection_pattern.as_deref().filter(|pattern| !pattern.is_empty()) else { continue };
        let pattern = Regex::new(&format!("^(?s:{pattern})$")).map_err(|error| Problem::misconfigured().because(error.to_string()))?;
        if pattern.is_match(selected) {
            return Ok(response);
        }
    }
    let default = responses.iter().find(|response| response.selection_pattern.as_deref().is_none_or(str::is_empty));
    default.ok_or_else(|| Problem::misconfigured().because("no integration response fits, and there is none without a selection pattern"))
}

fn answered(call: &Call<'_>, chosen: &IntegrationResponse, kind: Option<&str>, body: Bytes) -> Result<Bytes, Problem> {
    let types = &call.api.binary_media_types;
    let accepts = is_binary(types, call.inbound.headers.get("accept"));
    match (is_binary(types, kind), chosen.content_handling) {
        (true, Some(ContentHandling::ConvertToText)) => Ok(BASE64.encode(&body).into()),
        (true, None) if !accepts => Ok(BASE64.encode(&body).into()),
        (false, Some(ContentHandling::ConvertToBinary)) => decoded(&body),
        (false, None) if accepts => decoded(&body),
        _ => Ok(body),
    }
}

/// The template for what the client accepts, else the one for JSON, else the first.
fn accepted<'a>(call: &Call<'_>, chosen: &'a IntegrationResponse) -> Option<&'a str> {
    let accept = call.inbound.headers.get("accept").unwrap_or_default();
    let of = |kind: &str| chosen.templates.iter().find(|(known, _)| known.eq_ignore_ascii_case(kind));
    let found = of(accept).or_else(|| of("application/json")).or_else(|| chosen.templates.first());
    found.map(|(_, template)| template.as_str()).filter(|template| !template.is_empty())
}

fn render(template: &str, body: &str, mut context: Value, call: &Call<'_>) -> Result<vtl::Rendered, Problem> {
    if context.get("requestOverride").is_none() {
        context["requestOverride"] = json!({ "header": {}, "querystring": {}, "path": {} });
    }
    if context.pointer("/responseOverride/header").is_none() {
        context["responseOverride"] = json!({ "header": {} });
    }
    let last = |(name, values): (&str, Vec<&str>)| (name.to_owned(), values.last().copied().unwrap_or_default().to_owned());
    let parameters = Parameters {
        path: call.parameters.clone(),
        query: call.query.grouped().into_iter().map(last).collect(),
        header: call.inbound.headers.grouped().into_iter().map(last).collect(),
    };
    let given = Given { input: Input::new(body.to_owned(), parameters), context, variables: &call.stage.variables };
    vtl::render(template, given).map_err(|cause| Problem::internal(500).because(cause))
}

fn text(body: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(body).map_err(|_| Problem::internal(500).because("a mapping template cannot take a body of bytes"))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
