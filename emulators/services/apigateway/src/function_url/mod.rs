//! Function URLs.
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>

mod stream;

use serde_json::json;

use crate::answer::Answer;
use crate::authorize::Signer;
use crate::call::{FunctionRequest, NotCalled};
use crate::config::FunctionUrl;
use crate::cors;
use crate::http_api::{event_v2, response};
use crate::inbound::{Inbound, TooLarge};
use crate::limits;
use crate::scene::Scene;

/// Who calls functions behind their URLs.
const CALLER: &str = "lambda.amazonaws.com";

/// What the URL answers by itself.
fn refused(status: u16, kind: &str, message: &str) -> Answer {
    Answer::new(status, "application/json", json!({ "Message": message }).to_string()).with("x-amzn-ErrorType", kind)
}

fn too_large(cause: &str) -> Answer {
    let message = format!("Request must be smaller than {} bytes for the InvokeFunction operation", limits::URL_PAYLOAD.most);
    refused(413, "RequestEntityTooLargeException", &message).because(cause)
}

/// What callers are told of a function that failed, or returned what is no response.
fn failed(cause: impl Into<String>) -> Answer {
    Answer::new(502, "text/plain", "Internal Server Error").because(cause)
}

/// Answers a request to a function's URL.
pub(crate) async fn answer(url: &FunctionUrl, scene: &Scene, inbound: &Inbound, large: Option<TooLarge>) -> Answer {
    let mut answer = match &url.cors {
        Some(cors) if cors::is_preflight(inbound) => cors::preflight(cors, inbound, 200),
        _ => called(url, scene, inbound, large).await,
    };
    if let Some(cors) = url.cors.as_ref().filter(|_| !cors::is_preflight(inbound)) {
        cors::dress(cors, inbound, &mut answer);
    }
    answer.with("x-amzn-RequestId", scene.request_id.clone()).with("X-Amzn-Trace-Id", scene.trace.clone())
}

async fn called(url: &FunctionUrl, scene: &Scene, inbound: &Inbound, large: Option<TooLarge>) -> Answer {
    if large.is_some() {
        return too_large("the body is larger than 6 MB");
    }
    let signer = Signer::of(inbound, &url.owner.account);
    if url.iam && signer.is_none() {
        return refused(403, "AccessDeniedException", "Forbidden").because("the URL wants a signed request, and nobody signed it");
    }
    let signer = signer.filter(|_| url.iam);
    let facts = event_v2::Facts {
        route_key: "$default",
        raw_path: inbound.path.clone(),
        parameters: &[],
        account: signer.as_ref().map_or("anonymous", |signer| &signer.account),
        api_id: &url.id,
        request_id: &scene.request_id,
        stage: "$default",
        variables: &[],
        authorizer: signer.as_ref().map(Signer::shown),
    };
    let event = event_v2::event(&facts, scene, inbound).to_string().into();
    let request = FunctionRequest { arn: &url.arn, event, caller: CALLER, timeout: None, stream: url.stream, asynchronous: false };
    match scene.call(request).await {
        Ok(called) if url.stream => stream::answer(called).await.unwrap_or_else(failed),
        Ok(called) => match called.json(&url.arn).await {
            Ok(returned) => response::convert_v2(returned).unwrap_or_else(failed),
            Err(not) => failed(not.cause()),
        },
        Err(NotCalled::TooLarge(cause)) => too_large(&cause),
        Err(NotCalled::Throttled(cause)) => refused(429, "TooManyRequestsException", "Rate Exceeded.").because(cause),
        Err(not) => failed(not.cause()),
    }
}
