//! What commands on local state share: which project and state they mean, what they print, and how they ask.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use greenroom_host::{BindingDecl, Clock, Diagnostic, Host, Ids, Profile};
use greenroom_platforms::Project;
use serde_json::json;

use crate::app::project::Folder;

/// Options that every such command has.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Environment of the project's configuration
    #[arg(long, short, value_name = "NAME")]
    env: Option<String>,
    /// Project folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    cwd: PathBuf,
    /// Folder of the state, in place of the project's `.greenroom`
    #[arg(long, value_name = "DIR")]
    persist_to: Option<PathBuf>,
    /// Work on local state, which is all there is
    #[arg(long)]
    local: bool,
    #[arg(long, hide = true)]
    remote: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A project's configuration and state.
pub(crate) struct Local {
    /// The project folder.
    pub(crate) dir: PathBuf,
    /// Its configuration; none where the folder has none.
    pub(crate) project: Option<Project>,
    /// The host of its state.
    pub(crate) host: Host,
    /// Whether JSON is asked for.
    pub(crate) json: bool,
}

impl Place {
    /// Reads the configuration, if there is one.
    pub(crate) fn open(&self) -> Result<Local, Vec<Diagnostic>> {
        if self.remote {
            let refusal = Diagnostic::error("`--remote` means a Cloudflare account, and Greenroom has local state only");
            return Err(vec![refusal.hint("leave it out, or use wrangler for the account")]);
        }
        let dir = std::path::absolute(&self.cwd)
            .and_then(|dir| dir.canonicalize())
            .map_err(|error| vec![Diagnostic::error(format!("this folder cannot be used: `{}`: {error}", self.cwd.display()))])?;
        let clock = Clock::real();
        let project = match Folder::open(&dir, self.env.clone()) {
            Ok(folder) => Some(folder.read(&clock)?),
            Err(_) if self.env.is_none() => None,
            Err(error) => return Err(vec![error]),
        };
        let ids = Ids::from_entropy().map_err(|error| vec![Diagnostic::error(error.to_string())])?;
        let data_dir = self.persist_to.as_ref().map_or_else(|| dir.join(".greenroom"), |state| dir.join(state));
        // What a person writes by hand is not limited by what a Worker may do in a second.
        let host = Host::new(clock, ids, Profile::Off, Some(data_dir));
        Ok(Local { dir, project, host, json: self.json })
    }

    /// Runs `work`.
    pub(crate) fn outcome(&self, work: impl AsyncFnOnce(&Local) -> Result<(), Vec<Diagnostic>>) -> Result<(), Vec<Diagnostic>> {
        let local = self.open()?;
        let runtime = super::runtime().map_err(|error| vec![Diagnostic::error(error.to_string())])?;
        runtime.block_on(work(&local))
    }

    /// Runs `work` and gives the program's exit code; errors are printed.
    pub(crate) fn run(&self, work: impl AsyncFnOnce(&Local) -> Result<(), Vec<Diagnostic>>) -> ExitCode {
        match self.outcome(work) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problems) if self.json => {
                anstream::println!("{}", json!({ "ok": false, "problems": problems }));
                ExitCode::FAILURE
            }
            Err(problems) => {
                let dir = self.cwd.canonicalize().unwrap_or_else(|_| self.cwd.clone());
                super::fail(&problems, &dir)
            }
        }
    }
}

impl Local {
    /// The bindings of one kind, in the order of the configuration.
    pub(crate) fn bindings(&self, kind: &'static str) -> impl Iterator<Item = &BindingDecl> {
        self.project.iter().flat_map(|project| &project.app.bindings).filter(move |decl| decl.kind == kind)
    }

    /// The name of the configuration file.
    pub(crate) fn config_file(&self) -> String {
        // Files that were looked for and are not there are among them.
        let file = self.project.as_ref().and_then(|project| project.app.watch.iter().find(|file| file.is_file()));
        file.and_then(|file| file.file_name()).map_or_else(|| "wrangler".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// Where the state of `service` is, as people write it.
    pub(crate) fn state_of(&self, service: &str) -> String {
        let folder = self.host.data_dir().unwrap_or(Path::new("")).join("state").join(service);
        folder.strip_prefix(&self.dir).map_or_else(|_| folder.display().to_string(), |below| below.display().to_string())
    }

    /// Says something about what is being done; nothing where JSON is asked for.
    pub(crate) fn say(&self, text: &str) {
        if !self.json {
            anstream::println!("{text}");
        }
    }

    /// Asks; the answer is yes where nobody can be asked.
    pub(crate) fn confirm(&self, question: &str) -> bool {
        if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() || std::env::var_os("CI").is_some() {
            self.say(&format!("? {question}\n🤖 Using fallback value in non-interactive context: yes"));
            return true;
        }
        anstream::print!("? {question} (Y/n) ");
        let _ = std::io::stdout().flush();
        let mut answer = String::new();
        // At the end of the input nobody has agreed.
        let read = std::io::stdin().lock().read_line(&mut answer).unwrap_or(0);
        read > 0 && matches!(answer.trim().to_ascii_lowercase().as_str(), "" | "y" | "yes")
    }
}

/// Of options of which exactly one is needed, which are there: wrangler's texts where it is none or more.
pub(crate) fn exactly_one(options: &[(&str, bool)]) -> Result<(), Vec<Diagnostic>> {
    let names = |list: Vec<&str>| match &list[..] {
        [one, other] => format!("{one} and {other}"),
        list => list.join(", "),
    };
    let given: Vec<&str> = options.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
    let message = match given.len() {
        1 => return Ok(()),
        0 => {
            let all = names(options.iter().map(|(name, _)| *name).collect());
            format!("Missing required option: exactly one of {all} must be provided")
        }
        _ => format!("Conflicting options: {} cannot be used together. Please provide only one.", names(given)),
    };
    Err(vec![Diagnostic::error(message)])
}

/// One error.
pub(crate) fn failed(message: impl Into<String>) -> Vec<Diagnostic> {
    vec![Diagnostic::error(message)]
}

/// The content of a file that an argument names, relative to the folder in which the program runs.
pub(crate) fn read_file(file: &Path) -> Result<Vec<u8>, Vec<Diagnostic>> {
    std::fs::read(file).map_err(|error| {
        let diagnostic = Diagnostic::error(format!("Could not read file: {}", file.display()));
        vec![diagnostic.hint(error.to_string())]
    })
}

/// The same as JSON.
pub(crate) fn read_json(file: &Path) -> Result<serde_json::Value, Vec<Diagnostic>> {
    let bytes = read_file(file)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    serde_json::from_str(text).map_err(|error| {
        let line: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let offset = line + error.column().saturating_sub(1);
        vec![Diagnostic::error(format!("the file is not JSON: {error}")).in_file(file).at(text, offset)]
    })
}

/// JSON as `JSON.stringify(value, null, 2)` writes it.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("invariant: what commands print is JSON")
}

/// `--preview`, `--preview false` and `--no-preview`, as wrangler takes them.
#[derive(Debug, Args)]
pub(crate) struct Preview {
    /// Use the preview resource of the binding
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", overrides_with = "no_preview")]
    preview: Option<bool>,
    #[arg(long, hide = true)]
    no_preview: bool,
}

impl Preview {
    /// What was said of it.
    pub(crate) fn get(&self) -> Option<bool> {
        if self.no_preview { Some(false) } else { self.preview }
    }
}

/// Writes `--preview false` as one argument, so that a word behind `--preview` is taken for its value only if it is one.
pub(crate) fn join_values(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Vec<std::ffi::OsString> {
    let mut joined: Vec<std::ffi::OsString> = Vec::new();
    let mut ours = true;
    for argument in arguments {
        // What follows belongs to another program.
        ours &= argument != "--";
        let is_value = ours && (argument == "true" || argument == "false");
        match joined.last_mut() {
            Some(last) if is_value && last == "--preview" => {
                last.push("=");
                last.push(argument);
            }
            _ => joined.push(argument),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_behind_preview_is_its_value_only_if_it_is_one() {
        let joined = |words: &str| {
            join_values(words.split(' ').map(Into::into)).iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(joined("kv --preview false a"), ["kv", "--preview=false", "a"]);
        assert_eq!(joined("kv --preview a false"), ["kv", "--preview", "a", "false"]);
        assert_eq!(joined("exec -- test --preview false"), ["exec", "--", "test", "--preview", "false"]);
    }

    #[test]
    fn one_option_of_several_is_needed() {
        let said = |options: &[(&str, bool)]| exactly_one(options).map_err(|problems| problems[0].message.clone());
        assert_eq!(said(&[("--a", true), ("--b", false)]), Ok(()));
        assert_eq!(
            said(&[("--a", false), ("--b", false)]),
            Err("Missing required option: exactly one of --a and --b must be provided".to_owned())
        );
        assert_eq!(
            said(&[("--a", true), ("--b", true)]),
            Err("Conflicting options: --a and --b cannot be used together. Please provide only one.".to_owned())
        );
    }
}
