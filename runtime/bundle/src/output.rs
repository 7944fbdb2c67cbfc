//! From rolldown's output to the modules that a guest gets.

use std::collections::BTreeMap;

use bytes::Bytes;
use greenroom_host::{Bundle, Diagnostic, Module, ModuleKind};
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;
use rolldown::BundleOutput;
use rolldown_common::Output;

use crate::lines;
use crate::loader::Gathered;

/// The main module first, then the binary ones by name.
pub(crate) fn assemble(generated: BundleOutput, gathered: &Gathered, warnings: Vec<Diagnostic>) -> Result<Bundle, Vec<Diagnostic>> {
    let chunk = generated.assets.into_iter().find_map(|asset| match asset {
        Output::Chunk(chunk) if chunk.is_entry => Some(chunk),
        Output::Chunk(_) | Output::Asset(_) => None,
    });
    let Some(chunk) = chunk else {
        return Err(vec![Diagnostic::error("the bundler made no main module")]);
    };
    let name = chunk.filename.to_string();
    let mut source_maps = BTreeMap::new();
    let code = match &chunk.map {
        Some(map) => {
            let (code, shortened) = lines::shorten(&chunk.code, map);
            // A map that is out of step with the code would break it in the wrong places; slow code is better than broken code.
            if code.len() == chunk.code.len() || is_module(&code) {
                source_maps.insert(name.clone(), shortened.to_json_string());
                code
            } else {
                source_maps.insert(name.clone(), map.to_json_string());
                chunk.code.clone()
            }
        }
        None => chunk.code.clone(),
    };
    let main = Module { name, kind: ModuleKind::ESModule, content: Bytes::from(code) };
    let modules = std::iter::once(main).chain(gathered.modules.values().cloned()).collect();
    // A script is wrapped in a module whose default export says nothing about it.
    let exports = if gathered.entry_is_script { Vec::new() } else { chunk.exports.iter().map(ToString::to_string).collect() };
    Ok(Bundle { modules, exports, source_maps, inputs: gathered.inputs.iter().cloned().collect(), warnings })
}

/// Whether `code` can be parsed.
fn is_module(code: &str) -> bool {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::mjs()).parse();
    !parsed.panicked && parsed.diagnostics.is_empty()
}
