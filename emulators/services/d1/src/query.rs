//! Running queries on the connection.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use greenroom_host::Clock;
use rusqlite::{Connection, ErrorCode, StatementStatus};
use serde::Deserialize;

use crate::error::D1Error;
use crate::gate::Gate;
use crate::limits::{Bounds, SQL_BYTES};
use crate::meta::{Meta, SERVED_BY, Timings};
use crate::rows::{Format, RowWriter};
use crate::split;
use crate::value::Param;

const SIZE: &str = "SELECT ((SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count))
    * (SELECT page_size FROM pragma_page_size)";

const RESERVED: &str = "SELECT 1 FROM sqlite_schema WHERE lower(substr(name, 1, 4)) = '_cf_'";

/// A statement, or several of which the last may have parameters. `[sql, params]` in JSON.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Query {
    /// SQL.
    pub sql: String,
    /// As many as the SQL has parameters, the first for `?1`.
    pub params: Vec<Param>,
}

/// What a query answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// JSON text in the shape that was asked for.
    pub results: Vec<u8>,
    /// What goes with it.
    pub meta: Meta,
}

/// What `exec` answers.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Exec {
    /// Queries that ran.
    pub count: usize,
    /// Milliseconds of real time.
    pub duration: f64,
}

/// What belongs to one open database beside its connection.
pub(crate) struct State {
    pub(crate) gate: Gate,
    pub(crate) clock: Clock,
    pub(crate) bounds: Bounds,
    /// Bytes in use after the last statement that could change it; `UNKNOWN` before.
    size: AtomicU64,
    /// SQLite's `data_version` for that size: another one, if another process has written since.
    version: AtomicU64,
    /// Transactions that were committed.
    pub(crate) commits: AtomicU64,
}

const UNKNOWN: u64 = u64::MAX;

impl State {
    pub(crate) fn new(clock: Clock, bounds: Bounds) -> Self {
        Self {
            gate: Gate::default(),
            clock,
            bounds,
            size: AtomicU64::new(UNKNOWN),
            version: AtomicU64::new(UNKNOWN),
            commits: AtomicU64::new(0),
        }
    }

    /// To be called where the connection is another: what was known of the content before is of no use.
    pub(crate) fn forget_size(&self) {
        self.size.store(UNKNOWN, Ordering::Relaxed);
    }

    /// Runs `queries` as one transaction.
    pub(crate) fn run(&self, connection: &Connection, queries: &[Query], format: Format) -> Result<Vec<Answer>, D1Error> {
        let queries: Vec<&Query> = queries.iter().filter(|query| !is_skipped(&query.sql)).collect();
        if queries.is_empty() {
            return Err(D1Error::query("No SQL statements detected."));
        }
        let all = || queries.iter().map(|query| self.query(connection, query, format)).collect();
        match queries[..] {
            [only] if is_read(&only.sql) => self.limited(all),
            _ => self.transaction(connection, all),
        }
    }

    /// Runs `work` between BEGIN and COMMIT, or ROLLBACK if it fails.
    pub(crate) fn transaction<T>(&self, connection: &Connection, work: impl FnOnce() -> Result<T, D1Error>) -> Result<T, D1Error> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let result = self.limited(work).and_then(|value| {
            connection.execute_batch("COMMIT")?;
            Ok(value)
        });
        if result.is_ok() {
            self.commits.fetch_add(1, Ordering::Relaxed);
        } else {
            self.size.store(UNKNOWN, Ordering::Relaxed);
            // Some errors end the transaction by themselves.
            if !connection.is_autocommit() {
                connection.execute_batch("ROLLBACK")?;
            }
        }
        result
    }

    fn limited<T>(&self, work: impl FnOnce() -> T) -> T {
        self.gate.until(self.clock.uptime() + self.bounds.time, work)
    }

    pub(crate) fn query(&self, connection: &Connection, query: &Query, format: Format) -> Result<Answer, D1Error> {
        let started = self.clock.uptime();
        let size_before = self.size(connection)?;
        let (changes_before, row_before) = (connection.total_changes(), connection.last_insert_rowid());
        let mut writer = RowWriter::new(format);
        let rows_read = self.statements(connection, query, &mut writer)?;
        if !is_read(&query.sql) {
            self.size.store(UNKNOWN, Ordering::Relaxed);
        }
        let changes = connection.total_changes() - changes_before;
        let last_row_id = connection.last_insert_rowid();
        let size_after = self.size(connection)?;
        let duration = milliseconds(self.clock.uptime().saturating_sub(started));
        let meta = Meta {
            served_by: SERVED_BY,
            served_by_primary: true,
            total_attempts: 1,
            timings: Timings { sql_duration_ms: duration },
            duration,
            changes,
            last_row_id,
            changed_db: changes != 0 || last_row_id != row_before || size_after != size_before,
            size_after,
            rows_read,
            rows_written: changes,
        };
        Ok(Answer { results: writer.finish(), meta })
    }

    fn size(&self, connection: &Connection) -> Result<u64, D1Error> {
        let number = |sql: &str| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
        let version = u64::try_from(number("PRAGMA data_version")?).unwrap_or_default();
        let known = self.size.load(Ordering::Relaxed);
        if self.version.swap(version, Ordering::Relaxed) == version && known != UNKNOWN {
            return Ok(known);
        }
        let size = u64::try_from(number(SIZE)?).unwrap_or_default();
        self.size.store(size, Ordering::Relaxed);
        Ok(size)
    }

    /// Runs all statements of the query and keeps the rows of the last; how many rows were looked at for it.
    fn statements(&self, connection: &Connection, query: &Query, writer: &mut RowWriter) -> Result<u64, D1Error> {
        if query.sql.len() > SQL_BYTES {
            return Err(D1Error::query("statement too long: SQLITE_TOOBIG"));
        }
        if split::is_single(&query.sql) {
            return self.statement(connection, &query.sql, &query.params, writer);
        }
        let mut ranges = split::statements(&query.sql);
        let last = ranges.pop().unwrap_or_default();
        for range in ranges {
            self.leading_statement(connection, query.sql[range].trim_start())?;
        }
        // Blanks before the first statement count in the positions of its errors; those before later ones do not.
        let text = if last.start == 0 { &query.sql[last] } else { query.sql[last].trim_start() };
        self.statement(connection, text, &query.params, writer)
    }

    /// A statement that is not the last: without parameters, its rows go nowhere.
    pub(crate) fn leading_statement(&self, connection: &Connection, sql: &str) -> Result<(), D1Error> {
        let result = self.statement(connection, sql, &[], &mut RowWriter::new(Format::First));
        match result {
            Err(D1Error::Query { message, .. }) if message == WRONG_NUMBER => {
                Err(D1Error::query("When executing multiple SQL statements in a single call, only the last statement can have parameters."))
            }
            other => other.map(drop),
        }
    }

    fn statement(&self, connection: &Connection, sql: &str, params: &[Param], writer: &mut RowWriter) -> Result<u64, D1Error> {
        if !split::has_statement(sql) {
            return Err(D1Error::query("SQL code did not contain a statement."));
        }
        self.gate.guest(|| {
            let mut statement = connection.prepare_cached(sql).map_err(|error| self.describe(&error, sql))?;
            if statement.parameter_count() != params.len() {
                return Err(D1Error::query(WRONG_NUMBER));
            }
            for (index, param) in params.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, param).map_err(|error| self.describe(&error, sql))?;
            }
            statement.reset_status(StatementStatus::FullscanStep);
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(|error| self.describe(&error, sql))? {
                writer.row(row)?;
            }
            drop(rows);
            if self.gate.took_rename() && has_reserved_name(connection)? {
                return Err(D1Error::query("not authorized: SQLITE_AUTH"));
            }
            writer.columns(&statement);
            let steps = u64::try_from(statement.get_status(StatementStatus::FullscanStep)).unwrap_or_default();
            Ok(if steps > 0 { (steps + 1).max(writer.rows()) } else { writer.rows() })
        })
    }

    fn describe(&self, error: &rusqlite::Error, sql: &str) -> D1Error {
        if error.sqlite_error_code() == Some(ErrorCode::AuthorizationForStatementDenied) && self.gate.refused_transaction() {
            return D1Error::transaction();
        }
        if error.sqlite_error_code() == Some(ErrorCode::DiskFull) && self.bounds.database_bytes.is_some() {
            return D1Error::query(FULL);
        }
        D1Error::sqlite(error, sql.len() - sql.trim_start().len())
    }
}

/// What production says of a database that would grow beyond its limit.
const FULL: &str = "Exceeded maximum DB size";
const WRONG_NUMBER: &str = "Wrong number of parameter bindings for SQL query.";

/// Whether a table has a name that is the platform's. Its statement is undone with the transaction that it is in.
fn has_reserved_name(connection: &Connection) -> Result<bool, D1Error> {
    Ok(connection.prepare_cached(RESERVED)?.exists([])?)
}

/// Whether it is a single SELECT, which needs no transaction and changes nothing.
fn is_read(sql: &str) -> bool {
    let start = sql.trim_start().as_bytes();
    start.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"SELECT"))
        && start.get(6).is_some_and(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
        && split::is_single(sql)
}

/// Whether D1 passes over it: nothing but blanks and comments that are indented or follow a blank line.
fn is_skipped(sql: &str) -> bool {
    let mut after_blank = false;
    sql.lines().all(|line| {
        let text = line.trim();
        let skipped = text.is_empty() || (text.starts_with("--") && (after_blank || line.starts_with(char::is_whitespace)));
        after_blank = text.is_empty();
        skipped
    })
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_select_is_a_read() {
        assert!(is_read(" \n select 1") && is_read("SELECT*FROM a;"));
        assert!(!is_read("SELECT 1; DELETE FROM a") && !is_read("WITH a AS (SELECT 1) DELETE FROM b") && !is_read("SELECTED"));
    }

    #[test]
    fn indented_comments_and_blanks_are_passed_over() {
        assert!(is_skipped("") && is_skipped(" \n ") && is_skipped("  -- a\n\n-- b") && is_skipped("\t-- a"));
        assert!(!is_skipped("-- a") && !is_skipped("  -- a\n-- b") && !is_skipped(" SELECT 1"));
    }
}
