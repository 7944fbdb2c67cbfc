//! Layers as the operations see them.

use greenroom_aws_wire::{ApiError, Context};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arn::Key;
use crate::error::{invalid, not_found};
use crate::record::{LayerRecord, LayerVersion};
use crate::service::LambdaService;

/// A version of a layer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneVersion {
    pub(super) layer_name: String,
    pub(super) version_number: i64,
}

/// The layer that `name`, a name or an ARN, means for who calls.
pub(super) fn key(context: &Context, name: &str) -> Key {
    let parts: Vec<&str> = name.split(':').collect();
    match parts[..] {
        ["arn", _, "lambda", region, account, "layer", name, ..] => {
            Key { account: account.to_owned(), region: region.to_owned(), name: name.to_owned() }
        }
        _ => Key { account: context.account.clone(), region: context.region.clone(), name: name.to_owned() },
    }
}

/// The number of a version.
pub(super) fn number(given: i64) -> Result<u64, ApiError> {
    u64::try_from(given).ok().filter(|number| *number > 0).ok_or_else(|| invalid("Layer Version Cannot be less than 1"))
}

/// There is no such version.
pub(super) fn none(key: &Key, number: u64) -> ApiError {
    not_found(format!("Layer version {}:{number} does not exist.", key.layer_arn()))
}

/// The version of a layer that has to be there.
pub(super) fn version<'a>(record: Option<&'a mut LayerRecord>, key: &Key, number: u64) -> Result<&'a mut LayerVersion, ApiError> {
    record.and_then(|record| record.versions.get_mut(&number)).ok_or_else(|| none(key, number))
}

/// As lists show it.
pub(super) fn listed(key: &Key, number: u64, version: &LayerVersion) -> Value {
    let mut shown = json!({
        "LayerVersionArn": format!("{}:{number}", key.layer_arn()),
        "Version": number,
        "Description": version.description,
        "CreatedDate": version.created,
        "CompatibleRuntimes": version.runtimes,
        "CompatibleArchitectures": version.architectures,
        "LicenseInfo": version.license,
    });
    if let Some(members) = shown.as_object_mut() {
        members.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()));
    }
    shown
}

/// As it is shown by itself.
pub(super) fn shown(context: &Context, key: &Key, number: u64, version: &LayerVersion) -> Value {
    let mut shown = listed(key, number, version);
    shown["LayerArn"] = key.layer_arn().into();
    shown["Content"] = json!({
        "Location": format!("{}/_greenroom/lambda/code/{}.zip", context.origin, version.archive),
        "CodeSha256": version.code_sha256,
        "CodeSize": version.code_size,
    });
    shown
}

/// A layer version that is read, shown.
pub(super) async fn get(service: &LambdaService, context: &Context, key: &Key, number: u64) -> Result<Value, ApiError> {
    let record = service.store.layers.get(key).await?;
    let version = record.as_ref().and_then(|record| record.versions.get(&number)).ok_or_else(|| {
        // A read of what is not there says less than a change of it does.
        not_found("The resource you requested does not exist.")
    })?;
    Ok(shown(context, key, number, version))
}
