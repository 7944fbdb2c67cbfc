//! Memories, and the buffers that JavaScript holds over them.
//!
//! Ownership: the bytes belong to the store. A buffer of `v8x`'s is a view of them; it asks for a new one after the growth
//! callback has detached the old. Growth inside WebAssembly is reported before JavaScript runs again, in host callbacks
//! and after calls, so that no script sees a view of the old length.

use std::cell::Cell;
use std::ptr;

use wasmtime::Memory;

use crate::object::Object;
use crate::store::{Context, Store};

type GrowthCallback = unsafe extern "C" fn();

thread_local! {
    /// Detaches every buffer over a memory of this thread.
    static GROWN: Cell<Option<GrowthCallback>> = const { Cell::new(None) };
}

fn memory(object: &Object) -> Option<Memory> {
    object.item.clone().into_memory()
}

/// Whether a memory whose bytes JavaScript has seen has another size by now; notes the new sizes.
pub(crate) fn any_resized(store: &Store, context: &Context<'_>) -> bool {
    let mut any = false;
    for object in store.memories.borrow().iter() {
        let size = memory(object).map(|memory| memory.data_size(context));
        any |= object.seen_size.replace(size) != size;
    }
    any
}

/// Has `v8x` detach its buffers.
pub(crate) fn detach_buffers() {
    if let Some(callback) = GROWN.get() {
        // SAFETY: `v8x` set the callback on this thread for this purpose; it does not call back into this crate.
        unsafe { callback() };
    }
}

/// Sets what is called after a memory of this thread has grown.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn v82jsc_set_mem_grow_cb(callback: Option<GrowthCallback>) {
    GROWN.set(callback);
}

/// The first byte, which stays where it is until the memory grows.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_memory_data(object: *const Object) -> *mut u8 {
    // SAFETY: the caller's promise; handles are never freed.
    let object: &'static Object = unsafe { &*object };
    let Some(memory) = memory(object) else { return ptr::null_mut() };
    let (data, size) = object.store.with(|context| (memory.data_ptr(&context), memory.data_size(&context)));
    if object.seen_size.replace(Some(size)).is_none() {
        object.store.memories.borrow_mut().push(object);
    }
    data
}

/// The size in bytes.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_memory_data_size(object: *const Object) -> usize {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    memory(object).map_or(0, |memory| object.store.with(|context| memory.data_size(&context)))
}

/// The size in pages of 64 KiB.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_memory_size(object: *const Object) -> u32 {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let pages = memory(object).map_or(0, |memory| object.store.with(|context| memory.size(&context)));
    u32::try_from(pages).unwrap_or(u32::MAX)
}

/// Grows by `delta` pages; false, and nothing changed, if that exceeds a limit. As the JavaScript interface demands,
/// growing by 0 detaches the buffer too.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_memory_grow(object: *const Object, delta: u32) -> bool {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let Some(memory) = memory(object) else { return false };
    let grown = object.store.with(|context| memory.grow(context, u64::from(delta))).is_ok();
    if grown && delta == 0 {
        detach_buffers();
    }
    object.store.report_growth();
    grown
}
