//! Which files of variables are read, and in which order one overrides another.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use greenroom_host::Diagnostic;

use super::{dotenv, entry, expand};
use crate::LoadOptions;
use crate::problems::Problems;
use crate::source::{unreadable, without_mark};

/// What the files say, and which they are.
pub(super) struct Loaded {
    pub(super) variables: Vec<(String, String)>,
    /// What a message about a variable names: the file `.dev.vars` or `.env`, or the option `--env-file`.
    pub(super) from: String,
}

/// Where to look, and what to note while looking.
pub(super) struct Search<'a> {
    pub(super) dir: &'a Path,
    pub(super) environment: Option<&'a str>,
    pub(super) options: &'a LoadOptions,
    /// Every file looked for is added, there or not.
    pub(super) watch: &'a mut Vec<PathBuf>,
    pub(super) problems: &'a mut Problems,
}

/// Whether `.env` files, and those of `--env-file`, are read.
const DOT_ENV: &str = "CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV";

/// Puts what a file says over `variables`.
fn add(variables: &mut Vec<(String, String)>, text: &str) {
    for (name, value) in dotenv::parse(text) {
        dotenv::set(variables, &name, value);
    }
}

impl Search<'_> {
    /// `.dev.vars`, or else `.env` and its kin with the process environment where it is asked for (`with_process_env`, or by variable). Files that
    /// the command line names are read in place of both.
    pub(super) fn load(&mut self, with_process_env: bool) -> Option<Loaded> {
        let given = &self.options.given.files;
        if given.is_empty()
            && let Some(loaded) = self.dev_vars()
        {
            return Some(loaded);
        }
        if !self.switch(DOT_ENV, true) {
            if !given.is_empty() {
                let message = format!("`--env-file` is not heeded, since the environment variable `{DOT_ENV}` is `false`");
                self.problems.push(Diagnostic::warning(message).hint(format!("unset `{DOT_ENV}`, or leave `--env-file` out")));
            }
            return None;
        }
        let with_process_env = self.switch("CLOUDFLARE_INCLUDE_PROCESS_ENV", false) || with_process_env;
        let outer = if with_process_env { self.options.process_env.clone().into_iter().collect() } else { Vec::new() };
        let (variables, from) = if given.is_empty() { (self.dot_env(), ".env") } else { (self.given(), "--env-file") };
        Some(Loaded { variables: expand::expand(variables, outer), from: from.to_owned() })
    }

    fn dev_vars(&mut self) -> Option<Loaded> {
        let mut names = vec![".dev.vars".to_owned()];
        names.splice(0..0, self.environment.map(|environment| format!(".dev.vars.{environment}")));
        for name in names {
            match self.read(&name) {
                Ok(Some(text)) => return Some(Loaded { variables: dotenv::parse(&text), from: name }),
                Ok(None) => {}
                Err(error) => self.problems.push(error),
            }
        }
        None
    }

    /// What the files of `--env-file` say. One that is not there is left out, as `wrangler` does, with a warning.
    fn given(&mut self) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for name in &self.options.given.files {
            let path = entry::resolve(self.dir, &name.to_string_lossy());
            match std::fs::read(&path) {
                Ok(bytes) => add(&mut variables, &without_mark(String::from_utf8_lossy(&bytes).into_owned())),
                Err(error) => {
                    let Diagnostic { message, .. } = unreadable(&path, &error);
                    let warning = Diagnostic::warning(format!("`--env-file` is left out: {message}")).in_file(&path);
                    self.problems.push(warning.hint("correct the path, which goes from the project folder, or make the file"));
                }
            }
            self.watch.push(path);
        }
        variables
    }

    fn dot_env(&mut self) -> Vec<(String, String)> {
        let mut names = vec![".env".to_owned(), ".env.local".to_owned()];
        names.extend(self.environment.iter().flat_map(|environment| [format!(".env.{environment}"), format!(".env.{environment}.local")]));
        let mut variables = Vec::new();
        for name in names {
            match self.read(&name) {
                Ok(text) => add(&mut variables, &text.unwrap_or_default()),
                // `wrangler` goes on without a `.env` file that it cannot read.
                Err(error) => self.problems.push(Diagnostic { severity: greenroom_host::Severity::Warning, ..error }),
            }
        }
        variables
    }

    /// The text of the file `name`; none where it is not there, or where `.env` is a folder, as a virtual environment of Python may be.
    fn read(&mut self, name: &str) -> Result<Option<String>, Diagnostic> {
        let path = self.dir.join(name);
        let read = std::fs::read(&path);
        let answer = match read {
            Ok(bytes) => Ok(Some(without_mark(String::from_utf8_lossy(&bytes).into_owned()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == ErrorKind::IsADirectory && name.starts_with(".env") => Ok(None),
            Err(error) => Err(unreadable(&path, &error)),
        };
        self.watch.push(path);
        answer
    }

    /// A variable of the process environment that is `true` or `false`.
    fn switch(&mut self, name: &str, default: bool) -> bool {
        let Some(value) = self.options.process_env.get(name) else { return default };
        match value.to_lowercase().as_str() {
            "true" => true,
            "false" => false,
            _ => {
                let message = format!("the environment variable `{name}` must be `true` or `false`, not `{value}`");
                self.problems.push(Diagnostic::error(message).hint("set it to one of the two, or unset it"));
                default
            }
        }
    }
}
