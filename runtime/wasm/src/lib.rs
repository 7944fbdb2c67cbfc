//! The engine behind `WebAssembly` in isolates that run on QuickJS: the part of the standard wasm-c-api
//! (<https://github.com/WebAssembly/wasm-c-api>) that crate `v8x` links against, on `wasmtime`.
//!
//! `v8x` declares 59 functions `wasm_*` and five of its own, and expects an archive of the interpreter WAMR to define
//! them. That archive is empty here (`lib/wamr`), and this crate defines the symbols. Nothing in Rust calls them; the
//! linker binds them. [`link`] is what a dependent crate calls so that this crate is part of the binary.
//!
//! What differs from a general implementation of that interface follows from its one user:
//!
//! - `v8x` deletes byte vectors, frame vectors and traps, and nothing else. Every other object lives as long as the
//!   process, so handles are leaked boxes, and types are borrowed from the object that they describe.
//! - All objects belong to one store per thread, and only [`interrupt`] and `v82jsc_wasm_func_terminate` may be called
//!   from another thread.
//! - Error and trap texts are V8's, because they reach user code.

mod abi;
mod bridge;
mod cache;
mod code;
mod compile;
mod compile_error;
mod engine;
mod error;
mod func;
mod global;
mod import_check;
mod instance;
mod memory;
mod module;
mod object;
mod reference;
mod store;
mod table;
mod trap;
mod types;
mod value;

#[cfg(test)]
mod tests;

pub use cache::set_cache_dir;
pub use engine::interrupt;
pub use store::{set_memory_limit, worn};

/// The script that completes `WebAssembly` of an isolate on QuickJS: imported memories and tables, tables of functions,
/// the constructors of `Table`, `Memory` and `Global`, and V8's error classes and texts. It is one expression, a
/// function without parameters; calling it changes `globalThis.WebAssembly` and starts nothing until guest code uses it.
pub const COMPLETE_WEBASSEMBLY: &str = include_str!("complete.js");

/// Does nothing. A crate that links `v8x` calls it, so that this crate's symbols are part of the binary.
#[inline(never)]
pub fn link() {}
