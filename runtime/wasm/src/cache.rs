//! Compiled modules on disk: a guest that starts again, or one more of the same app, maps the machine code from a file
//! instead of compiling.
//!
//! Off until [`set_cache_dir`] names a folder. Files are named by a hash of the module's bytes and of everything that the
//! machine code depends on (version of wasmtime, processor, settings), written under another name first and synced, so
//! that a file is complete or not there. The machine code is trusted: the folder must be the user's own.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use wasmtime::Module;

use crate::engine::engine;

/// The folder is held below this many bytes, oldest files first.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

static FOLDER: RwLock<Option<PathBuf>> = RwLock::new(None);

/// Keeps compiled modules in `folder`, which is made when the first is written. It must be writable by the user alone:
/// what lies in it is run as machine code. `None` turns the cache off, as at start. A folder that cannot be used costs
/// the compilation that it would have saved, and is no error.
pub fn set_cache_dir(folder: Option<PathBuf>) {
    *FOLDER.write().unwrap_or_else(std::sync::PoisonError::into_inner) = folder;
}

/// The file of one module.
pub(crate) struct Entry {
    path: PathBuf,
}

/// The file for a module of `bytes`, if the cache is on.
pub(crate) fn entry(bytes: &[u8]) -> Option<Entry> {
    let folder = FOLDER.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()?;
    let mut environment = DefaultHasher::new();
    engine().precompile_compatibility_hash().hash(&mut environment);
    let name = format!("{:x}-{:016x}.cwasm", Sha256::digest(bytes), environment.finish());
    Some(Entry { path: folder.join(name) })
}

impl Entry {
    /// The module, if its file is there and fits this engine.
    pub(crate) fn load(&self) -> Option<Module> {
        // SAFETY: the file was written by `store` below, complete, from a module that this engine compiled; the folder is
        // the user's own (the contract of `set_cache_dir`), and files in it are replaced or removed, never changed.
        unsafe { Module::deserialize_file(engine(), &self.path) }.ok()
    }

    /// Writes the module's file; a failure leaves the cache as it was. Whether it is written.
    pub(crate) fn store(&self, artifact: &[u8]) -> bool {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Some(folder) = self.path.parent() else { return false };
        if create_private(folder).is_err() {
            return false;
        }
        let temporary = self.path.with_extension(format!("{}-{}.tmp", process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        let written = write_synced(&temporary, artifact).and_then(|()| fs::rename(&temporary, &self.path));
        if written.is_err() {
            _ = fs::remove_file(&temporary);
            return false;
        }
        trim(folder, MAX_BYTES);
        true
    }
}

fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Removes the oldest files until the folder holds at most `max` bytes. A process that has a file mapped keeps it.
fn trim(folder: &Path, max: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let metadata = entry.metadata().ok()?;
            metadata.is_file().then(|| Some((metadata.modified().ok()?, metadata.len(), entry.path())))?
        })
        .collect();
    files.sort();
    let mut total: u64 = files.iter().map(|(_, size, _)| size).sum();
    for (_, size, path) in files {
        if total <= max {
            break;
        }
        if fs::remove_file(path).is_ok() {
            total -= size;
        }
    }
}
