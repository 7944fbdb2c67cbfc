//! Everything impure that a service or a trigger may use, in one value that is passed in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::callers::Callers;
use crate::clock::Clock;
use crate::delivery::{Alone, Delivery};
use crate::diagnostic::Diagnostic;
use crate::faults::Faults;
use crate::ids::Ids;
use crate::journal::Journal;
use crate::limit::LimitWatch;
use crate::limits::Profile;
use crate::secrets::Patterns;
use crate::state::{Moment, Resource, State};
use crate::storage::{Location, Recipe, Storage, resource_of, state_file};

/// The host. Cheap to clone.
#[derive(Clone)]
pub struct Host {
    /// The one clock.
    pub clock: Clock,
    /// The one source of ids and randomness.
    pub ids: Ids,
    /// The one journal.
    pub journal: Journal,
    /// How strictly vendors' limits are held.
    pub profile: Profile,
    /// What happens where one of them is passed.
    pub limits: LimitWatch,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// What the run's files say is secret.
    pub secrets: Patterns,
    /// Whose code asks the run itself for something.
    pub callers: Callers,
    /// The way to the other apps of the run.
    pub delivery: Arc<dyn Delivery>,
    /// The state of all apps of the run.
    pub state: State,
    /// Whose state is opened here.
    app: Arc<str>,
    data_dir: Option<Arc<Path>>,
}

impl Host {
    /// A host that keeps its state under `data_dir`, or in memory where there is none.
    #[must_use]
    pub fn new(clock: Clock, ids: Ids, profile: Profile, data_dir: Option<PathBuf>) -> Self {
        let limits = LimitWatch::new(profile);
        Self {
            clock,
            ids,
            journal: Journal::default(),
            profile,
            limits,
            faults: Faults::default(),
            secrets: Patterns::default(),
            callers: Callers::default(),
            delivery: Arc::new(Alone),
            state: State::default(),
            app: "app".into(),
            data_dir: data_dir.map(Arc::from),
        }
    }

    /// The same host for the app `name` of the run, which keeps its state under `data_dir` and is warned of its own limits.
    #[must_use]
    pub fn for_app(&self, name: &str, data_dir: Option<PathBuf>) -> Self {
        self.state.join(name, data_dir.as_deref());
        Self { limits: LimitWatch::new(self.profile), app: name.into(), data_dir: data_dir.map(Arc::from), ..self.clone() }
    }

    /// A host beside this one, with the same clock and ids and with state of its own, in memory.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { limits: LimitWatch::new(self.profile), state: State::default(), data_dir: None, ..self.clone() }
    }

    /// The same host with `journal` as the place where everything is written down.
    #[must_use]
    pub fn with_journal(&self, journal: Journal) -> Self {
        Self { journal, ..self.clone() }
    }

    /// The same host with `delivery` as the way to the other apps of the run.
    #[must_use]
    pub fn with_delivery(&self, delivery: Arc<dyn Delivery>) -> Self {
        Self { delivery, ..self.clone() }
    }

    /// The folder of everything that is kept; `None` with `--ephemeral`.
    #[must_use]
    pub fn data_dir(&self) -> Option<&Path> {
        self.data_dir.as_deref()
    }

    /// The resources of `service` that have rows on disk, in the order of their ids.
    #[must_use]
    pub fn resources(&self, service: &str) -> Vec<String> {
        let Some(entries) = self.data_dir.as_ref().and_then(|folder| std::fs::read_dir(folder.join("state").join(service)).ok()) else {
            return Vec::new();
        };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut ids: Vec<String> = names.filter_map(|name| resource_of(name.strip_suffix(".sqlite")?)).collect();
        ids.sort();
        ids
    }

    /// Opens the database of `resource` of `service`, which is made if it is not there, as part of the state of the run: it is copied,
    /// swapped and emptied with all the rest.
    ///
    /// # Errors
    /// A file that cannot be made or written, that is corrupt, or that a newer version of this program has written.
    pub fn storage(&self, service: &str, resource: &str, recipe: Recipe) -> Result<Storage, Diagnostic> {
        let resource = Resource { service: service.to_owned(), id: resource.to_owned() };
        self.state.open(&self.app, self.data_dir(), resource, recipe)
    }

    /// Where the run stands, beside its state.
    #[must_use]
    pub fn moment(&self) -> Moment {
        let event = self.journal.newest().map(|event| event.to_string());
        Moment { at: self.clock.now().0, frozen: self.clock.frozen_at().is_some(), wall: Clock::wall().0, event }
    }

    /// Where `service` keeps the rows of `resource`.
    #[must_use]
    pub fn location(&self, service: &str, resource: &str) -> Location {
        match &self.data_dir {
            Some(folder) => Location::File(state_file(&folder.join("state"), service, resource)),
            None => Location::Memory,
        }
    }
}
