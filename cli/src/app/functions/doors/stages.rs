//! Stages, and what they set for methods and routes.

use std::time::Duration;

use greenroom_apigateway::config::{MethodSettings, Stage, Throttle};
use greenroom_lambda_projects as declared;
use serde_json::Value;

/// What an account may do where a stage sets the other number alone.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const ACCOUNT: Throttle = Throttle { rate: 10_000.0, burst: 5_000 };

/// How long answers are kept where nothing is set:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html>
const KEPT: f64 = 300.0;

/// How many letters and digits the id of a deployment has.
const DEPLOYMENT: usize = 6;

/// A stage of an HTTP or WebSocket API.
pub(super) fn map(stage: &declared::Stage) -> Stage {
    let settings = stage.settings.iter().map(|(key, settings)| MethodSettings {
        of: Some(key.clone()).filter(|key| !key.is_empty()),
        throttle: throttle(settings),
        cache: None,
    });
    Stage {
        name: stage.stage_name.clone(),
        variables: stage.stage_variables.clone(),
        deployment: String::new(),
        settings: settings.collect(),
    }
}

/// The stages of a REST API.
pub(super) fn of_rest(api: &declared::RestApi) -> Vec<Stage> {
    let map = |stage: &declared::Stage| {
        let settings = stage.settings.iter().map(|(_, settings)| MethodSettings {
            of: method(settings),
            throttle: throttle(settings),
            cache: stage.cache_cluster_enabled.then(|| cache(settings)).flatten(),
        });
        // Deployments have ids of their own; one that the API's makes is as good.
        let deployment = api.rest_api_id.chars().rev().take(DEPLOYMENT).collect();
        Stage { name: stage.stage_name.clone(), variables: stage.stage_variables.clone(), deployment, settings: settings.collect() }
    };
    api.stages.iter().map(map).collect()
}

/// The method that a setting is for: `GET /items/{id}`. None: all of them. Slashes of paths are written as `~1`.
fn method(settings: &Value) -> Option<String> {
    let text = |name: &str, usual: &str| settings.get(name).and_then(Value::as_str).unwrap_or(usual).to_owned();
    let (verb, path) = (text("HttpMethod", "*"), text("ResourcePath", "/*").replace("~1", "/"));
    let path = format!("/{}", path.trim_start_matches('/'));
    (path != "/*" || verb != "*").then(|| format!("{verb} {path}"))
}

fn throttle(settings: &Value) -> Option<Throttle> {
    let (rate, burst) = (number(settings, "ThrottlingRateLimit"), number(settings, "ThrottlingBurstLimit"));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bursts are whole and small; what is not is cut off")]
    let burst = burst.map(|burst| burst as u32);
    (rate.is_some() || burst.is_some()).then(|| Throttle { rate: rate.unwrap_or(ACCOUNT.rate), burst: burst.unwrap_or(ACCOUNT.burst) })
}

/// How long answers are kept; zero: they are not.
fn cache(settings: &Value) -> Option<Duration> {
    let enabled = settings.get("CachingEnabled")?;
    let enabled = enabled.as_bool().unwrap_or_else(|| enabled.as_str() == Some("true"));
    let kept = if enabled { number(settings, "CacheTtlInSeconds").unwrap_or(KEPT) } else { 0.0 };
    Duration::try_from_secs_f64(kept).ok()
}

/// A number, or a text that is one, as templates have both.
fn number(settings: &Value, name: &str) -> Option<f64> {
    let value = settings.get(name)?;
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_for_one_method_or_for_all() {
        let of = |path: &str, verb: &str| method(&json!({ "ResourcePath": path, "HttpMethod": verb }));
        assert_eq!((of("/*", "*"), method(&json!({}))), (None, None));
        assert_eq!((of("/~1a~1{b}", "GET").as_deref(), of("/", "*").as_deref()), (Some("GET /a/{b}"), Some("* /")));
        assert_eq!(throttle(&json!({ "ThrottlingRateLimit": "5" })), Some(Throttle { rate: 5.0, burst: 5_000 }));
        assert_eq!(throttle(&json!({})), None);
        assert_eq!(cache(&json!({ "CachingEnabled": "true" })), Some(Duration::from_secs(300)));
        assert_eq!((cache(&json!({ "CachingEnabled": false })), cache(&json!({}))), (Some(Duration::ZERO), None));
    }
}
