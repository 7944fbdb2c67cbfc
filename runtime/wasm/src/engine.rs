//! The one engine of a process, made on first use.
//!
//! Ownership: the engine lives as long as the process. A process that never touches `WebAssembly` makes none, and none
//! of its threads. A forked child inherits the engine; it holds no thread of its own.

use std::ffi::c_void;
use std::num::NonZeroUsize;
use std::sync::OnceLock;

use wasmtime::{Config, Engine, OptLevel, RegallocAlgorithm};

/// Stack that WebAssembly may use from its outermost entry, host frames in between included. QuickJS allows itself 1 MiB;
/// together they fit the 2 MiB of a Rust thread.
const MAX_WASM_STACK: usize = 768 * 1024;

/// Frames kept of a trap: the default of `Error.stackTraceLimit`.
const MAX_FRAMES: NonZeroUsize = NonZeroUsize::new(10).expect("invariant: not zero");

static ENGINE: OnceLock<Engine> = OnceLock::new();

/// The engine, made if this is the first use.
pub(crate) fn engine() -> &'static Engine {
    ENGINE.get_or_init(|| Engine::new(&config()).expect("invariant: the configuration is constant and valid"))
}

/// An engine that compiles faster, to slower code that [`engine`] can run.
pub(crate) fn quick_compiler() -> &'static Engine {
    static QUICK: OnceLock<Engine> = OnceLock::new();
    QUICK.get_or_init(|| {
        let mut config = config();
        config.cranelift_opt_level(OptLevel::None).cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
        Engine::new(&config).expect("invariant: the configuration is constant and valid")
    })
}

/// What V8 has on by default (<https://webassembly.org/features/>), as far as the compiler supports it.
fn config() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .max_wasm_stack(MAX_WASM_STACK)
        .wasm_backtrace_max_frames(Some(MAX_FRAMES))
        .native_unwind_info(cfg!(windows))
        .wasm_tail_call(true)
        .wasm_multi_memory(true)
        .wasm_memory64(true)
        .wasm_extended_const(true)
        .wasm_relaxed_simd(true)
        .wasm_function_references(true)
        .wasm_gc(true)
        .wasm_exceptions(true);
    // Signals, unlike Mach ports, need no thread and survive a fork.
    #[cfg(target_os = "macos")]
    config.macos_use_mach_ports(false);
    config
}

/// Makes running WebAssembly ask whether it should end. Call it from any thread after `terminate_execution` of an
/// isolate: `v8x` does so by itself for calls of exported functions, but not for a start function.
pub fn interrupt() {
    if let Some(engine) = ENGINE.get() {
        engine.increment_epoch();
    }
}

/// The handle that `wasm_engine_new` hands out; the engine itself is [`engine`].
pub(crate) struct EngineHandle;

static HANDLE: EngineHandle = EngineHandle;

/// The engine handle. There is one, and it is never freed.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasm_engine_new() -> *const EngineHandle {
    &raw const HANDLE
}

/// Called by a terminating thread while the isolate's thread runs `_func`; does not touch the function.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn v82jsc_wasm_func_terminate(_func: *const c_void) {
    interrupt();
}
