//! `greenroom dev`: serve, and reload when a file is saved.

use std::process::ExitCode;

use greenroom_host::{Clock, Diagnostic, Host, Ids};
use owo_colors::OwoColorize;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::project::Folder;
use crate::app::running::{Running, Settings, Started, milliseconds};
use crate::args::Dev;
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
    let starting = start(&args, &host, &terminal);
    let apps = tokio::select! {
        apps = starting => apps?,
        _ = interrupt.recv() => return Ok(terminal),
        _ = terminate.recv() => return Ok(terminal),
    };
    for app in apps {
        tokio::spawn(app.keep_current());
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(terminal)
}

async fn start(args: &Dev, host: &Host, terminal: &Terminal) -> Result<Vec<Running>, Vec<Diagnostic>> {
    terminal.text(format!("{} {} · engine {}\n", "greenroom".green().bold(), env!("CARGO_PKG_VERSION"), greenroom_js::ENGINE));
    let mut apps = Vec::new();
    for (index, dir) in args.dirs.iter().enumerate() {
        let folder = Folder::open(dir, args.env.clone()).map_err(|error| vec![error])?;
        let settings = Settings {
            address: args.host,
            // The port is the first app's; the others take what is free after it.
            port: if index == 0 { args.port } else { args.port.filter(|port| *port == 0) },
            ephemeral: args.ephemeral,
            migrate: !args.no_migrate,
            several: args.dirs.len() > 1,
            profile: args.profile.into(),
        };
        let dir = folder.dir.clone();
        let (app, started) = Running::start(folder, host, settings, terminal.clone()).await?;
        terminal.flush();
        print::diagnostics(&started.warnings, &dir);
        announce(terminal, &started, host);
        apps.push(app);
    }
    Ok(apps)
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
