//! From rolldown's output to the modules that a guest gets.

use std::collections::BTreeMap;

use bytes::Bytes;
use greenroom_host::{Bundle, Diagnostic, Module, ModuleKind};
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
            let (code, map) = lines::shorten(&chunk.code, map);
            source_maps.insert(name.clone(), map.to_json_string());
            code
        }
        None => chunk.code.clone(),
    };
    let main = Module { name, kind: ModuleKind::ESModule, content: Bytes::from(code) };
    let modules = std::iter::once(main).chain(gathered.modules.values().cloned()).collect();
    Ok(Bundle { modules, source_maps, inputs: gathered.inputs.iter().cloned().collect(), warnings })
}
