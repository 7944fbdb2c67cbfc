//! Putting other content in the place of the state of a run: prepared beforehand, swapped while everything stands still.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;

use rusqlite::Connection;

use super::disk;
use super::error::StateError;
use super::image::{Image, Resource, in_memory};
use super::registry::{AppState, Registry, Standing, answer};
use crate::diagnostic::Diagnostic;
use crate::storage::{Location, state_file, unusable};

/// What comes in the place of an app's state. Resources that are not in it become empty.
pub(crate) enum Content<'a> {
    /// A folder of databases.
    Folder(PathBuf),
    /// Copies.
    Image(&'a Image),
}

/// The content of one app, ready to be swapped.
pub(crate) struct Prepared {
    app: usize,
    kind: Kind,
}

enum Kind {
    /// `fresh` goes in the place of `state`, which then has what was there before.
    Folder { state: PathBuf, fresh: PathBuf },
    /// Connections for what is open; what nobody has open when it is swapped waits to be opened.
    Memory { ready: BTreeMap<Resource, Connection>, image: Image },
}

impl Prepared {
    /// Deletes what is no longer needed.
    pub(crate) fn clean_up(self) {
        if let Kind::Folder { fresh, .. } = self.kind {
            let _ = disk::delete(&fresh);
        }
    }
}

impl AppState {
    /// Makes `content` ready beside the state that is in use.
    pub(crate) fn prepare(&self, app: usize, content: &Content<'_>) -> Result<Prepared, StateError> {
        let kind = match (&self.data_dir, content) {
            (Some(data_dir), content) => self.prepare_folder(data_dir, content)?,
            (None, Content::Image(image)) => self.prepare_memory(image)?,
            (None, Content::Folder(_)) => return Err(Diagnostic::error("files cannot be put into memory").into()),
        };
        Ok(Prepared { app, kind })
    }

    fn prepare_folder(&self, data_dir: &Path, content: &Content<'_>) -> Result<Kind, StateError> {
        let (state, fresh) = (data_dir.join("state"), data_dir.join("state.new"));
        // One that was left by a process that was killed.
        disk::delete(&fresh)?;
        let filled = disk::make(&fresh).and_then(|()| self.fill(&fresh, content));
        if let Err(error) = filled {
            let _ = disk::delete(&fresh);
            return Err(error);
        }
        Ok(Kind::Folder { state, fresh })
    }

    fn fill(&self, fresh: &Path, content: &Content<'_>) -> Result<(), StateError> {
        match content {
            Content::Folder(folder) => disk::copy_databases(folder, fresh)?,
            Content::Image(image) => disk::write_databases(image, fresh)?,
        }
        // Opened once, so that what cannot be used is found out, and migrated, while nothing waits for it.
        for open in &self.open {
            let file = state_file(fresh, &open.resource.service, &open.resource.id);
            drop(open.recipe.connect(&Location::File(file))?);
        }
        Ok(())
    }

    fn prepare_memory(&self, image: &Image) -> Result<Kind, StateError> {
        let mut ready = BTreeMap::new();
        for open in &self.open {
            let connection = match image.get(&open.resource) {
                Some(bytes) => in_memory(bytes),
                None => Connection::open_in_memory(),
            };
            let connection = connection.map_err(|error| unusable(&Location::Memory, &error))?;
            ready.insert(open.resource.clone(), open.recipe.prepare(connection, &Location::Memory)?);
        }
        Ok(Kind::Memory { ready, image: image.clone() })
    }
}

impl Registry {
    /// Swaps all of `prepared` at once. If one of them cannot be, none is.
    pub(crate) fn swap(&mut self, prepared: &mut [Prepared], standing: &[Standing]) -> Result<(), StateError> {
        let of = |index: usize| standing.iter().filter(move |standing| standing.app == index);
        let on_disk = || prepared.iter().filter(|one| matches!(one.kind, Kind::Folder { .. }));
        let files: Vec<&Standing> = on_disk().flat_map(|one| of(one.app)).collect();
        close(&files)?;
        let folders: Vec<(&Path, &Path)> = on_disk().filter_map(Prepared::folders).collect();
        let swapped = exchange_all(&folders).and_then(|()| {
            reopen(&files).inspect_err(|_| {
                let _ = close(&files);
                undo(&folders);
            })
        });
        if let Err(error) = swapped {
            reopen(&files)?;
            return Err(error);
        }
        for one in prepared {
            if let Kind::Memory { ready, image } = &mut one.kind {
                replace(of(one.app), ready)?;
                image.retain(|resource, _| of(one.app).all(|standing| standing.resource != *resource));
                self.apps[one.app].waiting = std::mem::take(image);
            }
        }
        Ok(())
    }
}

impl Prepared {
    fn folders(&self) -> Option<(&Path, &Path)> {
        match &self.kind {
            Kind::Folder { state, fresh } => Some((state, fresh)),
            Kind::Memory { .. } => None,
        }
    }
}

fn close(standing: &[&Standing]) -> Result<(), StateError> {
    let close = |slot: &mut Option<Connection>| {
        if let Some(connection) = slot.take() {
            // What is in its log goes into a file that is about to be deleted: nothing has to wait for the disk.
            let _ = connection.execute_batch("PRAGMA synchronous = OFF");
        }
    };
    let begun: Vec<_> = standing.iter().map(|standing| (standing, standing.held.begin(close))).collect();
    begun.iter().try_for_each(|(standing, job)| answer(&standing.resource, job))
}

fn reopen(standing: &[&Standing]) -> Result<(), StateError> {
    let begin = |standing: &Standing| -> Receiver<Result<(), Diagnostic>> {
        let (recipe, location) = (std::sync::Arc::clone(&standing.recipe), standing.location.clone());
        standing.held.begin(move |slot| {
            *slot = Some(recipe.open(&location)?);
            Ok(())
        })
    };
    let begun: Vec<_> = standing.iter().map(|standing| (standing, begin(standing))).collect();
    let outcomes: Vec<_> = begun.iter().map(|(standing, job)| answer(&standing.resource, job)).collect();
    outcomes.into_iter().try_for_each(|outcome| outcome?.map_err(StateError::from))
}

/// Exchanges each pair, or none. Nothing of this process has a file in them open.
fn exchange_all(folders: &[(&Path, &Path)]) -> Result<(), StateError> {
    for (state, _) in folders {
        disk::make(state)?;
        if let Some(file) = disk::in_use(state) {
            return Err(StateError::InUse(file));
        }
    }
    for (index, (state, fresh)) in folders.iter().enumerate() {
        if let Err(error) = disk::exchange(fresh, state) {
            undo(&folders[..index]);
            return Err(error);
        }
    }
    Ok(())
}

fn undo(folders: &[(&Path, &Path)]) {
    for (state, fresh) in folders {
        let _ = disk::exchange(fresh, state);
    }
}

fn replace<'a>(standing: impl Iterator<Item = &'a Standing>, ready: &mut BTreeMap<Resource, Connection>) -> Result<(), StateError> {
    let mut begun = Vec::new();
    for standing in standing {
        let Some(connection) = ready.remove(&standing.resource) else { continue };
        let recipe = std::sync::Arc::clone(&standing.recipe);
        let job = standing.held.begin(move |slot| {
            recipe.finish(&connection, &Location::Memory)?;
            *slot = Some(connection);
            Ok::<(), Diagnostic>(())
        });
        begun.push((standing, job));
    }
    let outcomes: Vec<_> = begun.iter().map(|(standing, job)| answer(&standing.resource, job)).collect();
    outcomes.into_iter().try_for_each(|outcome| outcome?.map_err(StateError::from))
}
