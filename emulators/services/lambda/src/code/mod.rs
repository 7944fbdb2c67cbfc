//! Code on disk: zip files, unpacked under the hash of what they are. What is there is never changed, so that versions, snapshots of the
//! state and running instances can share it.

mod unzip;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use greenroom_aws_wire::ApiError;
use greenroom_host::{Diagnostic, Host};

use crate::error::{Fault, too_large};
use crate::limits;

/// A zip file that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Archive {
    /// Its hash in hex digits: its name here.
    pub(crate) name: String,
    /// The same as the API has it.
    pub(crate) sha256: String,
    /// Bytes of the zip file.
    pub(crate) size: u64,
}

/// Where unpacked code is.
#[derive(Clone)]
pub(crate) struct CodeStore {
    root: PathBuf,
    /// Removed when the last clone is gone, where nothing is to be kept.
    _temporary: Option<Arc<tempfile::TempDir>>,
    /// What was asked for in this run, whoever has it yet.
    added: Arc<Mutex<BTreeSet<String>>>,
}

impl CodeStore {
    pub(crate) fn open(host: &Host) -> Result<Self, Diagnostic> {
        let no_folder = |error: std::io::Error, at: &Path| {
            let diagnostic = Diagnostic::error(format!("the folder for the code of functions cannot be made: {error}"));
            diagnostic.in_file(at).hint("make it writable, or keep nothing on disk with `--ephemeral`")
        };
        if let Some(folder) = host.data_dir() {
            let root = folder.join("lambda");
            std::fs::create_dir_all(&root).map_err(|error| no_folder(error, &root))?;
            return Ok(Self { root, _temporary: None, added: Arc::default() });
        }
        let temporary = tempfile::Builder::new().prefix("greenroom-lambda-").tempdir();
        let temporary = temporary.map_err(|error| no_folder(error, &std::env::temp_dir()))?;
        Ok(Self { root: temporary.path().to_owned(), _temporary: Some(Arc::new(temporary)), added: Arc::default() })
    }

    /// The folder of an archive.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The zip file of an archive; none where there is none of that name.
    pub(crate) fn zip(&self, name: &str) -> Option<Bytes> {
        is_name(name).then(|| std::fs::read(self.zip_file(name)).ok())?.map(Bytes::from)
    }

    /// Unpacks a zip file.
    ///
    /// # Errors
    /// AWS's refusals of what is too large, or no zip file that may be unpacked.
    pub(crate) async fn add(&self, zip: Bytes) -> Result<Archive, ApiError> {
        if zip.len() > limits::ZIPPED {
            return Err(too_large(format!("Zipped size must be smaller than {} bytes", limits::ZIPPED)));
        }
        let store = self.clone();
        let added = tokio::task::spawn_blocking(move || store.unpack(&zip)).await;
        added.unwrap_or_else(|_| Err(Fault.into()))
    }

    fn unpack(&self, zip: &[u8]) -> Result<Archive, ApiError> {
        let hash = digest::digest(&digest::SHA256, zip);
        let name: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let archive = Archive { name, sha256: BASE64.encode(hash.as_ref()), size: zip.len() as u64 };
        self.lock().insert(archive.name.clone());
        let folder = self.folder(&archive.name);
        if folder.is_dir() {
            return Ok(archive);
        }
        // Beside it first, so that what has the name is always whole.
        let beside = tempfile::Builder::new().prefix("unpacking-").tempdir_in(&self.root).map_err(|_| Fault)?;
        let content = beside.path().join("content");
        unzip::into(&content, zip, limits::UNZIPPED)?;
        std::fs::write(beside.path().join("zip"), zip).map_err(|_| Fault)?;
        std::fs::rename(beside.path().join("zip"), self.zip_file(&archive.name)).map_err(|_| Fault)?;
        match std::fs::rename(&content, &folder) {
            Err(_) if !folder.is_dir() => Err(Fault.into()),
            _ => Ok(archive),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.added.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The names of all archives that are here.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.map(|name| name.trim_end_matches(".zip").to_owned()).filter(|name| is_name(name)).collect()
    }

    /// Removes archives, those that have been asked for in this run excepted.
    pub(crate) fn remove(&self, names: &BTreeSet<String>) {
        let added = self.lock();
        for name in names.difference(&added) {
            // What stays is tried again by the next run.
            let _ = std::fs::remove_dir_all(self.folder(name));
            let _ = std::fs::remove_file(self.zip_file(name));
        }
    }

    fn zip_file(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.zip"))
    }
}

/// Whether it is a hash in hex digits.
fn is_name(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
