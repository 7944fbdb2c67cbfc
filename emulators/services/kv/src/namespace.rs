//! The handle on a namespace.

use std::time::Duration;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use greenroom_host::faults::Faults;
use greenroom_host::storage::{Recipe, Storage};
use greenroom_host::{Clock, Diagnostic, Host, LimitWatch};
use rusqlite::Connection;

use crate::check::{
    bulk_kind, check_bulk_size, check_cache_ttl, check_key_length, check_key_name, check_limit, check_metadata, check_stored_key,
    check_value_length, expiration,
};
use crate::error::{KvError, Operation};
use crate::keys::Keys;
use crate::limits::{BULK_BYTES, DEFAULT_CACHE_TTL_SECONDS, VALUE_BYTES, WRITES_OF_A_KEY};
use crate::rate::WriteRate;
use crate::store;

/// Cursors are the last key in base64; guest code hands them back as it got them, or not quite.
const CURSOR: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A namespace. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct KvNamespace {
    storage: Storage,
    clock: Clock,
    rate: WriteRate,
    limits: LimitWatch,
    faults: Faults,
    /// Reads see what was before writes of so long ago, in milliseconds.
    behind: Option<i64>,
}

/// A value with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Bytes,
    /// JSON text.
    pub metadata: Option<String>,
    /// Seconds since 1970.
    pub expiration: Option<i64>,
}

/// What goes with a value that is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutOptions {
    /// When it expires, in seconds since 1970.
    pub expiration: Option<i64>,
    /// How long it lives, in seconds; wins over `expiration`.
    pub expiration_ttl: Option<i64>,
    /// JSON text.
    pub metadata: Option<String>,
}

/// What a bulk read makes of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BulkKind {
    /// Text.
    #[default]
    Text,
    /// JSON; every value must be.
    Json,
}

/// How to read several keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkOptions {
    /// `text` or `json`; none is `text`, anything else is refused.
    pub kind: Option<String>,
    /// How late the read can be where writes arrive late, in seconds.
    pub cache_ttl: Option<i64>,
}

/// One value of a bulk read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkValue {
    /// The value; JSON text if JSON was asked for.
    pub text: String,
    /// JSON text.
    pub metadata: Option<String>,
}

/// Which keys to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// Only keys that start so.
    pub prefix: Option<String>,
    /// At most so many, from 1 to 1000.
    pub limit: Option<i64>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// A key in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// The key.
    pub name: String,
    /// Seconds since 1970.
    pub expiration: Option<i64>,
    /// JSON text.
    pub metadata: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In the order of the UTF-8 bytes of the keys.
    pub keys: Vec<ListedKey>,
    /// Where the next page starts; none if this is the last.
    pub cursor: Option<String>,
}

impl KvNamespace {
    /// Opens the namespace `id`, which is made if it is not there.
    ///
    /// # Errors
    /// When its file cannot be used.
    pub fn open(host: &Host, id: &str) -> Result<Self, Diagnostic> {
        let rate = WriteRate::default();
        let recipe = Recipe::ours(store::MIGRATIONS).with_setup({
            let rate = rate.clone();
            move |_| {
                rate.forget();
                Ok(())
            }
        });
        let storage = host.storage("kv", id, recipe.with_view(&Keys))?;
        let (clock, faults) = (host.clock.clone(), host.faults.clone());
        Ok(Self { storage, clock, rate, limits: host.limits.clone(), faults, behind: None })
    }

    /// The same namespace as a place sees it where writes arrive `by` later: reads give what was before. No read is later than what it
    /// may take from the place's memory, which is as old as its `cacheTtl` at most. Only of writes that were made while a fault wanted it
    /// is known what was before.
    #[must_use]
    pub fn behind(&self, by: Duration) -> Self {
        Self { behind: Some(milliseconds(by)), ..self.clone() }
    }

    /// Reads one key; `cache_ttl`, in seconds, is how late the read can be where writes arrive late.
    ///
    /// # Errors
    /// A key or `cache_ttl` that is refused.
    pub async fn get(&self, key: String, cache_ttl: Option<i64>) -> Result<Option<Entry>, KvError> {
        check_key_name(Operation::Get, &key)?;
        check_cache_ttl(Operation::Get, cache_ttl)?;
        let now = self.now();
        let since = self.since(now, cache_ttl);
        let row = self.storage.read(move |connection| get_as_of(connection, &key, now, since).map_err(KvError::from)).await?;
        Ok(row.map(|row| Entry { value: row.value.into(), metadata: row.metadata, expiration: row.expiration.map(seconds) }))
    }

    /// Reads up to 100 keys. The answer has each key once, in the order asked, with none where nothing is there.
    ///
    /// # Errors
    /// A kind, a number of keys, a key or a `cache_ttl` that is refused; values over 25 MiB together; a value that is no JSON where
    /// JSON was asked for.
    pub async fn get_bulk(&self, keys: Vec<String>, options: &BulkOptions) -> Result<Vec<(String, Option<BulkValue>)>, KvError> {
        let kind = bulk_kind(options.kind.as_deref())?;
        check_bulk_size(&keys)?;
        for key in &keys {
            check_stored_key(Operation::GetBulk, key)?;
            check_cache_ttl(Operation::GetBulk, options.cache_ttl)?;
        }
        let now = self.now();
        let since = self.since(now, options.cache_ttl);
        let rows = self
            .storage
            .read(move |connection| -> Result<_, KvError> {
                let mut rows: Vec<(String, Option<store::ValueRow>)> = Vec::with_capacity(keys.len());
                for key in keys {
                    if rows.iter().all(|(seen, _)| *seen != key) {
                        let row = get_as_of(connection, &key, now, since)?;
                        rows.push((key, row));
                    }
                }
                Ok(rows)
            })
            .await?;
        bulk_values(rows, kind)
    }

    /// Writes a value; what was under the key before is gone, metadata and expiry included.
    ///
    /// # Errors
    /// A key, value, metadata or expiry that is refused.
    pub async fn put(&self, key: String, value: Bytes, options: PutOptions) -> Result<(), KvError> {
        let expiration = self.check_put(&key, &options)?;
        check_value_length(value.len())?;
        self.write(key, value, expiration, options.metadata).await
    }

    /// The same with a value that comes piece by piece. It is read to its end also where it is too long: the error says how long it was.
    ///
    /// # Errors
    /// The same, and that the value broke off; then what was under the key before stays.
    pub async fn put_stream<S>(&self, key: String, mut value: S, options: PutOptions) -> Result<(), KvError>
    where
        S: Stream<Item = Result<Bytes, String>> + Send + Unpin,
    {
        let expiration = self.check_put(&key, &options)?;
        let (mut whole, mut length) = (Vec::new(), 0);
        while let Some(chunk) = value.next().await {
            let chunk = chunk.map_err(KvError::Broken)?;
            length += chunk.len();
            if length <= VALUE_BYTES {
                whole.extend_from_slice(&chunk);
            } else {
                whole = Vec::new();
            }
        }
        check_value_length(length)?;
        self.write(key, whole.into(), expiration, options.metadata).await
    }

    /// Checks what can be checked before the value is there; when it will expire, in seconds since 1970.
    fn check_put(&self, key: &str, options: &PutOptions) -> Result<Option<i64>, KvError> {
        check_key_name(Operation::Put, key)?;
        let expiration = expiration(options, seconds(self.now()))?;
        check_metadata(options.metadata.as_deref())?;
        Ok(expiration)
    }

    async fn write(&self, key: String, value: Bytes, expiration: Option<i64>, metadata: Option<String>) -> Result<(), KvError> {
        let now = self.now();
        if !self.rate.admits(&key, now) && self.limits.refuses(&WRITES_OF_A_KEY) {
            return Err(KvError::refused(Operation::Put, 429, "Too Many Requests"));
        }
        let expiration = expiration.map(|at| at.saturating_mul(1000));
        let past = self.past(now);
        self.storage
            .write(move |connection| {
                if let Some(past) = past {
                    store::keep(connection, &key, now, past)?;
                }
                store::put(connection, now, &key, expiration, metadata.as_deref(), &value).map_err(KvError::from)
            })
            .await
    }

    /// Deletes a key; one that is not there is no error.
    ///
    /// # Errors
    /// A key that is refused.
    pub async fn delete(&self, key: String) -> Result<(), KvError> {
        check_key_name(Operation::Delete, &key)?;
        let now = self.now();
        let past = self.past(now);
        self.storage
            .write(move |connection| {
                if let Some(past) = past {
                    store::keep(connection, &key, now, past)?;
                }
                store::delete(connection, &key).map_err(KvError::from)
            })
            .await
    }

    /// Lists keys, a page at a time.
    ///
    /// # Errors
    /// A limit or prefix that is refused.
    pub async fn list(&self, options: ListOptions) -> Result<Page, KvError> {
        let limit = check_limit(options.limit)?;
        let prefix = options.prefix.unwrap_or_default();
        check_key_length(Operation::Get, &prefix)?;
        let after = options.cursor.map(|cursor| decode_cursor(&cursor)).unwrap_or_default();
        let now = self.now();
        let since = self.since(now, None);
        let list = move |connection: &mut Connection| {
            let rows = match since {
                Some(since) => store::list_past(connection, now, (&prefix, &after), limit + 1, since),
                None => store::list(connection, now, &prefix, &after, limit + 1),
            };
            rows.map_err(KvError::from)
        };
        let mut rows = self.storage.read(list).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let complete = rows.len() <= limit;
        rows.truncate(limit);
        let cursor = if complete { None } else { rows.last().map(|row| CURSOR.encode(&row.key)) };
        let keys = rows
            .into_iter()
            .map(|row| ListedKey { name: row.key, expiration: row.expiration.map(seconds), metadata: row.metadata })
            .collect();
        Ok(Page { keys, cursor })
    }

    /// Writes after this have not arrived yet, for a read with this `cacheTtl`.
    fn since(&self, now: i64, cache_ttl: Option<i64>) -> Option<i64> {
        let latest = cache_ttl.unwrap_or(DEFAULT_CACHE_TTL_SECONDS).saturating_mul(1000);
        self.behind.map(|behind| now.saturating_sub(behind.min(latest)))
    }

    /// What was before writes after this has to be kept; none where nobody wants it.
    fn past(&self, now: i64) -> Option<i64> {
        self.faults.keeps_past().map(|past| now.saturating_sub(milliseconds(past)))
    }

    fn now(&self) -> i64 {
        i64::try_from(self.clock.now().0).unwrap_or(i64::MAX)
    }
}

fn get_as_of(connection: &Connection, key: &str, now: i64, since: Option<i64>) -> rusqlite::Result<Option<store::ValueRow>> {
    match since {
        Some(since) => store::get_past(connection, key, now, since),
        None => store::get(connection, key, now),
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn seconds(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(1000)
}

fn decode_cursor(cursor: &str) -> String {
    let mut known: String = cursor.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).collect();
    // One character alone is no byte.
    if known.len() % 4 == 1 {
        known.pop();
    }
    CURSOR.decode(known).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

fn bulk_values(rows: Vec<(String, Option<store::ValueRow>)>, kind: BulkKind) -> Result<Vec<(String, Option<BulkValue>)>, KvError> {
    let mut total = 0;
    let mut values = Vec::with_capacity(rows.len());
    for (key, row) in rows {
        let value = row.map(|row| BulkValue { text: text(row.value), metadata: row.metadata });
        if let Some(value) = &value {
            total += value.text.encode_utf16().count();
            if kind == BulkKind::Json && serde_json::from_str::<serde::de::IgnoredAny>(&value.text).is_err() {
                let message = "At least one of the requested keys corresponds to a non-json value";
                return Err(KvError::refused(Operation::GetBulk, 400, message));
            }
        }
        values.push((key, value));
    }
    if total > BULK_BYTES {
        let message = format!("Total size of request exceeds the limit of {}MB", BULK_BYTES / 1024 / 1024);
        return Err(KvError::refused(Operation::GetBulk, 413, message));
    }
    Ok(values)
}

fn text(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}
