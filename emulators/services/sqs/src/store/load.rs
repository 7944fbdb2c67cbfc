//! Reading everything, when a database is opened and whenever its content was swapped for another.

use std::collections::HashMap;

use rusqlite::Connection;

use super::change::{QueueRow, key, parts};
use crate::key::QueueKey;
use crate::moving::Task;
use crate::queue::{Place, Queue, Row, Sent, Standing};

const SQL_QUEUES: &str = "SELECT id, account, region, name, salt, reserved, body FROM queue";
const SQL_DELETED: &str = "SELECT account, region, name, at FROM deleted";
const SQL_MESSAGES: &str = "SELECT m.key, m.sent, m.delayed, m.moved, m.grouped, r.due, r.count, r.first, r.last, r.nonce, r.earlier
    FROM message AS m LEFT JOIN received AS r ON r.key = m.key ORDER BY m.key";
const SQL_DEDUP: &str = "SELECT queue, key, message, number, at FROM dedup ORDER BY at";
const SQL_TASKS: &str = "SELECT body FROM task ORDER BY id";

/// A range of keys with the number of messages that are there and belong to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) count: usize,
}

impl Range {
    /// The queue whose messages they were.
    pub(crate) fn queue(&self) -> u32 {
        parts(self.from).0
    }
}

/// What there is.
#[derive(Default)]
pub(crate) struct Loaded {
    pub(crate) queues: HashMap<u32, Queue>,
    pub(crate) deleted: HashMap<QueueKey, u64>,
    pub(crate) tasks: Vec<Task>,
    /// What purges and deletions have left behind.
    pub(crate) left: Vec<Range>,
}

/// Reads it.
pub(crate) fn load(connection: &Connection) -> rusqlite::Result<Loaded> {
    let mut loaded = Loaded::default();
    queues(connection, &mut loaded)?;
    deleted(connection, &mut loaded)?;
    messages(connection, &mut loaded)?;
    dedup(connection, &mut loaded)?;
    let mut statement = connection.prepare(SQL_TASKS)?;
    for body in statement.query_map([], |row| row.get::<_, String>(0))? {
        loaded.tasks.extend(serde_json::from_str::<Task>(&body?));
    }
    Ok(loaded)
}

fn queues(connection: &Connection, loaded: &mut Loaded) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(SQL_QUEUES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: u32 = row.get(0)?;
        let key = QueueKey { account: row.get(1)?, region: row.get(2)?, name: row.get(3)? };
        let body: QueueRow = serde_json::from_str(&row.get::<_, String>(6)?).unwrap_or_default();
        let mut queue = Queue::new(id, key, row.get::<_, i64>(4)?.cast_unsigned(), body.created);
        queue.restore(body);
        queue.go_on_from(row.get::<_, i64>(5)?.unsigned_abs());
        loaded.queues.insert(id, queue);
    }
    Ok(())
}

fn deleted(connection: &Connection, loaded: &mut Loaded) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(SQL_DELETED)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key = QueueKey { account: row.get(0)?, region: row.get(1)?, name: row.get(2)? };
        loaded.deleted.insert(key, row.get::<_, i64>(3)?.unsigned_abs());
    }
    Ok(())
}

fn messages(connection: &Connection, loaded: &mut Loaded) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(SQL_MESSAGES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, number) = parts(row.get(0)?);
        match loaded.queues.get_mut(&id).filter(|queue| number > queue.purged) {
            Some(queue) => {
                let group = queue.index.group(row.get::<_, Option<String>>(4)?.as_deref());
                let message = message(row, group)?;
                queue.index.insert(number, message, row.get(3)?);
            }
            None => left_behind(&mut loaded.left, key(id, number)),
        }
    }
    Ok(())
}

fn message(row: &rusqlite::Row<'_>, group: Place) -> rusqlite::Result<Row> {
    let number = |at: usize| row.get::<_, Option<i64>>(at).map(|number| number.unwrap_or_default().unsigned_abs());
    let (sent, delayed, due) = (number(1)?, number(2)?, number(5)?);
    let count: Option<u32> = row.get(6)?;
    // What is due by now is shown by the first look at the queue.
    let standing = match count {
        None if delayed > sent => Standing::Delayed(delayed),
        Some(_) if due > 0 => Standing::InFlight(due),
        _ => Standing::Visible,
    };
    let nonce = row.get::<_, Option<u32>>(9)?.unwrap_or_default();
    let before = row.get::<_, Option<u32>>(10)?.unwrap_or_default();
    Ok(Row { sent, standing, first: number(7)?, last: number(8)?, count: count.unwrap_or_default(), before, nonce, group })
}

fn left_behind(left: &mut Vec<Range>, key: i64) {
    match left.last_mut().filter(|range| parts(range.to).0 == parts(key).0) {
        Some(range) => {
            range.to = key;
            range.count += 1;
        }
        None => left.push(Range { from: key, to: key, count: 1 }),
    }
}

fn dedup(connection: &Connection, loaded: &mut Loaded) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(SQL_DEDUP)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(queue) = loaded.queues.get_mut(&row.get::<_, u32>(0)?) {
            let message: String = row.get(2)?;
            let (number, at) = (row.get::<_, i64>(3)?.unsigned_abs(), row.get::<_, i64>(4)?.unsigned_abs());
            queue.dedup.put(row.get::<_, String>(1)?.into(), Sent { message: message.into(), number, at });
        }
    }
    Ok(())
}
