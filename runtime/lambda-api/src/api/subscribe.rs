//! Subscriptions to telemetry.

use http::Request;
use hyper::body::Incoming;

use super::{Api, ApiResponse, answer};

pub(super) async fn logs(_api: &Api, _request: Request<Incoming>) -> ApiResponse {
    answer::not_found()
}
pub(super) async fn telemetry(_api: &Api, _request: Request<Incoming>) -> ApiResponse {
    answer::not_found()
}
