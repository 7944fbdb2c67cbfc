//! Keys of callers, and how much they may call.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>

use serde_json::Value;

use super::Call;
use super::context::Context;
use super::problem::Problem;
use crate::config::{ApiKeySource, Doors, UsagePlan};
use crate::gateway::Shared;
use crate::usage::TooMany;

/// Lets the caller pass, if his key is good and has not been used too much.
pub(crate) fn check(shared: &Shared, doors: &Doors, call: &Call<'_>, context: &mut Context) -> Result<(), Problem> {
    if !call.method.api_key_required {
        return Ok(());
    }
    let forbidden = |cause: &str| Problem::new("INVALID_API_KEY", "ForbiddenException", 403, "Forbidden").because(cause);
    let sent = match call.api.api_key_source {
        ApiKeySource::Header => call.inbound.headers.get("x-api-key").map(str::to_owned),
        ApiKeySource::Authorizer => context.at("identity.apiKey").and_then(Value::as_str).map(str::to_owned),
    };
    let sent = sent.ok_or_else(|| forbidden("the method wants an API key, and there is none"))?;
    let key = doors.api_keys.iter().find(|key| key.value == sent && key.enabled);
    let key = key.ok_or_else(|| forbidden("no enabled API key has that value"))?;
    let is_for = |plan: &&UsagePlan| {
        let stage = plan.stages.iter().any(|(api, stage)| *api == call.api.id && *stage == call.stage.name);
        stage && plan.keys.contains(&key.id)
    };
    let plan = doors.usage_plans.iter().find(is_for).ok_or_else(|| forbidden("no usage plan has that API key and this stage"))?;
    context.identify("apiKey", key.value.as_str());
    context.identify("apiKeyId", key.id.as_str());
    shared.usage.count(plan, &key.id, call.scene.at).map_err(|many| match many {
        TooMany::Throttled => Problem::new("THROTTLED", "TooManyRequestsException", 429, "Too Many Requests"),
        TooMany::Exhausted => Problem::new("QUOTA_EXCEEDED", "LimitExceededException", 429, "Limit Exceeded"),
    })
}
