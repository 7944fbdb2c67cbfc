//! `greenroom doctor`: what this build is, and whether this machine is ready for it.

use std::process::ExitCode;

use greenroom_host::Clock;
use owo_colors::OwoColorize;
use serde_json::json;

use crate::app::guests::guest_command;
use crate::args::Doctor;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    ok: bool,
    detail: String,
}

pub(super) fn run(args: &Doctor) -> ExitCode {
    let findings = [engine(), guest(), confinement(), mounts(), port(), folder(), watches()];
    let ok = findings.iter().all(|finding| finding.ok);
    if args.json {
        let list: Vec<_> =
            findings.iter().map(|finding| json!({ "what": finding.what, "ok": finding.ok, "detail": finding.detail })).collect();
        anstream::println!(
            "{}",
            json!({ "ok": ok, "version": env!("CARGO_PKG_VERSION"), "engine": greenroom_js::ENGINE, "findings": list })
        );
    } else {
        for finding in findings {
            let mark = if finding.ok { "ok".green().to_string() } else { "!!".red().bold().to_string() };
            anstream::println!("{mark} {:8} {}", finding.what, finding.detail);
        }
    }
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn engine() -> Finding {
    let detail = format!(
        "greenroom {} with {}, snapshot {} KiB",
        env!("CARGO_PKG_VERSION"),
        greenroom_js::ENGINE,
        greenroom_js_snapshot::SNAPSHOT.len() / 1024
    );
    Finding { what: "build", ok: true, detail }
}

/// Starts a guest and lets it evaluate what every guest does.
fn guest() -> Finding {
    let clock = Clock::real();
    let started = super::runtime().and_then(|runtime| {
        let command = guest_command(greenroom_host::Profile::Relaxed, None);
        runtime.block_on(greenroom_supervisor::try_guest(&command, &crate::registry::prepare()))
    });
    match started {
        Ok(()) => Finding {
            what: "guest",
            ok: true,
            detail: format!("a guest process starts in {:.0} ms", clock.uptime().as_secs_f64() * 1000.0),
        },
        Err(error) => Finding { what: "guest", ok: false, detail: format!("a guest process does not start: {error}") },
    }
}

fn confinement() -> Finding {
    let (Ok(detail) | Err(detail)) = greenroom_js::confinement();
    Finding { what: "confine", ok: true, detail }
}

fn mounts() -> Finding {
    let (Ok(detail) | Err(detail)) = greenroom_lambda_api::mounting();
    Finding { what: "mounts", ok: true, detail }
}

fn port() -> Finding {
    match std::net::TcpListener::bind(("127.0.0.1", 8787)) {
        Ok(_) => Finding { what: "port", ok: true, detail: "8787 is free".to_owned() },
        Err(error) => Finding { what: "port", ok: true, detail: format!("8787 cannot be used, the next free one will be: {error}") },
    }
}

fn folder() -> Finding {
    let dir = std::env::current_dir().unwrap_or_default();
    match greenroom_platforms::detect(&dir) {
        Ok(platform) => Finding { what: "project", ok: true, detail: format!("{}: a project for {}", dir.display(), platform.name()) },
        Err(_) => Finding { what: "project", ok: true, detail: format!("{}: no project here", dir.display()) },
    }
}

fn watches() -> Finding {
    let limit = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok().and_then(|text| text.trim().parse::<u64>().ok());
    match limit {
        Some(limit) if limit < 8192 => Finding {
            what: "watch",
            ok: false,
            detail: format!("only {limit} files can be watched: raise it with `sysctl fs.inotify.max_user_watches=524288`"),
        },
        Some(limit) => Finding { what: "watch", ok: true, detail: format!("{limit} files can be watched") },
        None => Finding { what: "watch", ok: true, detail: "no limit known".to_owned() },
    }
}
