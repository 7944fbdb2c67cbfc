//! What is mounted where, in order.

use std::collections::BTreeSet;
use std::ffi::{CString, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use greenroom_host::Function;

use super::{TMP, system};

/// Steps that a process takes before its program runs. All texts are made beforehand.
#[derive(Clone)]
pub(super) struct Plan {
    steps: Vec<Step>,
}

#[derive(Clone)]
enum Step {
    /// Folders on top of each other, read only.
    Overlay { options: CString, on: CString },
    /// A folder at another place too.
    Bind { from: CString, on: CString },
    /// An empty folder in memory.
    Memory { options: CString, on: CString },
    /// A folder where something is mounted next.
    Folder(CString),
    /// A mount to another place.
    Move { from: CString, to: CString },
}

impl Plan {
    /// For the instances of `function`. `folder`: ours, for what mounts stand on; `runtime`: that of our runtimes; `programs`: where programs
    /// are.
    pub(super) fn of(function: &Function, folder: &Path, runtime: &Path, programs: &OsStr) -> io::Result<Self> {
        let mut plan = Self::empty(folder)?;
        let mut steps = vec![bind(&function.code, "/var/task")?, bind(runtime, "/var/runtime")?];
        if !function.layers.is_empty() {
            steps.push(overlay(function.layers.iter().rev().map(PathBuf::as_path), "/opt")?);
        }
        let kept = [&function.code].into_iter().chain(&function.layers).chain(&function.search).map(|path| entry_of(path));
        let as_they_are = std::env::split_paths(programs).filter(|path| path.is_dir()).chain([runtime.to_owned()]);
        let kept = kept.flatten().chain(as_they_are.filter(|path| path.starts_with(TMP) && path != Path::new(TMP)));
        let kept: BTreeSet<PathBuf> = kept.collect();
        steps.extend(temporary(folder, function.storage, &kept)?);
        plan.steps.extend(steps);
        Ok(plan)
    }

    /// What there is for every function.
    pub(super) fn empty(folder: &Path) -> io::Result<Self> {
        let var = folder.join("var");
        for name in ["task", "runtime"] {
            std::fs::create_dir_all(var.join(name))?;
        }
        std::fs::create_dir_all(folder.join("tmp"))?;
        Ok(Self { steps: vec![overlay([&*var].into_iter(), "/var")?] })
    }

    /// Makes a namespace and mounts everything in it. Only for a process that has one thread and runs a program next.
    pub(super) fn carry_out(&self) -> io::Result<()> {
        system::leave()?;
        self.steps.iter().try_for_each(Step::take)
    }
}

impl Step {
    fn take(&self) -> io::Result<()> {
        match self {
            Self::Overlay { options, on } => system::mount(Some(c"overlay"), on, Some(c"overlay"), 0, Some(options)),
            Self::Bind { from, on } => system::bind(from, on),
            Self::Memory { options, on } => system::memory(on, options),
            Self::Folder(path) => system::folder(path),
            Self::Move { from, to } => system::move_mount(from, to),
        }
    }
}

/// `folders`, the first at the top, and what `on` has already below them.
fn overlay<'a>(folders: impl Iterator<Item = &'a Path>, on: &'a str) -> io::Result<Step> {
    let own = Path::new(on);
    let all: Vec<&[u8]> = folders.chain(own.is_dir().then_some(own)).map(|path| path.as_os_str().as_bytes()).collect();
    // Both have a meaning there.
    if all.iter().any(|path| path.iter().any(|byte| b":,\\".contains(byte))) || !own.is_dir() {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    let options = [b"lowerdir=".as_slice(), &all.join(&b':')].concat();
    Ok(Step::Overlay { options: text(&options)?, on: text(on.as_bytes())? })
}

fn bind(from: &Path, on: &str) -> io::Result<Step> {
    Ok(Step::Bind { from: path(from)?, on: text(on.as_bytes())? })
}

/// An empty `/tmp` of this size, in MiB, but for what of the machine's own the function is made of.
fn temporary(folder: &Path, size: u32, kept: &BTreeSet<PathBuf>) -> io::Result<Vec<Step>> {
    let place = folder.join("tmp");
    let mut steps = vec![Step::Memory { options: text(format!("size={size}m,mode=1777").as_bytes())?, on: path(&place)? }];
    for own in kept {
        let mut at = place.clone();
        for part in own.strip_prefix(TMP).unwrap_or(own).components() {
            at.push(part);
            steps.push(Step::Folder(path(&at)?));
        }
        steps.push(Step::Bind { from: path(own)?, on: path(&at)? });
    }
    steps.push(Step::Move { from: path(&place)?, to: text(TMP.as_bytes())? });
    Ok(steps)
}

/// What stands in `/tmp` itself of a path below it: with a function's code, all that may be beside it is there.
fn entry_of(path: &Path) -> Option<PathBuf> {
    let below = path.strip_prefix(TMP).ok()?;
    below.components().next().filter(|part| matches!(part, Component::Normal(_))).map(|part| Path::new(TMP).join(part))
}

fn path(path: &Path) -> io::Result<CString> {
    text(path.as_os_str().as_bytes())
}

fn text(bytes: &[u8]) -> io::Result<CString> {
    CString::new(bytes).map_err(io::Error::from)
}
