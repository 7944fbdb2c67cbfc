//! Compiling, fast or for fast code, and the cache.
//!
//! All of it happens on the calling thread: a thread that waited for the next compilation would cost memory, and a forked
//! child would not have it.

use wasmtime::Module;

use crate::cache;
use crate::compile_error;
use crate::engine::{engine, quick_compiler};

/// A module of more bytes than this is compiled fast, because a developer waits for it: 2.4 MB take 2.6 s, and 7.4 s with
/// all optimizations.
const QUICK_ABOVE: usize = 128 * 1024;

/// Compiles `bytes`, or takes the result from the cache. The error is V8's text without the name of the operation.
pub(crate) fn compile(bytes: &[u8]) -> Result<Module, String> {
    if !bytes.starts_with(b"\0asm") {
        return Err(compile_error::text(bytes, "not a module"));
    }
    let entry = cache::entry(bytes);
    if let Some(module) = entry.as_ref().and_then(cache::Entry::load) {
        return Ok(module);
    }
    let compiler = if bytes.len() > QUICK_ABOVE { quick_compiler() } else { engine() };
    let artifact = compiler.precompile_module(bytes).map_err(|error| compile_error::text(bytes, &format!("{error:#}")))?;
    if let Some(module) = entry.and_then(|entry| entry.store(&artifact).then(|| entry.load()).flatten()) {
        return Ok(module);
    }
    // SAFETY: the artifact was made just now, by the same version and for the same settings.
    unsafe { Module::deserialize(engine(), &artifact) }.map_err(|error| format!("{error:#}"))
}
