//! The arguments.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use greenroom_host::Profile;

use crate::commands::clock::Clock;
use crate::commands::d1::D1;
use crate::commands::kv::Kv;

/// Run serverless code on your own machine.
#[derive(Debug, Parser)]
#[command(name = "greenroom", version = version(), about, disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The version with the engine, since that is part of what a report must say.
const fn version() -> &'static str {
    if matches!(greenroom_js::ENGINE.as_bytes(), b"v8") {
        concat!(env!("CARGO_PKG_VERSION"), " (engine v8)")
    } else {
        concat!(env!("CARGO_PKG_VERSION"), " (engine quickjs)")
    }
}

/// The commands; each is a file in `commands/`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve an app and reload it when a file is saved
    Dev(Dev),
    /// Read the configuration and bundle the code, without serving
    Check(Check),
    /// Say what this build is and whether this machine is ready for it
    Doctor(Doctor),
    /// Freeze and move the time of a run
    Clock(Clock),
    /// Read and write the keys of KV namespaces
    #[command(subcommand, arg_required_else_help = true)]
    Kv(Kv),
    /// Query, migrate and export D1 databases
    #[command(subcommand, arg_required_else_help = true)]
    D1(D1),
    /// A guest process; started by the program itself
    #[command(hide = true, subcommand)]
    Guest(Guest),
}

/// `greenroom dev`
#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line, independent of the others")]
pub(crate) struct Dev {
    /// Project folders; each app gets a port of its own
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dirs: Vec<PathBuf>,
    /// Port of the first app; 0 takes any free one. Without it: what the project's configuration says, else 8787 or the next free one
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Address to listen on, or `localhost`
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    pub(crate) host: IpAddr,
    /// Port of the control API; 0 takes any free one. Without it: 4560 or the next free one
    #[arg(long, value_name = "PORT")]
    pub(crate) control_port: Option<u16>,
    /// Environment of the project's configuration
    #[arg(long, short, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Keep all state in memory
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// How strictly the vendor's limits are held
    #[arg(long, value_enum, default_value_t = ProfileArg::Relaxed)]
    pub(crate) profile: ProfileArg,
    /// Where requests come from: a country, `DE`, or fields of `request.cf`, `country=DE,city=Bonn,asn=3320`; a request's own header
    /// `greenroom-geo` counts before it
    #[arg(long, value_name = "PLACE")]
    pub(crate) geo: Option<String>,
    /// Send the place in headers too (`cf-ipcity`, `cf-timezone`, …), as production does where a zone asks for it
    #[arg(long)]
    pub(crate) location_headers: bool,
    /// Leave D1 migrations alone
    #[arg(long)]
    pub(crate) no_migrate: bool,
    /// Print one JSON object per line
    #[arg(long)]
    pub(crate) json: bool,
}

/// An address of this machine. `localhost` is the loopback, whatever the machine's own files say of it.
fn address(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(IpAddr::from([127, 0, 0, 1])),
        // As wrangler's `--ip`.
        "*" => Ok(IpAddr::from([0, 0, 0, 0])),
        _ => text.trim_start_matches('[').trim_end_matches(']').parse().map_err(|_| "give an IP address, or `localhost`".to_owned()),
    }
}

/// `greenroom check`
#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    /// Project folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Environment of the project's configuration
    #[arg(long, short, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// `greenroom doctor`
#[derive(Debug, ClapArgs)]
pub(crate) struct Doctor {
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// `greenroom guest …`
#[derive(Debug, Subcommand)]
pub(crate) enum Guest {
    /// An isolate
    Js {
        /// The most that its heap may hold, in bytes
        #[arg(long)]
        heap_bytes: usize,
    },
}

/// `--profile`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileArg {
    /// The vendor's numbers and answers
    Production,
    /// Warn, and stop only what would never end
    Relaxed,
    /// No limits but those that protect the machine
    Off,
}

impl From<ProfileArg> for Profile {
    fn from(argument: ProfileArg) -> Self {
        match argument {
            ProfileArg::Production => Self::Production,
            ProfileArg::Relaxed => Self::Relaxed,
            ProfileArg::Off => Self::Off,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn addresses() {
        assert_eq!(address("localhost"), Ok(IpAddr::from([127, 0, 0, 1])));
        assert_eq!(address("[::1]").map(|address| address.is_loopback()), Ok(true));
        assert!(address("nowhere").is_err());
    }
}
