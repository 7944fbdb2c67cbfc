//! Modules.
//!
//! Ownership: a module is leaked when it is made, as `v8x` never deletes one; its type vectors view memory of its own.

use std::cell::{Cell, RefCell};
use std::ffi::{CString, c_char};
use std::ptr;

use crate::abi::RawVec;
use crate::code;
use crate::compile;
use crate::engine::engine;
use crate::store::Store;
use crate::types::{ExportType, ImportType};

/// `wasm_module_t`.
pub(crate) struct Module {
    pub(crate) inner: wasmtime::Module,
    /// Index of the function behind each export; 0 for other exports.
    pub(crate) export_indices: Vec<u32>,
    /// The code section, by which traps are worded, and its offset in the module.
    pub(crate) code: Box<[u8]>,
    pub(crate) code_start: usize,
    imports: Vec<*const ImportType>,
    exports: Vec<*const ExportType>,
}

impl Module {
    fn leak(inner: wasmtime::Module, bytes: &[u8]) -> &'static Self {
        let facts = code::facts(bytes);
        let imports = inner.imports().map(|import| &raw const *Box::leak(Box::new(ImportType::new(&import)))).collect();
        let exports = inner.exports().map(|export| &raw const *Box::leak(Box::new(ExportType::new(&export)))).collect();
        let code::Facts { export_indices, code, code_start } = facts;
        Box::leak(Box::new(Self { inner, export_indices, code, code_start, imports, exports }))
    }
}

thread_local! {
    /// Why the last compilation on this thread failed.
    static ERROR: RefCell<Option<CString>> = const { RefCell::new(None) };
    /// The module whose imports were listed last on this thread.
    static LISTED: Cell<Option<&'static Module>> = const { Cell::new(None) };
}

/// The module whose imports were listed last on this thread.
pub(crate) fn last_listed() -> Option<&'static Module> {
    LISTED.get()
}

/// Compiles a module. Null means that it is invalid, and [`v82jsc_wasm_module_error`] says why.
///
/// # Safety
///
/// `store` is valid, `binary` a valid byte vector.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_module_new(store: *const Store, binary: *const RawVec) -> *const Module {
    // SAFETY: the caller's promise.
    let (store, bytes) = unsafe { (&*store, (*binary).as_slice::<u8>()) };
    let compiled = compile::compile(bytes);
    let (module, error) = match compiled {
        Ok(inner) => {
            let module = Module::leak(inner, bytes);
            store.modules.borrow_mut().push(module);
            (&raw const *module, None)
        }
        Err(text) => (ptr::null(), CString::new(text.replace('\0', "\u{fffd}")).ok()),
    };
    ERROR.set(error);
    module
}

/// Why the last compilation on this thread failed, or null. The text lives until the next compilation.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn v82jsc_wasm_module_error() -> *const c_char {
    ERROR.with_borrow(|error| error.as_ref().map_or(ptr::null(), |error| error.as_ptr()))
}

/// Whether the bytes are a valid module.
///
/// # Safety
///
/// `binary` is a valid byte vector.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_module_validate(_store: *const Store, binary: *const RawVec) -> bool {
    // SAFETY: the caller's promise.
    wasmtime::Module::validate(engine(), unsafe { (*binary).as_slice::<u8>() }).is_ok()
}

/// A view of the import types.
///
/// # Safety
///
/// `module` is valid and `out` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_module_imports(module: *const Module, out: *mut RawVec) {
    // SAFETY: the caller's promise; modules are never freed.
    let module: &'static Module = unsafe { &*module };
    LISTED.set(Some(module));
    // SAFETY: the caller's promise.
    unsafe { out.write(RawVec::view(&module.imports)) };
}

/// A view of the export types.
///
/// # Safety
///
/// `module` is valid and `out` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_module_exports(module: *const Module, out: *mut RawVec) {
    // SAFETY: the caller's promise.
    unsafe { out.write(RawVec::view(&(*module).exports)) };
}
