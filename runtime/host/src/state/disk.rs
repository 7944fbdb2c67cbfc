//! Folders: snapshots of apps that keep their state in files.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::error::StateError;
use super::image::{Image, Resource};
use super::snapshot::{Part, Stored, VERSION};
use crate::diagnostic::Diagnostic;
use crate::storage::{resource_of, state_file};

const PART: &str = "snapshot.json";
/// What the folders of snapshots that are being written begin with: no snapshot's name has a dot there.
const NEW: &str = ".new ";
/// The same, of snapshots that are being replaced.
const OLD: &str = ".old ";

/// The folder of a snapshot.
pub(crate) fn folder(data_dir: &Path, name: &str) -> PathBuf {
    data_dir.join("snapshots").join(name)
}

/// Its databases.
pub(crate) fn state_of(folder: &Path) -> PathBuf {
    folder.join("state")
}

/// The names of the snapshots in `data_dir`, in order.
pub(crate) fn names(data_dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(data_dir.join("snapshots")).into_iter().flatten().flatten();
    let names = entries.filter(|entry| entry.path().join(PART).is_file()).filter_map(|entry| entry.file_name().into_string().ok());
    // Those that are being written or deleted.
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

/// What is known of a snapshot; none if it is not there.
pub(crate) fn part(data_dir: &Path, name: &str) -> Result<Option<Part>, StateError> {
    let file = folder(data_dir, name).join(PART);
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Diagnostic::error(format!("this snapshot cannot be read: {error}")).in_file(file).into()),
    };
    let damaged = |why: String| Diagnostic::error(why).in_file(&file).hint("delete its folder, and make it anew");
    let version = serde_json::from_slice::<serde_json::Value>(&text).ok().and_then(|part| part["version"].as_u64());
    if version.is_some_and(|version| version > u64::from(VERSION)) {
        let newer = damaged(format!("the snapshot `{name}` is of a newer version of this program"));
        return Err(newer.hint("use the version of greenroom that wrote it").into());
    }
    serde_json::from_slice(&text).map(Some).map_err(|error| damaged(format!("the snapshot `{name}` is damaged: {error}")).into())
}

/// Whether a snapshot still has every database that it lists, as long as it was, and no other: one that is gone would be taken for one that
/// was empty, and one that came later would be put back with what it has never been together with.
pub(crate) fn check(data_dir: &Path, name: &str, part: &Part) -> Result<(), StateError> {
    let folder = folder(data_dir, name);
    let damaged = |file: &Path, why: &str| {
        let shown = file.strip_prefix(&folder).unwrap_or(file).display();
        Diagnostic::error(format!("snapshot {name} is damaged: {shown} {why}")).in_file(folder.join(PART))
    };
    let stranger =
        databases(&state_of(&folder))?.into_iter().find(|(found, _)| part.resources.iter().all(|listed| listed.resource != *found));
    if let Some((_, file)) = stranger {
        return Err(damaged(&file, "is not one of its databases").hint("take the file away; nothing was changed").into());
    }
    for Stored { resource, bytes } in &part.resources {
        let file = state_file(&state_of(&folder), &resource.service, &resource.id);
        let why = match std::fs::metadata(&file) {
            Ok(found) if found.is_file() && found.len() == *bytes => continue,
            Ok(found) if found.is_file() => format!("has {} bytes instead of {bytes}", found.len()),
            Ok(_) => "is no file".to_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => "is missing".to_owned(),
            Err(error) => format!("cannot be read: {error}"),
        };
        return Err(damaged(&file, &why).hint("delete the snapshot, and make it anew; nothing was changed").into());
    }
    Ok(())
}

/// Clears what a process left that was killed while it wrote a snapshot. Nothing may be written in `data_dir` meanwhile.
pub(crate) fn clear(data_dir: &Path) -> Result<(), StateError> {
    let entries = std::fs::read_dir(data_dir.join("snapshots")).into_iter().flatten().flatten();
    // A file is none of ours.
    for entry in entries.filter(|entry| entry.path().is_dir()) {
        let (path, file_name) = (entry.path(), entry.file_name());
        let Some(file_name) = file_name.to_str() else { continue };
        match file_name.strip_prefix(OLD) {
            // It was about to be replaced, and what was to replace it had not taken its place.
            Some(name) if !folder(data_dir, name).exists() => rename(&path, &folder(data_dir, name))?,
            Some(_) => delete(&path)?,
            None if file_name.starts_with(NEW) => delete(&path)?,
            None => {}
        }
    }
    Ok(())
}

/// The folder of a snapshot that is being written.
pub(crate) fn new_folder(data_dir: &Path, name: &str) -> PathBuf {
    folder(data_dir, &format!("{NEW}{name}"))
}

/// The folder of a snapshot that another takes the place of.
pub(crate) fn old_folder(data_dir: &Path, name: &str) -> PathBuf {
    folder(data_dir, &format!("{OLD}{name}"))
}

/// Writes what is known of the snapshot in `folder`.
pub(crate) fn write_part(folder: &Path, part: &Part) -> Result<(), StateError> {
    let text = serde_json::to_vec_pretty(part).unwrap_or_default();
    std::fs::write(folder.join(PART), text).map_err(|error| StateError::io("the snapshot cannot be written", &error))
}

/// Every database in a folder of state, whoever made it.
pub(crate) fn databases(state: &Path) -> Result<Vec<(Resource, PathBuf)>, StateError> {
    let mut found = Vec::new();
    for service in entries(state)? {
        let Some(name) = service.file_name().and_then(|name| name.to_str()).filter(|_| service.is_dir()) else { continue };
        for file in entries(&service)? {
            let stem = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".sqlite"));
            if let Some(id) = stem.and_then(resource_of) {
                found.push((Resource { service: name.to_owned(), id }, file));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, StateError> {
    match std::fs::read_dir(folder) {
        Ok(entries) => Ok(entries.flatten().map(|entry| entry.path()).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(StateError::io(&format!("`{}` cannot be read", folder.display()), &error)),
    }
}

/// Copies the databases of `from` to `to`.
pub(crate) fn copy_databases(from: &Path, to: &Path) -> Result<(), StateError> {
    for (resource, file) in databases(from)? {
        let target = new_file(to, &resource)?;
        std::fs::copy(&file, target).map_err(|error| StateError::io(&format!("{resource} cannot be copied"), &error))?;
    }
    Ok(())
}

/// Writes the databases of `image` to `to`.
pub(crate) fn write_databases(image: &Image, to: &Path) -> Result<(), StateError> {
    for (resource, bytes) in image {
        let target = new_file(to, resource)?;
        std::fs::write(target, bytes).map_err(|error| StateError::io(&format!("{resource} cannot be written"), &error))?;
    }
    Ok(())
}

/// The path of a database that is not there yet, in a folder that is.
pub(crate) fn new_file(state: &Path, resource: &Resource) -> Result<PathBuf, StateError> {
    let file = state_file(state, &resource.service, &resource.id);
    if let Some(folder) = file.parent() {
        make(folder)?;
    }
    Ok(file)
}

pub(crate) fn make(folder: &Path) -> Result<(), StateError> {
    std::fs::create_dir_all(folder).map_err(|error| StateError::io(&format!("`{}` cannot be made", folder.display()), &error))
}

/// Deletes a folder, if it is there.
pub(crate) fn delete(folder: &Path) -> Result<(), StateError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StateError::io(&format!("`{}` cannot be deleted", folder.display()), &error))
        }
        _ => Ok(()),
    }
}

pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), StateError> {
    std::fs::rename(from, to).map_err(|error| StateError::io(&format!("`{}` cannot be made", to.display()), &error))
}

/// A connection on a database that nothing of this process has open.
pub(crate) fn connect_closed(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// A database in `state` that another process has open; to be asked when this process has none of them open. Whoever closes a database
/// last deletes its log: where one stays after we have opened and closed it, we were not the last.
pub(crate) fn in_use(state: &Path) -> Option<PathBuf> {
    let files = databases(state).unwrap_or_default().into_iter().map(|(_, file)| file);
    files.into_iter().find(|file| {
        let log = file.with_extension("sqlite-wal");
        if !log.exists() {
            return false;
        }
        let look = |connection: Connection| connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
        connect_closed(file).and_then(look).is_ok() && log.exists()
    })
}

/// Puts `a` in the place of `b` and the other way round, in one step where the file system can.
pub(crate) fn exchange(a: &Path, b: &Path) -> Result<(), StateError> {
    use std::os::unix::ffi::OsStrExt;
    let text = |path: &Path| std::ffi::CString::new(path.as_os_str().as_bytes());
    if let (Ok(from), Ok(to)) = (text(a), text(b)) {
        // SAFETY: both are texts that end with a zero and live for the duration of the call.
        let done = unsafe { libc::renameat2(libc::AT_FDCWD, from.as_ptr(), libc::AT_FDCWD, to.as_ptr(), libc::RENAME_EXCHANGE) };
        if done == 0 {
            return Ok(());
        }
    }
    let aside = b.with_extension("aside");
    delete(&aside)?;
    rename(b, &aside)?;
    if let Err(error) = rename(a, b) {
        let _ = rename(&aside, b);
        return Err(error);
    }
    rename(&aside, a)
}
