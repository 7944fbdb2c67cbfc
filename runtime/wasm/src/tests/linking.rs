//! What instances import and export, and the words when it does not fit.

use super::{World, bits, i32_value, i64_value};
use crate::abi::{EXTERN_GLOBAL, EXTERN_TABLE, KIND_I32, KIND_I64, RawVal};
use crate::global::{wasm_global_get, wasm_global_new, wasm_global_set, wasm_global_type};
use crate::object::{wasm_extern_as_func, wasm_extern_as_global, wasm_extern_as_table, wasm_extern_kind};
use crate::table::{wasm_table_get, wasm_table_grow, wasm_table_size};
use crate::types::{wasm_globaltype_content, wasm_globaltype_mutability, wasm_globaltype_new, wasm_valtype_kind, wasm_valtype_new};

#[test]
fn a_global_of_the_host_is_shared() {
    let world = World::new();
    // SAFETY: types are static, handles are never freed.
    unsafe {
        let ty = wasm_globaltype_new(wasm_valtype_new(KIND_I64), 1);
        let global = &*wasm_global_new(world.store, ty, &i64_value(40));
        let exports = world.instance(
            r#"(module (import "host" "g" (global $g (mut i64))) (export "again" (global $g))
                (func (export "add") global.get $g i64.const 2 i64.add global.set $g))"#,
            &[Some(global)],
        );
        exports.call("add", &[]).unwrap();
        let mut value = i32_value(0);
        wasm_global_get(global, &raw mut value);
        assert_eq!((value.kind, value.of), (KIND_I64, 42));
        wasm_global_set(exports.get("again"), &i64_value(-1));
        wasm_global_get(global, &raw mut value);
        assert_eq!(value.of, u64::MAX);
        let ty = wasm_global_type(exports.get("again"));
        assert_eq!((wasm_valtype_kind(wasm_globaltype_content(ty)), wasm_globaltype_mutability(ty)), (KIND_I64, 1));
        assert_eq!(wasm_global_type(exports.get("again")), ty, "the type is lent, not copied");
    }
}

#[test]
fn a_constant_global_stays() {
    let exports = World::new().instance(r#"(module (global (export "g") i32 (i32.const 5)))"#, &[]);
    let mut value = RawVal::new(KIND_I32, 0);
    // SAFETY: handles are never freed.
    unsafe {
        wasm_global_set(exports.get("g"), &i32_value(6));
        wasm_global_get(exports.get("g"), &raw mut value);
    }
    assert_eq!(value.of, 5);
}

#[test]
fn a_table_is_shared_between_instances() {
    let world = World::new();
    let owner =
        world.instance(r#"(module (table (export "t") 2 10 funcref) (elem (i32.const 1) $f) (func $f (result i32) i32.const 9))"#, &[]);
    let table = owner.get("t");
    let user = world.instance(
        r#"(module (import "owner" "t" (table 1 funcref)) (type $f (func (result i32)))
            (func (export "call") (param i32) (result i32) local.get 0 call_indirect (type $f)))"#,
        &[Some(table)],
    );
    assert_eq!(bits(user.call("call", &[i32_value(1)]).unwrap()), [9]);
    // SAFETY: handles are never freed.
    unsafe {
        assert_eq!(wasm_extern_kind(table), EXTERN_TABLE);
        assert_eq!(wasm_extern_as_table(table), std::ptr::from_ref(table));
        assert!(wasm_extern_as_func(table).is_null());
        assert_eq!(wasm_table_size(table), 2);
        assert!(wasm_table_grow(table, 8, std::ptr::null_mut()));
        assert!(!wasm_table_grow(table, 1, std::ptr::null_mut()));
        assert_eq!(wasm_table_size(table), 10);
        assert!(wasm_table_get(table, 0).is_null());
        assert!(!wasm_table_get(table, 1).is_null());
        assert!(wasm_table_get(table, 10).is_null());
    }
}

#[test]
fn what_is_exported_twice_is_one_object() {
    let exports = World::new().instance(
        r#"(module (memory (export "m1") 1) (export "m2" (memory 0)) (func $f) (export "f1" (func $f)) (export "f2" (func $f))
            (global (export "g") i32 (i32.const 0)))"#,
        &[],
    );
    assert!(std::ptr::eq(exports.get("m1"), exports.get("m2")));
    assert!(std::ptr::eq(exports.get("f1"), exports.get("f2")));
    let global = exports.get("g");
    // SAFETY: handles are never freed.
    unsafe {
        assert_eq!(wasm_extern_kind(global), EXTERN_GLOBAL);
        assert_eq!(wasm_extern_as_global(global), std::ptr::from_ref(global));
    }
}

#[test]
fn imports_that_do_not_fit_are_named_as_v8_names_them() {
    let world = World::new();
    let given = world.instance(
        r#"(module (func (export "f") (param i32)) (memory (export "m") 1) (table (export "t") 1 funcref)
            (global (export "g") i32 (i32.const 0)) (global (export "v") (mut i32) (i32.const 0)))"#,
        &[],
    );
    let error = |import: &str, object: Option<&str>| {
        let module = world.module(&format!(r#"(module (import "a" "b" {import}))"#));
        world.try_instance(module, &[object.map(|name| given.get(name))]).err().unwrap()
    };
    assert_eq!(error("(func)", None), r#"Import #0 "a" "b": function import requires a callable"#);
    assert_eq!(error("(func)", Some("f")), r#"Import #0 "a" "b": imported function does not match the expected type"#);
    assert_eq!(error("(memory 1)", None), r#"Import #0 "a" "b": memory import must be a WebAssembly.Memory object"#);
    assert_eq!(
        error("(memory 2)", Some("m")),
        r#"Import #0 "a" "b": memory import has 1 pages which is smaller than the declared initial of 2"#
    );
    assert_eq!(error("(memory 1 2)", Some("m")), r#"Import #0 "a" "b": memory import has no maximum limit, expected at most 4294967295"#);
    assert_eq!(error("(table 1 funcref)", Some("m")), r#"Import #0 "a" "b": table import requires a WebAssembly.Table"#);
    assert_eq!(error("(table 2 funcref)", Some("t")), "table import 0 is smaller than initial 2, got 1");
    assert_eq!(error("(table 1 externref)", Some("t")), r#"Import #0 "a" "b": imported table does not match the expected type"#);
    assert_eq!(error("(global i64)", Some("g")), r#"Import #0 "a" "b": imported global does not match the expected type"#);
    assert_eq!(error("(global i32)", Some("v")), r#"Import #0 "a" "b": imported global does not match the expected mutability"#);
    assert_eq!(error("(global (mut i32))", None), r#"Import #0 "a" "b": imported mutable global must be a WebAssembly.Global object"#);
    assert_eq!(
        error("(global i32)", None),
        r#"Import #0 "a" "b": global import must be a number, valid Wasm reference, or WebAssembly.Global object"#
    );
}
