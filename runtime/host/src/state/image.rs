//! Contents of databases, copied out of connections and into them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use serde::{Deserialize, Serialize};

/// What a service keeps under one id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Resource {
    /// `kv`, `d1`
    pub service: String,
    /// The id of the namespace or database.
    #[serde(rename = "resource")]
    pub id: String,
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.service, self.id)
    }
}

/// Contents of databases, each as the bytes of its file.
pub(crate) type Image = BTreeMap<Resource, Arc<[u8]>>;

/// Where a file says that it has a write-ahead log beside it, for writers and for readers.
/// <https://www.sqlite.org/fileformat2.html#file_format_version_numbers>
const LOG_MARKS: std::ops::Range<usize> = 18..20;

/// The content of `connection`.
pub(crate) fn bytes_of(connection: &Connection) -> rusqlite::Result<Arc<[u8]>> {
    Ok(without_log(Arc::from(&*connection.serialize(MAIN_DB)?)))
}

/// The bytes of a file without its mark of a log: a copy has none, and a database in memory that says it had one cannot be opened.
pub(crate) fn without_log(mut bytes: Arc<[u8]>) -> Arc<[u8]> {
    if let Some(marks) = Arc::get_mut(&mut bytes).and_then(|bytes| bytes.get_mut(LOG_MARKS)) {
        marks.fill(1);
    }
    bytes
}

/// A database in memory with that content. Not the buffer itself: pages of SQLite's own are as quick as before, and have no upper bound.
pub(crate) fn in_memory(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let mut source = Connection::open_in_memory()?;
    load(&mut source, MAIN_DB, bytes)?;
    let mut target = Connection::open_in_memory()?;
    copy(&source, &mut target)?;
    Ok(target)
}

/// Lets `schema` of `connection` have that content, to be read only.
pub(crate) fn load(connection: &mut Connection, schema: impl rusqlite::Name, bytes: &[u8]) -> rusqlite::Result<()> {
    connection.deserialize_read_exact(schema, bytes, bytes.len(), true)
}

/// Writes the content of `connection` to a new file; how many bytes it has. Nothing waits for the disk: a copy that a power cut spoils is
/// made again.
pub(crate) fn to_file(connection: &Connection, path: &Path) -> rusqlite::Result<u64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target = Connection::open_with_flags(path, flags)?;
    target.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    copy(connection, &mut target)?;
    target.close().map_err(|(_, error)| error)?;
    Ok(std::fs::metadata(path).map_or(0, |file| file.len()))
}

fn copy(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    match Backup::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None)),
    }
}
