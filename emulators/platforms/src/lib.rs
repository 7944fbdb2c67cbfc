//! The platforms: each turns a vendor's own project folder into an [`App`].
//!
//! A platform is a folder here and a line in [`PLATFORMS`]. It reads the files that the user already has, never a clock and never the
//! process environment: both come in through [`LoadOptions`], so that loading the same files twice gives the same answer.

mod fields;
mod limits;
mod problems;
mod source;
mod tree;
pub mod workers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use greenroom_host::geo::Edge;
use greenroom_host::test_path::TestPath;
use greenroom_host::{App, Diagnostic, EventKind, ModuleRule, Timestamp, Words};
pub use limits::VendorLimits;

/// Every platform, in the order in which a folder is tried.
pub const PLATFORMS: &[&dyn Platform] = &[&workers::Workers];

/// A vendor's way of describing a project.
pub trait Platform: Sync {
    /// Its name, as in [`App::platform`].
    fn name(&self) -> &'static str;

    /// The file names that make a folder a project of this platform, the one that wins first.
    fn config_files(&self) -> &'static [&'static str];

    /// Whether `dir` is a project of this platform.
    fn detect(&self, dir: &Path) -> bool {
        self.config_files().iter().any(|name| dir.join(name).exists())
    }

    /// How code of this platform is bundled before a project's own settings are applied.
    fn bundling(&self) -> Bundling;

    /// The scripts that tell a guest what an event means to code of this platform, with their names, in the order in which they run:
    /// each an expression whose value is called with the guest's runtime object, once, before any code is loaded.
    fn scripts(&self) -> &'static [(&'static str, &'static str)];

    /// The vendor's words for what has no words of its own.
    fn words(&self) -> Words;

    /// What the vendor allows.
    fn limits(&self) -> &'static VendorLimits;

    /// What its edge adds to a request before it reaches the code.
    fn edge(&self) -> &'static dyn Edge;

    /// The paths at an app's address with which the vendor's local server makes triggers happen.
    fn test_paths(&self) -> &'static [TestPath];

    /// What a handler of cron triggers is called with, as the platform's scripts take it, for a cron expression that is due at `at`.
    fn tick(&self, cron: &str, at: Timestamp) -> serde_json::Value;

    /// Reads the project in `dir`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, then everything that is doubtful, each with its file and, where there is one, its position.
    fn load_project(&self, dir: &Path, options: &LoadOptions) -> Result<Project, Vec<Diagnostic>>;

    /// Whether a handler can be called with `data` for an event of `kind`.
    ///
    /// # Errors
    ///
    /// Why not, with the key first.
    fn check(&self, kind: EventKind, data: &serde_json::Value) -> Result<(), String> {
        let _ = (kind, data);
        Ok(())
    }

    /// Reads the project in `dir` and keeps the app alone.
    ///
    /// # Errors
    ///
    /// As [`Platform::load_project`].
    fn load(&self, dir: &Path, options: &LoadOptions) -> Result<App, Vec<Diagnostic>> {
        self.load_project(dir, options).map(|project| project.app)
    }
}

/// What loading depends on beside the files.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The environment asked for (`--env`); none or empty for the default one.
    pub environment: Option<String>,
    /// The variables of this process, for platforms that let them reach the configuration.
    pub process_env: BTreeMap<String, String>,
    /// The time now: a date in the configuration that lies after it is doubtful. None leaves dates unjudged.
    pub now: Option<Timestamp>,
    /// What the command line says of variables.
    pub given: GivenVars,
}

/// What a command line says of an app's variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenVars {
    /// Files to read in place of those that are read otherwise, by their paths from the project folder; a later one overrides those before it.
    pub files: Vec<PathBuf>,
    /// Names and values, over whatever else has these names. Of several for a name, the last counts.
    pub vars: Vec<(String, String)>,
}

impl GivenVars {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.vars.is_empty()
    }
}

/// Everything a project folder says.
#[derive(Debug, Clone)]
pub struct Project {
    /// What runs.
    pub app: App,
    /// How its code is bundled.
    pub bundling: Bundling,
    /// Where its configuration wants it served.
    pub address: Address,
    /// What the vendor's network says of the requests that its code makes.
    pub outgoing: Vec<OwnHeader>,
}

/// A header that the vendor's network sets on requests that code makes, whatever the code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnHeader {
    /// Its name, as it is spelled where the code has none of that name.
    pub name: &'static str,
    /// Its value; none: it is taken away.
    pub value: Option<String>,
}

/// Where a project's own configuration asks the local server to listen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Host name or IP address.
    pub host: Option<String>,
    /// TCP port; 0 means any free one.
    pub port: Option<u16>,
}

/// How source files become modules.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of a configuration, independent of the others")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundling {
    /// Conditions under which `exports` of packages are resolved, beside `import`, `require` and `default`.
    pub conditions: Vec<String>,
    /// Fields of `package.json` that name a package's entry where it has no `exports`, first match wins.
    pub main_fields: Vec<String>,
    /// Specifiers that stay imports; `*` stands for any characters.
    pub externals: Vec<String>,
    /// What to do about an import of a module that Node.js has built in and the platform does not provide.
    pub builtin_hint: Option<String>,
    /// How files that are not code become modules, first match wins. [`App::module_rules`] holds the same list.
    pub module_rules: Vec<ModuleRule>,
    /// Identifiers or member expressions to replace by an expression, in order: name, source text of the expression.
    pub define: Vec<(String, String)>,
    /// Specifiers to replace, in order: as imported, as resolved. A relative path starts at the project folder.
    pub alias: Vec<(String, String)>,
    /// Absolute path of the `tsconfig.json` to use in place of the nearest one.
    pub tsconfig: Option<PathBuf>,
    /// The function that JSX elements become calls of.
    pub jsx_factory: Option<String>,
    /// What a JSX fragment becomes.
    pub jsx_fragment: Option<String>,
    /// Whether to make the code small.
    pub minify: bool,
    /// Whether functions and classes keep their `name`.
    pub keep_names: bool,
    /// Whether the entry module is to be taken as it is, without bundling.
    pub no_bundle: bool,
    /// Whether files that a module rule covers become modules of their own beside it.
    pub find_additional_modules: bool,
    /// Absolute path of the folder that such modules are named from; without it, that of the entry module.
    pub base_dir: Option<PathBuf>,
}

/// The platform of the project in `dir`.
///
/// # Errors
///
/// When `dir` is not a folder, or no platform knows it; the message names the files that were looked for.
pub fn detect(dir: &Path) -> Result<&'static dyn Platform, Diagnostic> {
    if !dir.is_dir() {
        let what = if dir.exists() { "is not a folder" } else { "is not there" };
        return Err(Diagnostic::error(format!("the project folder `{}` {what}", dir.display()))
            .in_file(dir)
            .hint("name the folder that holds the project's configuration"));
    }
    PLATFORMS.iter().copied().find(|platform| platform.detect(dir)).ok_or_else(|| no_project(dir))
}

fn no_project(dir: &Path) -> Diagnostic {
    let names: Vec<String> = PLATFORMS.iter().flat_map(|platform| platform.config_files()).map(|name| format!("`{name}`")).collect();
    let error = Diagnostic::error(format!("no project in `{}`: looked for {}", dir.display(), names.join(", "))).in_file(dir);
    let above = dir.ancestors().skip(1).find(|parent| PLATFORMS.iter().any(|platform| platform.detect(parent)));
    match above {
        Some(parent) => error.hint(format!("there is a project in `{}`", parent.display())),
        None => error.hint("name the folder that holds the project's configuration"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_was_looked_for() {
        let dir = tempfile::tempdir().unwrap();
        let error = detect(dir.path()).err().unwrap();
        let expected = format!("no project in `{}`: looked for `wrangler.json`, `wrangler.jsonc`, `wrangler.toml`", dir.path().display());
        assert_eq!(error.message, expected);
        assert_eq!(error.hints, ["name the folder that holds the project's configuration"]);
    }

    #[test]
    fn points_at_a_project_above() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("wrangler.toml"), "").unwrap();
        let inner = dir.path().join("src");
        std::fs::create_dir(&inner).unwrap();
        let error = detect(&inner).err().unwrap();
        assert_eq!(error.hints, [format!("there is a project in `{}`", dir.path().display())]);
    }

    #[test]
    fn a_folder_that_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let missing = dir.path().join("nowhere");
        assert_eq!(detect(&missing).err().unwrap().message, format!("the project folder `{}` is not there", missing.display()));
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert_eq!(detect(&file).err().unwrap().message, format!("the project folder `{}` is not a folder", file.display()));
    }

    #[test]
    fn finds_workers_by_each_of_its_files() {
        for name in workers::Workers.config_files() {
            let dir = tempfile::tempdir().unwrap();
            std::fs::write(dir.path().join(name), "").unwrap();
            assert_eq!(detect(dir.path()).ok().map(Platform::name), Some("workers"));
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = PLATFORMS.iter().map(|platform| platform.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PLATFORMS.len());
    }
}
