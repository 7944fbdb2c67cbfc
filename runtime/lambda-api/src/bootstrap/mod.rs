//! The programs that stand where the vendor's runtimes for Node.js, Python and Ruby do. They are written into a folder when the first function
//! needs them.

use std::io;
use std::path::{Path, PathBuf};

/// What every runtime of handlers of Node.js needs, without anything of Node.js: errors, log lines, `context`, how a handler is found.
pub const NODE_COMMON: &str = include_str!("node/common.js");

// One file: `node` takes time for each.
const NODE: &[(&str, &str)] =
    &[("nodejs/bootstrap.cjs", concat!("'use strict';\n", include_str!("node/common.js"), include_str!("node/bootstrap.cjs")))];
const PYTHON: &[(&str, &str)] = &[
    ("python/greenroom_bootstrap.py", include_str!("python/greenroom_bootstrap.py")),
    ("python/greenroom_snapstart.py", include_str!("python/greenroom_snapstart.py")),
    ("python/snapshot_restore_py.py", include_str!("python/snapshot_restore_py.py")),
];
const RUBY: &[(&str, &str)] = &[("ruby/bootstrap.rb", include_str!("ruby/bootstrap.rb"))];

/// What `python3 -c` runs: a module, which Python compiles once and keeps compiled, where it compiles a script every time.
pub(crate) const PYTHON_COMMAND: &str = "import greenroom_bootstrap as runtime; runtime.main()";

/// Where they are.
pub(crate) struct Bootstraps {
    folder: PathBuf,
}

impl Bootstraps {
    /// Writes them into `folder`.
    pub(crate) fn write(folder: &Path) -> io::Result<Self> {
        for (name, text) in NODE.iter().chain(PYTHON).chain(RUBY) {
            let file = folder.join(name);
            std::fs::create_dir_all(file.parent().unwrap_or(folder))?;
            std::fs::write(file, text)?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// `LAMBDA_RUNTIME_DIR`
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What `node` runs.
    pub(crate) fn node(&self) -> PathBuf {
        self.folder.join("nodejs/bootstrap.cjs")
    }

    /// What `ruby` runs.
    pub(crate) fn ruby(&self) -> PathBuf {
        self.folder.join("ruby/bootstrap.rb")
    }
}
