//! The programs that stand where the vendor's runtimes for Node.js, Python, Ruby and Java do. They are written into a folder when the first function
//! needs them.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

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
const JAVA: &[(&str, &str)] = &[
    ("java/GreenroomApi.java", include_str!("java/GreenroomApi.java")),
    ("java/GreenroomBootstrap.java", include_str!("java/GreenroomBootstrap.java")),
    ("java/GreenroomContext.java", include_str!("java/GreenroomContext.java")),
    ("java/GreenroomJson.java", include_str!("java/GreenroomJson.java")),
];

/// What `python3 -c` runs: a module, which Python compiles once and keeps compiled, where it compiles a script every time.
pub(crate) const PYTHON_COMMAND: &str = "import greenroom_bootstrap as runtime; runtime.main()";

/// Where they are.
pub(crate) struct Bootstraps {
    folder: PathBuf,
    java: OnceLock<Result<PathBuf, String>>,
}

impl Bootstraps {
    /// Writes them into `folder`.
    pub(crate) fn write(folder: &Path) -> io::Result<Self> {
        for (name, text) in NODE.iter().chain(PYTHON).chain(RUBY).chain(JAVA) {
            let file = folder.join(name);
            std::fs::create_dir_all(file.parent().unwrap_or(folder))?;
            std::fs::write(file, text)?;
        }
        Ok(Self { folder: folder.to_owned(), java: OnceLock::new() })
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

    /// Where the classes are whose `GreenroomBootstrap` `java` runs. They are compiled once in a run, by the compiler that belongs to `java`.
    ///
    /// # Errors
    /// Why they cannot be: for the operator, without a name at its beginning.
    pub(crate) fn java(&self, java: &Path) -> Result<PathBuf, String> {
        self.java.get_or_init(|| self.compile(java)).clone()
    }

    fn compile(&self, java: &Path) -> Result<PathBuf, String> {
        let compiler = java.canonicalize().unwrap_or_else(|_| java.to_owned()).with_file_name("javac");
        if !compiler.is_file() {
            return Err(format!("needs a compiler beside `{}`, which is not there: {JDK}", java.display()));
        }
        let classes = self.folder.join("java/classes");
        let sources = JAVA.iter().map(|(name, _)| self.folder.join(name));
        let ran = Command::new(&compiler).arg("-d").arg(&classes).args(["-encoding", "UTF-8"]).args(sources).stdin(Stdio::null()).output();
        let ran = ran.map_err(|error| format!("cannot be run: {}: {error}", compiler.display()))?;
        if !ran.status.success() {
            let says = String::from_utf8_lossy(&ran.stderr).lines().next().unwrap_or_default().to_owned();
            return Err(format!("cannot be run: {} says `{says}`: {JDK}", compiler.display()));
        }
        Ok(classes)
    }
}

/// What helps where Java's compiler does not.
const JDK: &str = "install a JDK of version 17 or newer (https://docs.aws.amazon.com/corretto, or your system's package \
    `default-jdk-headless`), or add `com.amazonaws:aws-lambda-java-runtime-interface-client` to the function's dependencies";
