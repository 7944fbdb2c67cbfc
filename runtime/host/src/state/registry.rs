//! Which apps there are in a run, and what of their state is open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use super::error::StateError;
use super::image::{Image, Resource, in_memory};
use super::served::Served;
use super::snapshot::Part;
use super::view::View;
use crate::diagnostic::Diagnostic;
use crate::storage::{Held, Location, Recipe, Storage, Thread, state_file, unusable};

/// The apps of a run.
#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) apps: Vec<AppState>,
    /// How contents of a service are told apart, by its name, for those that something of was opened.
    pub(crate) views: BTreeMap<String, &'static dyn View>,
    /// The apps that are served.
    pub(crate) served: Vec<Weak<dyn Served>>,
}

/// The state of one app.
pub(crate) struct AppState {
    pub(crate) name: String,
    /// None: all is in memory.
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) open: Vec<Open>,
    /// In memory: what was restored of resources that nobody has opened yet.
    pub(crate) waiting: Image,
    /// In memory: the snapshots.
    pub(crate) kept: BTreeMap<String, (Part, Image)>,
}

/// A database that is open.
pub(crate) struct Open {
    pub(crate) resource: Resource,
    pub(crate) recipe: Arc<Recipe>,
    thread: Thread,
}

/// A database that stands still.
pub(crate) struct Standing {
    /// Index of the app.
    pub(crate) app: usize,
    pub(crate) resource: Resource,
    pub(crate) location: Location,
    pub(crate) recipe: Arc<Recipe>,
    pub(crate) held: Held,
}

impl Registry {
    /// The app that keeps its state in `data_dir` or, in memory, that has the name. Its index.
    pub(crate) fn app(&mut self, name: &str, data_dir: Option<&Path>) -> usize {
        let same = |app: &AppState| app.data_dir.as_deref() == data_dir && (data_dir.is_some() || app.name == name);
        self.apps.iter().position(same).unwrap_or_else(|| {
            let (open, waiting, kept) = (Vec::new(), Image::new(), BTreeMap::new());
            self.apps.push(AppState { name: name.to_owned(), data_dir: data_dir.map(Path::to_owned), open, waiting, kept });
            self.apps.len() - 1
        })
    }

    /// Makes every open database stand still, each between two requests. Returns when all of them do.
    pub(crate) fn hold(&mut self) -> Vec<Standing> {
        let mut all = Vec::new();
        for (index, app) in self.apps.iter_mut().enumerate() {
            let mut open = Vec::new();
            for entry in app.open.drain(..) {
                let Some(storage) = entry.thread.storage() else {
                    // Nobody has a handle any more; a file that it is still closing must not be touched before it has.
                    entry.thread.join();
                    continue;
                };
                let (resource, recipe) = (entry.resource.clone(), Arc::clone(&entry.recipe));
                let location = location(app.data_dir.as_deref(), &resource);
                all.push(Standing { app: index, resource, location, recipe, held: storage.hold() });
                open.push(entry);
            }
            app.open = open;
        }
        all.retain(|standing| standing.held.wait());
        all
    }
}

impl AppState {
    /// Opens a database.
    pub(crate) fn open(&mut self, resource: Resource, recipe: Recipe) -> Result<Storage, Diagnostic> {
        self.open.retain(|open| !open.thread.is_over());
        let location = location(self.data_dir.as_deref(), &resource);
        let connection = match self.waiting.get(&resource) {
            Some(bytes) => recipe.prepare(in_memory(bytes).map_err(|error| unusable(&location, &error))?, &location)?,
            None => recipe.connect(&location)?,
        };
        recipe.finish(&connection, &location)?;
        let (storage, thread) = Storage::serve(connection, &resource.to_string())?;
        self.waiting.remove(&resource);
        self.open.push(Open { resource, recipe: Arc::new(recipe), thread });
        Ok(storage)
    }
}

fn location(data_dir: Option<&Path>, resource: &Resource) -> Location {
    match data_dir {
        Some(folder) => Location::File(state_file(&folder.join("state"), &resource.service, &resource.id)),
        None => Location::Memory,
    }
}

/// The answer of a job that was begun on a held storage.
pub(crate) fn answer<T>(resource: &Resource, answer: &std::sync::mpsc::Receiver<T>) -> Result<T, StateError> {
    answer.recv().map_err(|_| Diagnostic::error(format!("the storage of {resource} has ended")).into())
}
