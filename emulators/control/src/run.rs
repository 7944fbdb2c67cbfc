//! What the control API asks of the program that serves the apps.

use futures::future::BoxFuture;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Problem;

/// An app that is served, as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppInfo {
    /// Its name.
    pub name: String,
    /// Where it is served: `http://127.0.0.1:8787`.
    pub url: String,
    /// Whether a version serves; if not, requests are answered with what is wrong with the code.
    pub serving: bool,
}

/// The program that serves the apps.
pub trait Run: Send + Sync {
    /// The apps, in the order in which they were given.
    fn apps(&self) -> Vec<AppInfo>;

    /// Reads the files of an app again, and lets them serve. Gives whether another version serves now.
    fn reload(&self, app: &str) -> BoxFuture<'static, Result<bool, Problem>>;
}
