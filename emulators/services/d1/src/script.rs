//! SQL text of several statements, run as one transaction: what `d1 execute` does with a command or a file.

use std::sync::Arc;

use rusqlite::Connection;

use crate::database::D1Database;
use crate::error::D1Error;
use crate::query::{Answer, Query, State};
use crate::rows::Format;
use crate::split;

/// What is said of a text that has transactions of its own.
const SEVERAL_TRANSACTIONS: &str = "Wrangler could not process the provided SQL file, as it contains several transactions.\n\
    D1 runs your SQL in a transaction for you.\nPlease export an SQL file from your SQLite database and try again.";

/// Why a text could not be run, and where in it.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct ScriptError {
    /// What D1 or SQLite says.
    #[source]
    pub error: D1Error,
    /// Byte offset of the place, or of the statement where the place is not known.
    pub offset: usize,
}

impl D1Database {
    /// Runs the statements of `sql`, each with an answer of its own. What `sqlite3 .dump` puts around a file is passed over.
    ///
    /// # Errors
    /// What the first statement says that fails; then nothing of any of them is kept.
    pub async fn script(&self, sql: String) -> Result<Vec<Answer>, ScriptError> {
        let state = Arc::clone(&self.state);
        let closed = |error: D1Error| ScriptError { error, offset: 0 };
        self.storage.read(move |connection| Ok::<_, D1Error>(run(&state, connection, &sql))).await.map_err(closed)?
    }
}

fn run(state: &State, connection: &Connection, sql: &str) -> Result<Vec<Answer>, ScriptError> {
    let sql = without_transaction(sql).map_err(|offset| ScriptError { error: D1Error::query(SEVERAL_TRANSACTIONS), offset })?;
    let mut at = 0;
    let result = state.transaction(connection, || {
        let mut answers = Vec::new();
        for range in split::statements(&sql) {
            let statement = sql[range.clone()].trim_start();
            at = range.end - statement.len();
            if split::has_statement(statement) {
                let query = Query { sql: statement.to_owned(), params: Vec::new() };
                answers.push(state.query(connection, &query, Format::Objects)?);
            }
        }
        if answers.is_empty() {
            return Err(D1Error::query("No SQL statements detected."));
        }
        Ok(answers)
    });
    result.map_err(|error| {
        let within = if let D1Error::Query { offset: Some(offset), .. } = error { offset } else { 0 };
        ScriptError { error, offset: at + within }
    })
}

/// `sql` with the transaction blanked out that `sqlite3 .dump` puts around it, so that positions stay. The error is the byte offset of a
/// second one.
pub(crate) fn without_transaction(sql: &str) -> Result<String, usize> {
    const BEGIN: &str = "BEGIN TRANSACTION;";
    const COMMIT: &str = "COMMIT;";
    if !sql.contains("BEGIN TRANSACTION") {
        return Ok(sql.to_owned());
    }
    let blanked = sql.replacen(BEGIN, &" ".repeat(BEGIN.len()), 1).replacen(COMMIT, &" ".repeat(COMMIT.len()), 1);
    match blanked.find("BEGIN TRANSACTION") {
        None => Ok(blanked),
        Some(offset) => Err(offset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transaction_of_a_dump_is_blanked_out() {
        let sql = "BEGIN TRANSACTION;\nCREATE TABLE a (b);\nCOMMIT;\n";
        let blanked = without_transaction(sql).unwrap();
        assert_eq!((blanked.len(), blanked.trim()), (sql.len(), "CREATE TABLE a (b);"));
        assert_eq!(without_transaction(&sql.repeat(2)), Err(sql.len()));
    }
}
