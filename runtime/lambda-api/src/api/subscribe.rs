//! Subscriptions to telemetry, by the two APIs that there are for it.
//! <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html>

use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::{Api, ApiResponse, answer, extension};
use crate::telemetry::{Dialect, NotSubscribed};

pub(super) async fn logs(api: &Api, request: Request<Incoming>) -> ApiResponse {
    subscribe(api, request, Dialect::Logs).await
}

pub(super) async fn telemetry(api: &Api, request: Request<Incoming>) -> ApiResponse {
    subscribe(api, request, Dialect::Telemetry).await
}

async fn subscribe(api: &Api, request: Request<Incoming>, dialect: Dialect) -> ApiResponse {
    let id = match extension::identifier(request.headers()) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let Some(name) = api.extensions.name(&id) else {
        return answer::forbidden("Extension.UnknownExtensionIdentifier", &format!("Unknown extension {id}"));
    };
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    match api.log.subscribe(&name, &body, dialect) {
        Ok(()) => answer::json(StatusCode::OK, "\"OK\""),
        Err(NotSubscribed::Closed) => {
            let family = dialect.family();
            answer::forbidden(&format!("{family}.SubscriptionClosed"), &format!("{family} API subscription is closed already"))
        }
        Err(NotSubscribed::Invalid(message)) => answer::error(StatusCode::BAD_REQUEST, "ValidationError", &message),
    }
}
