//! Snapshots as one file, to be carried to another machine: an SQLite database that has the databases in pieces, with their digests.

use std::fs::FileType;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::error::StateError;
use super::image::{Image, Resource};
use super::snapshot::{Moment, Snapshot};
use super::take::discard;
use super::{State, disk, name};
use crate::diagnostic::Diagnostic;

/// `GRNX`: what tells it from other databases.
const APPLICATION_ID: i32 = 0x4752_4e58;
/// The version of files that this program writes.
const VERSION: i64 = 1;
/// Bytes of a piece: well below what a row may hold.
const PIECE: usize = 4 * 1024 * 1024;

const SCHEMA: &str = "
CREATE TABLE snapshot (name TEXT NOT NULL, moment TEXT NOT NULL);
CREATE TABLE app (name TEXT NOT NULL PRIMARY KEY);
CREATE TABLE database (id INTEGER PRIMARY KEY, app TEXT NOT NULL, service TEXT NOT NULL, resource TEXT NOT NULL, sha256 BLOB NOT NULL);
CREATE TABLE piece (database INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (database, number));
";

/// What a file has.
struct Content {
    name: String,
    moment: Moment,
    apps: Vec<(String, Image)>,
}

impl State {
    /// Writes the snapshot `name`, or what is there now (none), to a new file. With `replace` it may take the place of a regular file, of
    /// nothing else.
    ///
    /// # Errors
    /// An unknown name, something that is there and may not be replaced, a file that cannot be written. Then there is no new file.
    pub fn export(&self, name: Option<&str>, file: &Path, replace: bool, moment: impl FnOnce() -> Moment) -> Result<Snapshot, StateError> {
        may_be_written(file, replace)?;
        let content = {
            let mut registry = self.lock();
            match name {
                Some(name) => {
                    let apps = registry.kept(name)?.into_iter().collect();
                    Content { name: name.to_owned(), moment: registry.find(name)?.moment, apps }
                }
                None => {
                    let apps = registry.images()?.into_iter().collect();
                    Content { name: "exported".to_owned(), moment: moment(), apps }
                }
            }
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let beside = file.with_file_name(format!(".{name}.greenroom-new"));
        let written = write(&beside, &content).and_then(|()| {
            // Once more: something may have come there in the meantime.
            may_be_written(file, replace)?;
            disk::rename(&beside, file)
        });
        if let Err(error) = written {
            let _ = std::fs::remove_file(&beside);
            return Err(error);
        }
        Ok(content.shown())
    }

    /// Keeps what is in `file` as a snapshot, under `name` or the name that it had.
    ///
    /// # Errors
    /// A file that is none of these, of a newer version, or damaged; an app that is not in this run; a name that is taken. Then nothing was
    /// changed.
    pub fn import(&self, file: &Path, name: Option<&str>, replace: bool) -> Result<Snapshot, StateError> {
        let mut content = read(file)?;
        if let Some(name) = name {
            name.clone_into(&mut content.name);
        }
        name::check(&content.name)?;
        let mut registry = self.lock();
        registry.clear()?;
        if !replace && registry.names().contains(&content.name) {
            return Err(StateError::Exists(content.name));
        }
        let mut parts = Vec::new();
        for (app, image) in content.apps {
            // The only app here is the only one there, whatever it is called.
            let index = registry.apps.iter().position(|known| known.name == app);
            let index = index.or_else(|| (registry.apps.len() == 1 && parts.is_empty()).then_some(0));
            let index = index.ok_or_else(|| stranger(file, &app))?;
            parts.push((index, image));
        }
        let mut taken = Vec::new();
        for (index, image) in parts {
            match registry.apps[index].take_image(&content.name, image) {
                Ok(part) => taken.push((index, part)),
                Err(error) => {
                    discard(taken);
                    return Err(error);
                }
            }
        }
        let apps = registry.keep(&content.name, taken, &content.moment)?;
        Ok(Snapshot { name: content.name, moment: content.moment, apps })
    }
}

impl Content {
    fn shown(self) -> Snapshot {
        let apps = self.apps.into_iter().map(|(app, image)| (app, super::take::Taken::Memory(image).stored()));
        Snapshot { name: self.name, moment: self.moment, apps: apps.collect() }
    }
}

/// Whether `file` is nothing yet or, with `replace`, a regular file. Links are not followed: what they lead to was not named.
fn may_be_written(file: &Path, replace: bool) -> Result<(), StateError> {
    let kind = match std::fs::symlink_metadata(file) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            let unknown = Diagnostic::error(format!("the file cannot be written: {error}")).in_file(file);
            return Err(StateError::File(Box::new(unknown.hint("take another name"))));
        }
    };
    let refused = match kind_of(kind) {
        None if replace => return Ok(()),
        None => {
            let exists = Diagnostic::error("there is a file of that name already").in_file(file);
            exists.hint("take another name, or write over it with `--force`")
        }
        Some(kind) => {
            let other = Diagnostic::error(format!("there is {kind} of that name, and only a file can be written over")).in_file(file);
            other.hint("take another name")
        }
    };
    Err(StateError::File(Box::new(refused)))
}

/// What it is called; none for a regular file.
fn kind_of(kind: FileType) -> Option<&'static str> {
    if kind.is_file() {
        None
    } else if kind.is_dir() {
        Some("a folder")
    } else if kind.is_symlink() {
        Some("a symbolic link")
    } else if kind.is_fifo() {
        Some("a named pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else {
        Some("a device")
    }
}

fn stranger(file: &Path, app: &str) -> StateError {
    let unknown = Diagnostic::error(format!("this file has state of the app `{app}`, which is not in this run")).in_file(file);
    StateError::File(Box::new(unknown.hint("serve that app too, or export it from a run of these apps alone")))
}

fn write(file: &Path, content: &Content) -> Result<(), StateError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(StateError::io("the file cannot be written", &error)),
        _ => {}
    }
    write_database(file, content).map_err(|error| {
        let StateError::Failed(failed) = StateError::sqlite("the file cannot be written", &error) else {
            return StateError::from(Diagnostic::error(error.to_string()));
        };
        failed.in_file(file).into()
    })
}

fn write_database(file: &Path, content: &Content) -> rusqlite::Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")?;
    connection.execute_batch(SCHEMA)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    let moment = serde_json::to_string(&content.moment).unwrap_or_default();
    connection.execute("INSERT INTO snapshot VALUES (?1, ?2)", params![content.name, moment])?;
    for (app, image) in &content.apps {
        connection.execute("INSERT INTO app VALUES (?1)", [app])?;
        for (Resource { service, id }, bytes) in image {
            let digest = Sha256::digest(bytes);
            let row = params![app, service, id, digest.as_slice()];
            connection.execute("INSERT INTO database (app, service, resource, sha256) VALUES (?1, ?2, ?3, ?4)", row)?;
            let database = connection.last_insert_rowid();
            for (number, piece) in (0_i64..).zip(bytes.chunks(PIECE)) {
                connection.execute("INSERT INTO piece VALUES (?1, ?2, ?3)", params![database, number, piece])?;
            }
        }
    }
    connection.execute_batch("COMMIT")?;
    connection.close().map_err(|(_, error)| error)
}

fn read(file: &Path) -> Result<Content, StateError> {
    let wrong = |message: String, hint: &str| StateError::File(Box::new(Diagnostic::error(message).in_file(file).hint(hint)));
    if !file.is_file() {
        return Err(wrong("there is no such file".to_owned(), "name a file that `greenroom state export` has written"));
    }
    let foreign = || wrong("this is no file that `greenroom state export` has written".to_owned(), "is it another, or cut off?");
    let damaged =
        |error: rusqlite::Error| wrong(format!("this file is damaged or cut off: {error}"), "export it again; nothing was changed");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(damaged)?;
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    if pragma("application_id").map_err(|_| foreign())? != i64::from(APPLICATION_ID) {
        return Err(foreign());
    }
    let version = pragma("user_version").map_err(damaged)?;
    if version > VERSION {
        let message = format!("this file has version {version}, newer than this program knows: {VERSION}");
        return Err(wrong(message, "use the version of greenroom that wrote it, or a later one"));
    }
    // What is missing at the end may be nothing but zeros, which SQLite would not miss.
    let whole = pragma("page_count").and_then(|pages| Ok(pages * pragma("page_size")?)).map_err(damaged)?;
    if std::fs::metadata(file).ok().and_then(|file| i64::try_from(file.len()).ok()) != Some(whole) {
        return Err(wrong("this file is cut off".to_owned(), "export it again; nothing was changed"));
    }
    let content = read_database(&connection).map_err(damaged)?;
    content.ok_or_else(|| {
        wrong("this file is damaged: its content is not what was written".to_owned(), "export it again; nothing was changed")
    })
}

/// None: something is missing or another than it was.
fn read_database(connection: &Connection) -> rusqlite::Result<Option<Content>> {
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let found = connection.query_row("SELECT name, moment FROM snapshot", [], row).optional()?;
    let Some((name, moment)) = found else { return Ok(None) };
    let Ok(moment) = serde_json::from_str(&moment) else { return Ok(None) };
    let mut statement = connection.prepare("SELECT name FROM app ORDER BY name")?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut apps = Vec::new();
    for app in names {
        let Some(image) = read_image(connection, &app)? else { return Ok(None) };
        apps.push((app, image));
    }
    Ok(Some(Content { name, moment, apps }))
}

fn read_image(connection: &Connection, app: &str) -> rusqlite::Result<Option<Image>> {
    let mut databases = connection.prepare("SELECT id, service, resource, sha256 FROM database WHERE app = ?1")?;
    let mut pieces = connection.prepare("SELECT bytes FROM piece WHERE database = ?1 ORDER BY number")?;
    let mut rows = databases.query([app])?;
    let mut image = Image::new();
    while let Some(row) = rows.next()? {
        let mut bytes = Vec::new();
        let mut parts = pieces.query([row.get::<_, i64>(0)?])?;
        while let Some(piece) = parts.next()? {
            bytes.extend_from_slice(piece.get_ref(0)?.as_blob()?);
        }
        if Sha256::digest(&bytes).as_slice() != row.get_ref(3)?.as_blob()? {
            return Ok(None);
        }
        image.insert(Resource { service: row.get(1)?, id: row.get(2)? }, bytes.into());
    }
    Ok(Some(image))
}
