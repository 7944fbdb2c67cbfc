//! Which path means what.

use std::sync::Arc;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;

use super::{Api, ApiResponse, answer, extension, response, runtime, subscribe};

const RUNTIME: &str = "/2018-06-01/runtime/";
const EXTENSION: &str = "/2020-01-01/extension/";
const LOGS: &str = "/2020-08-15/logs";
const TELEMETRY: &str = "/2022-07-01/telemetry";

pub(super) async fn route(api: &Arc<Api>, request: Request<Incoming>) -> ApiResponse {
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix(RUNTIME) {
        return of_runtime(api, rest, request).await;
    }
    if let Some(rest) = path.strip_prefix(EXTENSION) {
        return of_extension(api, rest, request).await;
    }
    match (&*path, request.method()) {
        (LOGS, &Method::PUT) => subscribe::logs(api, request).await,
        (TELEMETRY, &Method::PUT) => subscribe::telemetry(api, request).await,
        (LOGS | TELEMETRY, _) => answer::wrong_method(),
        ("/2018-06-01/ping", &Method::GET) => answer::json(StatusCode::OK, "pong"),
        _ => answer::not_found(),
    }
}

async fn of_runtime(api: &Arc<Api>, rest: &str, request: Request<Incoming>) -> ApiResponse {
    let post = request.method() == Method::POST;
    match rest {
        "invocation/next" | "restore/next" if request.method() != Method::GET => answer::wrong_method(),
        "invocation/next" => runtime::next(api).await,
        "restore/next" => runtime::restore_next(api).await,
        "init/error" | "restore/error" if !post => answer::wrong_method(),
        "init/error" => runtime::init_error(api, request).await,
        "restore/error" => runtime::restore_error(api, request).await,
        _ => match rest.strip_prefix("invocation/").and_then(|rest| rest.split_once('/')) {
            Some((_, "response" | "error")) if !post => answer::wrong_method(),
            Some((id, "response")) => response::response(api, id, request).await,
            Some((id, "error")) => response::error(api, id, request).await,
            _ => answer::not_found(),
        },
    }
}

async fn of_extension(api: &Arc<Api>, rest: &str, request: Request<Incoming>) -> ApiResponse {
    let post = request.method() == Method::POST;
    match rest {
        "register" if post => extension::register(api, request).await,
        "event/next" if request.method() == Method::GET => extension::next(api, &request).await,
        "init/error" if post => extension::failed(api, &request, extension::Failure::Init),
        "exit/error" if post => extension::failed(api, &request, extension::Failure::Exit),
        "register" | "event/next" | "init/error" | "exit/error" => answer::wrong_method(),
        _ => answer::not_found(),
    }
}
