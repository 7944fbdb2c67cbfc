//! What `complete.js` builds on.

use super::{Exports, World, bits, call, i32_value};
use crate::object::Object;
use crate::reference::{Reference, wasm_ref_get_host_info};

/// The functions of the bridge, by the names and types that are imported here.
fn bridge(world: World) -> Exports {
    const FUNCTIONS: [(&str, &str); 12] = [
        ("stage", "i32 i32"),
        ("exported", "i32"),
        ("hold", "i32"),
        ("failure", ""),
        ("signature", "i32 i32"),
        ("register", "i32 externref"),
        ("watchGrowth", "i32"),
        ("makeMemory", "i32 i32"),
        ("makeTable", "i32 i32 i32"),
        ("tableGet", "i32 i32"),
        ("tableSet", "i32 i32 i32"),
        ("makeGlobal", "i32 i32 i64"),
    ];
    let imports: String = FUNCTIONS
        .iter()
        .map(|(name, params)| format!(r#"(import "greenroom:webassembly" "{name}" (func ${name} (param {params}) (result i32)))"#))
        .collect();
    let exports: String = FUNCTIONS.iter().map(|(name, _)| format!(r#"(export "{name}" (func ${name}))"#)).collect();
    world.instance(&format!("(module {imports} {exports})"), &[None; 12])
}

/// Calls a function of the bridge with numbers.
fn ask(bridge: &Exports, name: &str, args: &[i32]) -> i32 {
    let args: Vec<_> = args.iter().map(|arg| i32_value(*arg)).collect();
    u32::try_from(bits(bridge.call(name, &args).unwrap())[0]).unwrap().cast_signed()
}

/// The object for a handle, as `complete.js` gets it.
fn carried(world: World, bridge: &Exports, handle: i32) -> &'static Object {
    ask(bridge, "hold", &[handle]);
    world.instance(r#"(module (import "greenroom:webassembly" "carry" (func)) (export "carry" (func 0)))"#, &[None]).get("carry")
}

#[test]
fn memories_and_tables_are_made_staged_and_carried() {
    let world = World::new();
    let bridge = bridge(world);
    let (memory, table) = (ask(&bridge, "makeMemory", &[1, 2]), ask(&bridge, "makeTable", &[0, 2, -1]));
    ask(&bridge, "stage", &[0, memory]);
    ask(&bridge, "stage", &[1, table]);
    let exports = world.instance(
        r#"(module (import "a" "m" (memory 1 2)) (import "a" "t" (table 1 funcref)) (export "m" (memory 0)) (export "t" (table 0))
            (func (export "f") (param i32 i64) (result f32) f32.const 1))"#,
        &[None, None],
    );
    assert_eq!([0, 1, 3].map(|index| ask(&bridge, "exported", &[index])), [memory, table, -1]);
    assert!(std::ptr::eq(carried(world, &bridge, memory), exports.get("m")));
    assert!(std::ptr::eq(carried(world, &bridge, memory), exports.get("m")), "as often as it is asked for");
}

#[test]
fn tables_give_and_take_functions_by_handle() {
    let world = World::new();
    let bridge = bridge(world);
    let exports = world.instance(
        r#"(module (table (export "t") 3 funcref) (elem (i32.const 0) $f) (func $f (export "f") (result i32) i32.const 4))"#,
        &[],
    );
    let (table, func) = (ask(&bridge, "exported", &[0]), ask(&bridge, "exported", &[1]));
    assert_eq!([0, 1, 3].map(|index| ask(&bridge, "tableGet", &[table, index])), [func, -1, -2]);
    assert_eq!(ask(&bridge, "tableSet", &[table, 2, func]), 0);
    assert_eq!(ask(&bridge, "tableSet", &[table, 3, func]), -2);
    assert_eq!(ask(&bridge, "tableSet", &[table, 2, table]), -3);
    let found = ask(&bridge, "tableGet", &[table, 2]);
    assert_eq!(bits(call(carried(world, &bridge, found), &[]).unwrap()), [4]);
    assert!(std::ptr::eq(carried(world, &bridge, found), exports.get("f")));
}

#[test]
fn a_failed_instantiation_is_told_once() {
    let world = World::new();
    let bridge = bridge(world);
    let module = world.module(r#"(module (import "a" "m" (memory 1)))"#);
    assert!(world.try_instance(module, &[None]).is_err());
    let message = bridge.call("failure", &[]).unwrap_err();
    assert_eq!(message, r#"LinkError: Import #0 "a" "m": memory import must be a WebAssembly.Memory object"#);
    assert_eq!(ask(&bridge, "failure", &[]), 0);
    let module = world.module("(module (func $f call $f) (start $f))");
    assert!(world.try_instance(module, &[]).is_err());
    assert_eq!(bridge.call("failure", &[]).unwrap_err(), "RangeError: Maximum call stack size exceeded");
}

#[test]
fn signatures_are_packed() {
    let world = World::new();
    let bridge = bridge(world);
    world.instance(r#"(module (func (export "f") (param i32 i64 f32 f64 externref funcref) (result i32 i64) unreachable))"#, &[]);
    let func = ask(&bridge, "exported", &[0]);
    assert_eq!([0, 1, 2].map(|part| ask(&bridge, "signature", &[func, part])), [0x0f76_4321, 0x21, 0]);
}

#[test]
fn a_registered_value_stands_for_a_function() {
    let world = World::new();
    let bridge = bridge(world);
    let exports = world.instance(
        r#"(module (elem declare func $f) (type $t (func (result i32))) (func $f (export "f") (result i32) i32.const 8)
            (func (export "get") (result funcref) ref.func $f)
            (func (export "call") (param funcref) (result i32) local.get 0 ref.cast (ref $t) call_ref $t))"#,
        &[],
    );
    let func = ask(&bridge, "exported", &[0]);
    let value = |payload| super::references::value(world, payload, super::references::OBJECT);
    bridge.call("register", &[i32_value(func), value(0x1000)]).unwrap();
    assert_eq!(bits(exports.call("call", &[value(0x1000)]).unwrap()), [8], "another box with the same object");
    assert_eq!(exports.call("call", &[value(0x2000)]).unwrap_err(), "type incompatibility when transforming from/to JS");
    let result = exports.call("get", &[]).unwrap()[0];
    assert_eq!(super::references::payload(result.of as *const Reference), 0x1000);
    // SAFETY: the reference was handed out last.
    assert!(!unsafe { wasm_ref_get_host_info(result.of as *const Reference) }.is_null());
}

#[test]
fn growths_are_counted_where_they_are_watched() {
    let world = World::new();
    let bridge = bridge(world);
    let counter = ask(&bridge, "makeMemory", &[1, 1]);
    ask(&bridge, "watchGrowth", &[counter]);
    let exports = world.instance(r#"(module (memory (export "m") 1) (func (export "grow") (result i32) i32.const 1 memory.grow))"#, &[]);
    // SAFETY: handles are never freed; the counter's memory does not grow.
    let count = || unsafe { *crate::memory::wasm_memory_data(carried(world, &bridge, counter)) };
    // SAFETY: handles are never freed.
    unsafe { crate::memory::wasm_memory_data(exports.get("m")) };
    assert_eq!(count(), 0);
    exports.call("grow", &[]).unwrap();
    exports.call("grow", &[]).unwrap();
    assert_eq!(count(), 2);
}

#[test]
fn nonsense_is_refused() {
    let world = World::new();
    let bridge = bridge(world);
    let memory = ask(&bridge, "makeMemory", &[1, 1]);
    assert_eq!(ask(&bridge, "stage", &[-1, memory]), -2);
    let global = [i32_value(5), i32_value(0), super::i64_value(0)];
    assert_eq!(bits(bridge.call("makeGlobal", &global).unwrap()), [u64::from(u32::MAX)], "5 is the code of v128");
    assert_eq!(bridge.call("tableGet", &[i32_value(memory), i32_value(0)]).unwrap_err(), "Receiver is not a WebAssembly.Table");
    assert_eq!(bridge.call("watchGrowth", &[i32_value(99)]).unwrap_err(), "Receiver is not a WebAssembly.Memory");
    assert_eq!(ask(&bridge, "exported", &[99]), -1);
}
