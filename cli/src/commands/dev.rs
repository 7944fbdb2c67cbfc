//! `greenroom dev`: serve, and reload when a file is saved.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use greenroom_control::AppInfo;
use greenroom_host::{Clock, Diagnostic, Host, Ids};
use owo_colors::OwoColorize;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::neighbours::Neighbours;
use crate::app::running::{Geo, Place, Running, Settings, Started, milliseconds};
use crate::app::waiting::Start;
use crate::args::Dev;
use crate::control::server::{Apps, Offered};
use crate::print;
use crate::terminal::Terminal;

pub(super) fn run(args: Dev) -> ExitCode {
    let dir = std::env::current_dir().unwrap_or_default();
    let runtime = match super::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return super::fail(&[Diagnostic::error(error.to_string())], &dir),
    };
    match runtime.block_on(serve(args)) {
        // At once: guests end when they see that their host is gone.
        Ok(terminal) => {
            terminal.flush();
            std::process::exit(0)
        }
        Err(problems) => super::fail(&problems, &dir),
    }
}

async fn serve(args: Dev) -> Result<Terminal, Vec<Diagnostic>> {
    let one = |error: std::io::Error| vec![Diagnostic::error(error.to_string())];
    let clock = Clock::real();
    let host = Host::new(clock.clone(), Ids::from_entropy().map_err(one)?, args.profile.into(), None);
    let terminal = Terminal::new(args.json, clock).map_err(one)?;
    // Before anything else starts, so that no signal finds the program half way.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(one)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(one)?;
    let apps = Apps::default();
    let mut control = Offered::start(&host, apps.clone(), args.host, args.control_port).await.map_err(|problem| vec![problem])?;
    let starting = start(&args, &host, &terminal, &apps);
    let running = tokio::select! {
        apps = starting => apps?,
        _ = interrupt.recv() => return Ok(terminal),
        _ = terminate.recv() => return Ok(terminal),
    };
    control.write_down(&folders(&args));
    terminal.object("control", json!({ "url": control.url }));
    terminal.text(format!("  {} {}\n", "control".dimmed(), control.url.dimmed()));
    for app in running {
        tokio::spawn(app.keep(apps.clone()));
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(terminal)
}

/// The folders of the apps, and the current one, where commands look for the run.
fn folders(args: &Dev) -> Vec<PathBuf> {
    let mut dirs: Vec<_> = args.dirs.iter().filter_map(|dir| dir.canonicalize().ok()).collect();
    dirs.extend(std::env::current_dir());
    dirs.sort();
    dirs.dedup();
    dirs
}

async fn start(args: &Dev, host: &Host, terminal: &Terminal, known: &Apps) -> Result<Vec<App>, Vec<Diagnostic>> {
    terminal.text(format!("{} {} · engine {}\n", "greenroom".green().bold(), env!("CARGO_PKG_VERSION"), greenroom_js::ENGINE));
    let neighbours = Neighbours::default();
    let host = host.with_delivery(Arc::new(neighbours.clone()));
    let several = args.dirs.len() > 1;
    let starts: Vec<Start> =
        args.dirs.iter().enumerate().map(|(index, dir)| planned(args, &host, terminal, &neighbours, index, dir)).collect();
    // All names are known before anything starts, so that none is called unknown that is only not there yet.
    for start in starts.iter().filter(|_| several) {
        if let Some(name) = start.name() {
            neighbours.expect(&name, &start.canonical()).map_err(|error| vec![error])?;
        }
    }
    let mut apps = Vec::new();
    for start in starts {
        match start.start(None).await {
            Ok((app, started)) => {
                welcome(terminal, &start, &app, &started, &host);
                known.set(info(&started.name, &started.url, true));
                apps.push(App::Runs(Box::new(app)));
            }
            Err(problems) if several => {
                let place = Place::take(&start.settings, None).await.map_err(|error| vec![error])?;
                neighbours.away(&start.canonical());
                known.set(info(&start.folder_name(), &format!("http://{}", place.address), false));
                turned_away(terminal, &start, &place, &problems);
                apps.push(App::Waits(Box::new(start), place, problems));
            }
            Err(problems) => return Err(problems),
        }
    }
    Ok(apps)
}

fn info(name: &str, url: &str, serving: bool) -> AppInfo {
    AppInfo { name: name.to_owned(), url: url.to_owned(), serving }
}

/// An app of the run.
enum App {
    Runs(Box<Running>),
    /// It cannot be served yet, and this is why. Only where there are several.
    Waits(Box<Start>, Place, Vec<Diagnostic>),
}

impl App {
    /// Keeps it current. Never returns.
    async fn keep(self, known: Apps) {
        match self {
            Self::Runs(running) => running.keep_current().await,
            Self::Waits(start, place, problems) => {
                let (running, started) = start.wait(place, problems).await;
                welcome(&start.terminal, &start, &running, &started, &start.host);
                known.set(info(&started.name, &started.url, true));
                running.keep_current().await;
            }
        }
    }
}

fn planned(args: &Dev, host: &Host, terminal: &Terminal, neighbours: &Neighbours, index: usize, dir: &Path) -> Start {
    let settings = Settings {
        address: args.host,
        // The port is the first app's; the others take what is free after it.
        port: if index == 0 { args.port } else { args.port.filter(|port| *port == 0) },
        ephemeral: args.ephemeral,
        migrate: !args.no_migrate,
        several: args.dirs.len() > 1,
        profile: args.profile.into(),
        neighbours: neighbours.clone(),
        geo: Geo { place: args.geo.clone(), location_headers: args.location_headers },
    };
    Start { dir: dir.to_owned(), environment: args.env.clone(), host: host.clone(), settings, terminal: terminal.clone() }
}

fn welcome(terminal: &Terminal, start: &Start, app: &Running, started: &Started, host: &Host) {
    terminal.flush();
    print::diagnostics(&started.warnings, app.dir());
    announce(terminal, started, host);
    if start.settings.several {
        terminal.flush();
    }
}

fn turned_away(terminal: &Terminal, start: &Start, place: &Place, problems: &[Diagnostic]) {
    terminal.flush();
    let (name, url) = (start.folder_name(), format!("http://{}", place.address));
    print::diagnostics(problems, &start.canonical());
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
            "notes": started.notes, "ms": (took.as_secs_f64() * 10_000.0).round() / 10.0,
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
    for note in &started.notes {
        terminal.text(format!("    {note}"));
    }
    terminal.text(format!("  {}\n", format!("ready in {}", milliseconds(took)).dimmed()));
}
