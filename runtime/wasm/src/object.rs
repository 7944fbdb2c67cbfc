//! Functions, globals, tables and memories: one handle type for `wasm_func_t`, `wasm_global_t`, `wasm_table_t`,
//! `wasm_memory_t` and `wasm_extern_t`, so that the conversions between them are the identity.
//!
//! Ownership: a handle is leaked when it is made; wasmtime keeps what it stands for until the store ends, so nothing would
//! be gained by freeing handles, and `v8x` never asks to.

use std::cell::{Cell, OnceCell};
use std::ptr;

use wasmtime::Extern;

use crate::abi::{EXTERN_FUNC, EXTERN_GLOBAL, EXTERN_MEMORY, EXTERN_TABLE, EXTERN_TAG};
use crate::store::Store;
use crate::types::{FunctionType, GlobalType};

/// The handle.
pub(crate) struct Object {
    pub(crate) store: &'static Store,
    pub(crate) item: Extern,
    /// Index of a function in the module that exports it.
    index: u32,
    function_type: OnceCell<FunctionType>,
    global_type: OnceCell<GlobalType>,
    /// Size in bytes of a memory when JavaScript last asked for its bytes, none if it never did.
    pub(crate) seen_size: Cell<Option<usize>>,
    /// Number by which [`crate::bridge`] names it, none if it does not.
    pub(crate) handle: Cell<Option<i32>>,
}

impl Object {
    /// A new handle, leaked.
    pub(crate) fn leak(store: &'static Store, item: Extern, index: u32) -> &'static Self {
        Box::leak(Box::new(Self {
            store,
            item,
            index,
            function_type: OnceCell::new(),
            global_type: OnceCell::new(),
            seen_size: Cell::new(None),
            handle: Cell::new(None),
        }))
    }

    /// The function's type; not to be called within [`Store::with`].
    pub(crate) fn function_type(&self, func: wasmtime::Func) -> &FunctionType {
        self.function_type.get_or_init(|| FunctionType::new(self.store.with(|context| func.ty(&context))))
    }

    /// The global's type; not to be called within [`Store::with`].
    pub(crate) fn global_type(&self, global: wasmtime::Global) -> &GlobalType {
        self.global_type.get_or_init(|| GlobalType::new(self.store.with(|context| global.ty(&context))))
    }

    fn kind(&self) -> u8 {
        match self.item {
            Extern::Func(_) => EXTERN_FUNC,
            Extern::Global(_) => EXTERN_GLOBAL,
            Extern::Table(_) => EXTERN_TABLE,
            Extern::Memory(_) | Extern::SharedMemory(_) => EXTERN_MEMORY,
            Extern::Tag(_) => EXTERN_TAG,
        }
    }
}

/// `object` if it is of the kind, else null.
///
/// # Safety
///
/// `object` is valid.
unsafe fn cast(object: *const Object, kind: u8) -> *const Object {
    // SAFETY: the caller's promise.
    if unsafe { &*object }.kind() == kind { object } else { ptr::null() }
}

/// One of the `EXTERN_*` constants.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_extern_kind(object: *const Object) -> u8 {
    // SAFETY: the caller's promise.
    unsafe { &*object }.kind()
}

/// The function, or null if it is something else.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_extern_as_func(object: *const Object) -> *const Object {
    // SAFETY: the caller's promise.
    unsafe { cast(object, EXTERN_FUNC) }
}

/// The memory, or null if it is something else.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_extern_as_memory(object: *const Object) -> *const Object {
    // SAFETY: the caller's promise.
    unsafe { cast(object, EXTERN_MEMORY) }
}

/// The global, or null if it is something else.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_extern_as_global(object: *const Object) -> *const Object {
    // SAFETY: the caller's promise.
    unsafe { cast(object, EXTERN_GLOBAL) }
}

/// The table, or null if it is something else.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_extern_as_table(object: *const Object) -> *const Object {
    // SAFETY: the caller's promise.
    unsafe { cast(object, EXTERN_TABLE) }
}

/// The function as an external object: itself.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasm_func_as_extern(object: *const Object) -> *const Object {
    object
}

/// The global as an external object: itself.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasm_global_as_extern(object: *const Object) -> *const Object {
    object
}

/// What an exported function is called: its index in the module that exports it.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn v82jsc_wasm_func_index(object: *const Object) -> u16 {
    // SAFETY: the caller's promise.
    u16::try_from(unsafe { &*object }.index).unwrap_or(u16::MAX)
}
