//! The Extensions API. <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;

use super::{Api, ApiResponse, Signal, answer};
use crate::extensions::{Doing, MOST, Refused};

const IDENTIFIER: &str = "lambda-extension-identifier";

#[derive(Deserialize)]
struct Registration {
    #[serde(default)]
    events: Option<Vec<String>>,
    #[serde(default, rename = "configurationKeys")]
    configuration_keys: Vec<String>,
}

/// When it has failed.
#[derive(Clone, Copy)]
pub(super) enum Failure {
    Init,
    Exit,
}

pub(super) async fn register(api: &Api, request: Request<Incoming>) -> ApiResponse {
    let name = header(request.headers(), "lambda-extension-name");
    if name.is_empty() {
        return answer::forbidden("Extension.InvalidExtensionName", "Empty extension name");
    }
    let features = header(request.headers(), "lambda-extension-accept-feature");
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let events = match events(&body) {
        Ok(events) => events,
        Err(message) => return answer::forbidden("InvalidRequestFormat", &message),
    };
    let external = api.extensions.is_external(&name);
    if let Some((event, why)) = events.iter().find_map(|event| Some((event, unsuitable(event, external)?))) {
        return answer::forbidden("Extension.InvalidEventType", &format!("{event}: {why}"));
    }
    match api.extensions.register(&name, api.log.new_id(), events) {
        Ok(id) => {
            api.tell(Signal::Extensions);
            registered(api, &id, features.split(',').any(|feature| feature.trim() == "accountId"))
        }
        Err(refused) => refusal(&refused, &name),
    }
}

fn events(body: &[u8]) -> Result<Vec<String>, String> {
    let registration: Registration = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if !registration.configuration_keys.is_empty() {
        return Err("configurationKeys are deprecated; use environment variables instead".to_owned());
    }
    Ok(registration.events.unwrap_or_default())
}

/// Why an extension cannot have events of this kind, if it cannot.
fn unsuitable(event: &str, external: bool) -> Option<&'static str> {
    match event {
        "INVOKE" => None,
        "SHUTDOWN" if external => None,
        "SHUTDOWN" => Some("ShutdownEventNotSupportedForInternalExtension"),
        _ => Some("ErrorInvalidEventType"),
    }
}

fn registered(api: &Api, id: &str, with_account: bool) -> ApiResponse {
    let function = &api.log.function;
    let mut body = json!({ "functionName": function.name, "functionVersion": function.version, "handler": function.handler });
    if with_account {
        body["accountId"] = json!(function.account);
    }
    let mut response = answer::json(StatusCode::OK, format!("{body}\n"));
    set(&mut response, IDENTIFIER, id);
    response
}

pub(super) async fn next(api: &Api, request: &Request<Incoming>) -> ApiResponse {
    let id = match identifier(request.headers()) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    if let Err(refused) = api.extensions.is_ready(&id) {
        return refusal(&refused, &id);
    }
    api.tell(Signal::Extensions);
    let event = api.extensions.next(&id).await;
    let mut response = answer::json(StatusCode::OK, event);
    set(&mut response, "lambda-extension-event-identifier", &api.log.new_id());
    response
}

pub(super) fn failed(api: &Api, request: &Request<Incoming>, failure: Failure) -> ApiResponse {
    let id = match identifier(request.headers()) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let error_type = header(request.headers(), "lambda-extension-function-error-type");
    if error_type.is_empty() {
        return answer::forbidden("Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found");
    }
    let (to, kind) = match failure {
        Failure::Init => (Doing::InitError, "Extension.InitError"),
        Failure::Exit => (Doing::ExitError, "Extension.ExitError"),
    };
    if let Err(refused) = api.extensions.fail(&id, to, &error_type) {
        return refusal(&refused, &id);
    }
    api.tell(Signal::ExtensionFailed(kind));
    answer::accepted()
}

/// The id that an extension has been given, as it must send it.
pub(super) fn identifier(headers: &HeaderMap) -> Result<String, ApiResponse> {
    let id = header(headers, IDENTIFIER);
    if id.is_empty() {
        return Err(answer::forbidden("Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header"));
    }
    let hyphens = [8, 13, 18, 23].iter().all(|at| id.as_bytes().get(*at) == Some(&b'-'));
    if id.len() != 36 || !hyphens || !id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()) {
        return Err(answer::forbidden("Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier"));
    }
    Ok(id)
}

fn refusal(refused: &Refused, who: &str) -> ApiResponse {
    match refused {
        Refused::Transition(from, to) => {
            let (from, to) = (from.name(), to.name());
            let message =
                format!("State transition from {from} to {to} failed for extension {who}. Error: State transition is not allowed");
            answer::forbidden("Extension.InvalidExtensionState", &message)
        }
        Refused::Unknown => answer::forbidden("Extension.UnknownExtensionIdentifier", &format!("Unknown extension {who}")),
        Refused::Closed => answer::forbidden("Extension.RegistrationClosed", "Extension registration closed already"),
        Refused::SameName => answer::forbidden("Extension.InvalidExtensionState", "Extension with this name already registered"),
        Refused::TooMany => answer::forbidden("Extension.TooManyExtensions", &format!("Extension limit ({MOST}) reached")),
    }
}

fn set(response: &mut ApiResponse, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
