//! What D1 says about a query beside its results.

use serde::Serialize;

/// `meta` of a result, in the vendor's order. <https://developers.cloudflare.com/d1/worker-api/return-object/>
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meta {
    /// Who answered.
    pub served_by: &'static str,
    /// Whether that was the primary.
    pub served_by_primary: bool,
    /// How often the query was tried.
    pub total_attempts: u32,
    /// How long its parts took.
    pub timings: Timings,
    /// Milliseconds of real time.
    pub duration: f64,
    /// Rows inserted, updated or deleted, by triggers too.
    pub changes: u64,
    /// The rowid of the last insert on this database, whoever made it.
    pub last_row_id: i64,
    /// Whether the database is another than before.
    pub changed_db: bool,
    /// Bytes of the database's pages in use.
    pub size_after: u64,
    /// Rows that were looked at: an estimate, since SQLite counts only the steps of full scans.
    pub rows_read: u64,
    /// Rows that were written: an estimate, since entries of indexes are not counted.
    pub rows_written: u64,
}

/// `timings` of a result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timings {
    /// Milliseconds of real time that SQLite took.
    pub sql_duration_ms: f64,
}

/// `served_by` of every answer.
pub(crate) const SERVED_BY: &str = "greenroom.db";
