//! A project of functions that is looked at and not served: what it declares is read, and what has to be bundled is bundled.

use std::path::Path;

use greenroom_host::{Clock, Diagnostic};

use super::bundles::Bundles;
use super::{Functions, declare, load};
use crate::app::settings::Templates;

/// The endpoint that addresses of queues begin with in a run that says nothing else.
const ENDPOINT: &str = "http://127.0.0.1:4566";

/// A project that could be served.
pub(crate) struct Checked {
    /// Its name.
    pub(crate) name: String,
    /// How many functions it has.
    pub(crate) functions: usize,
    /// What is doubtful.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Functions {
    /// Looks at the project in `dir`.
    pub(crate) async fn check(dir: &Path, environment: Option<&str>, templates: &Templates) -> Result<Checked, Vec<Diagnostic>> {
        let project = load(dir, environment, &Clock::real(), templates, ENDPOINT)?;
        let failed = |error: std::io::Error| vec![Diagnostic::error(format!("no folder for what is bundled: {error}"))];
        let folder = tempfile::Builder::new().prefix("greenroom-check-").tempdir().map_err(failed)?;
        let mut bundles = Bundles::new(folder.path().to_owned(), dir.to_owned());
        let (mut warnings, mut errors) = (project.warnings, Vec::new());
        for function in &project.functions {
            let Some((entry, properties)) = declare::bundled(function) else { continue };
            match bundles.build(function, &entry, &properties).await {
                Ok(built) => warnings.extend(built.warnings),
                Err(problems) => errors.extend(problems),
            }
        }
        if errors.is_empty() {
            return Ok(Checked { name: project.stack_name, functions: project.functions.len(), warnings });
        }
        Err(errors.into_iter().chain(warnings).collect())
    }
}
