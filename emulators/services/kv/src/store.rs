//! The rows of a namespace. Times here are milliseconds since 1970.

use rusqlite::{Connection, OptionalExtension, Row, params};

/// Schema, by version. The value stands last, so that listing keys does not walk through the pages of values.
pub(crate) const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE entry (key TEXT NOT NULL PRIMARY KEY, expiration INTEGER, metadata TEXT, value BLOB NOT NULL);
CREATE INDEX entry_expiration ON entry (expiration) WHERE expiration IS NOT NULL;
",
    "
CREATE TABLE past (key TEXT NOT NULL PRIMARY KEY, written INTEGER NOT NULL, expiration INTEGER, metadata TEXT, value BLOB);
",
];

const GET: &str = "SELECT expiration, metadata, value FROM entry WHERE key = ?1 AND (expiration IS NULL OR expiration > ?2)";
const PUT: &str = "INSERT OR REPLACE INTO entry (key, expiration, metadata, value) VALUES (?1, ?2, ?3, ?4)";
const DELETE: &str = "DELETE FROM entry WHERE key = ?1";
const DELETE_EXPIRED: &str = "DELETE FROM entry WHERE expiration <= ?1";
const LIST: &str = "SELECT key, expiration, metadata FROM entry
    WHERE key > ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) AND (expiration IS NULL OR expiration > ?4)
    ORDER BY key LIMIT ?5";

// `past` has what was under a key before its last write, and when that was; no value: nothing was. It is filled while a fault makes reads
// see it, and stands in the database so that snapshots have it.
const KEEP: &str = "INSERT OR REPLACE INTO past (key, written, expiration, metadata, value)
    SELECT ?1, ?2, expiration, metadata, value FROM (SELECT 1) LEFT JOIN entry ON key = ?1";
const FORGET: &str = "DELETE FROM past WHERE written <= ?1";
const GET_PAST: &str = "SELECT expiration, metadata, value FROM past WHERE key = ?1 AND written > ?2";
const LIST_PAST: &str = "SELECT key, expiration, metadata FROM (
        SELECT key, expiration, metadata FROM entry WHERE key NOT IN (SELECT key FROM past WHERE written > ?6)
        UNION ALL SELECT key, expiration, metadata FROM past WHERE written > ?6 AND value IS NOT NULL)
    WHERE key > ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) AND (expiration IS NULL OR expiration > ?4)
    ORDER BY key LIMIT ?5";

pub(crate) struct ValueRow {
    pub(crate) metadata: Option<String>,
    pub(crate) expiration: Option<i64>,
    pub(crate) value: Vec<u8>,
}

pub(crate) struct KeyRow {
    pub(crate) key: String,
    pub(crate) expiration: Option<i64>,
    pub(crate) metadata: Option<String>,
}

pub(crate) fn get(connection: &Connection, key: &str, now: i64) -> rusqlite::Result<Option<ValueRow>> {
    let row = |row: &Row<'_>| Ok(ValueRow { expiration: row.get(0)?, metadata: row.get(1)?, value: row.get(2)? });
    connection.prepare_cached(GET)?.query_row(params![key, now], row).optional()
}

/// The same as it was before its last write, if that came after `since`.
pub(crate) fn get_past(connection: &Connection, key: &str, now: i64, since: i64) -> rusqlite::Result<Option<ValueRow>> {
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<Vec<u8>>>(2)?));
    let past: Option<(Option<i64>, _, _)> = connection.prepare_cached(GET_PAST)?.query_row(params![key, since], row).optional()?;
    let Some((expiration, metadata, value)) = past else { return get(connection, key, now) };
    let lives = expiration.is_none_or(|at| at > now);
    Ok(value.filter(|_| lives).map(|value| ValueRow { metadata, expiration, value }))
}

/// Keeps what is under `key`, which is about to be written, and forgets what was kept at `since` or earlier.
pub(crate) fn keep(connection: &Connection, key: &str, now: i64, since: i64) -> rusqlite::Result<()> {
    connection.prepare_cached(FORGET)?.execute([since])?;
    connection.prepare_cached(KEEP)?.execute(params![key, now])?;
    Ok(())
}

/// Writes the entry and forgets all that have expired.
pub(crate) fn put(
    connection: &Connection,
    now: i64,
    key: &str,
    expiration: Option<i64>,
    metadata: Option<&str>,
    value: &[u8],
) -> rusqlite::Result<()> {
    connection.prepare_cached(DELETE_EXPIRED)?.execute([now])?;
    connection.prepare_cached(PUT)?.execute(params![key, expiration, metadata, value])?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, key: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(DELETE)?.execute([key])?;
    Ok(())
}

/// Keys after `after` that start with `prefix`, in the order of their UTF-8 bytes, at most `limit`.
pub(crate) fn list(connection: &Connection, now: i64, prefix: &str, after: &str, limit: i64) -> rusqlite::Result<Vec<KeyRow>> {
    let row = |row: &Row<'_>| Ok(KeyRow { key: row.get(0)?, expiration: row.get(1)?, metadata: row.get(2)? });
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_map(params![after, prefix, end_of_prefix(prefix), now, limit], row)?;
    rows.collect()
}

/// The same as the keys were before their last writes, if those came after `since`.
pub(crate) fn list_past(
    connection: &Connection,
    now: i64,
    (prefix, after): (&str, &str),
    limit: i64,
    since: i64,
) -> rusqlite::Result<Vec<KeyRow>> {
    let row = |row: &Row<'_>| Ok(KeyRow { key: row.get(0)?, expiration: row.get(1)?, metadata: row.get(2)? });
    let mut statement = connection.prepare_cached(LIST_PAST)?;
    let rows = statement.query_map(params![after, prefix, end_of_prefix(prefix), now, limit, since], row)?;
    rows.collect()
}

/// The first text that is greater than every text that starts with `prefix`; none if there is no such text.
/// The order of UTF-8 bytes is the order of code points.
fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        let next = if last == '\u{d7ff}' { '\u{e000}' } else { char::from_u32(u32::from(last) + 1).unwrap_or(char::MAX) };
        if last != char::MAX {
            text.push(next);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::end_of_prefix;

    #[test]
    fn the_end_of_a_prefix_is_its_successor() {
        assert_eq!(end_of_prefix("a/").as_deref(), Some("a0"));
        assert_eq!(end_of_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(end_of_prefix("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(end_of_prefix("\u{10ffff}"), None);
        assert_eq!(end_of_prefix(""), None);
    }
}
