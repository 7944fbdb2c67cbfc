//! Provisioned concurrency as the operations see it.

use std::sync::Arc;

use greenroom_aws_wire::{ApiError, Context};
use serde_json::{Value, json};

use crate::arn::Named;
use crate::error::{invalid, no_function, not_found, other};
use crate::record::{FunctionRecord, Provisioned};
use crate::service::LambdaService;

/// The function, and the version or alias of it that may have provisioned concurrency.
pub(super) async fn target(
    service: &LambdaService,
    context: &Context,
    function: &str,
    qualifier: &str,
) -> Result<(Named, String, Arc<FunctionRecord>), ApiError> {
    let named = Named::read(context, function, Some(qualifier))?;
    if qualifier == "$LATEST" {
        return Err(invalid("The function resource provided must be an alias or a published version."));
    }
    let is_number = qualifier.parse::<u64>().is_ok();
    let missing = || if is_number { no_function(&named.arn()) } else { not_found(format!("Cannot find alias arn: {}", named.arn())) };
    let record = service.store.functions.get(&named.key).await?.ok_or_else(missing)?;
    let known = if is_number { record.version(Some(qualifier)).is_some() } else { record.aliases.contains_key(qualifier) };
    if !known {
        return Err(missing());
    }
    Ok((named, qualifier.to_owned(), record))
}

/// There is none.
pub(super) fn none() -> ApiError {
    other("ProvisionedConcurrencyConfigNotFoundException", 404, "No Provisioned Concurrency Config found for this function")
}

/// As the API shows it, with `ready` instances.
pub(super) fn shown(provisioned: &Provisioned, ready: bool) -> Value {
    let count = if ready { provisioned.requested } else { 0 };
    json!({
        "RequestedProvisionedConcurrentExecutions": provisioned.requested,
        "AvailableProvisionedConcurrentExecutions": count,
        "AllocatedProvisionedConcurrentExecutions": count,
        "Status": if ready { "READY" } else { "IN_PROGRESS" },
        "LastModified": provisioned.last_modified,
    })
}
