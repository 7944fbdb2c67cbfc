//! Starting the extensions that layers bring along: every file in `extensions/`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;

use greenroom_host::Function;

use crate::process::{self, Keeper, Mounts, Output, Process, Start, Writer};

/// One that runs.
pub(crate) struct Launched {
    // The process first, so that what it prints at its end is still read.
    pub(crate) process: Process,
    pub(crate) output: Output,
}

/// The programs of a function's extensions, by name. A layer above another one hides what has the same name there.
pub(crate) fn programs(function: &Function) -> Vec<(Arc<str>, PathBuf)> {
    let mut found: Vec<(Arc<str>, PathBuf)> = Vec::new();
    for layer in function.layers.iter().rev() {
        let files = std::fs::read_dir(layer.join("extensions")).into_iter().flatten().flatten();
        for file in files.map(|file| file.path()).filter(|path| path.is_file()) {
            let name: Arc<str> = file.file_name().unwrap_or_default().to_string_lossy().into();
            if !found.iter().any(|(other, _)| *other == name) {
                found.push((name, file));
            }
        }
    }
    found.sort();
    found
}

/// Starts one.
pub(crate) fn launch(
    keeper: &Arc<Keeper>,
    mounts: Option<&Mounts>,
    program: &Path,
    folder: &Path,
    environment: &[(String, OsString)],
    writer: Writer,
    ended: impl FnOnce(ExitStatus) + Send + 'static,
) -> std::io::Result<Launched> {
    let (output, theirs) = Output::lines(writer)?;
    let how = Start { program, arguments: &[], environment, folder, mounts, output: theirs, messages: None };
    Ok(Launched { process: process::start(keeper, how, ended)?, output })
}
