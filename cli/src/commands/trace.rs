//! `greenroom trace`: what one event led to.

use std::process::ExitCode;

use clap::Args as ClapArgs;
use http::Method;

use crate::commands::event_text::tree;
use crate::commands::events::encoded;
use crate::control::client::ControlArgs;

/// `greenroom trace`
#[derive(Debug, ClapArgs)]
pub(crate) struct Trace {
    #[command(flatten)]
    pub(crate) control: ControlArgs,
    /// Of a trace, or of one of its events: 32 hex digits
    pub(crate) id: String,
}

pub(super) fn run(args: &Trace) -> ExitCode {
    super::ask_run(&args.control, async |client| {
        let trace = client.ask(Method::GET, &format!("/v1/traces/{}", encoded(&args.id)), None).await?;
        if args.control.json {
            anstream::println!("{trace}");
        } else {
            anstream::print!("{}", tree(trace["events"].as_array().map_or(&[][..], Vec::as_slice)));
        }
        Ok(ExitCode::SUCCESS)
    })
}
