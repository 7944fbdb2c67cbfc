//! Making the snapshot. A process that has made one cannot run guests: the engine was told to be predictable.

use std::path::{Path, PathBuf};

use deno_core::snapshot::{CreateSnapshotOptions, create_snapshot};
use deno_core::{ExtensionFileSource, ExtensionFileSourceCode};

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

/// Evaluates everything that every isolate starts with, and freezes it. `here`: the folder of this crate, whose JavaScript is read there.
/// Checkouts that share a target folder share this program, and the folder that it was compiled in may be another's, or gone.
///
/// # Errors
/// What an extension's JavaScript threw.
pub fn snapshot(here: &Path) -> Result<Snapshot, String> {
    engine::before_snapshot();
    let mut extensions = extensions();
    for extension in &mut extensions {
        for files in
            [&mut extension.js_files, &mut extension.esm_files, &mut extension.lazy_loaded_js_files, &mut extension.lazy_loaded_esm_files]
        {
            *files = files.iter().map(|file| read_in(here, file)).collect();
        }
        patches::apply(extension);
    }
    let made = create_snapshot(
        CreateSnapshotOptions {
            // Nothing asks for it.
            cargo_manifest_dir: "",
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

/// The same source; one of this crate is read in the folder `here`.
fn read_in(here: &Path, file: &ExtensionFileSource) -> ExtensionFileSource {
    let ExtensionFileSourceCode::LoadedFromFsDuringSnapshot(path) = file.code else { return file.clone() };
    let Ok(within) = Path::new(path).strip_prefix(env!("CARGO_MANIFEST_DIR")) else { return file.clone() };
    // The program that asks for a snapshot ends with it.
    ExtensionFileSource::loaded_during_snapshot(file.specifier, here.join(within).to_string_lossy().into_owned().leak())
}
