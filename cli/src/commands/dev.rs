//! `greenroom dev`: serve, and reload when a file is saved.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use greenroom_host::{Bounds, Clock, Diagnostic, Host, Journal};
use owo_colors::OwoColorize;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::launch::Launch;
use crate::app::settings::Settings;
use crate::args::Dev;
use crate::aws::AwsSettings;
use crate::control::apps::Apps;
use crate::control::server::Offered;
use crate::print;
use crate::terminal::{Shows, Terminal};

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
    let terminal = Terminal::new(if args.json { Shows::Json } else { Shows::Text }, clock.clone()).map_err(one)?;
    let ids = super::ids(args.serving.seed).map_err(one)?;
    let journal = journal(&args, &terminal).map_err(|problem| vec![problem])?;
    let host = Host::new(clock, ids, args.serving.profile.into(), None).with_journal(journal.clone());
    // Before anything else starts, so that no signal finds the program half way.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(one)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(one)?;
    let apps = Apps::default();
    let mut control = Offered::start(&host, apps.clone(), args.host, args.control_port).await.map_err(|problem| vec![problem])?;
    let data_dir = args
        .dirs
        .first()
        .filter(|_| !args.ephemeral)
        .map(|dir| std::path::absolute(dir.join(".greenroom")).unwrap_or_else(|_| dir.join(".greenroom")));
    let aws = AwsSettings::of(&args.serving, args.host, data_dir);
    let settings =
        Settings { address: args.host, port: args.port, ephemeral: args.ephemeral, ..Settings::of(&args.serving, apps.clone(), aws) };
    let environment = args.serving.env.clone();
    let launch = Launch { dirs: args.dirs.clone(), environment, settings, host, terminal: terminal.clone(), patient: true };
    let running = tokio::select! {
        apps = launch.start() => apps?,
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
    journal.flush();
    Ok(terminal)
}

/// How much of the journal is kept on disk, and for how long, where nothing else is said.
const USUAL: Bounds = Bounds { size: 64 * 1024 * 1024, age: Some(Duration::from_secs(7 * 24 * 60 * 60)) };

/// How much of it is kept in memory, where nothing else is said.
const IN_MEMORY: u64 = 16 * 1024 * 1024;

/// In the folder of the first app, or in memory.
fn journal(args: &Dev, terminal: &Terminal) -> Result<Journal, Diagnostic> {
    let age = args.journal_age.or(USUAL.age);
    if args.ephemeral {
        return Journal::in_memory(Some(Bounds { size: args.journal_size.unwrap_or(IN_MEMORY), age }));
    }
    let folder = args.dirs.first().cloned().unwrap_or_default().join(".greenroom").join("journal");
    let bounds = Bounds { size: args.journal_size.unwrap_or(USUAL.size), age };
    let (terminal, dir) = (terminal.clone(), std::env::current_dir().unwrap_or_default());
    Journal::open(&folder, bounds, move |problem| {
        let text = print::plain(&problem, &dir);
        terminal.object("warning", json!({ "message": text }));
        terminal.text(text);
    })
}

/// The folders of the apps, and the current one, where commands look for the run.
fn folders(args: &Dev) -> Vec<PathBuf> {
    let mut dirs: Vec<_> = args.dirs.iter().filter_map(|dir| dir.canonicalize().ok()).collect();
    dirs.extend(std::env::current_dir());
    dirs.sort();
    dirs.dedup();
    dirs
}
