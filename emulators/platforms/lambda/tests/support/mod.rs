//! Folders of files for tests.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::path::Path;

use greenroom_lambda_projects::{LambdaProject, LoadOptions, load};

/// A folder that goes when the test ends.
pub(crate) struct Project {
    dir: tempfile::TempDir,
}

#[allow(dead_code, reason = "each test file uses some of these")]
impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { dir: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.dir().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Reads it in the stack `app`.
    pub(crate) fn load(&self) -> Result<LambdaProject, Vec<String>> {
        self.load_with(LoadOptions::default())
    }

    pub(crate) fn load_with(&self, options: LoadOptions) -> Result<LambdaProject, Vec<String>> {
        let options = LoadOptions { stack_name: options.stack_name.clone().or_else(|| Some("app".to_owned())), ..options };
        load(self.dir(), &options).map_err(|problems| problems.iter().map(|problem| self.line(problem)).collect())
    }

    /// The warnings of a load that succeeds.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.load().unwrap().warnings.iter().map(|problem| self.line(problem)).collect()
    }

    /// `file:line:column: message (hint)`, with the folder's own path left out.
    fn line(&self, problem: &greenroom_host::Diagnostic) -> String {
        let text = format!("{problem} ({})", problem.hints.join("; "));
        text.replace(&format!("{}/", self.dir().display()), "").replace(&self.dir().display().to_string(), ".")
    }
}
