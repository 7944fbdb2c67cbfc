//! Tags of functions, mappings and signing configurations.

use std::collections::BTreeMap;

use greenroom_aws_wire::ApiError;

use crate::arn::{Key, Named};
use crate::error::{invalid, no_function, not_found};
use crate::limits;
use crate::service::LambdaService;

/// Whether a resource may have all these.
pub(super) fn check(tags: &BTreeMap<String, String>) -> Result<(), ApiError> {
    if tags.len() > limits::TAGS {
        return Err(invalid("Number of tags exceeds resource tag limit."));
    }
    Ok(())
}

type Tags = BTreeMap<String, String>;

/// Lets `change` work on the tags of the resource `arn`; what they are then.
pub(super) async fn of(
    service: &LambdaService,
    arn: &str,
    change: impl FnOnce(&mut Tags) -> Result<(), ApiError>,
) -> Result<Tags, ApiError> {
    let parts: Vec<&str> = arn.split(':').collect();
    let key = |name: &str| Key { account: part(&parts, 4), region: part(&parts, 3), name: name.to_owned() };
    let apply = |tags: &mut Tags| {
        let mut changed = tags.clone();
        change(&mut changed)?;
        check(&changed)?;
        tags.clone_from(&changed);
        Ok(changed)
    };
    match (part(&parts, 5).as_str(), part(&parts, 6).as_str()) {
        ("function", _) => {
            let named = Named::of_arn(arn).ok_or_else(|| no_function(arn))?;
            if named.qualifier.is_some() {
                return Err(invalid("Tags on function aliases and versions are not supported. Please specify a function ARN."));
            }
            let missing = || no_function(arn);
            service.store.functions.change(&named.key, |known| apply(&mut known.as_mut().ok_or_else(missing)?.tags)).await
        }
        ("event-source-mapping", id) => {
            let missing = || not_found(format!("Event source mapping not found: {arn}"));
            service.store.mappings.change(&key(id), |known| apply(&mut known.as_mut().ok_or_else(missing)?.tags)).await
        }
        ("code-signing-config", id) => {
            let missing = || super::signing::none(arn);
            service.store.signings.change(&key(id), |known| apply(&mut known.as_mut().ok_or_else(missing)?.tags)).await
        }
        _ => Err(invalid("An error occurred and the request cannot be processed.")),
    }
}

fn part(parts: &[&str], index: usize) -> String {
    parts.get(index).copied().unwrap_or_default().to_owned()
}
