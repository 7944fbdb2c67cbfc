//! What AWS asks of aliases that mean two versions.

use greenroom_aws_wire::ApiError;

use crate::error::{invalid, no_function};
use crate::record::{Alias, FunctionRecord};

/// Whether `record` may have this alias.
pub(super) fn check(record: &FunctionRecord, alias: &Alias) -> Result<(), ApiError> {
    let Some(routing) = &alias.routing_config else { return Ok(()) };
    let weights = &routing.additional_version_weights;
    if weights.len() > 1 {
        return Err(invalid("Number of items in AdditionalVersionWeights cannot be greater than 1"));
    }
    if alias.function_version == "$LATEST" {
        return Err(ApiError::new(
            "InvalidParameterValueException",
            400,
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ));
    }
    for version in weights.keys() {
        if *version == alias.function_version {
            let rule = format!("Function version {version} is already included in routing configuration.");
            return Err(invalid(format!("Invalid function version {version}. {rule}")));
        }
        if record.version(Some(version)).is_none() {
            return Err(no_function(&record.key().qualified(Some(version))));
        }
    }
    Ok(())
}
