//! `/_localstack/health`, which tools ask until it answers.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::message::{WireRequest, WireResponse};
use crate::service::Service;

const PATHS: &[&str] = &["/_localstack/health", "/_localstack/info", "/health"];

pub(super) fn page(services: &[Arc<dyn Service>], request: &WireRequest) -> Option<WireResponse> {
    PATHS.contains(&request.path.as_str()).then(|| {
        let running: Map<String, Value> =
            services.iter().map(|service| (service.model().service.clone(), Value::from("running"))).collect();
        let body = json!({ "services": running, "edition": "greenroom", "version": env!("CARGO_PKG_VERSION") });
        WireResponse::new(200, "application/json", body.to_string())
    })
}
