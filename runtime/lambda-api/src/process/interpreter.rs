//! The interpreter behind the script of a version manager (pyenv, asdf, mise …): such a script takes longer than the interpreter itself, and
//! is there for versions that are not.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How an interpreter is asked where it is.
const QUESTIONS: &[(&str, [&str; 2])] = &[
    ("python", ["-c", "import sys; print(sys.executable)"]),
    ("node", ["-p", "process.execPath"]),
    ("ruby", ["-e", "puts RbConfig.ruby"]),
];

/// `program` itself where it is none; none where there is no interpreter behind it. It is executed for that, once in a run.
pub(super) fn behind(program: PathBuf, name: &str) -> Option<PathBuf> {
    let Some((_, question)) = QUESTIONS.iter().find(|(family, _)| name.starts_with(family)).filter(|_| is_script(&program)) else {
        return Some(program);
    };
    let answer = Command::new(&program).args(question).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let path = String::from_utf8(answer.stdout).ok().map(|path| PathBuf::from(path.trim())).filter(|path| path.is_file());
    path.filter(|_| answer.status.success())
}

fn is_script(program: &Path) -> bool {
    let mut first = [0; 2];
    File::open(program).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == *b"#!"
}
