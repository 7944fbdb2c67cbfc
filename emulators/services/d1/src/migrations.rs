//! Migrations as wrangler applies them, into the same table, so that either tool knows what the other has done.
//! <https://developers.cloudflare.com/d1/reference/migrations/>

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use greenroom_host::Diagnostic;
use rusqlite::Connection;

use crate::database::D1Database;
use crate::error::D1Error;
use crate::glob;
use crate::limits::SQL_BYTES;
use crate::query::State;
use crate::script;
use crate::split;

/// Where migrations are and where it is written down which have been applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrations {
    /// The folder; it must be there.
    pub dir: PathBuf,
    /// Which files in it, as a glob relative to it.
    pub pattern: String,
    /// The table of names.
    pub table: String,
}

impl Migrations {
    /// Where wrangler looks for them without `migrations_dir`, relative to its configuration.
    pub const DEFAULT_DIR: &'static str = "migrations";
    /// Which files are migrations without `migrations_pattern`.
    pub const DEFAULT_PATTERN: &'static str = "*.sql";
    /// The table without `migrations_table`.
    pub const DEFAULT_TABLE: &'static str = "d1_migrations";

    /// The `*.sql` files of `dir`, written down in the usual table.
    #[must_use]
    pub fn in_dir(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), pattern: Self::DEFAULT_PATTERN.to_owned(), table: Self::DEFAULT_TABLE.to_owned() }
    }

    /// The names of all migrations, in the order in which they are applied: paths relative to the folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn names(&self) -> Result<Vec<String>, Diagnostic> {
        let mut names = Vec::new();
        collect(&self.dir, "", &mut names)?;
        names.retain(|name| glob::matches(&self.pattern, name));
        names.sort_by(|a, b| compare(a, b));
        Ok(names)
    }
}

/// What became of applying migrations.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Migrated {
    /// Those that were applied now, in order.
    pub applied: Vec<String>,
    /// What stopped it. Nothing of the migration that failed is kept, and those after it were not tried.
    pub failed: Option<Diagnostic>,
}

impl D1Database {
    /// Applies the migrations that have not been applied yet, each as one transaction.
    pub async fn apply_migrations(&self, migrations: &Migrations) -> Migrated {
        let mut migrated = Migrated::default();
        let outcome = self.apply_into(migrations, &mut migrated.applied).await;
        migrated.failed = outcome.err();
        migrated
    }

    /// The migrations that have not been applied yet, in order.
    ///
    /// # Errors
    /// A folder or a table that cannot be used.
    pub async fn unapplied_migrations(&self, migrations: &Migrations) -> Result<Vec<String>, Diagnostic> {
        let names = migrations.names()?;
        let done = self.applied(&migrations.table).await.map_err(|error| {
            Diagnostic::error(format!("the table of migrations `{}` cannot be used: {error}", migrations.table)).in_file(&migrations.dir)
        })?;
        Ok(names.into_iter().filter(|name| !done.contains(name)).collect())
    }

    async fn apply_into(&self, migrations: &Migrations, applied: &mut Vec<String>) -> Result<(), Diagnostic> {
        for name in self.unapplied_migrations(migrations).await? {
            let path = migrations.dir.join(&name);
            let sql = std::fs::read_to_string(&path)
                .map_err(|error| Diagnostic::error(format!("migration `{name}` cannot be read: {error}")).in_file(&path))?;
            let sql = without_transaction(&sql, &path)?;
            let (state, table, text, record) = (Arc::clone(&self.state), migrations.table.clone(), sql.clone(), name.clone());
            self.storage
                .read(move |connection| Ok(apply(&state, connection, &text, &table, &record)))
                .await
                .map_err(|error: D1Error| (error, 0))
                .and_then(|result| result)
                .map_err(|(error, start)| failure(&error, &name, &path, &sql, start))?;
            applied.push(name);
        }
        Ok(())
    }

    /// The names of the migrations that have been applied; the table is made if it is not there.
    async fn applied(&self, table: &str) -> Result<Vec<String>, D1Error> {
        let table = identifier(table);
        self.storage
            .read(move |connection| {
                connection.execute_batch(&format!(
                    "CREATE TABLE IF NOT EXISTS {table}(
                        id         INTEGER PRIMARY KEY AUTOINCREMENT,
                        name       TEXT UNIQUE,
                        applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
                    );"
                ))?;
                let mut statement = connection.prepare(&format!("SELECT name FROM {table} ORDER BY id"))?;
                let names = statement.query_map([], |row| row.get(0))?;
                Ok(names.collect::<Result<_, _>>()?)
            })
            .await
    }
}

/// Runs one migration and writes it down; an error comes with the byte offset of the statement that failed.
fn apply(state: &State, connection: &Connection, sql: &str, table: &str, name: &str) -> Result<(), (D1Error, usize)> {
    let mut at = 0;
    let result = state.transaction(connection, || {
        for range in split::statements(sql) {
            let statement = sql[range.clone()].trim_start();
            at = range.end - statement.len();
            if !split::has_statement(statement) {
                continue;
            }
            if statement.len() > SQL_BYTES {
                return Err(D1Error::query("statement too long: SQLITE_TOOBIG"));
            }
            state.leading_statement(connection, statement)?;
        }
        connection.execute(&format!("INSERT INTO {} (name) VALUES (?1)", identifier(table)), [name])?;
        Ok(())
    });
    result.map_err(|error| (error, at))
}

fn failure(error: &D1Error, name: &str, path: &Path, sql: &str, start: usize) -> Diagnostic {
    let offset = match error {
        D1Error::Query { offset: Some(offset), .. } => start + offset,
        _ => start,
    };
    Diagnostic::error(format!("migration `{name}` failed: {error}"))
        .in_file(path)
        .at(sql, offset)
        .hint("nothing of it was kept, and the migrations before it stay applied: correct it and start again")
}

/// Each migration is a transaction already.
fn without_transaction(sql: &str, path: &Path) -> Result<String, Diagnostic> {
    script::without_transaction(sql).map_err(|offset| {
        Diagnostic::error("this migration has several transactions")
            .in_file(path)
            .at(sql, offset)
            .hint("remove `BEGIN TRANSACTION` and `COMMIT`: D1 runs each migration as one transaction")
    })
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn collect(dir: &Path, prefix: &str, names: &mut Vec<String>) -> Result<(), Diagnostic> {
    let unreadable = |error: std::io::Error| {
        Diagnostic::error(format!("the folder of migrations cannot be read: {error}"))
            .in_file(dir)
            .hint("make the folder, or point `migrations_dir` of the database at it")
    };
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), names)?;
        } else {
            names.push(path);
        }
    }
    Ok(())
}

/// wrangler's order: segment by segment by the number before the first `_`, those without a number last, then by text.
fn compare(a: &str, b: &str) -> Ordering {
    let by_segment = a.split('/').zip(b.split('/')).map(|(a, b)| match (number(a), number(b)) {
        (Some(x), Some(y)) => x.cmp(&y).then_with(|| a.cmp(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    });
    by_segment.fold(Ordering::Equal, Ordering::then).then_with(|| a.matches('/').count().cmp(&b.matches('/').count()))
}

/// The number with which the first segment of a name begins.
pub(crate) fn number(segment: &str) -> Option<u64> {
    let first = segment.split('_').next()?.trim_start();
    let digits = first.len() - first.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    first[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_ordered_by_number_and_then_by_name() {
        let mut names = ["init.sql", "10_c.sql", "9_b.sql", "0001_z.sql", "1_a.sql", "2024/b.sql", "10_c/x.sql"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["0001_z.sql", "1_a.sql", "9_b.sql", "10_c/x.sql", "10_c.sql", "2024/b.sql", "init.sql"]);
    }
}
