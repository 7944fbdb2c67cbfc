//! Tables.
//!
//! Ownership: a reference that is stored is taken over, also when storing fails; one that is read is lent (see
//! [`crate::reference`]).

use std::ptr;

use wasmtime::{Ref, RootScope, Table};

use crate::func::keep_one;
use crate::object::Object;
use crate::reference::Reference;
use crate::value;

fn table(object: &Object) -> Option<Table> {
    object.item.clone().into_table()
}

/// The number of elements.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_table_size(object: *const Object) -> u32 {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let size = table(object).map_or(0, |table| object.store.with(|context| table.size(&context)));
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// Grows by `delta` elements that hold `init`; false, and nothing changed, if that exceeds a limit or does not fit.
///
/// # Safety
///
/// `object` is valid, and [`crate::reference::take`] accepts `init`.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_table_grow(object: *const Object, delta: u32, init: *mut Reference) -> bool {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let Some(table) = table(object) else { return false };
    object.store.with(|context| {
        let mut scope = RootScope::new(context);
        let ty = table.ty(&scope);
        // SAFETY: the caller's promise.
        let init = unsafe { value::to_ref(&mut scope, init, ty.element().heap_type()) };
        init.and_then(|init| table.grow(&mut scope, u64::from(delta), init)).is_ok()
    })
}

/// The element at `index`; null if it is null or there is none.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_table_get(object: *const Object, index: u32) -> *const Reference {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let Some(table) = table(object) else { return ptr::null() };
    let reference = object.store.with(|context| {
        let mut scope = RootScope::new(context);
        let element: Option<Ref> = table.get(&mut scope, u64::from(index));
        element.and_then(|element| value::from_ref(&mut scope, &element))
    });
    reference.map_or(ptr::null(), |reference| keep_one(object.store, reference))
}

/// Stores `value` at `index`; false if there is no such element or the value does not fit.
///
/// # Safety
///
/// `object` is valid, and [`crate::reference::take`] accepts `value`.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_table_set(object: *const Object, index: u32, value: *mut Reference) -> bool {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let Some(table) = table(object) else { return false };
    object.store.with(|context| {
        let mut scope = RootScope::new(context);
        let ty = table.ty(&scope);
        // SAFETY: the caller's promise.
        let value = unsafe { value::to_ref(&mut scope, value, ty.element().heap_type()) };
        value.and_then(|value| table.set(&mut scope, u64::from(index), value)).is_ok()
    })
}
