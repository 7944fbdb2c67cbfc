//! What there is, for whoever drives the run.

use greenroom_aws_wire::ApiError;

use crate::arn::Key;
use crate::record::FunctionRecord;
use crate::service::LambdaService;

/// A function in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Its place and name.
    pub key: Key,
    /// The app that declares it; [`crate::APP`] where none does.
    pub app: String,
    /// The vendor's word; none: an image.
    pub runtime: Option<String>,
    /// `app.handler`.
    pub handler: Option<String>,
    /// Published versions, oldest first.
    pub versions: Vec<String>,
    /// Each alias with the version that it means.
    pub aliases: Vec<(String, String)>,
    /// `Active`, `Pending`, `Failed`, `Inactive`.
    pub state: String,
}

impl LambdaService {
    /// All functions, by account, region and name.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn overview(&self) -> Result<Vec<Overview>, ApiError> {
        let all = self.store.functions.all().await?;
        Ok(all.iter().map(|(key, record)| of(key, record)).collect())
    }

    /// The next call of the function begins a new instance, which reads its code anew. What is under way ends as it began.
    pub fn renew(&self, key: &Key) {
        self.runtime.retire(&key.arn(), None);
    }
}

fn of(key: &Key, record: &FunctionRecord) -> Overview {
    let configuration = &record.latest.configuration;
    Overview {
        key: key.clone(),
        app: record.app().to_owned(),
        runtime: configuration.runtime.clone(),
        handler: configuration.handler.clone(),
        versions: record.versions.keys().map(u64::to_string).collect(),
        aliases: record.aliases.values().map(|alias| (alias.name.clone(), alias.function_version.clone())).collect(),
        state: configuration.state.clone().unwrap_or_else(|| "Active".to_owned()),
    }
}
