//! Checks of the repository that neither the compiler nor clippy makes.
//!
//! - `cargo xtask check-layers` holds the crates' dependencies against the table in [`layers`].
//! - `cargo xtask check-sizes` holds the length of hand-written source files against the caps in [`sizes`].
//! - `cargo xtask aws-model <file> [<older file>]` prints the API model of an AWS service as the text that [`aws_model`] describes.
//!
//! Each exits with 0 when the repository is in order, 1 when it is not, 2 when the check itself could not be made.

mod aws_model;
mod layers;
mod metadata;
mod sizes;

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What a check has found: `problems` fail it, `notes` do not.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    /// One sentence of what was looked at, printed when there are no problems.
    summary: String,
    /// Each a whole message; any one of them fails the check.
    problems: Vec<String>,
    /// Worth reading, but no failure.
    notes: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            writeln!(f, "warning: {note}")?;
        }
        for problem in &self.problems {
            writeln!(f, "error: {problem}")?;
        }
        if self.problems.is_empty() {
            writeln!(f, "{}", self.summary)?;
        }
        Ok(())
    }
}

const USAGE: &str = "usage: cargo xtask check-layers | check-sizes | aws-model <service-2.json> [<older service-2.json>]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = workspace_root();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["aws-model", file] => return print_model(Path::new(file), None),
        ["aws-model", file, older] => return print_model(Path::new(file), Some(Path::new(older))),
        _ => {}
    }
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["check-layers"] => metadata::read(&root).map(|metadata| layers::check(&metadata, layers::LAYERS)),
        ["check-sizes"] => sizes::check(&root, &sizes::POLICY).map_err(|error| error.to_string()),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(report) => {
            say(&mut std::io::stdout(), &report);
            if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(message) => {
            say(&mut std::io::stderr(), &format!("error: {message}\n"));
            ExitCode::from(2)
        }
    }
}

fn print_model(file: &Path, older: Option<&Path>) -> ExitCode {
    match aws_model::text(file, older) {
        Ok(text) => {
            say(&mut std::io::stdout(), &text);
            ExitCode::SUCCESS
        }
        Err(message) => {
            say(&mut std::io::stderr(), &format!("error: {message}\n"));
            ExitCode::from(2)
        }
    }
}

/// Writes `text` as it is. A reader that has gone away (`| head`) is no failure of the check.
fn say(to: &mut impl Write, text: &impl fmt::Display) {
    let _ = write!(to, "{text}");
}

/// Asked when it runs: checkouts that share a target folder share this program, and what it was compiled with.
fn workspace_root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").expect("`cargo xtask` runs this program");
    Path::new(&xtask).parent().expect("invariant: xtask is a folder of the workspace root").to_owned()
}
