//! `greenroom state …`: the state of a run copied, put back, emptied, compared and carried elsewhere; or that of a folder in which nothing
//! runs.

mod local;
mod shown;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};
use greenroom_host::Diagnostic;
use greenroom_host::storage::file_name;
use http::Method;
use serde_json::{Value, json};

use crate::control::client::{Client, ControlArgs};

/// `greenroom state`
#[derive(Debug, ClapArgs)]
pub(crate) struct State {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Keep a copy of the state of all apps
    Snapshot {
        /// Letters, digits, `-`, `_`, `.` and spaces
        name: String,
        /// Write over one that has the name
        #[arg(long)]
        force: bool,
    },
    /// Put back what a snapshot has, all of it at once
    Restore {
        /// The snapshot
        name: String,
        /// Let fresh guests serve afterwards, without what code keeps in its own variables
        #[arg(long)]
        restart: bool,
        /// Leave the clock where it is, also where it stood still when the snapshot was made
        #[arg(long)]
        keep_clock: bool,
    },
    /// Empty the state of all apps: what a first start would find is there afterwards
    Reset {
        /// Let fresh guests serve afterwards
        #[arg(long)]
        restart: bool,
    },
    /// List the snapshots
    List,
    /// Delete a snapshot
    Delete {
        /// The snapshot
        name: String,
    },
    /// Say what differs between two snapshots, or between one and what is there now
    Diff {
        /// The snapshot to compare with
        from: String,
        /// Another; without it, what is there now
        to: Option<String>,
        /// How many keys to list of each kind
        #[arg(long, value_name = "N", default_value_t = greenroom_control::LISTED)]
        keys: usize,
    },
    /// Write what is there now, or a snapshot, to a file that can be carried elsewhere
    Export {
        /// The file
        file: PathBuf,
        /// The snapshot; without it, what is there now
        #[arg(long, value_name = "NAME")]
        snapshot: Option<String>,
        /// Write over a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Keep what is in such a file as a snapshot
    Import {
        /// The file
        file: PathBuf,
        /// How the snapshot is to be called; without it, as it was
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Write over a snapshot that has the name
        #[arg(long)]
        force: bool,
    },
}

pub(super) fn run(args: &State) -> ExitCode {
    let dir = std::env::current_dir().unwrap_or_default();
    if args.control.control.is_none()
        && let Some(folder) = local::Folder::find(&dir)
    {
        return match folder.outcome(&args.verb) {
            Ok(value) => print(args, &value),
            Err(problem) => super::fail(&[problem], &dir),
        };
    }
    super::ask_run(&args.control, async |client| {
        let value = ask(&client, &args.verb).await?;
        Ok(print(args, &value))
    })
}

fn print(args: &State, value: &Value) -> ExitCode {
    if args.control.json {
        anstream::println!("{value}");
    } else {
        anstream::println!("{}", shown::text(&args.verb, value));
    }
    ExitCode::SUCCESS
}

async fn ask(client: &Client, verb: &Verb) -> Result<Value, Diagnostic> {
    let post = async |path: &str, body: Value| client.ask(Method::POST, path, Some(&body)).await;
    match verb {
        Verb::Snapshot { name, force } => post("/v1/state/snapshots", json!({ "name": name, "replace": force })).await,
        Verb::Restore { name, restart, keep_clock } => {
            post("/v1/state/restore", json!({ "name": name, "restart": restart, "keep_clock": keep_clock })).await
        }
        Verb::Reset { restart } => post("/v1/state/reset", json!({ "restart": restart })).await,
        Verb::List => client.ask(Method::GET, "/v1/state/snapshots", None).await,
        Verb::Delete { name } => {
            // An empty name would be another address.
            let name = if name.is_empty() { "%20".to_owned() } else { file_name(name) };
            client.ask(Method::DELETE, &format!("/v1/state/snapshots/{name}"), None).await
        }
        Verb::Diff { from, to, keys } => {
            let to = to.as_ref().map_or_else(String::new, |to| format!("&to={}", file_name(to)));
            client.ask(Method::GET, &format!("/v1/state/diff?from={}{to}&keys={keys}", file_name(from)), None).await
        }
        Verb::Export { file, snapshot, force } => {
            post("/v1/state/export", json!({ "name": snapshot, "file": absolute(file), "replace": force })).await
        }
        Verb::Import { file, name, force } => {
            post("/v1/state/import", json!({ "file": absolute(file), "name": name, "replace": force })).await
        }
    }
}

fn absolute(file: &std::path::Path) -> PathBuf {
    std::path::absolute(file).unwrap_or_else(|_| file.to_owned())
}
