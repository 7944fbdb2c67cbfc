//! The store that owns every object of an isolate's thread, the memory limit, and who may touch the store when.
//!
//! Ownership: a store is leaked by `wasm_store_new` and lives as long as the process; `v8x` makes one per thread. All
//! handles hold `&'static Store`. The store is used by the thread that made it alone.
//!
//! While WebAssembly runs, wasmtime holds the store mutably and lends it to host callbacks. JavaScript called from
//! there comes back through this interface, so it must go on with the context that the callback was lent, not with
//! the store: [`Store::with`] picks the innermost one.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};

use wasmtime::{AsContextMut, ExternRef, Func, OwnedRooted, ResourceLimiter, StoreContextMut, UpdateDeadline};

use crate::bridge::Bridge;
use crate::engine::{EngineHandle, engine};
use crate::error::Terminated;
use crate::memory;
use crate::module::Module;
use crate::object::Object;
use crate::reference::Reference;

/// What an isolate of a Worker may use (<https://developers.cloudflare.com/workers/platform/limits/#memory>).
const DEFAULT_MEMORY_LIMIT: usize = 128 * 1024 * 1024;

/// V8's limit of elements in a table (`kV8MaxWasmTableSize`).
const MAX_TABLE_ELEMENTS: usize = 10_000_000;

static MEMORY_LIMIT: AtomicUsize = AtomicUsize::new(DEFAULT_MEMORY_LIMIT);

/// Sets the ceiling, in bytes, on all linear memories of an isolate together (default 128 MiB). Growth beyond it fails
/// as the specification says (-1 inside WebAssembly, an exception from JavaScript); memory in use is not taken away.
pub fn set_memory_limit(bytes: usize) {
    MEMORY_LIMIT.store(bytes, Ordering::Relaxed);
}

/// Bytes of linear memory, and instances, of all stores: neither is given back before the process ends.
static USED: AtomicUsize = AtomicUsize::new(0);
static INSTANCES: AtomicUsize = AtomicUsize::new(0);

/// So few instances are an app's own, made once; so many are made for each request.
const FEW_INSTANCES: usize = 16;
const MANY_INSTANCES: usize = 1_000;

/// Whether instances have used up so much that the process should be replaced by a fresh one: they live as long as it does, also those that
/// JavaScript has forgotten.
pub fn worn() -> bool {
    let instances = INSTANCES.load(Ordering::Relaxed);
    let half = MEMORY_LIMIT.load(Ordering::Relaxed) / 2;
    instances > MANY_INSTANCES || (instances > FEW_INSTANCES && USED.load(Ordering::Relaxed) > half)
}

/// One more instance lives.
pub(crate) fn count_instance() {
    INSTANCES.fetch_add(1, Ordering::Relaxed);
}

unsafe extern "C" {
    /// Whether the isolate of this thread was told to end; `v8x` defines it.
    safe fn v82jsc_wasm_should_terminate() -> bool;
}

/// Whether the isolate of this thread was told to end.
pub(crate) fn terminating() -> bool {
    v82jsc_wasm_should_terminate()
}

/// Which JavaScript function stands for which function of WebAssembly, and the other way round.
#[derive(Default)]
pub(crate) struct Functions {
    /// By the address of the JavaScript object, which its entry in `by_func` keeps alive.
    pub(crate) by_value: HashMap<usize, Func>,
    /// By the address of wasmtime's own record.
    pub(crate) by_func: HashMap<usize, OwnedRooted<ExternRef>>,
    /// The function last handed to JavaScript that has none.
    pub(crate) unnamed: Option<Func>,
}

/// The data of a store: counts the bytes of linear memory, notes growth, knows the functions of JavaScript.
#[derive(Default)]
pub(crate) struct Data {
    pub(crate) functions: Functions,
    total: usize,
    /// What the growth under way added to `total`, to be taken back if it fails.
    pending: usize,
    /// A memory may have grown since JavaScript last ran.
    pub(crate) grown: bool,
}

impl ResourceLimiter for Data {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.pending = 0;
        let more = desired.saturating_sub(current);
        let total = self.total.saturating_add(more);
        if maximum.is_some_and(|maximum| desired > maximum) || total > MEMORY_LIMIT.load(Ordering::Relaxed) {
            return Ok(false);
        }
        self.total = total;
        self.pending = more;
        USED.fetch_add(more, Ordering::Relaxed);
        self.grown = true;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        let taken_back = std::mem::take(&mut self.pending);
        self.total -= taken_back;
        USED.fetch_sub(taken_back, Ordering::Relaxed);
        Ok(())
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= MAX_TABLE_ELEMENTS)
    }
}

/// The context type of this crate's stores.
pub(crate) type Context<'a> = StoreContextMut<'a, Data>;

/// `wasm_store_t`.
pub(crate) struct Store {
    inner: UnsafeCell<wasmtime::Store<Data>>,
    /// The context lent to the innermost host callback that runs, if one runs.
    lent: Cell<Option<NonNull<Context<'static>>>>,
    /// Whether a [`Store::with`] runs that has not been suspended by a host callback.
    busy: Cell<bool>,
    /// Modules compiled for this store: a trap is worded by looking at its instruction.
    pub(crate) modules: RefCell<Vec<&'static Module>>,
    /// Memories whose bytes JavaScript has seen.
    pub(crate) memories: RefCell<Vec<&'static Object>>,
    /// References handed to `v8x`, which reads them at once and never frees them. Emptied before the next are made.
    #[expect(clippy::vec_box, reason = "v8x holds pointers to the references")]
    pub(crate) lent_references: RefCell<Vec<Box<Reference>>>,
    pub(crate) bridge: Bridge,
}

impl Store {
    fn new() -> Self {
        let mut inner = wasmtime::Store::new(engine(), Data::default());
        inner.limiter(|data| data);
        inner.set_epoch_deadline(1);
        inner.epoch_deadline_callback(|_| if terminating() { Err(Terminated.into()) } else { Ok(UpdateDeadline::Continue(1)) });
        Self {
            inner: UnsafeCell::new(inner),
            lent: Cell::new(None),
            busy: Cell::new(false),
            modules: RefCell::default(),
            memories: RefCell::default(),
            lent_references: RefCell::default(),
            bridge: Bridge::default(),
        }
    }

    /// Runs `f` with the context that may be used now.
    pub(crate) fn with<R>(&self, f: impl FnOnce(Context<'_>) -> R) -> R {
        assert!(!self.busy.replace(true), "the store is in use");
        let _restore = Restore { cell: &self.busy, value: false };
        match self.lent.get() {
            // SAFETY: `lend` keeps the context alive while `lent` holds it and does not touch it meanwhile; `busy` was
            // clear, so no other `with` uses it.
            Some(mut context) => f(unsafe { context.as_mut() }.as_context_mut()),
            // SAFETY: no callback runs, so wasmtime does not hold the store; `busy` was clear, so no other `with` does.
            None => f(unsafe { &mut *self.inner.get() }.as_context_mut()),
        }
    }

    /// Runs `f`, which may come back to [`Store::with`], with `context` as the one to use. Called by host callbacks.
    pub(crate) fn lend<R>(&self, mut context: Context<'_>, f: impl FnOnce() -> R) -> R {
        let pointer = NonNull::from(&mut context).cast::<Context<'static>>();
        let _restore_lent = Restore { value: self.lent.replace(Some(pointer)), cell: &self.lent };
        let _restore_busy = Restore { value: self.busy.replace(false), cell: &self.busy };
        f()
    }

    /// Tells `v8x` about memories that have grown, so that it detaches the buffers over the old size. To be called before
    /// JavaScript runs again, and not within [`Store::with`].
    pub(crate) fn report_growth(&self) {
        let changed = self.with(|mut context| {
            let changed = std::mem::take(&mut context.data_mut().grown) && memory::any_resized(self, &context);
            if changed {
                self.bridge.count_growth(&mut context);
            }
            changed
        });
        if changed {
            memory::detach_buffers();
        }
    }
}

/// Sets a cell back when dropped, also when a panic unwinds.
struct Restore<'a, T: Copy> {
    cell: &'a Cell<T>,
    value: T,
}

impl<T: Copy> Drop for Restore<'_, T> {
    fn drop(&mut self) {
        self.cell.set(self.value);
    }
}

/// Makes a store, to be used by the calling thread alone.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasm_store_new(_engine: *const EngineHandle) -> *const Store {
    Box::leak(Box::new(Store::new()))
}
