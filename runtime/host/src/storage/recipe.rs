//! Opening databases: how each is made ready, and what is said where it cannot be.

use rusqlite::{Connection, OpenFlags};

use super::Location;
use crate::diagnostic::Diagnostic;
use crate::state::View;

/// Kept in the file, so that a database of another program is not taken for ours.
const APPLICATION_ID: i32 = 0x4752_4e52;

type Setup = Box<dyn Fn(&Connection) -> rusqlite::Result<()> + Send + Sync>;

/// How a database is made ready whenever it is opened: at first, and again after its content was swapped for another.
pub struct Recipe {
    /// None: the schema is not ours, and `user_version` is left alone.
    migrations: Option<&'static [&'static str]>,
    setup: Setup,
    /// How its content is told apart from another's; none: table by table.
    pub(crate) view: Option<&'static dyn View>,
}

impl Recipe {
    /// A schema of ours, brought up to date: `migrations` are applied from the file's version (SQLite's `user_version`) on, each in a
    /// transaction of its own.
    #[must_use]
    pub fn ours(migrations: &'static [&'static str]) -> Self {
        Self { migrations: Some(migrations), setup: Box::new(|_| Ok(())), view: None }
    }

    /// A database whose schema is its user's: nothing is migrated.
    #[must_use]
    pub fn foreign() -> Self {
        Self { migrations: None, setup: Box::new(|_| Ok(())), view: None }
    }

    /// The same with `setup`, which runs before anything else can reach a connection, and again with each new one: for limits, an
    /// authorizer, functions, and for forgetting what was known of the content before.
    #[must_use]
    pub fn with_setup(mut self, setup: impl Fn(&Connection) -> rusqlite::Result<()> + Send + Sync + 'static) -> Self {
        self.setup = Box::new(setup);
        self
    }

    /// The same with `view`, which says what differs between two contents in the service's own words.
    #[must_use]
    pub fn with_view(mut self, view: &'static dyn View) -> Self {
        self.view = Some(view);
        self
    }

    /// A connection that is ready.
    pub(crate) fn open(&self, location: &Location) -> Result<Connection, Diagnostic> {
        let connection = self.connect(location)?;
        self.finish(&connection, location)?;
        Ok(connection)
    }

    /// A connection on what is there, migrated, without the last step.
    pub(crate) fn connect(&self, location: &Location) -> Result<Connection, Diagnostic> {
        self.prepare(connect(location)?, location)
    }

    /// Migrates what is on `connection`.
    pub(crate) fn prepare(&self, mut connection: Connection, location: &Location) -> Result<Connection, Diagnostic> {
        configure(&connection).map_err(|error| unusable(location, &error))?;
        if let Some(migrations) = self.migrations {
            migrate(&mut connection, migrations, location)?;
        }
        Ok(connection)
    }

    /// The last step: `setup`.
    pub(crate) fn finish(&self, connection: &Connection, location: &Location) -> Result<(), Diagnostic> {
        (self.setup)(connection).map_err(|error| unusable(location, &error))
    }
}

fn connect(location: &Location) -> Result<Connection, Diagnostic> {
    let path = match location {
        Location::Memory => return Connection::open_in_memory().map_err(|error| unusable(location, &error)),
        Location::File(path) => path,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Diagnostic::error(format!("the data folder cannot be made: {error}"))
                .in_file(folder)
                .hint("make it writable, or keep nothing on disk with `--ephemeral`")
        })?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| unusable(location, &error))
}

/// Bytes of the log beside a database that stay when what it held is in the database: large values pass through it whole.
const LOG_KEPT: u32 = 16 * 1024 * 1024;

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
    connection.execute_batch(&format!("PRAGMA journal_size_limit = {LOG_KEPT};"))
}

fn migrate(connection: &mut Connection, migrations: &[&str], location: &Location) -> Result<(), Diagnostic> {
    let fail = |error: rusqlite::Error| unusable(location, &error);
    let version: usize =
        connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).map_err(fail)?.try_into().unwrap_or(usize::MAX);
    if version > migrations.len() {
        return Err(at(
            location,
            Diagnostic::error(format!("this state file has version {version}, newer than this program knows: {}", migrations.len())),
        )
        .hint("use the version of greenroom that wrote it, or move the file away to start empty"));
    }
    for (index, migration) in migrations.iter().enumerate().skip(version) {
        let transaction = connection.transaction().map_err(fail)?;
        transaction.execute_batch(migration).map_err(fail)?;
        transaction.pragma_update(None, "user_version", i64::try_from(index + 1).unwrap_or(i64::MAX)).map_err(fail)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(fail)?;
        transaction.commit().map_err(fail)?;
    }
    Ok(())
}

fn at(location: &Location, diagnostic: Diagnostic) -> Diagnostic {
    match location {
        Location::File(path) => diagnostic.in_file(path),
        Location::Memory => diagnostic,
    }
}

pub(crate) fn unusable(location: &Location, error: &rusqlite::Error) -> Diagnostic {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseCorrupt, NotADatabase, ReadOnly};
    let hint = match error.sqlite_error_code() {
        Some(NotADatabase | DatabaseCorrupt) => "the file is damaged; move it away to start empty, nothing was changed in it",
        Some(CannotOpen | ReadOnly) => "make the file and its folder writable, or keep nothing on disk with `--ephemeral`",
        _ => "move the file away to start empty, or keep nothing on disk with `--ephemeral`",
    };
    at(location, Diagnostic::error(format!("this state file cannot be used: {error}"))).hint(hint)
}
