//! Compiling, with the machine's cores and the cache.

use std::num::NonZeroUsize;
use std::thread;

use rayon::ThreadPoolBuilder;
use wasmtime::Module;

use crate::cache;
use crate::compile_error;
use crate::engine::engine;

/// Bytes of a module that are worth a thread.
const BYTES_PER_THREAD: usize = 64 * 1024;

/// Compiles `bytes`, or takes the result from the cache. The error is V8's text without the name of the operation.
pub(crate) fn compile(bytes: &[u8]) -> Result<Module, String> {
    if !bytes.starts_with(b"\0asm") {
        // wasmtime would also take its own precompiled artifacts and, with a feature of it, the text format.
        return Err(compile_error::text(bytes, "not a module"));
    }
    let entry = cache::entry(bytes);
    if let Some(module) = entry.as_ref().and_then(cache::Entry::load) {
        return Ok(module);
    }
    let module = in_parallel(bytes)?;
    if let Some(entry) = entry {
        entry.store(&module);
    }
    Ok(module)
}

/// Compiles on threads that end with the compilation: idle threads cost memory, and a forked child would wait for ever
/// for threads that it does not have.
fn in_parallel(bytes: &[u8]) -> Result<Module, String> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = cores.min(1 + bytes.len() / BYTES_PER_THREAD);
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("wasm-compile-{index}"))
        .build()
        .map_err(|error| format!("out of memory: cannot start a compiler thread ({error})"))?;
    pool.install(|| Module::from_binary(engine(), bytes)).map_err(|error| compile_error::text(bytes, &format!("{error:#}")))
}
