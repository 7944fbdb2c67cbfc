//! What is kept: one document for each function, layer, mapping and signing configuration. Parts of them that callers see have the
//! names that the API has for them.

mod configuration;
mod function;
mod layer;
mod mapping;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use configuration::{CodePlace, Configuration, DeadLetter, Environment, LayerPlace, LayerUse, LoggingConfig, Storage, Version};
pub use function::APP;
pub(crate) use function::{Alias, Destination, Destinations, EventInvoke, FunctionRecord, Policy, Provisioned, Routing, UrlConfig};
pub(crate) use layer::{LayerRecord, LayerVersion};
pub(crate) use mapping::{MappingRecord, SigningRecord};

/// Something that is kept by name, in an account and a region.
pub(crate) trait Document: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// What it is called in the table.
    const KIND: &'static str;
}
