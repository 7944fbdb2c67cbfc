//! Changes of rows.

use std::collections::BTreeMap;

use greenroom_host::EventId;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::error::Fault;
use crate::key::QueueKey;
use crate::message::Extra;
use crate::queue::Row;

const NUMBER_BITS: u32 = 40;

const SQL_PUT_QUEUE: &str =
    "INSERT OR REPLACE INTO queue (id, account, region, name, salt, reserved, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const SQL_RESERVE: &str = "UPDATE queue SET reserved = ?2 WHERE id = ?1";
const SQL_DROP_QUEUE: &str = "DELETE FROM queue WHERE id = ?1";
const SQL_DROP_DEDUP: &str = "DELETE FROM dedup WHERE queue = ?1";
const SQL_DELETED: &str = "INSERT OR REPLACE INTO deleted (account, region, name, at) VALUES (?1, ?2, ?3, ?4)";
const SQL_NOT_DELETED: &str = "DELETE FROM deleted WHERE account = ?1 AND region = ?2 AND name = ?3";
const SQL_SEND: &str = "INSERT INTO message (key, id, sent, delayed, moved, grouped, source, event, body, extra)
    VALUES (?1, ?2, ?3, ?4, 0, ?5, NULL, ?6, ?7, ?8)";
const SQL_RECEIVED: &str =
    "INSERT OR REPLACE INTO received (key, due, count, first, last, nonce, earlier) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const SQL_DROP: &str = "DELETE FROM message WHERE key = ?1";
const SQL_DROP_RECEIVED: &str = "DELETE FROM received WHERE key = ?1";
const SQL_SWEEP: &str = "DELETE FROM message WHERE key IN (SELECT key FROM message WHERE key BETWEEN ?1 AND ?2 ORDER BY key LIMIT ?3)";
const SQL_SWEEP_RECEIVED: &str =
    "DELETE FROM received WHERE key IN (SELECT key FROM received WHERE key BETWEEN ?1 AND ?2 ORDER BY key LIMIT ?3)";
const SQL_READ: &str = "SELECT id, grouped, source, event, body, extra FROM message WHERE key = ?1";
const SQL_MOVE: &str = "INSERT INTO message (key, id, sent, delayed, moved, grouped, source, event, body, extra)
    SELECT ?2, coalesce(?3, id), ?4, 0, ?5, grouped, ?6, ?7, body, extra FROM message WHERE key = ?1";
const SQL_DEDUP: &str = "INSERT OR REPLACE INTO dedup (queue, key, message, number, at) VALUES (?1, ?2, ?3, ?4, ?5)";
const SQL_FORGET: &str = "DELETE FROM dedup WHERE queue = ?1 AND at <= ?2";
const SQL_TASK: &str = "INSERT OR REPLACE INTO task (id, body) VALUES (?1, ?2)";
const SQL_UNDELAY: &str = "UPDATE message SET delayed = ?2 WHERE key = ?1";

/// Rows that one step of a sweep takes.
pub(crate) const SWEPT: usize = 2000;

/// The key of a message.
pub(crate) fn key(queue: u32, number: u64) -> i64 {
    i64::from(queue) << NUMBER_BITS | i64::try_from(number).unwrap_or(i64::MAX)
}

/// The queue and the number of a message.
pub(super) fn parts(key: i64) -> (u32, u64) {
    let number = key & ((1 << NUMBER_BITS) - 1);
    (u32::try_from(key >> NUMBER_BITS).unwrap_or_default(), number.unsigned_abs())
}

/// An instant or another number as SQLite has it.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What is kept of a queue beside its name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct QueueRow {
    pub(crate) created: u64,
    pub(crate) modified: u64,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) purged: u64,
    pub(crate) purged_at: Option<u64>,
    pub(crate) app: Option<String>,
}

/// What a message says, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) id: String,
    pub(crate) group: Option<String>,
    pub(crate) source: Option<String>,
    /// The event that sent or moved it.
    pub(crate) event: Option<EventId>,
    pub(crate) body: String,
    pub(crate) extra: Extra,
}

/// One change, or a reading among changes.
#[derive(Debug)]
pub(crate) enum Change {
    PutQueue {
        id: u32,
        key: QueueKey,
        salt: u64,
        reserved: u64,
        row: Box<QueueRow>,
    },
    /// Numbers below this are given away.
    Reserve {
        queue: u32,
        reserved: u64,
    },
    DropQueue {
        id: u32,
        key: QueueKey,
        at: u64,
    },
    NotDeleted(QueueKey),
    Send {
        key: i64,
        id: String,
        sent: u64,
        delayed: u64,
        group: Option<String>,
        event: EventId,
        body: String,
        extra: Option<String>,
    },
    Received {
        key: i64,
        row: Row,
    },
    Drop(i64),
    /// Into another queue. `id`: as a new message; `source`: the queue that gave it up; `row`: what is kept of receives.
    Move {
        from: i64,
        to: i64,
        id: Option<String>,
        sent: u64,
        keeps_age: bool,
        source: Option<String>,
        row: Option<Row>,
        event: EventId,
    },
    /// It is to be seen at another time.
    Delay {
        key: i64,
        until: u64,
    },
    Dedup {
        queue: u32,
        key: String,
        message: String,
        number: u64,
        at: u64,
    },
    /// Deduplication ids up to that instant.
    Forget {
        queue: u32,
        until: u64,
    },
    /// A part of the messages whose keys are in that range.
    Sweep(i64, i64),
    Task {
        id: u64,
        body: String,
    },
    Read(i64),
}

impl Change {
    /// Makes the change. What is read goes to `read`.
    pub(super) fn apply(self, connection: &Connection, read: &mut Vec<Content>) -> Result<(), Fault> {
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| connection.prepare_cached(sql)?.execute(values);
        match self {
            Self::PutQueue { id, key, salt, reserved, row } => {
                let QueueKey { account, region, name } = &key;
                let values = params![id, account, region, name, salt.cast_signed(), signed(reserved), serde_json::to_string(&row)?];
                run(SQL_PUT_QUEUE, values)?;
            }
            Self::Reserve { queue, reserved } => drop(run(SQL_RESERVE, params![queue, signed(reserved)])?),
            Self::DropQueue { id, key, at } => {
                run(SQL_DROP_QUEUE, params![id])?;
                run(SQL_DROP_DEDUP, params![id])?;
                run(SQL_DELETED, params![key.account, key.region, key.name, signed(at)])?;
            }
            Self::NotDeleted(key) => drop(run(SQL_NOT_DELETED, params![key.account, key.region, key.name])?),
            Self::Send { key, id, sent, delayed, group, event, body, extra } => {
                run(SQL_SEND, params![key, id, signed(sent), signed(delayed), group, event.to_string(), body, extra])?;
            }
            Self::Received { key, row } => put_received(connection, key, &row)?,
            Self::Drop(key) => {
                run(SQL_DROP, params![key])?;
                run(SQL_DROP_RECEIVED, params![key])?;
            }
            Self::Move { from, to, id, sent, keeps_age, source, row, event } => {
                run(SQL_MOVE, params![from, to, id, signed(sent), keeps_age, source, event.to_string()])?;
                run(SQL_DROP, params![from])?;
                run(SQL_DROP_RECEIVED, params![from])?;
                if let Some(row) = row {
                    put_received(connection, to, &row)?;
                }
            }
            Self::Delay { key, until } => drop(run(SQL_UNDELAY, params![key, signed(until)])?),
            Self::Dedup { queue, key, message, number, at } => {
                run(SQL_DEDUP, params![queue, key, message, signed(number), signed(at)])?;
            }
            Self::Forget { queue, until } => drop(run(SQL_FORGET, params![queue, signed(until)])?),
            Self::Sweep(from, to) => sweep(connection, from, to)?,
            Self::Task { id, body } => drop(run(SQL_TASK, params![signed(id), body])?),
            Self::Read(key) => read.push(content(connection, key)?),
        }
        Ok(())
    }
}

fn put_received(connection: &Connection, key: i64, row: &Row) -> Result<(), Fault> {
    let due = signed(row.due().unwrap_or_default());
    let values = params![key, due, row.count, signed(row.first), signed(row.last), row.nonce, row.before];
    connection.prepare_cached(SQL_RECEIVED)?.execute(values)?;
    Ok(())
}

fn sweep(connection: &Connection, from: i64, to: i64) -> Result<(), Fault> {
    for sql in [SQL_SWEEP, SQL_SWEEP_RECEIVED] {
        connection.prepare_cached(sql)?.execute(params![from, to, signed(SWEPT as u64)])?;
    }
    Ok(())
}

fn content(connection: &Connection, key: i64) -> Result<Content, Fault> {
    let mut statement = connection.prepare_cached(SQL_READ)?;
    statement
        .query_row([key], |row| {
            let event = row.get::<_, Option<String>>(3)?.and_then(|event| EventId::parse(&event));
            let extra = row.get::<_, Option<String>>(5)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
            Ok(Content { id: row.get(0)?, group: row.get(1)?, source: row.get(2)?, event, body: row.get(4)?, extra })
        })
        .map_err(Fault::from)
}
