//! A project folder for one test.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::packages;

/// A folder that goes with the test, and with the servers that run in it.
pub struct Project {
    folder: Arc<TempDir>,
}

impl Project {
    /// An empty folder.
    ///
    /// # Panics
    /// If the system gives none.
    #[must_use]
    pub fn empty() -> Self {
        Self { folder: Arc::new(TempDir::with_prefix("greenroom-").expect("a temporary folder")) }
    }

    /// A Worker whose entry module is `code`.
    #[must_use]
    pub fn worker(code: &str) -> Self {
        let project = Self::empty();
        project.write("wrangler.jsonc", r#"{ "name": "app", "main": "index.js", "compatibility_date": "2026-08-01" }"#);
        project.write("index.js", code);
        project
    }

    /// The same with more keys in its configuration: `"vars": { "A": "b" }`.
    #[must_use]
    pub fn configured(keys: &str, code: &str) -> Self {
        let project = Self::worker(code);
        project.configure(keys);
        project
    }

    /// Writes the configuration anew, with these keys beside name, entry module and date.
    pub fn configure(&self, keys: &str) {
        let text = format!(r#"{{ "name": "app", "main": "index.js", "compatibility_date": "2026-08-01", {keys} }}"#);
        self.write("wrangler.jsonc", text);
    }

    /// A copy of the folder `from`, without what a run leaves behind.
    #[must_use]
    pub fn copy_of(from: &Path) -> Self {
        let project = Self::empty();
        copy(from, project.path());
        project
    }

    /// A copy of a sample app with the packages that it runs with; none, with a line on standard error, where they cannot be had.
    ///
    /// # Panics
    /// If npm fails for another reason than a registry that is out of reach, or cargo does not run the test.
    #[must_use]
    pub fn sample(name: &str) -> Option<Self> {
        let project = Self::copy_of(&repository().join("sample-apps").join(name));
        project.install().then_some(project)
    }

    /// Writes a file, and the folders that lead to it. Whoever watches sees the old text or the new one, never half of it, however slow this
    /// machine is.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        self.replace(name, content)
    }

    /// Writes a file beside and renames it over the one that is there, as many editors do.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn replace(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let beside = format!("{name}.swp~");
        self.write_in_place(&beside, content);
        std::fs::rename(self.file(&beside), self.file(name)).expect("the file can be renamed");
        self
    }

    /// Writes a file as it lies there. Between two moments of that it is empty: who watches must stand still meanwhile.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write_in_place(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(path, content).expect("the file can be written");
        self
    }

    /// Installs what `package-lock.json` lists, but for what only development needs. False, with a line on standard error, where the registry cannot be reached.
    ///
    /// # Panics
    /// If npm fails for another reason.
    #[must_use]
    pub fn install(&self) -> bool {
        packages::npm(self.path(), &["--omit=dev"])
    }

    /// The same with what development needs.
    ///
    /// # Panics
    /// The same.
    #[must_use]
    pub fn install_all(&self) -> bool {
        packages::npm(self.path(), &[])
    }

    /// The JavaScript client as a package of the app.
    ///
    /// # Panics
    /// If no link can be made.
    pub fn link_client(&self) {
        std::fs::create_dir_all(self.file("node_modules/@greenroom")).expect("the folder can be made");
        symlink(repository().join("harness/javascript"), self.file("node_modules/@greenroom/test")).expect("links can be made");
    }

    /// The folder is there at least as long as somebody has this.
    pub(crate) fn held(&self) -> Arc<TempDir> {
        Arc::clone(&self.folder)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// The folder of the repository. Asked when the test runs: checkouts that share a target folder share this crate, and what it was
/// compiled with.
///
/// # Panics
/// If cargo does not run the test.
#[must_use]
pub fn repository() -> PathBuf {
    let tests = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder");
    Path::new(&tests).parent().expect("the tests' folder is in the repository").to_owned()
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the folder can be read").flatten() {
        let name = entry.file_name();
        if [".greenroom", ".wrangler", ".dev.vars", "node_modules"].iter().any(|left| name == *left) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(&name));
        if source.is_dir() {
            std::fs::create_dir_all(&target).expect("the folder can be made");
            copy(&source, &target);
        } else {
            std::fs::copy(&source, &target).expect("the file can be copied");
        }
    }
}
