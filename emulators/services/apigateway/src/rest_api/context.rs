//! `$context`: what events, templates and mappings see of a request.

use serde_json::{Map, Value, json};

use crate::config::RestApi;
use crate::http_api::event_v1::identity;
use crate::http_api::event_v2::domain_prefix;
use crate::ids::log_time;
use crate::inbound::Inbound;
use crate::scene::Scene;

/// `$context`.
pub(crate) struct Context(Map<String, Value>);

impl Context {
    /// Of a request to `api`.
    pub(crate) fn of(api: &RestApi, fixed: &str, scene: &Scene, inbound: &Inbound) -> Self {
        // Behind a listener of its own a stage is no part of the path, as behind a custom domain; else it is.
        let context = json!({
            "accountId": api.owner.account,
            "apiId": api.id,
            "deploymentId": deployment(api, fixed, inbound),
            "domainName": inbound.host(),
            "domainPrefix": domain_prefix(inbound.host()),
            "extendedRequestId": scene.extended_id,
            "httpMethod": inbound.method,
            "identity": identity(inbound, None),
            "path": inbound.path,
            "protocol": inbound.protocol,
            "requestId": scene.request_id,
            "requestTime": log_time(scene.at),
            "requestTimeEpoch": scene.at.0,
            "stage": fixed,
        });
        Self(context.as_object().cloned().unwrap_or_default())
    }

    /// Sets one value.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Sets one value of the caller's identity.
    pub(crate) fn identify(&mut self, name: &str, value: impl Into<Value>) {
        self.0["identity"][name] = value.into();
    }

    /// The value at a path with dots.
    pub(crate) fn at(&self, path: &str) -> Option<&Value> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let first = self.0.get(first)?;
        match rest {
            Some(rest) => first.pointer(&format!("/{}", rest.replace('.', "/"))),
            None => Some(first),
        }
    }

    /// All of it, as events have it.
    pub(crate) fn json(&self) -> Value {
        Value::Object(self.0.clone())
    }
}

fn deployment<'a>(api: &'a RestApi, fixed: &str, inbound: &Inbound) -> &'a str {
    let named = inbound.path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let name = if fixed.is_empty() { named } else { fixed };
    api.stages.iter().find(|stage| stage.name == name).map_or("", |stage| stage.deployment.as_str())
}
