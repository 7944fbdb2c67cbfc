//! What the module's bytes say and wasmtime does not tell: function indices of exports, and where the code is.

use wasmparser::{ExternalKind, Parser, Payload};

/// Facts read from a module's bytes.
#[derive(Default)]
pub(crate) struct Facts {
    /// For each export, in order, the index of its function; 0 for other exports.
    pub(crate) export_indices: Vec<u32>,
    /// The code section's contents and their offset in the module.
    pub(crate) code: Box<[u8]>,
    pub(crate) code_start: usize,
}

/// Reads the facts; stops at the first error, which a module that compiled does not have.
pub(crate) fn facts(bytes: &[u8]) -> Facts {
    let mut facts = Facts::default();
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        match payload {
            Payload::ExportSection(exports) => {
                facts.export_indices = exports
                    .into_iter()
                    .map_while(Result::ok)
                    .map(|export| if export.kind == ExternalKind::Func { export.index } else { 0 })
                    .collect();
            }
            Payload::CodeSectionStart { range, .. } => {
                facts.code_start = range.start;
                facts.code = bytes.get(range).unwrap_or_default().into();
                // Function bodies would follow one by one; nothing after them is of interest.
                break;
            }
            _ => {}
        }
    }
    facts
}
