//! Whole projects in temporary folders.

mod bindings;
mod bundling;
mod environments;
mod files;
mod keys;
mod top_level;
mod triggers;
mod vars;
mod zone;

use std::collections::BTreeMap;

use greenroom_host::{Diagnostic, Timestamp};
use tempfile::TempDir;

use super::Workers;
use crate::{LoadOptions, Platform, Project};

/// 2026-06-15, noon.
const NOW: Timestamp = Timestamp(1_781_524_800_000);

/// A project folder with these files, and an entry module `src/index.ts`.
struct Folder {
    dir: TempDir,
    options: LoadOptions,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self { dir: tempfile::tempdir().unwrap(), options: LoadOptions { now: Some(NOW), ..LoadOptions::default() } };
        folder.write("src/index.ts", "export default {}");
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    /// A folder with one `wrangler.jsonc`.
    fn json(text: &str) -> Self {
        Self::new(&[("wrangler.jsonc", text)])
    }

    /// A folder with one `wrangler.jsonc` that has what every Worker needs beside `keys`.
    fn with(keys: &str) -> Self {
        Self::json(&worker(keys))
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.dir.path().join(name)).unwrap();
    }

    fn environment(mut self, name: &str) -> Self {
        self.options.environment = Some(name.to_owned());
        self
    }

    fn process_env(mut self, variables: &[(&str, &str)]) -> Self {
        self.options.process_env =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>();
        self
    }

    fn load(&self) -> Result<Project, Vec<Diagnostic>> {
        Workers.load_project(self.dir.path(), &self.options)
    }

    /// The project, which must be without errors.
    fn project(&self) -> Project {
        self.load().unwrap_or_else(|problems| panic!("{:#?}", self.show(&problems)))
    }

    /// What a load that must fail says: `file:line:column error: message -> hint`, a line each.
    fn problems(&self) -> Vec<String> {
        self.show(&self.load().expect_err("should not load"))
    }

    fn warnings(&self) -> Vec<String> {
        self.show(&self.project().app.warnings)
    }

    fn show(&self, diagnostics: &[Diagnostic]) -> Vec<String> {
        let prefix = format!("{}/", self.dir.path().display());
        let line = |diagnostic: &Diagnostic| {
            assert_eq!(diagnostic.frame.is_some(), diagnostic.position.is_some());
            let place = diagnostic.location().map_or_else(String::new, |location| format!("{location} "));
            let severity = format!("{:?}", diagnostic.severity).to_lowercase();
            let hints = diagnostic.hints.iter().fold(String::new(), |hints, hint| hints + " -> " + hint);
            format!("{place}{severity}: {}{hints}", diagnostic.message).replace(&prefix, "")
        };
        diagnostics.iter().map(line).collect()
    }
}

/// A configuration on one line per key: `name`, `main` and `compatibility_date` on lines 2 to 4, `keys` from line 5.
fn worker(keys: &str) -> String {
    format!("{{\n\"name\": \"app\",\n\"main\": \"src/index.ts\",\n\"compatibility_date\": \"2026-01-01\",\n{keys}\n}}\n")
}
