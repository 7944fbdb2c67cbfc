//! `DeleteAlias`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::get_alias::Input;
use crate::arn::Named;
use crate::error::no_function;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Removes an alias, with what hangs on it.
pub(super) struct DeleteAlias;

impl Operation<LambdaService> for DeleteAlias {
    const NAME: &'static str = "DeleteAlias";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let named = Named::read(&context, &input.function_name, None)?;
        let change = |known: &mut Option<FunctionRecord>| {
            let record = known.as_mut().ok_or_else(|| no_function(&named.arn()))?;
            // One that is not there is removed already.
            record.aliases.remove(&input.name);
            record.provisioned.remove(&input.name);
            record.urls.remove(&input.name);
            record.event_invoke.remove(&input.name);
            record.policies.remove(&input.name);
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        Ok(Answer::empty())
    }
}
