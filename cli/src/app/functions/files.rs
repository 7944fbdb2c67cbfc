//! The files of a function whose code runs as it lies there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use crate::app::watch::Touched;

/// Folders that hold no code of the user's own; a change in one of them does not reload a function.
const NOT_OURS: &[&str] = &["node_modules", "__pycache__", "venv", "site-packages", "target"];
/// How the names of files end, or begin, that editors make beside the one that is written.
const EDITORS_ENDS: &[&str] = &["~", ".swp", ".swo", ".swx", ".tmp", ".bak", "___jb_tmp___", "___jb_old___"];
/// Which Vim makes to find out whether it may.
const PROBE: &str = "4913";
/// More files than anybody saves by hand.
const MOST: usize = 5_000;

/// The files of a function, and what tells their state from another one.
#[derive(Clone)]
pub(crate) struct Files {
    /// All of them.
    pub(crate) paths: Vec<PathBuf>,
    /// Another one when a file is written, made or deleted.
    pub(crate) revision: String,
}

/// Folders with their files, each walked once until something in it is touched.
#[derive(Default)]
pub(crate) struct Walked(BTreeMap<PathBuf, Files>);

impl Walked {
    /// The files of `folder`.
    pub(crate) fn of(&mut self, folder: &Path) -> Files {
        self.0.entry(folder.to_owned()).or_insert_with(|| walk(folder, NOT_OURS)).clone()
    }

    /// The files of `folder`, with those in folders that package managers fill: where packages are found by their names, such as in layers, the
    /// user's own lie beside others.
    pub(crate) fn whole(&mut self, folder: &Path) -> Files {
        self.0.entry(folder.to_owned()).or_insert_with(|| walk(folder, &["__pycache__"])).clone()
    }

    /// Something has changed: what it may be in is walked again.
    pub(crate) fn forget(&mut self, touched: &Touched) {
        self.0.retain(|folder, _| !touched.within(folder));
    }
}

/// The files in `folder`. Folders that are hidden or have one of the names in `without` are left out, and what editors leave.
fn walk(folder: &Path, without: &[&str]) -> Files {
    let mut paths = Vec::new();
    gather(folder, without, &mut paths);
    paths.sort();
    let mut hash = Sha256::new();
    for path in &paths {
        let Ok(metadata) = std::fs::metadata(path) else { continue };
        let written = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        hash.update(format!("{}\0{}\0{}\0", path.display(), metadata.len(), written.as_nanos()));
    }
    let revision = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Files { paths, revision }
}

fn is_editors(name: &str) -> bool {
    name == PROBE || name.starts_with('#') || EDITORS_ENDS.iter().any(|end| name.ends_with(end))
}

fn gather(folder: &Path, without: &[&str], paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if paths.len() >= MOST || name.starts_with('.') || without.contains(&&*name) || is_editors(&name) {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => gather(&entry.path(), without, paths),
            Ok(_) => paths.push(entry.path()),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_and_folders_that_nobody_touched_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| std::fs::write(folder.path().join(name), "").unwrap();
        for name in ["app.py", "app.py~", "app.py.swp", "4913", "#app.py#", ".app.py.swx", "app.py___jb_tmp___"] {
            write(name);
        }
        let mut walked = Walked::default();
        let before = walked.of(folder.path());
        assert_eq!(before.paths, [folder.path().join("app.py")]);
        write("more.py");
        walked.forget(&Touched::Paths([folder.path().with_added_extension("other")].into()));
        assert_eq!(walked.of(folder.path()).revision, before.revision);
        walked.forget(&Touched::Paths([folder.path().join("more.py")].into()));
        assert_ne!(walked.of(folder.path()).revision, before.revision);
        walked.forget(&Touched::Anything);
        assert_eq!(walked.of(folder.path()).paths.len(), 2);
    }
}
