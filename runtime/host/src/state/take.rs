//! Taking snapshots.

use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use super::disk;
use super::error::StateError;
use super::image::{Image, Resource, bytes_of, to_file, without_log};
use super::registry::{AppState, Registry, Standing, answer};
use super::snapshot::{Moment, Part, Stored, VERSION};
use crate::diagnostic::Diagnostic;

/// One app's part, written but not yet to be seen.
pub(crate) enum Taken {
    /// In this folder.
    Folder(PathBuf, Vec<Stored>),
    Memory(Image),
}

impl Taken {
    pub(crate) fn stored(&self) -> Vec<Stored> {
        match self {
            Self::Folder(_, stored) => stored.clone(),
            Self::Memory(image) => {
                image.iter().map(|(resource, bytes)| Stored { resource: resource.clone(), bytes: bytes.len() as u64 }).collect()
            }
        }
    }
}

impl Registry {
    /// Clears what was left of snapshots that a killed process was writing. Before names are looked at: it may bring one back.
    pub(crate) fn clear(&self) -> Result<(), StateError> {
        self.apps.iter().filter_map(|app| app.data_dir.as_deref()).try_for_each(disk::clear)
    }

    /// Copies the state of all apps while it stands still. `name` is that of the folders in which copies of files are made.
    pub(crate) fn take(&self, name: &str, standing: &[Standing]) -> Result<Vec<(usize, Taken)>, StateError> {
        let mut all = Vec::new();
        for (index, app) in self.apps.iter().enumerate() {
            match app.take(name, standing.iter().filter(|standing| standing.app == index)) {
                Ok(taken) => all.push((index, taken)),
                Err(error) => {
                    discard(all);
                    return Err(error);
                }
            }
        }
        Ok(all)
    }

    /// Lets parts be seen under `name`, in place of what had the name.
    pub(crate) fn keep(
        &mut self,
        name: &str,
        taken: Vec<(usize, Taken)>,
        moment: &Moment,
    ) -> Result<Vec<(String, Vec<Stored>)>, StateError> {
        let parts: Vec<Part> = taken.iter().map(|(app, taken)| self.apps[*app].part(moment, taken.stored())).collect();
        let written = taken.iter().zip(&parts).try_for_each(|((_, taken), part)| match taken {
            Taken::Folder(folder, _) => disk::write_part(folder, part),
            Taken::Memory(_) => Ok(()),
        });
        if let Err(error) = written {
            discard(taken);
            return Err(error);
        }
        for ((app, taken), part) in taken.into_iter().zip(&parts) {
            self.apps[app].keep(name, taken, part)?;
        }
        Ok(parts.into_iter().map(|part| (part.app, part.resources)).collect())
    }

    /// What all apps have now, copied while it stands still.
    pub(crate) fn present(&mut self) -> Result<Vec<(usize, Image)>, StateError> {
        let standing = self.hold();
        let copy = |(index, app): (usize, &AppState)| {
            let image = app.image(standing.iter().filter(|standing| standing.app == index))?;
            Ok((index, image))
        };
        self.apps.iter().enumerate().map(copy).collect()
    }
}

/// Deletes what was written.
pub(crate) fn discard(taken: Vec<(usize, Taken)>) {
    for (_, taken) in taken {
        if let Taken::Folder(folder, _) = taken {
            let _ = disk::delete(&folder);
        }
    }
}

impl AppState {
    fn take<'a>(&self, name: &str, standing: impl Iterator<Item = &'a Standing>) -> Result<Taken, StateError> {
        let Some(data_dir) = &self.data_dir else { return self.image(standing).map(Taken::Memory) };
        let folder = disk::new_folder(data_dir, name);
        match to_folder(&data_dir.join("state"), &folder, standing) {
            Ok(stored) => Ok(Taken::Folder(folder, stored)),
            Err(error) => {
                let _ = disk::delete(&folder);
                Err(error)
            }
        }
    }

    /// Everything, copied into memory.
    fn image<'a>(&self, standing: impl Iterator<Item = &'a Standing>) -> Result<Image, StateError> {
        let mut image = self.waiting.clone();
        image.extend(in_memory(standing)?);
        let state = self.data_dir.as_ref().map(|data_dir| data_dir.join("state"));
        for (resource, file) in state.map(|state| disk::databases(&state)).transpose()?.unwrap_or_default() {
            if let Entry::Vacant(place) = image.entry(resource) {
                let bytes = disk::connect_closed(&file).and_then(|connection| bytes_of(&connection));
                let bytes = bytes.map_err(|error| cannot(place.key(), &error))?;
                place.insert(bytes);
            }
        }
        Ok(image)
    }

    /// What is kept under `name`; none if this app has no part in it.
    pub(crate) fn kept_image(&self, name: &str) -> Result<Option<(Part, Image)>, StateError> {
        let Some(data_dir) = &self.data_dir else { return Ok(self.kept.get(name).cloned()) };
        let Some(part) = disk::part(data_dir, name)? else { return Ok(None) };
        disk::check(data_dir, name, &part)?;
        let mut image = Image::new();
        for (resource, file) in disk::databases(&disk::state_of(&disk::folder(data_dir, name)))? {
            let bytes = std::fs::read(&file).map_err(|error| StateError::io(&format!("{resource} cannot be read"), &error))?;
            image.insert(resource, without_log(bytes.into()));
        }
        Ok(Some((part, image)))
    }

    /// Writes `image` as a part that is not yet to be seen.
    pub(crate) fn take_image(&self, name: &str, image: Image) -> Result<Taken, StateError> {
        let Some(data_dir) = &self.data_dir else { return Ok(Taken::Memory(image)) };
        let folder = disk::new_folder(data_dir, name);
        let stored = Taken::Memory(image.clone()).stored();
        let fresh = disk::state_of(&folder);
        match disk::make(&fresh).and_then(|()| disk::write_databases(&image, &fresh)) {
            Ok(()) => Ok(Taken::Folder(folder, stored)),
            Err(error) => {
                let _ = disk::delete(&folder);
                Err(error)
            }
        }
    }

    fn part(&self, moment: &Moment, resources: Vec<Stored>) -> Part {
        Part { version: VERSION, app: self.name.clone(), moment: moment.clone(), resources }
    }

    fn keep(&mut self, name: &str, taken: Taken, part: &Part) -> Result<(), StateError> {
        match (taken, &self.data_dir) {
            (Taken::Folder(fresh, _), Some(data_dir)) => {
                let (folder, before) = (disk::folder(data_dir, name), disk::old_folder(data_dir, name));
                if folder.exists() {
                    disk::delete(&before)?;
                    disk::rename(&folder, &before)?;
                }
                disk::rename(&fresh, &folder)?;
                disk::delete(&before)
            }
            (Taken::Memory(image), _) => {
                self.kept.insert(name.to_owned(), (part.clone(), image));
                Ok(())
            }
            (Taken::Folder(..), None) => Ok(()),
        }
    }
}

fn in_memory<'a>(standing: impl Iterator<Item = &'a Standing>) -> Result<Image, StateError> {
    let begun: Vec<_> = standing.map(|standing| (standing, standing.held.begin(|slot| slot.as_ref().map(bytes_of)))).collect();
    let mut image = Image::new();
    for (standing, job) in begun {
        match answer(&standing.resource, &job)? {
            Some(Ok(bytes)) => drop(image.insert(standing.resource.clone(), bytes)),
            Some(Err(error)) => return Err(cannot(&standing.resource, &error)),
            None => return Err(closed(&standing.resource)),
        }
    }
    Ok(image)
}

/// Copies what is open and what is not, each by a connection: a copy of the file alone would lack what is in its log.
fn to_folder<'a>(state: &Path, folder: &Path, standing: impl Iterator<Item = &'a Standing>) -> Result<Vec<Stored>, StateError> {
    let fresh = disk::state_of(folder);
    disk::make(&fresh)?;
    let mut begun = Vec::new();
    for standing in standing {
        let target = disk::new_file(&fresh, &standing.resource)?;
        let job = standing.held.begin(move |slot| slot.as_ref().map(|connection| to_file(connection, &target)));
        begun.push((standing.resource.clone(), job));
    }
    let mut stored = Vec::new();
    let mut failed = None;
    for (resource, job) in &begun {
        // Every one is waited for, so that none writes into a folder that is being deleted.
        match answer(resource, job) {
            Ok(Some(Ok(bytes))) => stored.push(Stored { resource: resource.clone(), bytes }),
            Ok(Some(Err(error))) => failed = Some(cannot(resource, &error)),
            Ok(None) => failed = Some(closed(resource)),
            Err(error) => failed = Some(error),
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    for (resource, file) in disk::databases(state)? {
        if begun.iter().all(|(open, _)| *open != resource) {
            let target = disk::new_file(&fresh, &resource)?;
            let copied = disk::connect_closed(&file).and_then(|connection| to_file(&connection, &target));
            stored.push(Stored { bytes: copied.map_err(|error| cannot(&resource, &error))?, resource });
        }
    }
    stored.sort_by(|a, b| a.resource.cmp(&b.resource));
    Ok(stored)
}

fn cannot(resource: &Resource, error: &rusqlite::Error) -> StateError {
    StateError::sqlite(&format!("{resource} cannot be copied"), error)
}

fn closed(resource: &Resource) -> StateError {
    Diagnostic::error(format!("the storage of {resource} is closed")).into()
}
