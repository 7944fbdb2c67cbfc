//! The state of a run as one thing: all databases of all services of all apps, copied, put back and emptied together.
//!
//! Every service that opens its databases through [`Host::storage`](crate::Host::storage) takes part without doing anything for it.
//! `registry.rs` knows what is open, `take.rs` copies it, `put.rs` swaps it, `disk.rs` has the folders of apps that keep files, `image.rs`
//! the contents of databases. `diff.rs` says what differs, with the help of `view.rs`; `portable.rs` makes one file of a snapshot and the
//! other way round; `served.rs` is what is asked of the apps themselves. While something is copied or swapped every storage of the run stands still between two requests, so that no
//! caller sees one database of before beside one of after; what is asked meanwhile waits.
//!
//! Nothing here may be called from the thread on which a run's requests are served: it waits for other threads.

mod diff;
mod disk;
mod error;
mod image;
mod name;
mod portable;
mod put;
mod registry;
mod served;
mod snapshot;
mod take;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use diff::{Change, Difference};
pub use error::StateError;
pub use image::Resource;
pub use served::{Furnished, Served};
pub use snapshot::{Moment, Snapshot, Stored};
pub use view::{Both, TableDiff, View};

use crate::diagnostic::Diagnostic;
use crate::storage::{Recipe, Storage};
use put::{Content, Prepared};
use registry::Registry;

/// The state of a run. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct State {
    /// Locked while something is opened, copied or swapped.
    registry: Arc<Mutex<Registry>>,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What was restored.
    pub snapshot: Snapshot,
    /// Apps of the run that have no part in the snapshot: their state is as it was.
    pub untouched: Vec<String>,
}

impl State {
    /// Counts an app among those of the run, before it has opened anything.
    pub(crate) fn join(&self, app: &str, data_dir: Option<&Path>) {
        let mut registry = self.lock();
        let index = registry.app(app, data_dir);
        app.clone_into(&mut registry.apps[index].name);
    }

    pub(crate) fn open(&self, app: &str, data_dir: Option<&Path>, resource: Resource, recipe: Recipe) -> Result<Storage, Diagnostic> {
        let mut registry = self.lock();
        let index = registry.app(app, data_dir);
        if let Some(view) = recipe.view {
            registry.views.insert(resource.service.clone(), view);
        }
        registry.apps[index].open(resource, recipe)
    }

    /// Keeps a copy of everything under `name`; `moment` is asked while everything stands still.
    ///
    /// # Errors
    /// A name that no snapshot can have or, unless it is to be replaced, that one has; what the disk says. Then nothing was changed.
    pub fn snapshot(&self, name: &str, replace: bool, moment: impl FnOnce() -> Moment) -> Result<Snapshot, StateError> {
        name::check(name)?;
        let mut registry = self.lock();
        registry.clear()?;
        if !replace && registry.names().contains(name) {
            return Err(StateError::Exists(name.to_owned()));
        }
        let standing = registry.hold();
        let moment = moment();
        let taken = registry.take(name, &standing);
        drop(standing);
        let apps = registry.keep(name, taken?, &moment)?;
        Ok(Snapshot { name: name.to_owned(), moment, apps })
    }

    /// Puts back what is kept under `name`; `swapped` is told of it before anyone can see it. Resources that were not there then are empty.
    ///
    /// # Errors
    /// An unknown name, a snapshot that lacks something it had, a file that another process has open, what the disk says. Then nothing was
    /// changed.
    pub fn restore(&self, name: &str, swapped: impl FnOnce(&Moment)) -> Result<Restored, StateError> {
        name::check(name)?;
        let mut registry = self.lock();
        registry.clear()?;
        let snapshot = registry.find(name)?;
        for data_dir in registry.apps.iter().filter_map(|app| app.data_dir.as_deref()) {
            if let Some(part) = disk::part(data_dir, name)? {
                disk::check(data_dir, name, &part)?;
            }
        }
        let is_part = |app: &str| snapshot.apps.iter().any(|(part, _)| part == app);
        let untouched = registry.apps.iter().filter(|app| !is_part(&app.name)).map(|app| app.name.clone()).collect();
        let mut prepared = Vec::new();
        for (index, app) in registry.apps.iter().enumerate().filter(|(_, app)| is_part(&app.name)) {
            let content = match (&app.data_dir, app.kept.get(name)) {
                (Some(data_dir), _) => Content::Folder(disk::state_of(&disk::folder(data_dir, name))),
                (None, Some((_, image))) => Content::Image(image),
                (None, None) => continue,
            };
            match app.prepare(index, &content) {
                Ok(ready) => prepared.push(ready),
                Err(error) => {
                    clean_up(prepared);
                    return Err(error);
                }
            }
        }
        registry.put(prepared, || swapped(&snapshot.moment))?;
        Ok(Restored { snapshot, untouched })
    }

    /// Puts what is in `fresh` in the place of everything: what a first start would find, which is nothing where an app is not in it.
    /// Returns the names of the apps.
    ///
    /// # Errors
    /// A file that another process has open, what the disk says. Then nothing was changed.
    pub fn reset(&self, fresh: &Self) -> Result<Vec<String>, StateError> {
        let images = fresh.lock().images()?;
        let mut registry = self.lock();
        let empty = image::Image::new();
        let mut prepared = Vec::new();
        for (index, app) in registry.apps.iter().enumerate() {
            match app.prepare(index, &Content::Image(images.get(&app.name).unwrap_or(&empty))) {
                Ok(ready) => prepared.push(ready),
                Err(error) => {
                    clean_up(prepared);
                    return Err(error);
                }
            }
        }
        registry.put(prepared, || {})?;
        Ok(registry.apps.iter().map(|app| app.name.clone()).collect())
    }

    /// The snapshots, in the order of their names, and what is wrong with those that cannot be read.
    #[must_use]
    pub fn list(&self) -> Vec<(String, Result<Snapshot, StateError>)> {
        let registry = self.lock();
        let found = registry.names().into_iter().map(|name| {
            let snapshot = registry.find(&name);
            (name, snapshot)
        });
        found.collect()
    }

    /// Deletes a snapshot.
    ///
    /// # Errors
    /// An unknown name, what the disk says.
    pub fn delete(&self, name: &str) -> Result<(), StateError> {
        name::check(name)?;
        let mut registry = self.lock();
        if !registry.names().contains(name) {
            return Err(registry.unknown(name));
        }
        for app in &mut registry.apps {
            app.kept.remove(name);
            if let Some(data_dir) = &app.data_dir {
                disk::delete(&disk::folder(data_dir, name))?;
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn clean_up(prepared: Vec<Prepared>) {
    for one in prepared {
        one.clean_up();
    }
}

impl Registry {
    fn put(&mut self, mut prepared: Vec<Prepared>, swapped: impl FnOnce()) -> Result<(), StateError> {
        let standing = self.hold();
        let outcome = self.swap(&mut prepared, &standing);
        if outcome.is_ok() {
            swapped();
        }
        drop(standing);
        clean_up(prepared);
        outcome
    }

    /// What the apps have now, by their names.
    fn images(&mut self) -> Result<BTreeMap<String, image::Image>, StateError> {
        let present = self.present()?;
        Ok(present.into_iter().map(|(app, image)| (self.apps[app].name.clone(), image)).collect())
    }

    fn names(&self) -> BTreeSet<String> {
        let of = |app: &registry::AppState| match &app.data_dir {
            Some(data_dir) => disk::names(data_dir),
            None => app.kept.keys().cloned().collect(),
        };
        self.apps.iter().flat_map(of).collect()
    }

    /// What is known of the snapshot.
    fn find(&self, name: &str) -> Result<Snapshot, StateError> {
        let mut found: Option<Snapshot> = None;
        for app in &self.apps {
            let part = match &app.data_dir {
                Some(data_dir) => disk::part(data_dir, name)?,
                None => app.kept.get(name).map(|(part, _)| part.clone()),
            };
            let Some(part) = part else { continue };
            let snapshot = found.get_or_insert_with(|| Snapshot { name: name.to_owned(), moment: part.moment, apps: Vec::new() });
            // By the name that the app has now: its folder is what it is known by.
            snapshot.apps.push((app.name.clone(), part.resources));
        }
        found.ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, name: &str) -> StateError {
        name::unknown(name, self.names().iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests;
