//! Unpacking what somebody sent: nothing of it gets out of its folder, and no more comes out than may.

use std::fs;
use std::io::{Cursor, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};

use greenroom_aws_wire::ApiError;
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::error::{Fault, invalid};

/// Unpacks `bytes` into `folder`, which is made; `most` bytes may come out.
///
/// # Errors
/// AWS's words for what cannot be unpacked, or is too much.
pub(super) fn into(folder: &Path, bytes: &[u8], most: u64) -> Result<(), ApiError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| refused())?;
    if archive.is_empty() {
        return Err(invalid("Uploaded file must be a non-empty zip"));
    }
    fs::create_dir_all(folder).map_err(|_| Fault)?;
    let (mut unpacked, mut links) = (0, Vec::new());
    for index in 0..archive.len() {
        // An entry that is encrypted cannot be opened without a password.
        let mut entry = archive.by_index(index).map_err(|_| refused())?;
        let path = entry.name().ok().and_then(|name| inside(Path::new(&*name))).ok_or_else(refused)?;
        if entry.is_dir() {
            fs::create_dir_all(folder.join(&path)).map_err(|_| refused())?;
        } else if entry.is_symlink() {
            links.push((path, link_target(&mut entry)?));
        } else {
            unpacked += file(&folder.join(&path), &mut entry, most - unpacked)?.ok_or_else(|| too_much(most))?;
        }
    }
    // Links come last, so that no entry is written through one.
    links.iter().try_for_each(|(path, target)| link(folder, path, target))
}

/// The path without `.` and such; none where it leads out.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(part) => inside.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!inside.as_os_str().is_empty()).then_some(inside)
}

/// Writes one file; how many bytes it has, and none where that is more than `most`.
fn file<R: Read>(path: &Path, entry: &mut ZipFile<'_, R>, most: u64) -> Result<Option<u64>, ApiError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|_| refused())?;
    }
    let mode = entry.unix_mode().unwrap_or(0o644) & 0o777;
    let mut written = fs::File::create(path).map_err(|_| refused())?;
    let size = std::io::copy(&mut entry.take(most + 1), &mut written).map_err(|_| refused())?;
    if size > most {
        return Ok(None);
    }
    // Whatever the file says, it can be read here.
    fs::set_permissions(path, fs::Permissions::from_mode(mode | 0o400)).map_err(|_| Fault)?;
    Ok(Some(size))
}

fn link_target<R: Read>(entry: &mut ZipFile<'_, R>) -> Result<PathBuf, ApiError> {
    let mut target = String::new();
    entry.take(4096).read_to_string(&mut target).map_err(|_| refused())?;
    Ok(PathBuf::from(target))
}

fn link(folder: &Path, path: &Path, target: &Path) -> Result<(), ApiError> {
    let at = folder.join(path);
    let parent = at.parent().ok_or_else(refused)?;
    fs::create_dir_all(parent).map_err(|_| refused())?;
    // Where it really lies: the way there may go through links that came before it.
    let (real, root) = (parent.canonicalize().map_err(|_| refused())?, folder.canonicalize().map_err(|_| Fault)?);
    let mut depth = real.strip_prefix(root).map_err(|_| refused())?.components().count();
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir => depth = depth.checked_sub(1).ok_or_else(refused)?,
            Component::RootDir | Component::Prefix(_) => return Err(refused()),
        }
    }
    symlink(target, &at).map_err(|_| refused())
}

fn too_much(most: u64) -> ApiError {
    invalid(format!("Unzipped size must be smaller than {most} bytes"))
}

fn refused() -> ApiError {
    invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
}

#[cfg(test)]
mod tests;
