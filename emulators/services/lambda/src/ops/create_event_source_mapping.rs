//! `CreateEventSourceMapping`: <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde_json::{Map, Value};

use super::{mapping, tags};
use crate::record::MappingRecord;
use crate::service::LambdaService;

/// Feeds a function from a source.
pub(super) struct CreateEventSourceMapping;

impl Operation<LambdaService> for CreateEventSourceMapping {
    const NAME: &'static str = "CreateEventSourceMapping";
    type Input = Map<String, Value>;

    async fn call(service: Arc<LambdaService>, context: Context, input: Map<String, Value>) -> Result<Answer, ApiError> {
        let source = mapping::source(&input)?;
        let mut shown = Map::new();
        shown.extend(input.get("EventSourceArn").map(|arn| ("EventSourceArn".to_owned(), arn.clone())));
        mapping::take(&mut shown, &input);
        mapping::check(&source, &shown)?;
        mapping::defaults(&source, &mut shown);
        let function = mapping::function(&service, &context, input["FunctionName"].as_str().unwrap_or_default()).await?;
        shown.insert("FunctionArn".to_owned(), function.into());
        mapping::taken(&service, &context, &shown).await?;
        let id = service.revision();
        let arn = format!("arn:aws:lambda:{}:{}:event-source-mapping:{id}", context.region, context.account);
        let enabled = input.get("Enabled").and_then(Value::as_bool).unwrap_or(true);
        shown.insert("UUID".to_owned(), id.as_str().into());
        shown.insert("EventSourceMappingArn".to_owned(), arn.into());
        shown.insert("LastModified".to_owned(), service.seconds().into());
        shown.insert("State".to_owned(), if enabled { "Enabled" } else { "Disabled" }.into());
        // Queues say it in capitals, streams do not.
        shown.insert("StateTransitionReason".to_owned(), if source == "sqs" { "USER_INITIATED" } else { "User action" }.into());
        let tags = input.get("Tags").and_then(|tags| serde_json::from_value(tags.clone()).ok()).unwrap_or_default();
        tags::check(&tags)?;
        let record = MappingRecord { shown: shown.clone(), tags };
        service.store.mappings.put(&mapping::key(&context, &id), record).await?;
        Ok(Answer::of(&mapping::in_state(&shown, "Creating")))
    }
}
