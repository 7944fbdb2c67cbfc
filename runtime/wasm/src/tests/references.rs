//! JavaScript values in WebAssembly.

use std::cell::Cell;
use std::ffi::c_void;
use std::rc::Rc;

use super::{World, bits, host};
use crate::abi::{KIND_EXTERNREF, KIND_I32, RawVal};
use crate::reference::{
    Reference, wasm_foreign_as_ref, wasm_foreign_new, wasm_foreign_set_host_info_with_finalizer, wasm_ref_get_host_info,
};
use crate::table::{wasm_table_get, wasm_table_grow, wasm_table_set};

/// A `JSValue` as `v8x` boxes it.
#[repr(C)]
struct Boxed {
    payload: u64,
    tag: i64,
}

pub(super) const OBJECT: i64 = -1;
const NULL: i64 = 2;

thread_local! {
    static FREED: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "C" fn free(info: *mut c_void) {
    FREED.set(FREED.get() + 1);
    // SAFETY: `foreign` boxed it.
    drop(unsafe { Box::from_raw(info.cast::<Boxed>()) });
}

fn foreign(world: World, payload: u64, tag: i64) -> *mut Reference {
    let foreign = wasm_foreign_new(world.store);
    let info = Box::into_raw(Box::new(Boxed { payload, tag }));
    // SAFETY: the foreign is new.
    unsafe { wasm_foreign_set_host_info_with_finalizer(foreign, info.cast(), Some(free)) };
    wasm_foreign_as_ref(foreign)
}

pub(super) fn value(world: World, payload: u64, tag: i64) -> RawVal {
    RawVal::new(KIND_EXTERNREF, foreign(world, payload, tag) as u64)
}

/// The payload of the value that a reference stands for.
pub(super) fn payload(reference: *const Reference) -> u64 {
    // SAFETY: the reference was handed out last, and it stands for a value that `foreign` boxed.
    unsafe { (*wasm_ref_get_host_info(reference).cast::<Boxed>()).payload }
}

#[test]
fn a_value_passes_through_and_null_is_null() {
    let world = World::new();
    let exports = world.instance(
        r#"(module (func (export "same") (param externref) (result externref) local.get 0)
            (func (export "isNull") (param externref) (result i32) local.get 0 ref.is_null))"#,
        &[],
    );
    let result = exports.call("same", &[value(world, 77, OBJECT)]).unwrap()[0];
    assert_eq!(result.kind, KIND_EXTERNREF);
    assert_eq!(payload(result.of as *const Reference), 77);
    assert_eq!(exports.call("same", &[value(world, 0, NULL)]).unwrap()[0].of, 0);
    assert_eq!(bits(exports.call("isNull", &[value(world, 1, OBJECT)]).unwrap()), [0]);
    assert_eq!(bits(exports.call("isNull", &[value(world, 0, NULL)]).unwrap()), [1]);
}

#[test]
fn a_value_passes_through_a_host_function() {
    let world = World::new();
    let module = world.module(
        r#"(module (import "host" "f" (func $f (param externref i32) (result externref)))
            (func (export "g") (param externref) (result externref) local.get 0 i32.const 5 call $f))"#,
    );
    let seen = Rc::new(Cell::new((0, 0)));
    let import = host(world, module, 0, {
        let seen = Rc::clone(&seen);
        move |args, results| {
            assert_eq!((args[0].kind, args[1].kind), (KIND_EXTERNREF, KIND_I32));
            seen.set((payload(args[0].of as *const Reference), args[1].of));
            results[0] = value(world, 2, OBJECT);
            Ok(())
        }
    });
    let exports = world.try_instance(module, &[Some(import)]).unwrap();
    let result = exports.call("g", &[value(world, 1, OBJECT)]).unwrap()[0];
    assert_eq!(payload(result.of as *const Reference), 2);
    assert_eq!(seen.get(), (1, 5));
}

#[test]
fn a_table_holds_values() {
    let world = World::new();
    let exports = world.instance(r#"(module (table (export "t") 1 externref))"#, &[]);
    let table = exports.get("t");
    // SAFETY: handles are never freed, and each foreign is used once.
    unsafe {
        assert!(wasm_table_set(table, 0, foreign(world, 3, OBJECT)));
        assert!(!wasm_table_set(table, 1, foreign(world, 4, OBJECT)));
        assert!(wasm_table_grow(table, 1, foreign(world, 5, OBJECT)));
        assert_eq!(payload(wasm_table_get(table, 0)), 3);
        assert_eq!(payload(wasm_table_get(table, 1)), 5);
        assert!(wasm_table_set(table, 0, foreign(world, 0, NULL)));
        assert!(wasm_table_get(table, 0).is_null());
    }
}

#[test]
fn values_that_nothing_holds_are_freed() {
    let world = World::new();
    let exports = world.instance(r#"(module (func (export "drop") (param externref)))"#, &[]);
    for number in 0..100_000 {
        exports.call("drop", &[value(world, number, OBJECT)]).unwrap();
    }
    assert!(FREED.get() > 10_000, "{} of 100000 were freed", FREED.get());
}

#[test]
fn a_script_value_is_no_function() {
    let world = World::new();
    let exports = world.instance(r#"(module (func (export "f") (param funcref)))"#, &[]);
    let error = exports.call("f", &[value(world, 1, OBJECT)]).unwrap_err();
    assert_eq!(error, "type incompatibility when transforming from/to JS");
    exports.call("f", &[value(world, 0, NULL)]).unwrap();
}
