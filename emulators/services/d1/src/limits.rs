//! The vendor's numbers. <https://developers.cloudflare.com/d1/platform/limits/>; those of SQLite itself as workerd sets them:
//! <https://github.com/cloudflare/workerd/blob/main/src/workerd/util/sqlite.c%2B%2B>

use std::time::Duration;

use greenroom_host::Profile;
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

/// Bytes of a string, a blob or a row, as workerd holds it.
/// <https://github.com/cloudflare/workerd/blob/main/src/workerd/util/sqlite.c%2B%2B>
const VALUE_BYTES: i32 = 4 * 1024 * 1024;

/// The same in production. <https://developers.cloudflare.com/d1/platform/limits/>
const VALUE_BYTES_IN_PRODUCTION: i32 = 2_000_000;

/// Arguments of a function, as workerd holds it.
/// <https://github.com/cloudflare/workerd/blob/main/src/workerd/util/sqlite.c%2B%2B>
const ARGUMENTS: i32 = 127;

/// The same in production. <https://developers.cloudflare.com/d1/platform/limits/>
const ARGUMENTS_IN_PRODUCTION: i32 = 32;

/// Bytes of a database on the paid plan, held in production. <https://developers.cloudflare.com/d1/platform/limits/>
const DATABASE_BYTES: i64 = 10_000_000_000;

const SQLITE: &[(Limit, i32)] = &[
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_COLUMN, COLUMNS),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
    (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_BYTES),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Limits of one database that depend on the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Longest time for one call.
    pub(crate) time: Duration,
    /// Most bytes of a string, a blob or a row.
    pub(crate) value_bytes: i32,
    /// Most arguments of a function.
    pub(crate) arguments: i32,
    /// Most bytes that its file may have.
    pub(crate) database_bytes: Option<i64>,
}

impl Bounds {
    pub(crate) fn of(profile: Profile) -> Self {
        match profile {
            Profile::Production => Self {
                time: QUERY,
                value_bytes: VALUE_BYTES_IN_PRODUCTION,
                arguments: ARGUMENTS_IN_PRODUCTION,
                database_bytes: Some(DATABASE_BYTES),
            },
            Profile::Relaxed | Profile::Off => Self { time: QUERY, value_bytes: VALUE_BYTES, arguments: ARGUMENTS, database_bytes: None },
        }
    }

    /// Sets them on a connection, and those that are the same in every profile.
    pub(crate) fn set(&self, connection: &Connection) -> rusqlite::Result<()> {
        for &(limit, value) in SQLITE {
            connection.set_limit(limit, value)?;
        }
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, self.value_bytes)?;
        connection.set_limit(Limit::SQLITE_LIMIT_FUNCTION_ARG, self.arguments)?;
        if let Some(bytes) = self.database_bytes {
            let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
            connection.query_row(&format!("PRAGMA max_page_count = {}", bytes / page), [], |_| Ok(()))?;
        }
        Ok(())
    }
}
