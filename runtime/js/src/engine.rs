//! What differs between the engines. Everything else in the program is the same code on both.

use std::path::PathBuf;
use std::rc::Rc;

use deno_core::{Extension, JsRuntime, RuntimeOptions, v8};

use crate::entropy;
use crate::extension::extensions;
use crate::modules::Modules;

/// The engine that this binary runs guest code on.
#[cfg(feature = "v8")]
pub const NAME: &str = "v8";
/// The engine that this binary runs guest code on.
#[cfg(not(feature = "v8"))]
pub const NAME: &str = "quickjs";

/// A tokio runtime that exists before the isolate does, where the engine needs one.
///
/// V8 posts delayed tasks while an isolate is made, and `deno_core` schedules them on the current tokio runtime. QuickJS posts none, and
/// a guest without a tokio runtime can become the image that others are forked from.
pub(crate) fn early_runtime() -> Option<tokio::runtime::Runtime> {
    if cfg!(feature = "v8") { tokio_runtime().ok() } else { None }
}

/// Where compiled code is kept, for the engine that leaves that to us; the other keeps its own, in the folder that `V82JSC_BC_CACHE_DIR`
/// names. Both are set by whoever starts the guest.
pub(crate) fn code_cache() -> Option<PathBuf> {
    if cfg!(feature = "v8") { std::env::var_os(CODE_CACHE).map(PathBuf::from) } else { None }
}

/// The environment variable that names the folder for compiled code.
#[cfg(feature = "v8")]
pub const CODE_CACHE: &str = "GREENROOM_CODE_CACHE";
/// The environment variable that names the folder for compiled code.
#[cfg(not(feature = "v8"))]
pub const CODE_CACHE: &str = "V82JSC_BC_CACHE_DIR";

/// A tokio runtime on this thread alone.
pub(crate) fn tokio_runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// How much of what is free at the end of the heap stays with the process, in bytes.
#[cfg(all(not(feature = "v8"), target_env = "gnu"))]
const KEPT_FREE: libc::c_int = 8 * 1024 * 1024;

/// QuickJS takes its memory from the C library, which by itself gives back all that a request has left and takes it again for the next.
fn keep_free_memory() {
    #[cfg(all(not(feature = "v8"), target_env = "gnu"))]
    // SAFETY: plain calls that set numbers of the allocator.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_FREE);
        libc::mallopt(libc::M_MMAP_THRESHOLD, KEPT_FREE);
    }
}

/// Makes the isolate from the snapshot.
pub(crate) fn isolate(snapshot: &'static [u8], heap_bytes: usize, modules: Modules) -> JsRuntime {
    v8::V8::set_entropy_source(entropy::fill);
    keep_free_memory();
    set_flags();
    let runtime = JsRuntime::new(RuntimeOptions {
        extensions: extensions(),
        startup_snapshot: Some(snapshot),
        module_loader: Some(Rc::new(modules)),
        create_params: Some(v8::CreateParams::default().heap_limits(0, heap_bytes)),
        ..RuntimeOptions::default()
    });
    watch_wasm(runtime)
}

#[cfg(feature = "v8")]
fn watch_wasm(mut runtime: JsRuntime) -> JsRuntime {
    runtime.v8_isolate().set_allow_wasm_code_generation_callback(may_compile_wasm);
    // WebAssembly may not wait either: it fails with the words that `Atomics.wait` has.
    runtime.v8_isolate().set_allow_atomics_wait(false);
    runtime
}

#[cfg(not(feature = "v8"))]
fn watch_wasm(runtime: JsRuntime) -> JsRuntime {
    runtime
}

#[cfg(feature = "v8")]
fn set_flags() {
    // A young generation of the default size grows a long-lived guest to about 100 MB for nothing.
    v8::V8::set_flags_from_string("--max-semi-space-size=2 --no-harmony-temporal");
}

#[cfg(not(feature = "v8"))]
fn set_flags() {
    // The linker keeps the WebAssembly functions that the engine calls only if something here refers to their crate.
    greenroom_wasm::link();
}

/// Extensions that bring what the engine lacks.
#[cfg(feature = "v8")]
pub(crate) fn extensions_of_engine() -> Vec<Extension> {
    Vec::new()
}
/// Extensions that bring what the engine lacks.
#[cfg(not(feature = "v8"))]
pub(crate) fn extensions_of_engine() -> Vec<Extension> {
    vec![crate::intl::greenroom_engine::init()]
}

/// JavaScript that brings what the engine lacks, to be evaluated before any other code of a guest: functions to be called.
#[cfg(feature = "v8")]
pub(crate) const COMPLETIONS: &[&str] = &[];
/// JavaScript that brings what the engine lacks, to be evaluated before any other code of a guest: functions to be called.
#[cfg(not(feature = "v8"))]
pub(crate) const COMPLETIONS: &[&str] = &[greenroom_wasm::COMPLETE_WEBASSEMBLY, crate::intl::COMPLETE_INTL];

/// Limits that are the engine's affair, known once there is code.
#[cfg_attr(feature = "v8", expect(unused_variables, reason = "V8 has its own WebAssembly, limited with its heap"))]
pub(crate) fn limit(heap_bytes: usize) {
    #[cfg(not(feature = "v8"))]
    {
        greenroom_wasm::set_memory_limit(heap_bytes);
        greenroom_wasm::set_cache_dir(std::env::var_os(CODE_CACHE).map(|folder| PathBuf::from(folder).join("wasm")));
    }
}

/// Whether the guest has used up much of what it cannot give back.
#[cfg(feature = "v8")]
pub(crate) const fn worn() -> bool {
    false
}
/// Whether the guest has used up much of what it cannot give back.
#[cfg(not(feature = "v8"))]
pub(crate) fn worn() -> bool {
    greenroom_wasm::worn()
}

/// Asks the isolate to stop, from any thread.
pub(crate) fn terminate(isolate: &v8::IsolateHandle) {
    isolate.terminate_execution();
    // Compiled WebAssembly looks at another flag than the interpreter does.
    #[cfg(not(feature = "v8"))]
    greenroom_wasm::interrupt();
}

/// Whether WebAssembly may be compiled, where the engine asks.
#[cfg(feature = "v8")]
static WASM_MAY_BE_COMPILED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(true);

#[cfg(feature = "v8")]
unsafe extern "C" fn may_compile_wasm(_: v8::Local<v8::Context>, _: v8::Local<v8::String>) -> bool {
    WASM_MAY_BE_COMPILED.load(std::sync::atomic::Ordering::Relaxed)
}

/// Allows or refuses code made from strings, and WebAssembly made from bytes. False: the engine has no such switch.
#[cfg_attr(not(feature = "v8"), expect(unused_variables, reason = "QuickJS has no such switch"))]
pub(crate) fn allow_code_generation(scope: &mut v8::PinScope<'_, '_>, allow: bool) -> bool {
    #[cfg(feature = "v8")]
    {
        scope.get_current_context().set_allow_generation_from_strings(allow);
        WASM_MAY_BE_COMPILED.store(allow, std::sync::atomic::Ordering::Relaxed);
    }
    cfg!(feature = "v8")
}

/// Before the first isolate of a process that makes the snapshot.
pub(crate) fn before_snapshot() {
    set_flags();
}
