//! Making the snapshot. A process that has made one cannot run guests: the engine was told to be predictable.

use std::path::PathBuf;

use deno_core::snapshot::{CreateSnapshotOptions, create_snapshot};

use crate::engine;
use crate::extension::extensions;
use crate::patches;

/// A snapshot and the files that it was made from.
pub struct Snapshot {
    /// What [`crate::run`] takes.
    pub bytes: Box<[u8]>,
    /// A change to one of these makes it out of date.
    pub inputs: Vec<PathBuf>,
}

/// Evaluates everything that every isolate starts with, and freezes it.
///
/// # Errors
/// What an extension's JavaScript threw.
pub fn snapshot() -> Result<Snapshot, String> {
    engine::before_snapshot();
    let mut extensions = extensions();
    extensions.iter_mut().for_each(patches::apply);
    let made = create_snapshot(
        CreateSnapshotOptions {
            cargo_manifest_dir: env!("CARGO_MANIFEST_DIR"),
            startup_snapshot: None,
            skip_op_registration: false,
            extensions,
            extension_transpiler: None,
            with_runtime_cb: None,
        },
        None,
    )
    .map_err(|error| error.to_string())?;
    Ok(Snapshot { bytes: made.output, inputs: made.files_loaded_during_snapshot })
}
