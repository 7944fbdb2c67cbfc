//! `DeleteFunction`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};
use serde::Deserialize;
use serde_json::json;

use crate::arn::Named;
use crate::error::{conflict, invalid, no_function};
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Removes a function, or a version of it.
pub(super) struct DeleteFunction;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    function_name: String,
    qualifier: Option<String>,
}

impl Operation<LambdaService> for DeleteFunction {
    const NAME: &'static str = "DeleteFunction";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, input.qualifier.as_deref())?;
        let qualifier = named.qualifier.as_deref();
        if qualifier == Some("$LATEST") {
            return Err(invalid("$LATEST version cannot be deleted without deleting the function."));
        }
        if qualifier.is_some_and(|qualifier| qualifier.parse::<u64>().is_err() && !qualifier.contains('$')) {
            return Err(invalid("Deletion of aliases is not currently supported."));
        }
        let missing = || no_function(&named.key.arn());
        let change = |known: &mut Option<FunctionRecord>| {
            let number = match qualifier.map(str::parse) {
                None => return known.take().map(drop).ok_or_else(missing),
                Some(Err(_)) => return Err(missing()),
                Some(Ok(number)) => number,
            };
            let record = known.as_mut().ok_or_else(missing)?;
            match pointing(record, number) {
                Some(message) => Err(conflict(message)),
                // A version that is not there is deleted already.
                None => {
                    record.versions.remove(&number);
                    Ok(())
                }
            }
        };
        service.store.functions.change(&named.key, change).await?;
        service.runtime.retire(&named.key.arn(), qualifier);
        Ok(Answer::of(&json!({ "StatusCode": 204 })).with_status(204))
    }
}

/// Why a version cannot go: aliases that mean it.
fn pointing(record: &FunctionRecord, number: u64) -> Option<String> {
    let version = number.to_string();
    let names: Vec<_> = record.aliases.values().filter(|alias| alias.means(&version)).map(|alias| alias.name.as_str()).collect();
    let arn = format!("{}:{number}", record.latest.configuration.function_arn);
    (!names.is_empty()).then(|| format!("Function version {arn} is referenced by aliases: [{}]", names.join(", ")))
}
