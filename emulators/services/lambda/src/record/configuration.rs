//! A version of a function: its configuration as the API shows it, and where its code is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A version of a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Version {
    /// As callers see it.
    pub(crate) configuration: Configuration,
    /// Where its code is.
    pub(crate) code: CodePlace,
    /// Where its layers are, the first one at the bottom. A layer that was removed stays for the versions that have it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) layers: Vec<LayerPlace>,
}

/// Where code is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CodePlace {
    /// Unpacked from a zip file, under its hash in hex digits.
    Archive(String),
    /// A folder of the user's, which is taken as it is.
    Folder {
        /// Its absolute path.
        path: PathBuf,
        /// What tells its content from what was there before.
        revision: String,
        /// Folders beside it in which Python finds modules.
        search: Vec<PathBuf>,
    },
    /// An image, which cannot be run here.
    Image(String),
}

/// Where a layer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LayerPlace {
    /// Unpacked, under this hash.
    Archive(String),
    /// A folder of the user's.
    Folder(PathBuf),
}

/// A function's configuration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Configuration {
    pub(crate) function_name: String,
    pub(crate) function_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) runtime: Option<String>,
    pub(crate) role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) handler: Option<String>,
    pub(crate) code_size: u64,
    pub(crate) description: String,
    pub(crate) timeout: u64,
    pub(crate) memory_size: u32,
    pub(crate) last_modified: String,
    #[serde(rename = "CodeSha256")]
    pub(crate) code_sha256: String,
    pub(crate) version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vpc_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dead_letter_config: Option<DeadLetter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) environment: Option<Environment>,
    #[serde(rename = "KMSKeyArn", skip_serializing_if = "Option::is_none")]
    pub(crate) kms_key_arn: Option<String>,
    pub(crate) tracing_config: Option<Value>,
    pub(crate) revision_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) layers: Vec<LayerUse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_system_configs: Option<Value>,
    pub(crate) package_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image_config_response: Option<Value>,
    pub(crate) architectures: Vec<String>,
    pub(crate) ephemeral_storage: Storage,
    pub(crate) snap_start: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) runtime_version_config: Option<Value>,
    pub(crate) logging_config: LoggingConfig,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state_reason_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_update_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_update_status_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_update_status_reason_code: Option<String>,
}

/// The user's variables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Environment {
    pub(crate) variables: BTreeMap<String, String>,
}

/// Space in `/tmp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Storage {
    pub(crate) size: u32,
}

impl Default for Storage {
    fn default() -> Self {
        Self { size: 512 }
    }
}

/// Where asynchronous events go that were given up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DeadLetter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target_arn: Option<String>,
}

/// A layer, as a function uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LayerUse {
    pub(crate) arn: String,
    pub(crate) code_size: u64,
}

/// How a function's log is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LoggingConfig {
    pub(crate) log_format: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) application_log_level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) system_log_level: Option<String>,
    pub(crate) log_group: String,
}

impl Configuration {
    /// As an operation answers that has just made it.
    pub(crate) fn pending(&self) -> Self {
        Self {
            state: Some("Pending".to_owned()),
            state_reason: Some("The function is being created.".to_owned()),
            state_reason_code: Some("Creating".to_owned()),
            last_update_status: None,
            ..self.clone()
        }
    }

    /// As an operation answers that has just changed it.
    pub(crate) fn updating(&self) -> Self {
        Self {
            last_update_status: Some("InProgress".to_owned()),
            last_update_status_reason: Some("The function is being created.".to_owned()),
            last_update_status_reason_code: Some("Creating".to_owned()),
            ..self.clone()
        }
    }
}
