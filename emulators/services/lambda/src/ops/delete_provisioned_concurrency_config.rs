//! `DeleteProvisionedConcurrencyConfig`: <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteProvisionedConcurrencyConfig.html>

use std::sync::Arc;

use greenroom_aws_wire::{Answer, ApiError, Context, Operation};

use super::get_provisioned_concurrency_config::Input;
use super::provisioned;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// Keeps no instances ready any more.
pub(super) struct DeleteProvisionedConcurrencyConfig;

impl Operation<LambdaService> for DeleteProvisionedConcurrencyConfig {
    const NAME: &'static str = "DeleteProvisionedConcurrencyConfig";
    type Input = Input;

    async fn call(service: Arc<LambdaService>, context: Context, input: Input) -> Result<Answer, ApiError> {
        let (named, qualifier, record) = provisioned::target(&service, &context, &input.function_name, &input.qualifier).await?;
        let change = |known: &mut Option<FunctionRecord>| {
            if let Some(record) = known {
                record.provisioned.remove(&qualifier);
            }
            Ok(())
        };
        service.store.functions.change(&named.key, change).await?;
        if let Some(version) = record.resolved(Some(&qualifier)) {
            service.provision(service.function(&named.key, version), 0);
        }
        Ok(Answer::empty())
    }
}
