//! `greenroom dev`: serve, and reload when a file is saved.

use std::path::PathBuf;
use std::process::ExitCode;

use greenroom_host::{Clock, Diagnostic, Host, Ids};
use owo_colors::OwoColorize;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::launch::Launch;
use crate::app::running::Settings;
use crate::args::Dev;
use crate::control::apps::Apps;
use crate::control::server::Offered;
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
    let host = Host::new(clock.clone(), Ids::from_entropy().map_err(one)?, args.serving.profile.into(), None);
    let terminal = Terminal::new(if args.json { Shows::Json } else { Shows::Text }, clock).map_err(one)?;
    // Before anything else starts, so that no signal finds the program half way.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(one)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(one)?;
    let apps = Apps::default();
    let mut control = Offered::start(&host, apps.clone(), args.host, args.control_port).await.map_err(|problem| vec![problem])?;
    let settings = Settings { address: args.host, port: args.port, ephemeral: args.ephemeral, ..Settings::of(&args.serving, apps.clone()) };
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
