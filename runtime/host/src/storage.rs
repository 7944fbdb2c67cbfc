//! The storage actor: one thread owns one SQLite connection; callers send it work and wait for the answer.
//!
//! Writes that are waiting together share one transaction (group commit): each runs in a savepoint of its own, so that one that fails
//! undoes itself alone, and none is acknowledged before the transaction is committed.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use crate::diagnostic::Diagnostic;

/// Where a service keeps its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In this file; its folder is made if it is not there.
    File(PathBuf),
    /// In memory, gone with the process.
    Memory,
}

/// What can go wrong in the middle of things.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite refused or failed.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The storage thread has ended: the program is shutting down.
    #[error("storage is closed")]
    Closed,
}

type Read = Box<dyn FnOnce(&mut Connection) + Send>;
/// Runs inside the shared transaction, or hears why there is none; hands back what acknowledges it once that is committed (`None`) or
/// could not be.
type Write = Box<dyn FnOnce(Result<&mut Connection, &rusqlite::Error>) -> Acknowledge + Send>;
type Acknowledge = Box<dyn FnOnce(Option<&rusqlite::Error>) + Send>;

enum Request {
    Exclusive(Read),
    Write(Write),
}

/// The most writes that share a transaction, so that the first of them does not wait for ever.
const GROUP: usize = 256;
/// Kept in the file, so that a database of another program is not taken for ours.
const APPLICATION_ID: i32 = 0x4752_4e52;

/// A handle on one database. Cheap to clone; the thread ends when the last handle is dropped.
#[derive(Clone)]
pub struct Storage {
    requests: mpsc::Sender<Request>,
}

impl Storage {
    /// Opens the database and brings its schema up to date: `migrations` are applied from the file's version (SQLite's `user_version`)
    /// on, each in a transaction of its own.
    ///
    /// # Errors
    /// A file that cannot be made or written, that is corrupt, or that a newer version of this program has written.
    pub fn open(location: &Location, migrations: &'static [&'static str], label: &str) -> Result<Self, Diagnostic> {
        let mut connection = connect(location)?;
        configure(&connection).map_err(|error| unusable(location, &error))?;
        migrate(&mut connection, migrations, location)?;
        Self::serve(connection, label)
    }

    /// Opens a database whose schema is not ours: nothing is migrated and `user_version` is left alone. `setup` runs once, before
    /// anything else can reach the connection: for limits, an authorizer, functions.
    ///
    /// # Errors
    /// A file that cannot be made or written or that is corrupt, and what `setup` returns.
    pub fn open_foreign(
        location: &Location,
        label: &str,
        setup: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, Diagnostic> {
        let connection = connect(location)?;
        configure(&connection).and_then(|()| setup(&connection)).map_err(|error| unusable(location, &error))?;
        Self::serve(connection, label)
    }

    fn serve(connection: Connection, label: &str) -> Result<Self, Diagnostic> {
        let (requests, inbox) = mpsc::channel();
        std::thread::Builder::new()
            .name(format!("storage {label}"))
            .stack_size(512 * 1024)
            .spawn(move || run(connection, &inbox))
            .map_err(|error| Diagnostic::error(format!("no thread for storage of {label}: {error}")))?;
        Ok(Self { requests })
    }

    /// Runs `work` with the connection, outside any transaction.
    ///
    /// # Errors
    /// What `work` returns, or that storage is closed.
    pub async fn read<T, E>(&self, work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let run: Read = Box::new(move |connection| drop(reply.send(work(connection))));
        self.requests.send(Request::Exclusive(run)).map_err(|_| StorageError::Closed)?;
        answer.await.map_err(|_| StorageError::Closed)?
    }

    /// Runs `work` in a transaction, shared with others that wait at the same time. Returns after the commit.
    ///
    /// # Errors
    /// What `work` returns (then nothing of it is kept), that the commit failed, or that storage is closed.
    pub async fn write<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let run: Write = Box::new(move |begun| {
            let result = match begun {
                Ok(connection) => in_savepoint(connection, work),
                Err(error) => Err(StorageError::Sqlite(copy_of(error)).into()),
            };
            Box::new(move |failed| {
                let result = match failed {
                    None => result,
                    Some(error) => result.and(Err(StorageError::Sqlite(copy_of(error)).into())),
                };
                drop(reply.send(result));
            })
        });
        self.requests.send(Request::Write(run)).map_err(|_| StorageError::Closed)?;
        answer.await.map_err(|_| StorageError::Closed)?
    }
}

fn in_savepoint<T, E: From<StorageError>>(connection: &mut Connection, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
    let savepoint = connection.savepoint().map_err(StorageError::from)?;
    let value = work(&savepoint)?;
    savepoint.commit().map_err(StorageError::from)?;
    Ok(value)
}

/// `rusqlite::Error` cannot be cloned; several waiting writes need the same one.
fn copy_of(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(code, text) => rusqlite::Error::SqliteFailure(*code, text.clone()),
        other => rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR), Some(other.to_string())),
    }
}

fn run(mut connection: Connection, inbox: &mpsc::Receiver<Request>) {
    let mut waiting = None;
    while let Some(request) = waiting.take().or_else(|| inbox.recv().ok()) {
        match request {
            Request::Exclusive(work) => work(&mut connection),
            Request::Write(first) => waiting = write_group(&mut connection, first, inbox),
        }
    }
}

/// Runs `first` and the writes that wait behind it in one transaction; returns the request that ended the group, if one did. Where no
/// transaction could be begun, none of them runs: each would be one of its own, kept though its caller is told of a failure.
fn write_group(connection: &mut Connection, first: Write, inbox: &mpsc::Receiver<Request>) -> Option<Request> {
    let begun = connection.execute_batch("BEGIN IMMEDIATE");
    let mut acknowledgements = Vec::new();
    let mut next = Some(Request::Write(first));
    while let Some(Request::Write(write)) = next.take_if(|request| matches!(request, Request::Write(_))) {
        acknowledgements.push(write(begun.as_ref().map(|()| &mut *connection)));
        // Some failures end the transaction, as a full disk does; what comes after that belongs into the next one.
        let ended = begun.is_ok() && connection.is_autocommit();
        if ended || acknowledgements.len() == GROUP {
            break;
        }
        next = inbox.try_recv().ok();
    }
    let outcome = begun.and_then(|()| connection.execute_batch("COMMIT"));
    if outcome.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    for acknowledge in acknowledgements {
        acknowledge(outcome.as_ref().err());
    }
    next
}

fn connect(location: &Location) -> Result<Connection, Diagnostic> {
    let path = match location {
        Location::Memory => return Connection::open_in_memory().map_err(|error| unusable(location, &error)),
        Location::File(path) => path,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Diagnostic::error(format!("the data folder cannot be made: {error}"))
                .in_file(folder)
                .hint("make it writable, or keep nothing on disk with `--ephemeral`")
        })?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| unusable(location, &error))
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")
}

fn migrate(connection: &mut Connection, migrations: &[&str], location: &Location) -> Result<(), Diagnostic> {
    let fail = |error: rusqlite::Error| unusable(location, &error);
    let version: usize =
        connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).map_err(fail)?.try_into().unwrap_or(usize::MAX);
    if version > migrations.len() {
        return Err(at(
            location,
            Diagnostic::error(format!("this state file has version {version}, newer than this program knows: {}", migrations.len())),
        )
        .hint("use the version of greenroom that wrote it, or move the file away to start empty"));
    }
    for (index, migration) in migrations.iter().enumerate().skip(version) {
        let transaction = connection.transaction().map_err(fail)?;
        transaction.execute_batch(migration).map_err(fail)?;
        transaction.pragma_update(None, "user_version", i64::try_from(index + 1).unwrap_or(i64::MAX)).map_err(fail)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(fail)?;
        transaction.commit().map_err(fail)?;
    }
    Ok(())
}

fn at(location: &Location, diagnostic: Diagnostic) -> Diagnostic {
    match location {
        Location::File(path) => diagnostic.in_file(path),
        Location::Memory => diagnostic,
    }
}

fn unusable(location: &Location, error: &rusqlite::Error) -> Diagnostic {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseCorrupt, NotADatabase, ReadOnly};
    let hint = match error.sqlite_error_code() {
        Some(NotADatabase | DatabaseCorrupt) => "the file is damaged; move it away to start empty, nothing was changed in it",
        Some(CannotOpen | ReadOnly) => "make the file and its folder writable, or keep nothing on disk with `--ephemeral`",
        _ => "move the file away to start empty, or keep nothing on disk with `--ephemeral`",
    };
    at(location, Diagnostic::error(format!("this state file cannot be used: {error}"))).hint(hint)
}

/// A file name for a resource id that a user chose: letters, digits, `-` and `_` stay, everything else becomes `%` and two hex digits.
/// So no id leads out of the folder, and no two ids share a file, on file systems that ignore case too where ids differ only by case
/// in letters that are encoded.
#[must_use]
pub fn file_name(id: &str) -> String {
    let mut name = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name
}

/// The id for which [`file_name`] gives `name`; none if it gives that for no id.
#[must_use]
pub fn resource_of(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let (byte, taken) = match first {
            '%' => (u8::from_str_radix(rest.get(1..3)?, 16).ok()?, 3),
            _ => (u8::try_from(first).ok()?, 1),
        };
        bytes.push(byte);
        rest = &rest[taken..];
    }
    String::from_utf8(bytes).ok().filter(|id| file_name(id) == name)
}

/// The path of the state of `resource` of `service` under `state`.
#[must_use]
pub fn state_file(state: &Path, service: &str, resource: &str) -> PathBuf {
    state.join(service).join(format!("{}.sqlite", file_name(resource)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIGRATIONS: &[&str] = &["CREATE TABLE item (name TEXT PRIMARY KEY)"];

    async fn insert(storage: &Storage, name: &'static str) -> Result<usize, StorageError> {
        storage.write(move |connection| Ok(connection.execute("INSERT INTO item VALUES (?1)", [name])?)).await
    }

    async fn count(storage: &Storage) -> i64 {
        storage.read(|c| c.query_row("SELECT count(*) FROM item", [], |row| row.get(0)).map_err(StorageError::from)).await.unwrap()
    }

    #[tokio::test]
    async fn a_write_that_fails_undoes_itself_and_leaves_its_neighbours() {
        let storage = Storage::open(&Location::Memory, MIGRATIONS, "test").unwrap();
        let (a, b, c) = tokio::join!(insert(&storage, "a"), insert(&storage, "a"), insert(&storage, "c"));
        assert!(a.is_ok() && b.is_err() && c.is_ok());
        assert_eq!(count(&storage).await, 2);
    }

    #[tokio::test]
    async fn writes_without_a_transaction_do_not_run() {
        use rusqlite::hooks::{AuthAction, AuthContext, Authorization, TransactionOperation};
        let storage = Storage::open(&Location::Memory, MIGRATIONS, "test").unwrap();
        let no_transactions = |context: AuthContext<'_>| match context.action {
            AuthAction::Transaction { operation: TransactionOperation::Begin } => Authorization::Deny,
            _ => Authorization::Allow,
        };
        storage.read(move |c| c.authorizer(Some(no_transactions)).map_err(StorageError::from)).await.unwrap();
        let (a, b) = tokio::join!(insert(&storage, "a"), insert(&storage, "b"));
        assert_eq!([a.unwrap_err().to_string(), b.unwrap_err().to_string()], ["not authorized", "not authorized"]);
        assert_eq!(count(&storage).await, 0);
        let none: Option<fn(AuthContext<'_>) -> Authorization> = None;
        storage.read(move |c| c.authorizer(none).map_err(StorageError::from)).await.unwrap();
        insert(&storage, "a").await.unwrap();
        assert_eq!(count(&storage).await, 1);
    }

    #[tokio::test]
    async fn a_write_that_ends_the_transaction_takes_its_neighbours_with_it_and_says_so() {
        let storage = Storage::open(&Location::Memory, MIGRATIONS, "test").unwrap();
        let end = storage.write(|connection| connection.execute_batch("ROLLBACK").map_err(StorageError::from));
        let (before, end, after) = tokio::join!(insert(&storage, "before"), end, insert(&storage, "after"));
        let kept = [before.is_ok(), end.is_ok(), after.is_ok()].iter().filter(|ok| **ok).count();
        assert!(end.is_err(), "there is nothing left to commit");
        assert_eq!(usize::try_from(count(&storage).await).unwrap(), kept, "what is acknowledged is kept, and nothing else");
    }

    #[tokio::test]
    async fn rows_are_there_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("deep/er/state.sqlite"));
        insert(&Storage::open(&location, MIGRATIONS, "test").unwrap(), "a").await.unwrap();
        assert_eq!(count(&Storage::open(&location, MIGRATIONS, "test").unwrap()).await, 1);
    }

    #[test]
    fn a_newer_file_and_a_damaged_file_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.sqlite");
        let location = Location::File(path.clone());
        drop(Storage::open(&location, &["CREATE TABLE a (b)", "CREATE TABLE c (d)"], "test").unwrap());
        let error = Storage::open(&location, MIGRATIONS, "test").err().unwrap();
        assert!(error.message.contains("version 2, newer than this program knows: 1"), "{error}");
        // Another file: the first may still be open, since its thread closes it in its own time.
        let path = folder.path().join("damaged.sqlite");
        std::fs::write(&path, vec![7; 4096]).unwrap();
        let error = Storage::open(&Location::File(path.clone()), MIGRATIONS, "test").err().unwrap();
        assert!(error.hints[0].contains("damaged") && error.file.as_deref() == Some(path.as_path()), "{error:?}");
    }

    #[tokio::test]
    async fn a_foreign_database_keeps_its_own_version_and_is_set_up_first() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("theirs.sqlite"));
        for _ in 0..2 {
            let setup = |connection: &Connection| connection.execute_batch("PRAGMA user_version = 42");
            let storage = Storage::open_foreign(&location, "test", setup).unwrap();
            let version: i64 =
                storage.read(|c| c.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(StorageError::from)).await.unwrap();
            assert_eq!(version, 42);
        }
        std::fs::write(folder.path().join("bad.sqlite"), vec![7; 4096]).unwrap();
        let error = Storage::open_foreign(&Location::File(folder.path().join("bad.sqlite")), "test", |_| Ok(())).err().unwrap();
        assert!(error.hints[0].contains("damaged"), "{error:?}");
    }

    #[test]
    fn file_names_do_not_lead_out_of_the_folder() {
        assert_eq!(file_name("../a b"), "%2e%2e%2fa%20b");
        for id in ["../a b", "äöü", "plain-id_1", "%41"] {
            assert_eq!(resource_of(&file_name(id)).as_deref(), Some(id));
        }
        assert!([".hidden", "%zz", "%4", "%41"].iter().all(|name| resource_of(name).is_none()));
    }
}
