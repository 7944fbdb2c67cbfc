//! Versions of functions: which one a name shows, and making new ones.

use std::sync::Arc;

use greenroom_aws_wire::ApiError;

use crate::arn::Named;
use crate::error::{invalid, no_function, wrong_revision};
use crate::record::{Configuration, FunctionRecord, Version};
use crate::service::LambdaService;

/// What has to be so for a version to be made.
#[derive(Debug, Default)]
pub(crate) struct Publish {
    /// The code that `$LATEST` has to have.
    pub(crate) code_sha256: Option<String>,
    /// The revision that it has to have.
    pub(crate) revision_id: Option<String>,
    /// What the version is said to be.
    pub(crate) description: Option<String>,
}

impl LambdaService {
    /// The function and the version that `named` shows, with the ARN that was asked for.
    pub(crate) async fn shown(&self, named: &Named) -> Result<(Arc<FunctionRecord>, Version), ApiError> {
        let record = self.existing(named).await?;
        let qualifier = named.qualifier.as_deref();
        let mut version = record.resolved(qualifier).ok_or_else(|| no_function(&named.arn()))?.clone();
        version.configuration.function_arn = named.arn();
        Ok((record, version))
    }

    /// Makes a version of `$LATEST`; the last one, where nothing has changed since that was made.
    pub(crate) async fn publish(&self, named: &Named, wanted: Option<Publish>) -> Result<Configuration, ApiError> {
        let wanted = wanted.unwrap_or_default();
        let revisions = [self.revision(), self.revision()];
        let published = self
            .store
            .functions
            .change(&named.key, |known| {
                let record = known.as_mut().ok_or_else(|| no_function(&named.key.arn()))?;
                publish(record, &wanted, revisions)
            })
            .await?;
        if published.configuration.snap_start["ApplyOn"] == "PublishedVersions" {
            let function = Arc::new(self.function(&named.key, &published));
            if let Err(document) = self.runtime.snapshot(function).await {
                return self.failed(named, &published.configuration.version, &document).await;
            }
        }
        Ok(published.configuration)
    }

    /// A version whose initialisation fails is there, and says so.
    async fn failed(&self, named: &Named, version: &str, document: &[u8]) -> Result<Configuration, ApiError> {
        let error: serde_json::Value = serde_json::from_slice(document).unwrap_or_default();
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let change = |known: &mut Option<FunctionRecord>| {
            let versions = known.as_mut().map(|record| &mut record.versions);
            let found = versions.zip(version.parse().ok()).and_then(|(versions, number): (_, u64)| versions.get_mut(&number));
            let configuration = &mut found.ok_or_else(|| no_function(&named.arn()))?.configuration;
            configuration.state = Some("Failed".to_owned());
            configuration.state_reason = Some(format!("{}: {}", text("errorType"), text("errorMessage")));
            configuration.state_reason_code = Some("FunctionError".to_owned());
            configuration.snap_start["OptimizationStatus"] = "Off".into();
            Ok(configuration.clone())
        };
        self.store.functions.change(&named.key, change).await
    }
}

fn publish(record: &mut FunctionRecord, wanted: &Publish, revisions: [String; 2]) -> Result<Version, ApiError> {
    let latest = &record.latest.configuration;
    if wanted.revision_id.as_ref().is_some_and(|revision| *revision != latest.revision_id) {
        return Err(wrong_revision("GetFunction/GetAlias"));
    }
    if let Some(sha) = wanted.code_sha256.as_ref().filter(|sha| !sha.is_empty() && **sha != latest.code_sha256) {
        let current = &latest.code_sha256;
        let advice = "Please try again with the CodeSHA256 in $LATEST.";
        return Err(invalid(format!("CodeSHA256 ({sha}) is different from current CodeSHA256 in $LATEST ({current}). {advice}")));
    }
    if let Some(last) = record.versions.get(&record.last_version).filter(|last| same(last, &record.latest)) {
        return Ok(last.clone());
    }
    let [of_version, of_latest] = revisions;
    let number = record.last_version + 1;
    let mut version = record.latest.clone();
    let configuration = &mut version.configuration;
    configuration.version = number.to_string();
    configuration.function_arn = format!("{}:{number}", latest.function_arn);
    configuration.revision_id = of_version;
    if let Some(description) = wanted.description.as_ref().filter(|description| !description.is_empty()) {
        configuration.description.clone_from(description);
    }
    if configuration.snap_start["ApplyOn"] == "PublishedVersions" {
        configuration.snap_start["OptimizationStatus"] = "On".into();
    }
    record.latest.configuration.revision_id = of_latest;
    record.last_version = number;
    record.versions.insert(number, version.clone());
    Ok(version)
}

/// Whether a version is what `$LATEST` is, apart from what tells versions apart.
fn same(version: &Version, latest: &Version) -> bool {
    let plain = |configuration: &Configuration| Configuration {
        version: String::new(),
        function_arn: String::new(),
        revision_id: String::new(),
        description: String::new(),
        snap_start: serde_json::Value::Null,
        ..configuration.clone()
    };
    version.code == latest.code && plain(&version.configuration) == plain(&latest.configuration)
}
