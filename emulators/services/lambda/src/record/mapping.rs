//! Event source mappings and signing configurations: kept as they are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Document;

/// An event source mapping, by its UUID.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct MappingRecord {
    /// As callers see it.
    pub(crate) shown: Map<String, Value>,
    pub(crate) tags: BTreeMap<String, String>,
    /// The app that declares it; none where the API made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) app: Option<String>,
}

impl Document for MappingRecord {
    const KIND: &'static str = "mapping";
}

/// A code signing configuration, by its id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SigningRecord {
    /// As callers see it.
    pub(crate) shown: Map<String, Value>,
    pub(crate) tags: BTreeMap<String, String>,
}

impl Document for SigningRecord {
    const KIND: &'static str = "signing";
}
