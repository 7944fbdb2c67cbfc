//! What is configured, in the vendor's nouns. Templates and the control API are mapped onto it by who reads them.

mod http_api;

use std::sync::Arc;

pub use http_api::{Cors, HttpApi, HttpIntegration, HttpRoute, PayloadFormat};

/// Whose it is, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Twelve digits.
    pub account: String,
    /// `us-east-1`.
    pub region: String,
}

/// A stage of an API.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stage {
    /// `$default`, `prod`.
    pub name: String,
    /// Its variables, in order.
    pub variables: Vec<(String, String)>,
    /// The deployment that it serves.
    pub deployment: String,
}

/// Every door of a run.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    /// HTTP APIs.
    pub http_apis: Vec<Arc<HttpApi>>,
}
