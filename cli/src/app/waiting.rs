//! An app that cannot be served yet: it keeps its place, says there what is wrong, and is tried again when its files change.

use std::path::PathBuf;
use std::sync::Arc;

use greenroom_gateway::{EdgeRules, FrontDoor, Origins, TestPaths, serve};
use greenroom_host::{Clock, Diagnostic, Host, Timestamp, Words};
use greenroom_supervisor::Fleet;

use crate::app::functions::Functions;
use crate::app::guests::guest_command;
use crate::app::place::{AbortOnDrop, Place};
use crate::app::project::Folder;
use crate::app::running::Running;
use crate::app::served::Served;
use crate::app::settings::{Settings, no_functions};
use crate::app::started::Started;
use crate::app::watch::Watch;
use crate::print;
use crate::terminal::{AppTerminal, Terminal};

/// What it takes to start an app, and to start it again.
pub(crate) struct Start {
    pub(crate) dir: PathBuf,
    pub(crate) environment: Option<String>,
    pub(crate) host: Host,
    pub(crate) settings: Settings,
    pub(crate) terminal: Terminal,
}

impl Start {
    /// Starts it, at `place` where it has one already.
    pub(crate) async fn start(&self, place: Option<Place>) -> Result<(Served, Started), Vec<Diagnostic>> {
        let (settings, terminal) = (self.settings.clone(), self.terminal.clone());
        let folder = match self.folder() {
            Err(_) if Functions::detect(&self.canonical()) => {
                no_functions(&settings.given).map_err(|error| vec![error])?;
                let environment = self.environment.clone();
                let (functions, started) = Functions::start(&self.canonical(), environment, &self.host, settings, terminal).await?;
                return Ok((Served::Functions(Box::new(functions)), started));
            }
            opened => opened.map_err(|error| vec![error])?,
        };
        let read_at = Clock::wall();
        let project = folder.read(&self.host.clock)?;
        let (running, started) = Running::start(folder, (project, read_at), &self.host, settings, terminal, place).await?;
        Ok((Served::Isolate(Box::new(running)), started))
    }

    fn folder(&self) -> Result<Folder, Diagnostic> {
        Ok(Folder::open(&self.dir, self.environment.clone())?.with(self.settings.given.clone()))
    }

    /// The name that the folder's configuration gives, where it can be read.
    pub(crate) fn name(&self) -> Option<String> {
        let Ok(folder) = self.folder() else {
            return Functions::name(&self.canonical(), self.environment.as_deref(), &self.host.clock);
        };
        folder.read(&self.host.clock).ok().map(|project| project.app.name)
    }

    /// What the folder is called.
    pub(crate) fn folder_name(&self) -> String {
        let dir = self.canonical();
        dir.file_name().map_or_else(|| dir.display().to_string(), |name| name.to_string_lossy().into_owned())
    }

    /// Waits at `place` until the app can be served. Returns when it is. `since`: before the files were read in which the problems are; what
    /// was changed after that is tried at once.
    pub(crate) async fn wait(&self, place: Place, mut since: Timestamp, mut problems: Vec<Diagnostic>) -> (Served, Started) {
        let door = self.door(&place);
        let mut accepting = AbortOnDrop::spawn(serve(Arc::clone(&place.listener), Arc::clone(&door)));
        loop {
            door.broken(&self.told(&problems));
            self.something_changes(&problems, since).await;
            drop(accepting);
            since = Clock::wall();
            match self.start(Some(place.clone())).await {
                Ok(running) => return running,
                Err(others) => {
                    if others != problems {
                        self.terminal.text(self.told(&others));
                    }
                    problems = others;
                }
            }
            accepting = AbortOnDrop::spawn(serve(Arc::clone(&place.listener), Arc::clone(&door)));
        }
    }

    /// The folder as the file system knows it.
    pub(crate) fn canonical(&self) -> PathBuf {
        let dir = std::path::absolute(&self.dir).unwrap_or_else(|_| self.dir.clone());
        dir.canonicalize().unwrap_or(dir)
    }

    /// What is wrong, as text.
    pub(crate) fn told(&self, problems: &[Diagnostic]) -> String {
        let dir = self.canonical();
        problems.iter().map(|problem| print::plain(problem, &dir)).collect::<Vec<_>>().join("\n\n")
    }

    /// A door behind which there is nothing.
    fn door(&self, place: &Place) -> Arc<FrontDoor> {
        let name = self.folder_name();
        let terminal = AppTerminal::new(self.terminal.clone(), &name, true, self.host.journal.clone());
        let fleet = Fleet::new(
            self.host.clock.clone(),
            guest_command(self.settings.profile, None),
            crate::registry::prepare(),
            Arc::clone(&terminal) as _,
        );
        let rules = EdgeRules { words: Words::default(), limits: None, origins: Origins::unknown(), test_paths: TestPaths::default() };
        FrontDoor::new(&name, self.host.clone(), fleet, terminal, rules, place.address)
    }

    /// Waits for a change of what may have been wrong: the configuration, and each file that a problem names.
    async fn something_changes(&self, problems: &[Diagnostic], since: Timestamp) {
        let dir = self.canonical();
        let configurations = greenroom_platforms::PLATFORMS.iter().flat_map(|platform| platform.config_files()).map(|name| dir.join(name));
        let files: Vec<PathBuf> = configurations.chain(problems.iter().filter_map(|problem| problem.file.clone())).collect();
        let Ok(mut watch) = Watch::new() else { return std::future::pending().await };
        // What cannot be watched is told when the app runs.
        watch.set(files.into_iter(), true);
        let missed = watch.missed(since);
        watch.changed(&self.host.clock, missed).await;
    }
}
