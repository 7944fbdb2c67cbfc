//! The code of functions as isolates take it: one bundle, with nothing of Node.js in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenroom_bundle::{BundleOptions, Bundler};
use greenroom_host::Diagnostic;
use greenroom_lambda_isolate::{Code, NoCode};

use crate::app::functions::{handler_module, handler_source};
use crate::app::project::stack_map;

/// What to do where code needs Node.js.
const BUILTIN: &str = "an isolate has nothing of Node.js: use a web API in its place, or let the function run on Node.js, \
by `engine = \"process\"` for it in greenroom.toml, or without `--engine isolate`";

/// What has been bundled, the newest of each function.
#[derive(Default)]
pub(super) struct Built(BTreeMap<String, (Key, Arc<Code>)>);

/// What one bundle is of.
#[derive(PartialEq, Eq)]
struct Key {
    code: PathBuf,
    revision: String,
    handler: String,
}

impl Built {
    /// The bundle of this state of a function's code.
    ///
    /// # Errors
    /// What is wrong with it, or cannot be in an isolate.
    pub(super) async fn get(&mut self, function: &str, code: &Path, revision: &str, handler: &str) -> Result<Arc<Code>, Vec<Diagnostic>> {
        let key = Key { code: code.to_owned(), revision: revision.to_owned(), handler: handler.to_owned() };
        // The same code may be built for a declaration and for an instance of it.
        if let Some((_, built)) = self.0.values().find(|(known, _)| *known == key) {
            let built = Arc::clone(built);
            self.0.insert(function.to_owned(), (key, Arc::clone(&built)));
            return Ok(built);
        }
        let built = Arc::new(build(code, handler).await?);
        self.0.insert(function.to_owned(), (key, Arc::clone(&built)));
        Ok(built)
    }
}

async fn build(code: &Path, handler: &str) -> Result<Code, Vec<Diagnostic>> {
    let entry = handler_source(code, handler).unwrap_or_else(|| code.join(handler_module(handler)));
    let mut options = BundleOptions::new(entry, code);
    options.refuse_builtins = true;
    options.builtin_hint = Some(BUILTIN.to_owned());
    // As on Lambda, where the function's own environment says what it is.
    options.define = vec![("process.env.NODE_ENV".to_owned(), "process.env.NODE_ENV".to_owned())];
    let mut bundle = Bundler::new(options).build().await.map_err(|errors| in_full(errors, code))?;
    let map = stack_map(&mut bundle);
    Ok(Code { bundle, map })
}

/// Paths in full: they are shown beside those of the project.
fn in_full(mut errors: Vec<Diagnostic>, code: &Path) -> Vec<Diagnostic> {
    for error in &mut errors {
        error.file = error.file.take().map(|file| code.join(file));
    }
    errors
}

/// The errors as the vendor's runtime would tell them.
pub(super) fn told(errors: &[Diagnostic]) -> NoCode {
    let message = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n");
    NoCode { error_type: "Runtime.ImportModuleError", message }
}
