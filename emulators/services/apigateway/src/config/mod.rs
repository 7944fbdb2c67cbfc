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
use std::time::Duration;

pub use authorizer::{Authorizer, AuthorizerKind, HttpAuthorizer, HttpAuthorizerKind, HttpFunctionAuthorizer, JwtAuthorizer};
pub use function_url::FunctionUrl;
pub use http_api::{Cors, HttpApi, HttpAuthorization, HttpIntegration, HttpRoute, ParameterMapping, PayloadFormat};
pub use load_balancer::{BalancerTarget, ListenerRule, LoadBalancer, RuleAction, RuleCondition};
pub use rest_api::{
    ApiKeySource, ContentHandling, GatewayResponse, IntegrationResponse, Mapping, Model, Passthrough, RequestValidator, RestApi,
    RestAuthorization, RestBackend, RestIntegration, RestMethod, RestResource,
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
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stage {
    /// `$default`, `prod`.
    pub name: String,
    /// Its variables, in order.
    pub variables: Vec<(String, String)>,
    /// The deployment that it serves.
    pub deployment: String,
    /// What is set for its methods or routes.
    pub settings: Vec<MethodSettings>,
}

/// What a stage sets for methods or routes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MethodSettings {
    /// The route's key, or method and path (`GET /items`, `* /items`); none: all that have nothing of their own.
    pub of: Option<String>,
    /// How quickly each may be called.
    pub throttle: Option<Throttle>,
    /// How long answers are kept; zero: they are not.
    pub cache: Option<Duration>,
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
    /// How quickly what has one of these names may be called: what is set for the first of them that something is set for, else for all.
    pub(crate) fn throttle(&self, names: &[&str]) -> Option<Throttle> {
        self.set(names, |settings| settings.throttle)
            .or_else(|| self.settings.iter().filter(|all| all.of.is_none()).find_map(|all| all.throttle))
    }

    /// How long answers of what has one of these names are kept, and whether that is set for it alone.
    pub(crate) fn cache(&self, names: &[&str]) -> Option<(Duration, bool)> {
        let own = self.set(names, |settings| settings.cache).map(|kept| (kept, true));
        let all = || self.settings.iter().filter(|all| all.of.is_none()).find_map(|all| all.cache).map(|kept| (kept, false));
        own.or_else(all).filter(|(kept, _)| !kept.is_zero())
    }

    fn set<T>(&self, names: &[&str], what: impl Fn(&MethodSettings) -> Option<T>) -> Option<T> {
        let of = |name: &&str| self.settings.iter().filter(|settings| settings.of.as_deref() == Some(*name)).find_map(&what);
        names.iter().find_map(of)
    }

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
