//! Commands that end by themselves.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{Project, binary};

/// What a command left behind.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Finished {
    /// Standard output as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }
}

/// Runs the program in the project's folder until it ends.
///
/// # Panics
/// If it cannot be run.
#[must_use]
pub fn greenroom(project: &Project, arguments: &[&str]) -> Finished {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir(project.path()).stdin(Stdio::null());
    let output = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Finished { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// `greenroom check` in the project's folder.
#[must_use]
pub fn check(project: &Project, arguments: &[&str]) -> Finished {
    greenroom(project, &[&["check"], arguments].concat())
}
