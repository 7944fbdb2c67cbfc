//! The vendor's numbers. <https://developers.cloudflare.com/d1/platform/limits/>; those of SQLite itself as workerd sets them:
//! <https://github.com/cloudflare/workerd/blob/main/src/workerd/util/sqlite.c%2B%2B>

use std::time::Duration;

use rusqlite::Connection;
use rusqlite::limits::Limit;

/// Queries of one invocation on the paid plan; a batch is one. <https://developers.cloudflare.com/d1/platform/limits/>
pub const QUERIES: greenroom_host::Limit = greenroom_host::Limit {
    name: "d1.queries",
    of: "D1 queries in one invocation",
    most: 1_000,
    url: "https://developers.cloudflare.com/d1/platform/limits/",
};

/// Longest SQL text, in bytes. <https://developers.cloudflare.com/d1/platform/limits/>
pub const SQL_BYTES: usize = 100_000;

/// Longest time for one query. <https://developers.cloudflare.com/d1/platform/limits/>
pub const QUERY: Duration = Duration::from_secs(30);

/// Parameters of a statement. <https://developers.cloudflare.com/d1/platform/limits/>
const PARAMETERS: i32 = 100;

/// Columns of a table or a result. <https://developers.cloudflare.com/d1/platform/limits/>
const COLUMNS: i32 = 100;

/// Bytes of a LIKE or GLOB pattern. <https://developers.cloudflare.com/d1/platform/limits/>
const PATTERN_BYTES: i32 = 50;

/// Bytes of a string, a blob or a row. workerd holds 4 MiB; the page of limits says 2 MB.
/// <https://github.com/cloudflare/workerd/blob/main/src/workerd/util/sqlite.c%2B%2B>
const VALUE_BYTES: i32 = 4 * 1024 * 1024;

/// Arguments of a function. workerd holds 127; the page of limits says 32.
/// <https://github.com/cloudflare/workerd/blob/main/src/workerd/util/sqlite.c%2B%2B>
const ARGUMENTS: i32 = 127;

const SQLITE: &[(Limit, i32)] = &[
    (Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_COLUMN, COLUMNS),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
    (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, ARGUMENTS),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_BYTES),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

pub(crate) fn set(connection: &Connection) -> rusqlite::Result<()> {
    for &(limit, value) in SQLITE {
        connection.set_limit(limit, value)?;
    }
    Ok(())
}
