//! `greenroom events …`: events that are made up and sent.

use std::process::ExitCode;

use clap::{Args as ClapArgs, Subcommand};

use crate::commands::event_send::{Generate, Sending, make, send};
use crate::control::client::ControlArgs;

/// `greenroom events`
#[derive(Debug, ClapArgs)]
pub(crate) struct Events {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make events up, and print them, one a line
    Generate(Generate),
    /// Deliver events to the apps of a run, and print what became of each; exit code 1 where one is not ok
    Send(Sending),
}

pub(super) fn run(args: &Events) -> ExitCode {
    match &args.verb {
        Verb::Generate(generate) => {
            let dir = std::env::current_dir().unwrap_or_default();
            make(generate).unwrap_or_else(|problem| super::fail(&[problem], &dir))
        }
        Verb::Send(events) => super::ask_run(&args.control, async |client| send(&client, events, args.control.json).await),
    }
}
