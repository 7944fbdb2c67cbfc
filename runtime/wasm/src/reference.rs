//! References: JavaScript values that WebAssembly holds, and functions that JavaScript is handed.
//!
//! Ownership, as `v8x` behaves:
//!
//! - JavaScript to WebAssembly: it makes a foreign with `wasm_foreign_new`, hangs a boxed `JSValue` on it and passes the
//!   pointer in exactly one value, table slot or global. That use takes the foreign over ([`take`]).
//! - WebAssembly to JavaScript: it reads the host information at once and never frees the reference, so the store keeps
//!   it until the next are made (`Store::lent_references`).
//!
//! The boxed value then belongs to wasmtime's collector, which runs the finalizer when WebAssembly has dropped it.

use std::ffi::c_void;
use std::ptr;

use wasmtime::{AsContextMut, ExternRef, Func, Rooted};

use crate::store::{Context, Store};

pub(crate) type Finalizer = unsafe extern "C" fn(*mut c_void);

/// A pointer of `v8x`'s with what frees it.
pub(crate) struct HostInfo {
    info: *mut c_void,
    finalizer: Option<Finalizer>,
}

// SAFETY: wasmtime asks for both because a store may move between threads; ours stays on the thread that made it.
unsafe impl Send for HostInfo {}
// SAFETY: as above.
unsafe impl Sync for HostInfo {}

impl Drop for HostInfo {
    fn drop(&mut self) {
        if let Some(finalizer) = self.finalizer {
            // SAFETY: `v8x` gave both together; this is the one place that calls it, once.
            unsafe { finalizer(self.info) };
        }
    }
}

/// A `JSValue` of QuickJS on 64-bit targets: `v8x` boxes one as the host information of a foreign.
#[repr(C)]
struct BoxedValue {
    payload: u64,
    tag: i64,
}

const TAG_OBJECT: i64 = -1;
const TAG_INT: i64 = 0;
const TAG_NULL: i64 = 2;

impl HostInfo {
    /// JavaScript's `null` is the null reference, and `v8x` boxes it like any other value.
    fn is_null(&self) -> bool {
        // SAFETY: a host information that is not null points to a boxed value (`box_externref` in `v8x`).
        self.info.is_null() || unsafe { (*self.info.cast::<BoxedValue>()).tag } == TAG_NULL
    }

    /// The address of the object, if the value is one. It identifies the object as long as this lives.
    pub(crate) fn object(&self) -> Option<usize> {
        if self.info.is_null() {
            return None;
        }
        // SAFETY: as above. The payload of an object is its address.
        let value = unsafe { &*self.info.cast::<BoxedValue>() };
        (value.tag == TAG_OBJECT).then(|| usize::try_from(value.payload).ok()).flatten()
    }
}

/// The address of the object that a value held by WebAssembly is, if it is one.
pub(crate) fn object_of(context: &Context<'_>, reference: &Rooted<ExternRef>) -> Option<usize> {
    reference.data(context).ok().flatten()?.downcast_ref::<HostInfo>()?.object()
}

/// `wasm_ref_t` and `wasm_foreign_t`.
pub(crate) enum Reference {
    /// A JavaScript value on its way into WebAssembly.
    Foreign(HostInfo),
    /// A JavaScript value that WebAssembly holds.
    Held(*mut c_void),
    /// A small integer made by WebAssembly (`i31ref`), as a `JSValue`.
    Integer(Box<IntegerValue>),
    /// A function.
    Function(Func),
}

/// A `JSValue` that holds an integer.
pub(crate) struct IntegerValue(BoxedValue);

impl Reference {
    pub(crate) fn integer(value: i32) -> Self {
        Self::Integer(Box::new(IntegerValue(BoxedValue { payload: u64::from(value.cast_unsigned()), tag: TAG_INT })))
    }

    fn host_info(&self) -> *mut c_void {
        match self {
            Self::Foreign(host) => host.info,
            Self::Held(info) => *info,
            Self::Integer(value) => (&raw const value.0).cast_mut().cast(),
            Self::Function(_) => ptr::null_mut(),
        }
    }
}

/// What a pointer that `v8x` passed stands for.
pub(crate) enum Taken {
    Null,
    Value(HostInfo),
    Function(Func),
}

/// Takes over the reference at `pointer`.
///
/// # Safety
///
/// `pointer` is null or came from [`wasm_foreign_new`] and is not used again.
pub(crate) unsafe fn take(pointer: *mut Reference) -> Taken {
    if pointer.is_null() {
        return Taken::Null;
    }
    // SAFETY: `wasm_foreign_new` made the box, and this is its only use (the caller's promise).
    match *unsafe { Box::from_raw(pointer) } {
        Reference::Foreign(host) if host.is_null() => Taken::Null,
        Reference::Foreign(host) => Taken::Value(host),
        Reference::Held(info) => Taken::Value(HostInfo { info, finalizer: None }),
        Reference::Integer(_) => Taken::Null,
        Reference::Function(func) => Taken::Function(func),
    }
}

/// Hands a JavaScript value to the collector.
pub(crate) fn root(context: impl AsContextMut, host: HostInfo) -> wasmtime::Result<Rooted<ExternRef>> {
    ExternRef::new(context, host)
}

/// The reference by which `v8x` finds the JavaScript value again.
pub(crate) fn held(mut context: impl AsContextMut, reference: &Rooted<ExternRef>) -> Reference {
    let context = context.as_context_mut();
    let data = reference.data(&context).ok().flatten();
    Reference::Held(data.and_then(|data| data.downcast_ref::<HostInfo>()).map_or(ptr::null_mut(), |host| host.info))
}

/// A new foreign without host information.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasm_foreign_new(_store: *const Store) -> *mut Reference {
    Box::into_raw(Box::new(Reference::Foreign(HostInfo { info: ptr::null_mut(), finalizer: None })))
}

/// The foreign as a reference: the same object.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasm_foreign_as_ref(foreign: *mut Reference) -> *mut Reference {
    foreign
}

/// Hangs `info` on a foreign; `finalizer` frees it.
///
/// # Safety
///
/// `foreign` came from [`wasm_foreign_new`] and was not taken.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_foreign_set_host_info_with_finalizer(
    foreign: *mut Reference,
    info: *mut c_void,
    finalizer: Option<Finalizer>,
) {
    // SAFETY: the caller's promise. The old value is dropped, which runs its finalizer.
    unsafe { *foreign = Reference::Foreign(HostInfo { info, finalizer }) };
}

/// The host information of a reference, or null. It lives until the next references are handed out.
///
/// # Safety
///
/// `reference` is a foreign that was not taken, or one that was handed out last.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_ref_get_host_info(reference: *const Reference) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { &*reference }.host_info()
}
