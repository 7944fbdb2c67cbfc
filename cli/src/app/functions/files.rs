//! The files of a function whose code runs as it lies there.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

/// Folders that hold no code of the user's own; a change in one of them does not reload a function.
const NOT_OURS: &[&str] = &["node_modules", "__pycache__", "venv", "site-packages", "target"];
/// More files than anybody saves by hand.
const MOST: usize = 5_000;

/// The files of a function, and what tells their state from another one.
pub(crate) struct Files {
    /// All of them.
    pub(crate) paths: Vec<PathBuf>,
    /// Another one when a file is written, made or deleted.
    pub(crate) revision: String,
}

/// The user's own files in `folder`. Folders that are hidden, or that a package manager fills, are left out.
pub(crate) fn of(folder: &Path) -> Files {
    let mut paths = Vec::new();
    gather(folder, &mut paths);
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

fn gather(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if paths.len() >= MOST || name.starts_with('.') || NOT_OURS.contains(&&*name) {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => gather(&entry.path(), paths),
            Ok(_) => paths.push(entry.path()),
            Err(_) => {}
        }
    }
}
