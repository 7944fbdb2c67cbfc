//! The state of a folder in which nothing runs: the same work on its files.

use std::path::{Path, PathBuf};

use greenroom_control::{DiffReport, ResetReport, RestoreReport, SnapshotInfo, SnapshotList};
use greenroom_host::{Clock, Diagnostic, Host, Ids, Profile};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Verb, absolute};
use crate::app::project;
use crate::control::run_file::RunFile;

/// A project folder, or one that was.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// `dir`, if it is one and nothing runs in it.
    pub(super) fn find(dir: &Path) -> Option<Self> {
        let is_one = || dir.join(".greenroom").is_dir() || greenroom_platforms::detect(dir).is_ok();
        (RunFile::read(dir).is_none() && is_one()).then(|| Self(dir.to_owned()))
    }

    pub(super) fn outcome(&self, verb: &Verb) -> Result<Value, Diagnostic> {
        let host = self.host()?;
        let state = &host.state;
        match verb {
            Verb::Restore { restart: true, .. } | Verb::Reset { restart: true } => {
                Err(Diagnostic::error("`--restart` is for a run, and nothing runs in this folder")
                    .hint("leave it out, or say where the run is: `--control URL`"))
            }
            Verb::Snapshot { name, force } => value(state.snapshot(name, *force, || host.moment()).map(SnapshotInfo::from)),
            Verb::Restore { name, .. } => value(state.restore(name, |_| {}).map(RestoreReport::from)),
            Verb::Reset { .. } => value(state.reset(&host.beside().state).map(|apps| ResetReport { apps })),
            Verb::List => json_of(&SnapshotList::of(&host)),
            Verb::Delete { name } => value(state.delete(name).map(|()| json!({ "name": name }))),
            Verb::Diff { from, to, keys } => value(state.diff(from, to.as_deref(), *keys).map(DiffReport::from)),
            Verb::Export { file, snapshot, force } => {
                value(state.export(snapshot.as_deref(), &absolute(file), *force, || host.moment()).map(SnapshotInfo::from))
            }
            Verb::Import { file, name, force } => value(state.import(&absolute(file), name.as_deref(), *force).map(SnapshotInfo::from)),
        }
    }

    fn host(&self) -> Result<Host, Diagnostic> {
        let clock = Clock::real();
        let ids = Ids::from_entropy().map_err(|error| Diagnostic::error(error.to_string()))?;
        let name = self.app(&clock);
        Ok(Host::new(clock, ids, Profile::Off, None).for_app(&name, Some(self.0.join(".greenroom"))))
    }

    /// The app's name, or the folder's where its configuration cannot be read: its state can be used all the same.
    fn app(&self, clock: &Clock) -> String {
        let folder = project::Folder::open(&self.0, None).ok();
        let project = folder.and_then(|folder| folder.read(clock).ok());
        let of_folder = || self.0.file_name().map_or_else(|| "app".to_owned(), |name| name.to_string_lossy().into_owned());
        project.map_or_else(of_folder, |project| project.app.name)
    }
}

fn value(outcome: Result<impl Serialize, greenroom_host::state::StateError>) -> Result<Value, Diagnostic> {
    json_of(&outcome?)
}

fn json_of(answer: &impl Serialize) -> Result<Value, Diagnostic> {
    serde_json::to_value(answer).map_err(|error| Diagnostic::error(error.to_string()))
}
