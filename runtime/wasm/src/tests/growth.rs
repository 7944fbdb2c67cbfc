//! Memories that grow, and how far.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::{World, bits, host, i32_value};
use crate::memory::{v82jsc_set_mem_grow_cb, wasm_memory_data, wasm_memory_data_size, wasm_memory_grow, wasm_memory_size};

thread_local! {
    static GROWTHS: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "C" fn count() {
    GROWTHS.set(GROWTHS.get() + 1);
}

const GROWING: &str = r#"(module (memory (export "memory") 1 10) (func (export "grow") (param i32) (result i32) local.get 0 memory.grow)
    (func (export "store") (param i32 i32) local.get 0 local.get 1 i32.store8)
    (func (export "load") (param i32) (result i32) local.get 0 i32.load8_u))"#;

#[test]
fn growth_inside_is_reported_once_the_call_is_over() {
    v82jsc_set_mem_grow_cb(Some(count));
    let exports = World::new().instance(GROWING, &[]);
    let memory = exports.get("memory");
    // SAFETY: handles are never freed.
    unsafe {
        assert!(!wasm_memory_data(memory).is_null());
        assert_eq!(bits(exports.call("grow", &[i32_value(2)]).unwrap()), [1]);
        assert_eq!(GROWTHS.get(), 1);
        assert_eq!((wasm_memory_size(memory), wasm_memory_data_size(memory)), (3, 3 * 65536));
        exports.call("load", &[i32_value(0)]).unwrap();
        assert_eq!(GROWTHS.get(), 1, "a call without growth reports none");
        assert_eq!(bits(exports.call("grow", &[i32_value(100)]).unwrap()), [u64::from(u32::MAX)]);
        assert_eq!(GROWTHS.get(), 1, "nor does growth that fails");
    }
}

#[test]
fn growth_by_the_interface_is_reported() {
    v82jsc_set_mem_grow_cb(Some(count));
    let exports = World::new().instance(GROWING, &[]);
    let memory = exports.get("memory");
    // SAFETY: handles are never freed; the memory has three pages when the last byte is read.
    unsafe {
        wasm_memory_data(memory);
        assert!(wasm_memory_grow(memory, 2));
        assert_eq!(GROWTHS.get(), 1);
        assert!(wasm_memory_grow(memory, 0));
        assert_eq!(GROWTHS.get(), 2);
        assert!(!wasm_memory_grow(memory, 8), "the maximum is 10");
        assert_eq!(GROWTHS.get(), 2);
        exports.call("store", &[i32_value(3 * 65536 - 1), i32_value(42)]).unwrap();
        assert_eq!(*wasm_memory_data(memory).add(3 * 65536 - 1), 42);
    }
}

#[test]
fn growth_is_reported_before_an_import_runs() {
    v82jsc_set_mem_grow_cb(Some(count));
    let world = World::new();
    let module = world.module(
        r#"(module (import "host" "f" (func $f)) (memory (export "memory") 1)
            (func (export "g") i32.const 1 memory.grow drop call $f))"#,
    );
    let seen = Rc::new(RefCell::new(Vec::new()));
    let memory = Rc::new(Cell::new(None));
    let import = host(world, module, 0, {
        let (seen, memory) = (Rc::clone(&seen), Rc::clone(&memory));
        move |_, _| {
            // SAFETY: handles are never freed.
            let size = memory.get().map(|memory| unsafe { wasm_memory_data_size(memory) });
            seen.borrow_mut().push((GROWTHS.get(), size));
            Ok(())
        }
    });
    let exports = world.try_instance(module, &[Some(import)]).unwrap();
    memory.set(Some(exports.get("memory")));
    // SAFETY: handles are never freed.
    unsafe { wasm_memory_data(exports.get("memory")) };
    exports.call("g", &[]).unwrap();
    assert_eq!(*seen.borrow(), [(1, Some(2 * 65536))]);
    assert_eq!(GROWTHS.get(), 1);
}

#[test]
fn all_memories_together_have_a_limit() {
    let world = World::new();
    let text = r#"(module (memory (export "memory") 1) (func (export "grow") (param i32) (result i32) local.get 0 memory.grow))"#;
    let (one, two) = (world.instance(text, &[]), world.instance(text, &[]));
    // 128 MiB are 2048 pages.
    assert_eq!(bits(one.call("grow", &[i32_value(2000)]).unwrap()), [1]);
    assert_eq!(bits(two.call("grow", &[i32_value(47)]).unwrap()), [u64::from(u32::MAX)]);
    assert_eq!(bits(two.call("grow", &[i32_value(46)]).unwrap()), [1]);
    // SAFETY: handles are never freed.
    assert!(!unsafe { wasm_memory_grow(one.get("memory"), 1) });
    let module = world.module("(module (memory 1))");
    let error = world.try_instance(module, &[]).err().unwrap();
    assert!(error.contains("memory"), "{error}");
}

#[test]
fn tables_have_a_limit() {
    let exports = World::new().instance(
        r#"(module (table 1 funcref) (func (export "grow") (param i32) (result i32) ref.null func local.get 0 table.grow))"#,
        &[],
    );
    assert_eq!(bits(exports.call("grow", &[i32_value(10_000_000)]).unwrap()), [u64::from(u32::MAX)]);
    assert_eq!(bits(exports.call("grow", &[i32_value(1)]).unwrap()), [1]);
}
