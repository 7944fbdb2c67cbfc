//! Documents in SQLite, with a copy in memory: functions are looked up at every invocation, and written seldom.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use greenroom_aws_wire::ApiError;
use greenroom_host::storage::{Recipe, Storage};
use greenroom_host::{Busy, Diagnostic, Host};
use rusqlite::params;
use tokio::sync::watch;

use crate::arn::Key;
use crate::error::Fault;
use crate::record::{Document, FunctionRecord, LayerRecord, MappingRecord, SigningRecord};

/// Schema, by version. A document is JSON. `event` is the queue of asynchronous events.
const MIGRATIONS: &[&str] = &["
CREATE TABLE document (
    kind TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (kind, account, region, name)) WITHOUT ROWID;
CREATE TABLE event (
    id TEXT NOT NULL PRIMARY KEY, accepted INTEGER NOT NULL, due INTEGER NOT NULL, meta TEXT NOT NULL, payload BLOB NOT NULL);
"];

const SQL_ALL: &str = "SELECT account, region, name, body FROM document WHERE kind = ?1";
const SQL_PUT: &str = "INSERT OR REPLACE INTO document (kind, account, region, name, body) VALUES (?1, ?2, ?3, ?4, ?5)";
const SQL_DELETE: &str = "DELETE FROM document WHERE kind = ?1 AND account = ?2 AND region = ?3 AND name = ?4";

/// Everything that is kept.
pub(crate) struct Store {
    pub(crate) storage: Storage,
    pub(crate) functions: Collection<FunctionRecord>,
    pub(crate) layers: Collection<LayerRecord>,
    pub(crate) mappings: Collection<MappingRecord>,
    pub(crate) signings: Collection<SigningRecord>,
    /// Counts how often the content was swapped for another.
    pub(crate) swaps: watch::Receiver<u64>,
    /// Time is not moved on until the events of what was swapped in are known.
    pub(crate) unread: Arc<Mutex<Option<Busy>>>,
}

impl Store {
    pub(crate) fn open(host: &Host) -> Result<Self, Diagnostic> {
        let (swapped, swaps) = watch::channel(0);
        let generation = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&generation);
        let unread = Arc::new(Mutex::new(None));
        let (clock, begun) = (host.clock.clone(), Arc::clone(&unread));
        let recipe = Recipe::ours(MIGRATIONS).with_setup(move |_| {
            *begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock.busy("lambda: events are read"));
            let count = counted.fetch_add(1, Ordering::SeqCst) + 1;
            swapped.send_replace(count);
            Ok(())
        });
        let storage = host.storage("lambda", "functions", recipe)?;
        Ok(Self {
            functions: Collection::new(&storage, &generation),
            layers: Collection::new(&storage, &generation),
            mappings: Collection::new(&storage, &generation),
            signings: Collection::new(&storage, &generation),
            storage,
            swaps,
            unread,
        })
    }
}

/// All documents of one kind.
pub(crate) struct Collection<T> {
    storage: Storage,
    generation: Arc<AtomicU64>,
    known: Mutex<Known<T>>,
    /// Held while one is changed: what is read for it stays so until it is written.
    changing: tokio::sync::Mutex<()>,
}

struct Known<T> {
    /// Which content of the database this is a copy of.
    generation: u64,
    documents: BTreeMap<Key, Arc<T>>,
}

impl<T: Document> Collection<T> {
    fn new(storage: &Storage, generation: &Arc<AtomicU64>) -> Self {
        let known = Mutex::new(Known { generation: 0, documents: BTreeMap::new() });
        Self { storage: storage.clone(), generation: Arc::clone(generation), known, changing: tokio::sync::Mutex::default() }
    }

    /// The document of that name.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Arc<T>>, ApiError> {
        self.refresh().await?;
        Ok(self.known().documents.get(key).cloned())
    }

    /// The documents of an account in a region, by name.
    pub(crate) async fn list(&self, account: &str, region: &str) -> Result<Vec<(Key, Arc<T>)>, ApiError> {
        let mut all = self.all().await?;
        all.retain(|(key, _)| key.account == account && key.region == region);
        Ok(all)
    }

    /// Every document.
    pub(crate) async fn all(&self) -> Result<Vec<(Key, Arc<T>)>, ApiError> {
        self.refresh().await?;
        Ok(self.known().documents.iter().map(|(key, document)| (key.clone(), Arc::clone(document))).collect())
    }

    /// Lets `change` make what is kept under `key` out of what was: none before, or after, is no document.
    ///
    /// # Errors
    /// Those of `change`, which leave all as it was, and faults of the disk.
    pub(crate) async fn change<R>(&self, key: &Key, change: impl FnOnce(&mut Option<T>) -> Result<R, ApiError>) -> Result<R, ApiError> {
        let _changing = self.changing.lock().await;
        let before = self.get(key).await?;
        let mut document = before.as_deref().cloned();
        let result = change(&mut document)?;
        self.write(key, document.as_ref()).await?;
        let mut known = self.known();
        match document {
            Some(document) => drop(known.documents.insert(key.clone(), Arc::new(document))),
            None => drop(known.documents.remove(key)),
        }
        Ok(result)
    }

    /// Keeps `document` under `key`, whatever was there.
    ///
    /// # Errors
    /// Faults of the disk.
    pub(crate) async fn put(&self, key: &Key, document: T) -> Result<(), ApiError> {
        self.change(key, |known| {
            *known = Some(document);
            Ok(())
        })
        .await
    }

    async fn write(&self, key: &Key, document: Option<&T>) -> Result<(), Fault> {
        let body = document.map(serde_json::to_string).transpose()?;
        let key = key.clone();
        self.storage
            .write(move |connection| -> Result<(), Fault> {
                let Key { account, region, name } = &key;
                match body {
                    Some(body) => connection.prepare_cached(SQL_PUT)?.execute(params![T::KIND, account, region, name, body])?,
                    None => connection.prepare_cached(SQL_DELETE)?.execute(params![T::KIND, account, region, name])?,
                };
                Ok(())
            })
            .await
    }

    /// Reads everything once more where the database has another content than what is known.
    async fn refresh(&self) -> Result<(), Fault> {
        let generation = self.generation.load(Ordering::SeqCst);
        if self.known().generation == generation {
            return Ok(());
        }
        let documents = self.storage.read(|connection| -> Result<_, Fault> { read_all(connection) }).await?;
        let mut known = self.known();
        // Somebody else may have read it meanwhile, and changed something since.
        if known.generation < generation {
            *known = Known { generation, documents };
        }
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known<T>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_all<T: Document>(connection: &rusqlite::Connection) -> Result<BTreeMap<Key, Arc<T>>, Fault> {
    let mut statement = connection.prepare_cached(SQL_ALL)?;
    let rows = statement
        .query_map([T::KIND], |row| Ok((Key { account: row.get(0)?, region: row.get(1)?, name: row.get(2)? }, row.get::<_, String>(3)?)))?;
    let mut documents = BTreeMap::new();
    for row in rows {
        let (key, body) = row?;
        documents.insert(key, Arc::new(serde_json::from_str(&body)?));
    }
    Ok(documents)
}
