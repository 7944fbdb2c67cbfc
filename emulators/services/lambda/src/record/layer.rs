//! Layers: files that functions share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Document, Policy};

/// A layer with its versions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct LayerRecord {
    pub(crate) versions: BTreeMap<u64, LayerVersion>,
    /// The number of the last version, also where that is gone.
    pub(crate) last_version: u64,
}

impl Document for LayerRecord {
    const KIND: &'static str = "layer";
}

/// A version of a layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LayerVersion {
    pub(crate) description: String,
    pub(crate) created: String,
    pub(crate) runtimes: Vec<String>,
    pub(crate) architectures: Vec<String>,
    pub(crate) license: Option<String>,
    /// Under its hash in hex digits.
    pub(crate) archive: String,
    pub(crate) code_sha256: String,
    pub(crate) code_size: u64,
    #[serde(default)]
    pub(crate) policy: Policy,
}

impl LayerVersion {
    /// Whether it says that it is for this runtime and architecture; where nothing is asked for, any is.
    pub(crate) fn fits(&self, runtime: Option<&str>, architecture: Option<&str>) -> bool {
        let among = |known: &[String], wanted: Option<&str>| wanted.is_none_or(|wanted| known.iter().any(|known| known == wanted));
        among(&self.runtimes, runtime) && among(&self.architectures, architecture)
    }
}
