//! A project in a folder of its own, gone when dropped.
#![expect(clippy::unwrap_used, reason = "helpers of tests, where a failure is the test's")]

use std::fs;
use std::path::{Path, PathBuf};

use greenroom_bundle::{BundleOptions, Bundler};
use greenroom_host::{Bundle, Diagnostic};
use tempfile::TempDir;

pub(crate) struct Project {
    // Removes the folder when dropped.
    _folder: TempDir,
    dir: PathBuf,
}

impl Project {
    /// A project of these files: path and text.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The temporary folder may be behind a symbolic link, which the resolver follows.
        let dir = folder.path().canonicalize().unwrap();
        let project = Self { _folder: folder, dir };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// Options as a platform with web APIs sets them, for the entry `src/index.<extension>` that is there.
    pub(crate) fn options(&self) -> BundleOptions {
        self.options_in(self.dir())
    }

    /// The same with the project folder at another path that leads to it.
    pub(crate) fn options_in(&self, dir: &Path) -> BundleOptions {
        let entries = ["src/index.ts", "src/index.tsx", "src/index.js", "src/index.jsx"];
        let entry =
            entries.into_iter().map(|entry| self.path(entry)).find(|entry| entry.is_file()).unwrap_or_else(|| self.path("src/index.ts"));
        BundleOptions {
            conditions: vec!["workerd".into(), "worker".into(), "browser".into()],
            externals: vec!["cloudflare:*".into()],
            ..BundleOptions::new(entry, dir)
        }
    }

    pub(crate) fn try_bundle(&self) -> Result<Bundle, Vec<Diagnostic>> {
        build(&mut Bundler::new(self.options()))
    }

    pub(crate) fn bundle(&self) -> Bundle {
        self.try_bundle().unwrap_or_else(|errors| panic!("the bundle failed: {errors:#?}"))
    }

    pub(crate) fn bundle_with(&self, change: impl FnOnce(&mut BundleOptions)) -> Bundle {
        let mut options = self.options();
        change(&mut options);
        build(&mut Bundler::new(options)).unwrap_or_else(|errors| panic!("the bundle failed: {errors:#?}"))
    }

    /// The only error of a bundle that must fail.
    pub(crate) fn error(&self) -> Diagnostic {
        let mut errors = self.try_bundle().expect_err("the bundle must fail");
        assert_eq!(errors.len(), 1, "{errors:#?}");
        errors.remove(0)
    }
}

pub(crate) fn build(bundler: &mut Bundler) -> Result<Bundle, Vec<Diagnostic>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(bundler.build())
}

/// The text of the main module.
pub(crate) fn code(bundle: &Bundle) -> String {
    String::from_utf8(bundle.modules[0].content.to_vec()).unwrap()
}
