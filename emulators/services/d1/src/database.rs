//! The handle on a database.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use greenroom_host::storage::{Recipe, Storage};
use greenroom_host::{Diagnostic, Host};

use crate::error::D1Error;
use crate::limits::Bounds;
use crate::query::{Answer, Exec, Query, State};
use crate::rows::Format;

/// Statements that stay compiled.
const CACHED_STATEMENTS: usize = 128;

/// A database. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct D1Database {
    pub(crate) storage: Storage,
    pub(crate) state: Arc<State>,
    /// The first and the last part of bookmarks: when this database was opened, in seconds, and something that differs each time.
    opened: (u64, u128),
}

impl D1Database {
    /// Opens the database `id`, which is made if it is not there.
    ///
    /// # Errors
    /// When its file cannot be used.
    pub fn open(host: &Host, id: &str) -> Result<Self, Diagnostic> {
        Self::open_within(host, id, Bounds::of(host.profile))
    }

    pub(crate) fn open_within(host: &Host, id: &str, bounds: Bounds) -> Result<Self, Diagnostic> {
        let state = Arc::new(State::new(host.clock.clone(), bounds));
        let recipe = Recipe::foreign().with_setup({
            let (state, clock) = (Arc::clone(&state), host.clock.clone());
            move |connection| {
                state.forget_size();
                connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
                state.gate.install(connection, &clock, &bounds)
            }
        });
        let storage = host.storage("d1", id, recipe)?;
        let opened = (host.clock.now().seconds(), host.ids.trace_id().0);
        Ok(Self { storage, state, opened })
    }

    /// Runs one query.
    ///
    /// # Errors
    /// What D1 or SQLite says; then nothing of it is kept.
    pub async fn query(&self, query: Query, format: Format) -> Result<Answer, D1Error> {
        let mut answers = self.batch(vec![query], format).await?;
        answers.pop().ok_or_else(|| D1Error::query("No SQL statements detected."))
    }

    /// Runs queries in order, as one transaction. Blank ones have no answer.
    ///
    /// # Errors
    /// What D1 or SQLite says of the first that fails; then nothing of any of them is kept.
    pub async fn batch(&self, queries: Vec<Query>, format: Format) -> Result<Vec<Answer>, D1Error> {
        let state = Arc::clone(&self.state);
        self.storage.read(move |connection| state.run(connection, &queries, format)).await
    }

    /// Runs lines of SQL without parameters, as one transaction.
    ///
    /// # Errors
    /// What D1 or SQLite says of the first that fails; then nothing of any of them is kept.
    pub async fn exec(&self, lines: Vec<String>) -> Result<Exec, D1Error> {
        let queries = lines.into_iter().map(|sql| Query { sql, params: Vec::new() }).collect();
        let answers = self.batch(queries, Format::First).await?;
        Ok(Exec { count: answers.len(), duration: answers.iter().map(|answer| answer.meta.duration).sum() })
    }

    /// Where the database is now: later bookmarks sort after earlier ones as text.
    #[must_use]
    pub fn bookmark(&self) -> String {
        let (seconds, mark) = self.opened;
        format!("{seconds:08x}-{:08x}-00000000-{mark:032x}", self.state.commits.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use greenroom_host::{Clock, Ids, Profile};

    use super::*;

    #[tokio::test]
    async fn a_database_that_is_full_says_so_and_can_be_emptied() {
        let host = Host::new(Clock::real(), Ids::from_seed(1), Profile::Production, None);
        let bounds = Bounds { database_bytes: Some(100_000), ..Bounds::of(host.profile) };
        let database = D1Database::open_within(&host, "test", bounds).unwrap();
        let query = |sql: &str| database.query(Query { sql: sql.to_owned(), params: Vec::new() }, Format::First);
        query("CREATE TABLE t (a)").await.unwrap();
        query("INSERT INTO t VALUES (zeroblob(50000))").await.unwrap();
        let error = query("INSERT INTO t VALUES (zeroblob(60000))").await.unwrap_err();
        assert_eq!(error.to_string(), "Exceeded maximum DB size");
        query("DELETE FROM t").await.unwrap();
        query("INSERT INTO t VALUES (zeroblob(60000))").await.unwrap();
    }

    #[tokio::test]
    async fn a_query_that_takes_too_long_is_stopped_and_the_database_goes_on() {
        let host = Host::new(Clock::real(), Ids::from_seed(1), Profile::Relaxed, None);
        let database = D1Database::open_within(&host, "test", Bounds { time: Duration::ZERO, ..Bounds::of(host.profile) }).unwrap();
        let query = |sql: &str| Query { sql: sql.to_owned(), params: Vec::new() };
        let endless = query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
        let error = database.query(endless, Format::First).await.unwrap_err();
        assert_eq!(error.to_string(), "D1 DB storage operation exceeded timeout which caused object to be reset.");
        assert_eq!(database.query(query("SELECT 1 AS a"), Format::First).await.unwrap().results, b"{\"a\":1}");
    }
}
