//! Globals.
//!
//! Ownership: as with tables, references that are stored are taken over, and those that are read are lent.

use std::ptr;

use wasmtime::{Global, RootScope, Val};

use crate::abi::RawVal;
use crate::object::Object;
use crate::store::Store;
use crate::types::GlobalType;
use crate::value;

fn global(object: &Object) -> Option<Global> {
    object.item.clone().into_global()
}

/// A new global. Null if the value does not fit the type.
///
/// # Safety
///
/// `store`, `ty` and `init` are valid; a reference in `init` is not used again.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_global_new(store: *const Store, ty: *const GlobalType, init: *const RawVal) -> *const Object {
    // SAFETY: the caller's promise; stores are never freed.
    let store: &'static Store = unsafe { &*store };
    // SAFETY: the caller's promise.
    let (ty, init) = unsafe { (&*ty, *init) };
    let Some(ty) = ty.exact() else { return ptr::null() };
    let global = store.with(|context| {
        let mut scope = RootScope::new(context);
        // SAFETY: the caller's promise.
        let init = unsafe { value::to_wasm(&mut scope, init, ty.content()) };
        init.and_then(|init| Global::new(&mut scope, ty, init))
    });
    global.map_or(ptr::null(), |global| Object::leak(store, global.into(), 0))
}

/// The value. A reference in it is lent.
///
/// # Safety
///
/// `object` is valid and `out` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_global_get(object: *const Object, out: *mut RawVal) {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let mut lent = Vec::new();
    let raw = object.store.with(|context| {
        let mut scope = RootScope::new(context);
        let value = global(object).map_or(Val::I32(0), |global| global.get(&mut scope));
        value::from_wasm(&mut scope, &value, &mut lent)
    });
    if !lent.is_empty() {
        *object.store.lent_references.borrow_mut() = lent;
    }
    // SAFETY: the caller's promise.
    unsafe { out.write(raw) };
}

/// Stores a value; does nothing if the global is constant or the value does not fit.
///
/// # Safety
///
/// `object` and `value` are valid; a reference in `value` is not used again.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_global_set(object: *const Object, value: *const RawVal) {
    // SAFETY: the caller's promise.
    let (object, raw) = unsafe { (&*object, *value) };
    let Some(global) = global(object) else { return };
    object.store.with(|context| {
        let mut scope = RootScope::new(context);
        let ty = global.ty(&scope);
        // SAFETY: the caller's promise.
        let value = unsafe { value::to_wasm(&mut scope, raw, ty.content()) };
        // `v8x` has checked both before it calls; its signature leaves no room for an answer.
        _ = value.and_then(|value| global.set(&mut scope, value));
    });
}

/// The global's type, lent by the global.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_global_type(object: *const Object) -> *const GlobalType {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    global(object).map_or(ptr::null(), |global| object.global_type(global))
}
