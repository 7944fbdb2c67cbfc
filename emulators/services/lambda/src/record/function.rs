//! A function with everything that hangs on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Document, Version};
use crate::arn::Key;

/// What stands for the app in events of functions that no project declares.
pub const APP: &str = "aws";

/// A function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FunctionRecord {
    /// `$LATEST`.
    pub(crate) latest: Version,
    /// Published versions by number.
    #[serde(default)]
    pub(crate) versions: BTreeMap<u64, Version>,
    /// The number of the last published version, also where that is gone.
    #[serde(default)]
    pub(crate) last_version: u64,
    #[serde(default)]
    pub(crate) aliases: BTreeMap<String, Alias>,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, String>,
    /// Reserved concurrency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reserved: Option<u32>,
    /// By version or alias.
    #[serde(default)]
    pub(crate) provisioned: BTreeMap<String, Provisioned>,
    /// By qualifier.
    #[serde(default)]
    pub(crate) event_invoke: BTreeMap<String, EventInvoke>,
    /// By qualifier.
    #[serde(default)]
    pub(crate) urls: BTreeMap<String, UrlConfig>,
    /// By qualifier; empty: of the function itself.
    #[serde(default)]
    pub(crate) policies: BTreeMap<String, Policy>,
    /// `RecursiveLoop` is `Allow`.
    #[serde(default)]
    pub(crate) may_recurse: bool,
    /// By qualifier: how runtimes are updated, as it was put.
    #[serde(default)]
    pub(crate) runtime_management: BTreeMap<String, Value>,
    /// The ARN of its signing configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signing: Option<String>,
    /// The app whose project declares it: it is there as long as that does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) app: Option<String>,
}

impl Document for FunctionRecord {
    const KIND: &'static str = "function";
}

/// A name for one version, or for two with weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Alias {
    #[serde(rename = "AliasArn")]
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) function_version: String,
    pub(crate) description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) routing_config: Option<Routing>,
    pub(crate) revision_id: String,
}

/// Which part of the events goes to another version.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Routing {
    pub(crate) additional_version_weights: BTreeMap<String, f64>,
}

/// Instances that are kept ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Provisioned {
    pub(crate) requested: u32,
    pub(crate) last_modified: String,
}

/// What becomes of asynchronous events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct EventInvoke {
    /// Seconds since 1970.
    pub(crate) last_modified: f64,
    pub(crate) function_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) maximum_retry_attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) maximum_event_age_in_seconds: Option<u64>,
    pub(crate) destination_config: Destinations,
}

/// Where results go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Destinations {
    pub(crate) on_success: Destination,
    pub(crate) on_failure: Destination,
}

/// One of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Destination {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) destination: Option<String>,
}

/// A function's URL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UrlConfig {
    pub(crate) function_url: String,
    pub(crate) function_arn: String,
    pub(crate) auth_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cors: Option<Value>,
    pub(crate) creation_time: String,
    pub(crate) last_modified_time: String,
    pub(crate) invoke_mode: String,
}

/// Who else may use something.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Policy {
    pub(crate) statements: Vec<Value>,
    pub(crate) revision: String,
}

impl Alias {
    /// Whether it means this version, now or sometimes.
    pub(crate) fn means(&self, version: &str) -> bool {
        let weights = self.routing_config.as_ref().map(|routing| &routing.additional_version_weights);
        self.function_version == version || weights.is_some_and(|weights| weights.contains_key(version))
    }
}

impl FunctionRecord {
    /// A function with nothing but its code.
    pub(crate) fn new(latest: Version) -> Self {
        Self {
            latest,
            versions: BTreeMap::new(),
            last_version: 0,
            aliases: BTreeMap::new(),
            tags: BTreeMap::new(),
            reserved: None,
            provisioned: BTreeMap::new(),
            event_invoke: BTreeMap::new(),
            urls: BTreeMap::new(),
            policies: BTreeMap::new(),
            may_recurse: false,
            runtime_management: BTreeMap::new(),
            signing: None,
            app: None,
        }
    }

    /// What `qualifier` means: the version of that number, `$LATEST` where there is none. Aliases are not looked at.
    pub(crate) fn version(&self, qualifier: Option<&str>) -> Option<&Version> {
        match qualifier {
            None | Some("$LATEST") => Some(&self.latest),
            Some(number) => self.versions.get(&number.parse().ok()?),
        }
    }

    /// The version that `qualifier` means: a number, `$LATEST`, or the first one of an alias.
    pub(crate) fn resolved(&self, qualifier: Option<&str>) -> Option<&Version> {
        let alias = qualifier.and_then(|name| self.aliases.get(name));
        self.version(alias.map(|alias| alias.function_version.as_str()).or(qualifier))
    }

    /// The app that events of the function are for.
    pub(crate) fn app(&self) -> &str {
        self.app.as_deref().unwrap_or(APP)
    }

    /// Its name and place.
    pub(crate) fn key(&self) -> Key {
        let arn = &self.latest.configuration.function_arn;
        let mut parts = arn.split(':').skip(3).map(str::to_owned);
        let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        Key { account, region, name: self.latest.configuration.function_name.clone() }
    }

    /// How many instances are kept ready, all versions together.
    pub(crate) fn provisioned_total(&self) -> u32 {
        self.provisioned.values().map(|provisioned| provisioned.requested).sum()
    }
}
