//! Starts the apps of a run, one after the other, and says what became of each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenroom_control::AppInfo;
use greenroom_host::{Clock, Diagnostic, Host, Severity, Timestamp};
use greenroom_platforms::GivenVars;
use owo_colors::OwoColorize;
use serde_json::json;

use crate::app::deliveries::Deliveries;
use crate::app::functions::Functions;
use crate::app::neighbours::Neighbours;
use crate::app::place::Place;
use crate::app::project::Folder;
use crate::app::served::Served;
use crate::app::settings::Settings;
use crate::app::started::{Started, milliseconds};
use crate::app::waiting::Start;
use crate::control::apps::Apps;
use crate::print;
use crate::settings::SettingsFiles;
use crate::terminal::Terminal;

/// What the apps of a run are started with.
pub(crate) struct Launch {
    pub(crate) dirs: Vec<PathBuf>,
    /// `--env`
    pub(crate) environment: Option<String>,
    /// Those of the first app.
    pub(crate) settings: Settings,
    pub(crate) host: Host,
    pub(crate) terminal: Terminal,
    /// Whether an app that cannot be served holds its place until its files are mended; if not, it is an error of the whole run.
    pub(crate) patient: bool,
}

impl Launch {
    /// Starts all of them.
    ///
    /// # Errors
    /// What is wrong with the one app there is, or with the first where this is not patient.
    pub(crate) async fn start(&self) -> Result<Vec<App>, Vec<Diagnostic>> {
        let terminal = &self.terminal;
        terminal.text(format!("{} {} · engine {}\n", "greenroom".green().bold(), env!("CARGO_PKG_VERSION"), greenroom_js::ENGINE));
        let neighbours = Neighbours::default();
        let host = self.host.with_delivery(Arc::new(Deliveries { neighbours: neighbours.clone(), aws: self.settings.aws.clone() }));
        let several = self.dirs.len() > 1;
        let starts: Vec<Start> = self.dirs.iter().enumerate().map(|(index, dir)| self.planned(&host, &neighbours, index, dir)).collect();
        // All names are known before anything starts, so that none is called unknown that is only not there yet.
        for start in starts.iter().filter(|_| several) {
            if let Some(name) = start.name() {
                neighbours.expect(&name, &start.canonical()).map_err(|error| vec![error])?;
            }
        }
        let here = std::env::current_dir().unwrap_or_default();
        let elsewhere = starts.iter().filter(|start| start.canonical() != here);
        let named = elsewhere.map(|start| (start.canonical(), start.name().unwrap_or_else(|| start.folder_name())));
        let mut files = SettingsFiles::of(&here, named);
        files.apply(&self.host, &self.settings.apps)?;
        let mut apps = Vec::new();
        for start in starts {
            let since = Clock::wall();
            match start.start(None).await {
                Ok((app, started)) if !self.patient && !app.serves() => return Err(errors(started, &app)),
                Ok((app, started)) => {
                    welcome(terminal, &start, &app, &started, &host);
                    self.settings.apps.set(info(&started.name, &started.url, true));
                    apps.push(App::Runs(app));
                }
                Err(problems) if several && self.patient => {
                    let place = Place::take(&start.settings, None).await.map_err(|error| vec![error])?;
                    neighbours.away(&start.canonical());
                    self.settings.apps.set(info(&start.folder_name(), &format!("http://{}", place.address), false));
                    turned_away(terminal, &start, &place, &problems);
                    apps.push(App::Waits(Box::new(start), place, (since, problems)));
                }
                Err(problems) => return Err(problems),
            }
        }
        let doubts = files.doubts(&self.host, &self.settings.apps.outbound);
        if !doubts.is_empty() {
            terminal.flush();
            print::diagnostics(&doubts, &here);
        }
        tokio::spawn(files.keep_current(here, self.host.clone(), self.settings.apps.clone(), terminal.clone()));
        Ok(apps)
    }

    fn planned(&self, host: &Host, neighbours: &Neighbours, index: usize, dir: &Path) -> Start {
        let settings = Settings {
            // The port is the first app's; the others take what is free after it.
            port: if index == 0 { self.settings.port } else { self.settings.port.filter(|port| *port == 0) },
            several: self.dirs.len() > 1,
            // As wrangler has it, which takes them for its primary Worker.
            given: if index == 0 { self.settings.given.clone() } else { GivenVars::default() },
            neighbours: neighbours.clone(),
            aws: self.settings.aws.clone().of_functions(self.dirs.iter().any(|dir| has_functions(dir))),
            ..self.settings.clone()
        };
        Start { dir: dir.to_owned(), environment: self.environment.clone(), host: host.clone(), settings, terminal: self.terminal.clone() }
    }
}

/// Whether the app in `dir` is one of functions.
fn has_functions(dir: &Path) -> bool {
    Folder::open(dir, None).is_err() && Functions::detect(dir)
}

/// What keeps an app from being served; its paths in full, since they are shown beside those of others.
fn errors(started: Started, app: &Served) -> Vec<Diagnostic> {
    let mut problems = started.warnings;
    problems.retain(|problem| problem.severity == Severity::Error);
    in_full(problems, app.dir())
}

fn in_full(mut problems: Vec<Diagnostic>, dir: &Path) -> Vec<Diagnostic> {
    for problem in &mut problems {
        problem.file = problem.file.take().map(|file| dir.join(file));
    }
    problems
}

/// Prints what there is to say of the app in `dir`: its files by their places in there, or, beside other apps, from where the run began.
fn tell(problems: &[Diagnostic], start: &Start, dir: &Path) {
    let here = std::env::current_dir().unwrap_or_default();
    if start.settings.several {
        print::diagnostics(&in_full(problems.to_vec(), dir), &here);
    } else {
        print::diagnostics(problems, dir);
    }
}

fn info(name: &str, url: &str, serving: bool) -> AppInfo {
    AppInfo { name: name.to_owned(), url: url.to_owned(), serving }
}

/// An app of the run.
pub(crate) enum App {
    Runs(Served),
    /// It cannot be served yet, and this is why: what was wrong when its files were read, at that time. Only where there are several.
    Waits(Box<Start>, Place, (Timestamp, Vec<Diagnostic>)),
}

impl App {
    /// Keeps it current. Never returns.
    pub(crate) async fn keep(self, known: Apps) {
        match self {
            Self::Runs(running) => running.keep_current().await,
            Self::Waits(start, place, (since, problems)) => {
                let (running, started) = start.wait(place, since, problems).await;
                welcome(&start.terminal, &start, &running, &started, &start.host);
                known.set(info(&started.name, &started.url, true));
                running.keep_current().await;
            }
        }
    }
}

fn welcome(terminal: &Terminal, start: &Start, app: &Served, started: &Started, host: &Host) {
    terminal.flush();
    tell(&started.warnings, start, app.dir());
    announce(terminal, started, host);
    if start.settings.several {
        terminal.flush();
    }
}

fn turned_away(terminal: &Terminal, start: &Start, place: &Place, problems: &[Diagnostic]) {
    terminal.flush();
    let (name, url) = (start.folder_name(), format!("http://{}", place.address));
    tell(problems, start, &start.canonical());
    terminal.object("waiting", json!({ "app": name, "url": url, "message": start.told(problems) }));
    terminal.text(format!("  {}  {}", name.bold(), url.cyan()));
    terminal.text(format!("  {}\n", "cannot be served; waits until its files are mended".yellow()));
}

fn announce(terminal: &Terminal, started: &Started, host: &Host) {
    let took = host.clock.uptime();
    let bindings: Vec<_> =
        started.bindings.iter().map(|(name, kind, place)| json!({ "name": name, "kind": kind, "place": place })).collect();
    terminal.object(
        "ready",
        json!({
            "app": started.name, "url": started.url, "engine": greenroom_js::ENGINE, "bindings": bindings, "vars": started.vars,
            "crons": started.crons, "notes": started.notes, "ms": (took.as_secs_f64() * 10_000.0).round() / 10.0,
        }),
    );
    terminal.text(format!("  {}  {}", started.name.bold(), started.url.cyan()));
    let name_width = started.bindings.iter().map(|(name, _, _)| name.len()).max().unwrap_or(0);
    let kind_width = started.bindings.iter().map(|(_, kind, _)| kind.len()).max().unwrap_or(0);
    for (name, kind, place) in &started.bindings {
        terminal.text(format!("    {name:name_width$}  {kind:kind_width$}  {}", place.dimmed()));
    }
    if !started.vars.is_empty() {
        terminal.text(format!("    {} {}", "vars".dimmed(), started.vars.join(", ")));
    }
    if !started.crons.is_empty() {
        terminal.text(format!("    {} {}", "crons".dimmed(), started.crons.join(", ")));
    }
    for note in &started.notes {
        terminal.text(format!("    {note}"));
    }
    terminal.text(format!("  {}\n", format!("ready in {}", milliseconds(took)).dimmed()));
}
