//! The storage actor: one thread owns one SQLite connection; callers send it work and wait for the answer.
//!
//! Writes that are waiting together share one transaction (group commit): each runs in a savepoint of its own, so that one that fails
//! undoes itself alone, and none is acknowledged before the transaction is committed.
//!
//! `recipe.rs` opens databases, `hold.rs` makes the actor stand still while its content is swapped, `names.rs` makes file names of ids.

mod hold;
mod names;
mod recipe;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::diagnostic::Diagnostic;

pub(crate) use hold::{Held, Holding};
pub use names::{file_name, resource_of, state_file};
pub use recipe::Recipe;
pub(crate) use recipe::unusable;

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
    Hold(Holding),
}

/// The most writes that share a transaction, so that the first of them does not wait for ever.
const GROUP: usize = 256;

/// A handle on one database. Cheap to clone; the thread ends when the last handle is dropped.
#[derive(Clone)]
pub struct Storage {
    requests: Arc<mpsc::Sender<Request>>,
}

/// What of a storage outlives its handles: whether there are any, and its thread.
pub(crate) struct Thread {
    requests: std::sync::Weak<mpsc::Sender<Request>>,
    handle: JoinHandle<()>,
}

impl Storage {
    /// Opens a database that is no state of an app (that is what [`Host::storage`](crate::Host::storage) opens), by `recipe`.
    ///
    /// # Errors
    /// A file that cannot be made or written, that is corrupt, or that a newer version of this program has written.
    pub fn open(location: &Location, recipe: &Recipe, label: &str) -> Result<Self, Diagnostic> {
        Self::serve(recipe.open(location)?, label).map(|(storage, _)| storage)
    }

    /// Starts the thread of `connection`.
    pub(crate) fn serve(connection: Connection, label: &str) -> Result<(Self, Thread), Diagnostic> {
        let (requests, inbox) = mpsc::channel();
        let handle = std::thread::Builder::new()
            .name(format!("storage {label}"))
            .stack_size(512 * 1024)
            .spawn(move || run(connection, &inbox))
            .map_err(|error| Diagnostic::error(format!("no thread for storage of {label}: {error}")))?;
        let requests = Arc::new(requests);
        let thread = Thread { requests: Arc::downgrade(&requests), handle };
        Ok((Self { requests }, thread))
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

fn run(connection: Connection, inbox: &mpsc::Receiver<Request>) {
    let mut slot = Some(connection);
    let mut waiting = None;
    while let Some(request) = waiting.take().or_else(|| inbox.recv().ok()) {
        match (request, &mut slot) {
            (Request::Hold(holding), slot) => holding.stand(slot),
            (Request::Exclusive(work), Some(connection)) => work(connection),
            (Request::Write(first), Some(connection)) => waiting = write_group(connection, first, inbox),
            // Its content was lost in a swap: whoever asks hears that storage is closed.
            (_, None) => {}
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
        let storage = Storage::open(&Location::Memory, &Recipe::ours(MIGRATIONS), "test").unwrap();
        let (a, b, c) = tokio::join!(insert(&storage, "a"), insert(&storage, "a"), insert(&storage, "c"));
        assert!(a.is_ok() && b.is_err() && c.is_ok());
        assert_eq!(count(&storage).await, 2);
    }

    #[tokio::test]
    async fn writes_without_a_transaction_do_not_run() {
        use rusqlite::hooks::{AuthAction, AuthContext, Authorization, TransactionOperation};
        let storage = Storage::open(&Location::Memory, &Recipe::ours(MIGRATIONS), "test").unwrap();
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
        let storage = Storage::open(&Location::Memory, &Recipe::ours(MIGRATIONS), "test").unwrap();
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
        insert(&Storage::open(&location, &Recipe::ours(MIGRATIONS), "test").unwrap(), "a").await.unwrap();
        assert_eq!(count(&Storage::open(&location, &Recipe::ours(MIGRATIONS), "test").unwrap()).await, 1);
    }

    #[test]
    fn a_newer_file_and_a_damaged_file_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.sqlite");
        let location = Location::File(path.clone());
        drop(Storage::open(&location, &Recipe::ours(&["CREATE TABLE a (b)", "CREATE TABLE c (d)"]), "test").unwrap());
        let error = Storage::open(&location, &Recipe::ours(MIGRATIONS), "test").err().unwrap();
        assert!(error.message.contains("version 2, newer than this program knows: 1"), "{error}");
        // Another file: the first may still be open, since its thread closes it in its own time.
        let path = folder.path().join("damaged.sqlite");
        std::fs::write(&path, vec![7; 4096]).unwrap();
        let error = Storage::open(&Location::File(path.clone()), &Recipe::ours(MIGRATIONS), "test").err().unwrap();
        assert!(error.hints[0].contains("damaged") && error.file.as_deref() == Some(path.as_path()), "{error:?}");
    }

    #[tokio::test]
    async fn a_foreign_database_keeps_its_own_version_and_is_set_up_first() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::File(folder.path().join("theirs.sqlite"));
        for _ in 0..2 {
            let setup = |connection: &Connection| connection.execute_batch("PRAGMA user_version = 42");
            let storage = Storage::open(&location, &Recipe::foreign().with_setup(setup), "test").unwrap();
            let version: i64 =
                storage.read(|c| c.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(StorageError::from)).await.unwrap();
            assert_eq!(version, 42);
        }
        std::fs::write(folder.path().join("bad.sqlite"), vec![7; 4096]).unwrap();
        let error = Storage::open(&Location::File(folder.path().join("bad.sqlite")), &Recipe::foreign(), "test").err().unwrap();
        assert!(error.hints[0].contains("damaged"), "{error:?}");
    }
}
