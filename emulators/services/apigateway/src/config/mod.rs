//! What is configured, in the vendor's nouns. Templates and the control API are mapped onto it by who reads them.

mod authorizer;
mod function_url;
mod http_api;
mod load_balancer;
mod rest_api;
mod usage;
mod websocket_api;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use authorizer::{Authorizer, AuthorizerKind, HttpAuthorizer, HttpAuthorizerKind, HttpFunctionAuthorizer, JwtAuthorizer};
pub use function_url::FunctionUrl;
pub use http_api::{Cors, HttpApi, HttpAuthorization, HttpIntegration, HttpRoute, PayloadFormat};
pub use load_balancer::{ListenerRule, LoadBalancer, RuleAction, RuleCondition};
pub use rest_api::{
    ApiKeySource, ContentHandling, GatewayResponse, IntegrationResponse, Mapping, Model, Passthrough, RequestValidator, RestApi,
    RestAuthorization, RestIntegration, RestMethod, RestResource,
};
pub use usage::{ApiKey, Period, Quota, Throttle, UsagePlan};
pub use websocket_api::{WebSocketApi, WebSocketIntegration, WebSocketRoute};

/// Whose it is, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Twelve digits.
    pub account: String,
    /// `us-east-1`.
    pub region: String,
}

impl Owner {
    /// The ARN by which policies name a method of an API.
    pub(crate) fn method_arn(&self, api: &str, stage: &str, method: &str, path: &str) -> String {
        format!("arn:aws:execute-api:{}:{}:{api}/{stage}/{method}/{path}", self.region, self.account)
    }
}

/// A stage of an API.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stage {
    /// `$default`, `prod`.
    pub name: String,
    /// Its variables, in order.
    pub variables: Vec<(String, String)>,
    /// The deployment that it serves.
    pub deployment: String,
}

/// Every door of a run.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    /// HTTP APIs.
    pub http_apis: Vec<Arc<HttpApi>>,
    /// REST APIs.
    pub rest_apis: Vec<Arc<RestApi>>,
    /// WebSocket APIs.
    pub websocket_apis: Vec<Arc<WebSocketApi>>,
    /// Function URLs.
    pub function_urls: Vec<Arc<FunctionUrl>>,
    /// Load balancers.
    pub load_balancers: Vec<Arc<LoadBalancer>>,
    /// Keys of callers.
    pub api_keys: Vec<ApiKey>,
    /// How much callers may call.
    pub usage_plans: Vec<UsagePlan>,
    /// Which app a door is of, by the door's id: [`Doors::of_app`]. A door that is not here is named by its id.
    pub apps: BTreeMap<String, Arc<str>>,
}

impl Doors {
    /// All doors of both.
    pub fn extend(&mut self, other: Self) {
        let Self { http_apis, rest_apis, websocket_apis, function_urls, load_balancers, api_keys, usage_plans, apps } = other;
        self.http_apis.extend(http_apis);
        self.rest_apis.extend(rest_apis);
        self.websocket_apis.extend(websocket_apis);
        self.function_urls.extend(function_urls);
        self.load_balancers.extend(load_balancers);
        self.api_keys.extend(api_keys);
        self.usage_plans.extend(usage_plans);
        self.apps.extend(apps);
    }

    /// The same, as the doors of `app`: events and logs name it.
    #[must_use]
    pub fn of_app(mut self, app: &str) -> Self {
        let app: Arc<str> = Arc::from(app);
        let ids = self.http_apis.iter().map(|api| &api.id);
        let ids = ids.chain(self.rest_apis.iter().map(|api| &api.id)).chain(self.websocket_apis.iter().map(|api| &api.id));
        let ids = ids.chain(self.function_urls.iter().map(|url| &url.id)).chain(self.load_balancers.iter().map(|balancer| &balancer.name));
        self.apps = ids.map(|id| (id.clone(), Arc::clone(&app))).collect();
        self
    }

    /// The app whose door it is.
    pub(crate) fn app(&self, id: &str) -> Arc<str> {
        self.apps.get(id).map_or_else(|| Arc::from(id), Arc::clone)
    }
}

impl Stage {
    /// `text` with the stage's variables in place of `${stageVariables.name}`; nothing in place of one that it does not have.
    pub(crate) fn fill(&self, text: &str) -> String {
        const OPEN: &str = "${stageVariables.";
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(self.variables.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}
