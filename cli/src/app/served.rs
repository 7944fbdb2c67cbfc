//! An app that is served, whatever sort of code it has.

use std::path::Path;

use crate::app::functions::Functions;
use crate::app::running::Running;

/// An app that is served.
pub(crate) enum Served {
    /// By guests that are isolates: all its requests by one version.
    Isolate(Box<Running>),
    /// By processes, one event at a time in each.
    Functions(Box<Functions>),
}

impl Served {
    /// Whether a version serves; if not, requests are answered with what is wrong with the code.
    pub(crate) fn serves(&self) -> bool {
        match self {
            Self::Isolate(running) => running.serves(),
            Self::Functions(functions) => functions.serves(),
        }
    }

    /// The project folder.
    pub(crate) fn dir(&self) -> &Path {
        match self {
            Self::Isolate(running) => running.dir(),
            Self::Functions(functions) => functions.dir(),
        }
    }

    /// Reloads whenever something changes. Never returns.
    pub(crate) async fn keep_current(self) {
        match self {
            Self::Isolate(running) => running.keep_current().await,
            Self::Functions(functions) => functions.keep_current().await,
        }
    }
}
