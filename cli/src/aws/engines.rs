//! Which functions run in isolates: what `--engine` says for all, and `greenroom.toml` for one.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::args::EngineArg;

/// What functions run in. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct Engines {
    said: Arc<RwLock<Said>>,
}

#[derive(Default)]
struct Said {
    /// `--engine`
    all: Option<EngineArg>,
    /// What each file says, function by function.
    files: BTreeMap<String, BTreeMap<String, EngineArg>>,
}

impl Engines {
    /// What the command line says.
    pub(crate) fn all(&self, engine: EngineArg) {
        self.said.write().unwrap_or_else(PoisonError::into_inner).all = Some(engine);
    }

    /// What a file says, in place of what it said before.
    pub(crate) fn replace(&self, file: &str, functions: BTreeMap<String, EngineArg>) {
        self.said.write().unwrap_or_else(PoisonError::into_inner).files.insert(file.to_owned(), functions);
    }

    /// Whether the function of this name is to run in an isolate.
    pub(crate) fn wants_isolate(&self, function: &str) -> bool {
        let said = self.said.read().unwrap_or_else(PoisonError::into_inner);
        let own = said.files.values().find_map(|functions| functions.get(function).copied());
        own.or(said.all) == Some(EngineArg::Isolate)
    }
}
