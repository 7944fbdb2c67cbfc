//! Layers, as functions use them.

use greenroom_aws_wire::ApiError;

use crate::arn::Key;
use crate::record::LayerVersion;
use crate::service::LambdaService;

/// The layer and the number of the version in an ARN.
pub(crate) fn parse(arn: &str) -> Option<(Key, u64)> {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", _, "lambda", region, account, "layer", name, version] = parts[..] else { return None };
    let key = Key { account: account.to_owned(), region: region.to_owned(), name: name.to_owned() };
    Some((key, version.parse().ok()?))
}

impl LambdaService {
    /// The version of a layer that `arn` names.
    pub(crate) async fn layer(&self, arn: &str) -> Result<Option<LayerVersion>, ApiError> {
        let Some((key, number)) = parse(arn) else { return Ok(None) };
        let record = self.store.layers.get(&key).await?;
        Ok(record.and_then(|record| record.versions.get(&number).cloned()))
    }
}
