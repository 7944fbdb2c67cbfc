//! The Extensions API. <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

use http::Request;
use hyper::body::Incoming;

use super::{Api, ApiResponse, answer};

pub(super) enum Failure {
    Init,
    Exit,
}

pub(super) async fn register(_api: &Api, _request: Request<Incoming>) -> ApiResponse {
    answer::not_found()
}
pub(super) async fn next(_api: &Api, _request: &Request<Incoming>) -> ApiResponse {
    answer::not_found()
}
pub(super) fn failed(_api: &Api, _request: &Request<Incoming>, _failure: Failure) -> ApiResponse {
    answer::not_found()
}
