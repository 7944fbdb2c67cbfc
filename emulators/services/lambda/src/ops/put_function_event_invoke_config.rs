//! `PutFunctionEventInvokeConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;

use crate::arn::{Key, Named};
use crate::error::{invalid, no_function, not_found};
use crate::record::{Destinations, EventInvoke, FunctionRecord};
use crate::service::LambdaService;

/// Says what becomes of asynchronous events, in place of what was said before.
pub(super) struct PutFunctionEventInvokeConfig;

/// What becomes of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    qualifier: Option<String>,
    maximum_retry_attempts: Option<u32>,
    maximum_event_age_in_seconds: Option<u64>,
    destination_config: Option<Destinations>,
}

impl Operation<LambdaService> for PutFunctionEventInvokeConfig {
    const NAME: &'static str = "PutFunctionEventInvokeConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        put(&service, &context, input, false).await
    }
}

/// Puts a configuration; `keep` leaves what is not said as it was, where there was something.
pub(super) async fn put(service: &LambdaService, context: &Context, input: Input, keep: bool) -> Result<Answer, ApiError> {
    let named = Named::read(context, &input.function_name, input.qualifier.as_deref())?;
    let qualifier = named.qualifier.clone().unwrap_or_else(|| "$LATEST".to_owned());
    if input.maximum_retry_attempts.is_none() && input.maximum_event_age_in_seconds.is_none() && input.destination_config.is_none() {
        return Err(invalid("You must specify at least one of error handling or destination setting."));
    }
    if let Some(destinations) = &input.destination_config {
        check(service, &named.key, destinations).await?;
    }
    let seconds = service.seconds();
    let change = |known: &mut Option<FunctionRecord>| {
        let record = known.as_mut().ok_or_else(|| not_found("The function doesn't exist."))?;
        if record.resolved(Some(&qualifier)).is_none() {
            return Err(no_function(&named.key.qualified(Some(&qualifier))));
        }
        let before = record.event_invoke.get(&qualifier).cloned();
        if keep && before.is_none() {
            return Err(none(&named.key, &qualifier));
        }
        let before = before.filter(|_| keep).unwrap_or_default();
        let made = EventInvoke {
            last_modified: seconds,
            function_arn: named.key.qualified(Some(&qualifier)),
            maximum_retry_attempts: input.maximum_retry_attempts.or(before.maximum_retry_attempts),
            maximum_event_age_in_seconds: input.maximum_event_age_in_seconds.or(before.maximum_event_age_in_seconds),
            destination_config: input.destination_config.unwrap_or(before.destination_config),
        };
        record.event_invoke.insert(qualifier, made.clone());
        Ok(made)
    };
    Ok(Answer::of(&service.store.functions.change(&named.key, change).await?))
}

/// There is no configuration.
pub(super) fn none(key: &Key, qualifier: &str) -> ApiError {
    not_found(format!("The function {} doesn't have an EventInvokeConfig", key.qualified(Some(qualifier))))
}

/// A function may be no destination of itself, and has to be there.
async fn check(service: &LambdaService, key: &Key, destinations: &Destinations) -> Result<(), ApiError> {
    const SERVICES: &[&str] = &["lambda", "sqs", "sns", "events", "s3"];
    for destination in [&destinations.on_success, &destinations.on_failure] {
        let Some(arn) = destination.destination.as_deref().filter(|arn| !arn.is_empty()) else { continue };
        let what = arn.split(':').nth(2).unwrap_or_default();
        if !SERVICES.contains(&what) {
            let shown =
                |arn: &Option<String>, name: &str| arn.as_ref().map_or("null".to_owned(), |arn| format!("{name}(destination={arn})"));
            let success = shown(&destinations.on_success.destination, "OnSuccess");
            let failure = shown(&destinations.on_failure.destination, "OnFailure");
            let config = format!("DestinationConfig(onSuccess={success}, onFailure={failure})");
            return Err(invalid(format!("The provided destination config {config} is invalid.")));
        }
        let Some(named) = Named::of_arn(arn).filter(|_| what == "lambda") else { continue };
        if named.key == *key {
            return Err(invalid("You can't specify the function as a destination for itself."));
        }
        if service.store.functions.get(&named.key).await?.is_none() {
            return Err(invalid(format!("The destination ARN {arn} is invalid.")));
        }
    }
    Ok(())
}
