//! One app that is served: started, reloaded, kept running.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use greenroom_bindings::{Bindings, Services};
use greenroom_bundle::Bundler;
use greenroom_gateway::{DoorLimits, EdgeRules, FrontDoor, TestPaths, serve};
use greenroom_host::state::Served;
use greenroom_host::{Bundle, Clock, Diagnostic, Host, Timestamp};
use greenroom_platforms::{Platform, Project};
use greenroom_supervisor::{DeployError, Fleet, InvokeError};
use owo_colors::OwoColorize;

use crate::app::digest::digest;
use crate::app::endpoint;
use crate::app::faults::Faulty;
use crate::app::guests::{code_cache, guest_command, prune};
use crate::app::handle::Handle;
use crate::app::outside::{Network, Outside};
use crate::app::place::{AbortOnDrop, Place};
use crate::app::project::{self, Folder};
use crate::app::quota::Quota;
use crate::app::services::AppServices;
use crate::app::settings::Settings;
use crate::app::started::{Started, milliseconds};
use crate::app::triggers::Crons;
use crate::app::upload;
use crate::app::watch::{Change, Watch};
use crate::print;
use crate::terminal::{AppTerminal, Terminal};

/// An app that is served.
pub(crate) struct Running {
    folder: Folder,
    host: Host,
    settings: Settings,
    terminal: Arc<AppTerminal>,
    fleet: Arc<Fleet>,
    handle: Arc<Handle>,
    door: Arc<FrontDoor>,
    outside: Arc<Outside>,
    project: Project,
    bundler: Bundler,
    /// Open databases and namespaces; they outlive versions, so that a reload loses nothing.
    services: Services,
    bindings: Arc<Bindings>,
    crons: Crons,
    /// What the serving version was made of, so that a save that changes nothing reloads nothing.
    serving: Option<[u8; 32]>,
    inputs: Vec<PathBuf>,
    /// When the files were last read: what is written later may not have been seen.
    read_at: Timestamp,
    /// The error that was last printed.
    said: String,
    /// Where it is served.
    pub(crate) listening: SocketAddr,
    /// Takes connections until it is dropped.
    accepting: Option<AbortOnDrop>,
}

impl Running {
    /// Bundles and serves the app of `project` at `place`, or where the configuration says. Errors of its code leave it waiting for the
    /// next save; others are given back.
    pub(crate) async fn start(
        folder: Folder,
        (mut project, read_at): (Project, Timestamp),
        host: &Host,
        settings: Settings,
        terminal: Terminal,
        place: Option<Place>,
    ) -> Result<(Self, Started), Vec<Diagnostic>> {
        settings.neighbours.expect(&project.app.name, &folder.dir).map_err(|error| vec![error])?;
        if let Some(aws) = settings.aws.beside(host, &settings.apps, &terminal).await.map_err(|error| vec![error])? {
            endpoint::point(&mut project.app.vars, &aws.url());
        }
        let data_dir = (!settings.ephemeral).then(|| folder.dir.join(".greenroom"));
        let host = host.for_app(&project.app.name, data_dir);
        let app_terminal = AppTerminal::new(terminal, &project.app.name, settings.several, host.journal.clone());
        host.limits.report_to({
            let (terminal, dir) = (Arc::clone(&app_terminal), folder.dir.clone());
            move |warning| terminal.says(&print::plain(&warning, &dir))
        });
        let outside = Arc::new(Outside::new(settings.apps.outbound.clone(), &project.app.name));
        let services = Services::new(host.clone());
        let bindings = Arc::new(Bindings::attach(&project.app.bindings, &services)?);
        prune(code_cache(&host).as_deref());
        let command = guest_command(settings.profile, code_cache(&host));
        let fleet = Fleet::new(host.clock.clone(), command, crate::registry::prepare(), Arc::clone(&app_terminal) as _);
        let warming = tokio::spawn({
            let fleet = Arc::clone(&fleet);
            async move { fleet.warm().await }
        });
        let place = match place {
            Some(place) => place,
            None => Place::take(&settings, project.address.port).await.map_err(|error| vec![error])?,
        };
        let handle = Handle::new(&project.app.name, Arc::clone(&fleet), settings.migrate, &project.app.bindings);
        let served: Arc<dyn Served> = Arc::<Handle>::clone(&handle);
        host.state.serves(&served);
        let address = place.address;
        let words = folder.platform.words();
        let origins = settings.geo.origins(folder.platform.edge()).map_err(|error| vec![error])?;
        let test_paths = TestPaths { paths: folder.platform.test_paths(), options: settings.test_options };
        let rules = EdgeRules { words, limits: Some(door_limits(folder.platform)), origins, test_paths };
        let log = Arc::clone(&app_terminal) as _;
        let door = FrontDoor::new(&project.app.name, host.clone(), Arc::clone(&fleet), log, rules, address);
        app_terminal.maps_by(Arc::clone(&door));
        let bundler = project::bundler(&project);
        let crons = settings.apps.triggers.enter(&host, &door, folder.platform);
        let mut running = Self {
            folder,
            host,
            settings,
            terminal: app_terminal,
            fleet,
            handle,
            door,
            outside,
            project,
            bundler,
            services,
            bindings,
            crons,
            serving: None,
            inputs: Vec::new(),
            read_at,
            said: String::new(),
            listening: address,
            accepting: None,
        };
        let mut started = running.banner();
        started.notes.extend(place.instead_of.map(|port| format!("port {port} was taken")));
        started.notes.extend(running.migrate().await?);
        running.accepting = Some(AbortOnDrop::spawn(serve(place.listener, Arc::clone(&running.door))));
        // Meanwhile the guest warms up; what is built waits for it.
        running.first_build(&mut started).await;
        warming.await.map_err(|error| vec![Diagnostic::error(error.to_string())])?.map_err(|error| vec![no_guest(&error.to_string())])?;
        running.is_known();
        Ok((running, started))
    }

    /// Lets the rest of the run find it: by its name, with what is bound to it, and when it is to run.
    fn is_known(&mut self) {
        let name = &self.project.app.name;
        self.settings.neighbours.moved_in(name, &self.folder.dir, Arc::clone(&self.door));
        self.settings.apps.bound(name, &self.url(), Arc::clone(&self.bindings), Arc::clone(&self.door));
        self.crons.set(name, &self.project.app.crons);
    }

    fn url(&self) -> String {
        format!("http://{}", self.listening)
    }

    /// Whether a version serves; if not, requests are answered with what is wrong with the code.
    pub(crate) fn serves(&self) -> bool {
        self.serving.is_some()
    }

    /// The project folder.
    pub(crate) fn dir(&self) -> &std::path::Path {
        &self.folder.dir
    }

    async fn first_build(&mut self, started: &mut Started) {
        match self.build().await {
            Ok(bundle) => started.warnings.extend(bundle.warnings),
            Err(problems) => {
                let dir = &self.folder.dir;
                self.door.broken(&problems.iter().map(|problem| print::plain(problem, dir)).collect::<Vec<_>>().join("\n\n"));
                started.warnings.extend(problems);
            }
        }
    }

    fn banner(&self) -> Started {
        let app = &self.project.app;
        let place = |place: Option<String>| place.map_or_else(|| "not emulated".to_owned(), |place| self.shown(&place));
        Started {
            name: app.name.clone(),
            url: self.url(),
            bindings: self.bindings.for_people().into_iter().map(|bound| (bound.name, bound.kind, place(bound.place))).collect(),
            crons: app.crons.clone(),
            vars: app.vars.iter().map(|var| var.name.clone()).collect(),
            notes: Vec::new(),
            warnings: app.warnings.iter().cloned().chain(self.settings.neighbours.strangers(&app.bindings)).collect(),
        }
    }

    fn shown(&self, place: &str) -> String {
        let dir = format!("{}/", self.folder.dir.display());
        place.strip_prefix(&dir).unwrap_or(place).to_owned()
    }

    async fn migrate(&self) -> Result<Vec<String>, Vec<Diagnostic>> {
        if !self.settings.migrate {
            return Ok(Vec::new());
        }
        let mut notes = Vec::new();
        for applied in self.bindings.apply_migrations().await {
            if !applied.names.is_empty() {
                notes.push(format!("{}: applied {}", applied.binding, applied.names.join(", ")));
            }
            if let Some(failed) = applied.failed {
                return Err(vec![failed.hint("to start without applying migrations, use `--no-migrate`")]);
            }
        }
        Ok(notes)
    }

    /// Bundles and lets the outcome serve, if it differs from what serves.
    async fn build(&mut self) -> Result<Bundle, Vec<Diagnostic>> {
        let built = self.bundler.build().await;
        // Also of a build that failed: a file that was looked for and is not there may appear.
        self.inputs = self.bundler.inputs().to_vec();
        let mut bundle = built?;
        let digest = digest(&bundle, &self.project);
        if self.serving == Some(digest) {
            return Ok(bundle);
        }
        let refused = upload::refusals(self.folder.platform, &self.project, &bundle, self.crons.of_others(), &self.host.limits);
        if !refused.is_empty() {
            return Err(refused);
        }
        let version = project::version(self.folder.platform, &self.project, &bundle, &self.bindings, self.settings.profile);
        let quota = Quota::of(self.folder.platform, self.project.app.limits.subrequests, self.host.limits.clone());
        let output = Arc::clone(&self.terminal) as _;
        let network = Network { headers: self.project.outgoing.clone(), ids: self.host.ids.clone(), output };
        // The fleet holds the services that hold this.
        let fleet = Arc::downgrade(&self.fleet);
        let end = Arc::new(move |guest| {
            if let Some(guest) = fleet.upgrade().and_then(|fleet| fleet.guest(guest)) {
                guest.kill();
            }
        });
        let faulty = Faulty { app: self.project.app.name.as_str().into(), host: self.host.clone(), end };
        let services = AppServices::of(Arc::clone(&self.bindings), (Arc::clone(&self.outside), network), quota, faulty);
        let map = project::stack_map(&mut bundle);
        let mut deployed = self.fleet.deploy(version.clone(), Arc::clone(&services)).await;
        if matches!(deployed, Err(DeployError::Ended(InvokeError::Crashed(_)))) && self.forget_compiled_code() {
            // Compiled code that was damaged on disk would bring down every guest that loads it.
            deployed = self.fleet.deploy(version, services).await;
        }
        let handlers = deployed.map_err(|error| vec![self.cannot_load(&error, &*map)])?;
        self.door.opened(map);
        self.serving = Some(digest);
        bundle.warnings.extend(self.without_handler(&handlers));
        Ok(bundle)
    }

    /// Cron triggers of a version that does not take them.
    fn without_handler(&self, handlers: &[String]) -> Option<Diagnostic> {
        let app = &self.project.app;
        if app.crons.is_empty() || handlers.iter().any(|handler| handler == SCHEDULED) {
            return None;
        }
        let message = format!("there are cron triggers (`{}`), but the code has no `{SCHEDULED}` handler", app.crons.join("`, `"));
        let hint = format!("export one beside `fetch`: `async {SCHEDULED}(controller, env, ctx) {{ … }}`, or remove `triggers.crons`");
        Some(Diagnostic::warning(message).in_file(&app.main).hint(hint))
    }

    /// Deletes what the engine has compiled. True: there was something.
    fn forget_compiled_code(&self) -> bool {
        code_cache(&self.host).is_some_and(|folder| std::fs::remove_dir_all(folder).is_ok())
    }

    fn cannot_load(&self, error: &DeployError, map: &dyn Fn(&str) -> String) -> Diagnostic {
        let words = self.folder.platform.words();
        let main = &self.project.app.main;
        match error {
            DeployError::Failed(failure) => {
                let text = if failure.stack.is_empty() { &failure.message } else { &failure.stack };
                Diagnostic::error(format!("the code cannot be loaded: {}", map(text))).in_file(main)
            }
            DeployError::Ended(InvokeError::Cpu) => Diagnostic::error(format!("the code cannot be loaded: {}", words.cpu))
                .in_file(main)
                .hint("the top level of a module runs before the first request: move long work into a handler"),
            DeployError::Ended(InvokeError::Memory) => {
                Diagnostic::error(format!("the code cannot be loaded: {}", words.memory)).in_file(main)
            }
            DeployError::Ended(error) => {
                Diagnostic::error(format!("the code cannot be loaded: {}", greenroom_supervisor::in_words(error))).in_file(main)
            }
            DeployError::NoGuest(why) => no_guest(why),
        }
    }

    /// Reloads whenever something changes. Never returns.
    pub(crate) async fn keep_current(mut self) {
        let mut watch = match Watch::new() {
            Ok(watch) => watch,
            Err(problem) => {
                self.terminal.says(&print::plain(&problem, &self.folder.dir));
                return std::future::pending().await;
            }
        };
        let mut asked = self.settings.apps.asked_to_reload(&self.project.app.name);
        let (mut broken, mut fresh) = (self.serving.is_none(), true);
        loop {
            let files = self.inputs.iter().chain(&self.project.app.watch).chain([&self.project.app.main]).cloned();
            for problem in watch.set(files.collect::<Vec<_>>().into_iter(), broken) {
                self.terminal.says(&print::plain(&problem, &self.folder.dir));
            }
            // A file that was deleted before it was watched has no time of its own.
            let deleted = std::mem::take(&mut fresh) && !self.project.app.main.is_file();
            let missed = watch.missed(self.read_at) || deleted;
            let (change, asks) = tokio::select! {
                change = watch.changed(&self.host.clock, missed) => (change, None),
                asks = asked.next() => (Change::Watched, Some(asks)),
            };
            let before = self.serving;
            broken = !self.reload(change).await;
            let reloaded = if broken { Err(self.said.clone()) } else { Ok(self.serving != before) };
            if let Some(asks) = asks {
                // He may have gone.
                drop(asks.send(reloaded));
            }
        }
    }

    /// Reads the configuration again, bundles, and lets the outcome serve. False: the version before serves on.
    async fn reload(&mut self, change: Change) -> bool {
        let started = self.host.clock.uptime();
        let before = self.serving;
        match self.try_reload().await {
            Ok(warnings) => {
                for warning in &warnings {
                    self.terminal.says(&print::plain(warning, &self.folder.dir));
                }
                let mended = !std::mem::take(&mut self.said).is_empty();
                if self.serving == before && mended {
                    self.terminal.says(&"mended; the version that serves is the same".green().to_string());
                }
                if self.serving != before {
                    let took = self.host.clock.uptime().saturating_sub(started);
                    self.terminal.says(&format!("{} in {}", "reloaded".green(), milliseconds(took)));
                }
                true
            }
            Err(problems) => {
                let text = problems.iter().map(|problem| print::plain(problem, &self.folder.dir)).collect::<Vec<_>>().join("\n\n");
                // A file beside the app's that has nothing to do with it: the same error again is no news.
                if change == Change::Beside && self.said == text {
                    return false;
                }
                self.said.clone_from(&text);
                self.terminal.says(&text.red().to_string());
                if self.serving.is_some() {
                    self.terminal.says(&"the version before serves on".yellow().to_string());
                } else {
                    self.door.broken(&text);
                }
                false
            }
        }
    }

    async fn try_reload(&mut self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        self.read_at = Clock::wall();
        let mut project = self.folder.read(&self.host.clock)?;
        if let Some(aws) = self.settings.aws.started() {
            endpoint::point(&mut project.app.vars, &aws.url());
        }
        let neighbours = self.settings.neighbours.clone();
        neighbours.check(&project.app.name, &self.folder.dir).map_err(|error| vec![error])?;
        let bindings = Arc::new(Bindings::attach(&project.app.bindings, &self.services)?);
        let settings_changed = project.bundling != self.project.bundling || project.app.main != self.project.app.main;
        self.handle.bound(&project.app.bindings);
        let before = (std::mem::replace(&mut self.project, project), std::mem::replace(&mut self.bindings, bindings));
        if settings_changed || self.project.app.module_rules != before.0.app.module_rules {
            self.bundler = project::bundler(&self.project);
        }
        let known: Vec<_> = before.0.app.warnings;
        let bundle = self.build().await?;
        self.is_known();
        let new = self.project.app.warnings.iter().filter(|warning| !known.contains(warning)).cloned();
        Ok(new.chain(bundle.warnings).collect())
    }
}

/// The handler of cron triggers.
const SCHEDULED: &str = "scheduled";

fn door_limits(platform: &dyn Platform) -> DoorLimits {
    let limits = platform.limits();
    DoorLimits {
        url: limits.url,
        request_headers: limits.request_headers,
        request_body: limits.request_body,
        response_headers: limits.response_headers,
    }
}

fn no_guest(why: &str) -> Diagnostic {
    Diagnostic::error(format!("no guest process could be started: {why}")).hint("run `greenroom doctor`")
}
