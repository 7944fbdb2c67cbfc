//! Calls in both directions, and their end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;

use super::{World, bits, call, host, i32_value, i64_value, terminating};
use crate::abi::{KIND_F32, KIND_F64, RawVal};
use crate::engine::v82jsc_wasm_func_terminate;
use crate::object::v82jsc_wasm_func_index;

#[test]
fn numbers_cross_in_their_bits() {
    let exports = World::new().instance(
        r#"(module (func (export "f") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
            local.get 3 local.get 2 local.get 1 local.get 0))"#,
        &[],
    );
    let args = [
        i32_value(-7),
        i64_value(i64::MIN),
        RawVal::new(KIND_F32, u64::from(1.5f32.to_bits())),
        RawVal::new(KIND_F64, (-0.0f64).to_bits()),
    ];
    let results = exports.call("f", &args).unwrap();
    assert_eq!(results.iter().map(|value| value.kind).collect::<Vec<_>>(), [KIND_F64, KIND_F32, 1, 0]);
    assert_eq!(bits(results), [(-0.0f64).to_bits(), u64::from(1.5f32.to_bits()), 1 << 63, u64::from((-7i32).cast_unsigned())]);
}

#[test]
fn many_values_cross_too() {
    let params = "i32 ".repeat(20);
    let gets: String = (0..20).rev().map(|index| format!("local.get {index} ")).collect();
    let exports = World::new().instance(&format!(r#"(module (func (export "f") (param {params}) (result {params}) {gets}))"#), &[]);
    let args: Vec<_> = (0..20).map(i32_value).collect();
    let results = bits(exports.call("f", &args).unwrap());
    assert_eq!(results, (0..20).rev().collect::<Vec<u64>>());
}

#[test]
fn an_import_calls_back_and_enters_again() {
    let world = World::new();
    let module = world.module(
        r#"(module (import "host" "f" (func $f (param i32) (result i32)))
            (func (export "outer") (param i32) (result i32) local.get 0 call $f i32.const 1 i32.add)
            (func (export "inner") (param i32) (result i32) local.get 0 i32.const 10 i32.mul))"#,
    );
    let inner = Rc::new(Cell::new(None));
    let import = host(world, module, 0, {
        let inner = Rc::clone(&inner);
        move |args, results| {
            results[0] = call(inner.get().unwrap(), &[args[0]])?[0];
            Ok(())
        }
    });
    let exports = world.try_instance(module, &[Some(import)]).unwrap();
    inner.set(Some(exports.get("inner")));
    assert_eq!(bits(exports.call("outer", &[i32_value(4)]).unwrap()), [41]);
}

#[test]
fn a_trap_of_a_host_function_reaches_the_caller_through_two_entries() {
    let world = World::new();
    let module = world.module(r#"(module (import "host" "f" (func $f)) (func (export "g") call $f))"#);
    let depth = Rc::new(Cell::new(0));
    let again = Rc::new(RefCell::new(None));
    let import = host(world, module, 0, {
        let (depth, again) = (Rc::clone(&depth), Rc::clone(&again));
        move |_, _| {
            depth.set(depth.get() + 1);
            if depth.get() < 3 { call(again.borrow().unwrap(), &[]).map(drop) } else { Err("thrown by the host".to_owned()) }
        }
    });
    let exports = world.try_instance(module, &[Some(import)]).unwrap();
    *again.borrow_mut() = Some(exports.get("g"));
    assert_eq!(exports.call("g", &[]).unwrap_err(), "thrown by the host");
    assert_eq!(depth.get(), 3);
}

#[test]
fn a_function_of_another_instance_is_imported_as_it_is() {
    let world = World::new();
    let maker = world.instance(r#"(module (func (export "seven") (result i32) i32.const 7))"#, &[]);
    let user = world.instance(
        r#"(module (import "maker" "seven" (func $f (result i32))) (func (export "eight") (result i32) call $f i32.const 1 i32.add))"#,
        &[Some(maker.get("seven"))],
    );
    assert_eq!(bits(user.call("eight", &[]).unwrap()), [8]);
}

#[test]
fn functions_are_named_by_their_index() {
    let exports = World::new()
        .instance(r#"(module (memory (export "memory") 1) (func) (func) (func (export "second")) (export "first" (func 0)))"#, &[]);
    // SAFETY: handles are never freed.
    let index = |name| unsafe { v82jsc_wasm_func_index(exports.get(name)) };
    assert_eq!((index("first"), index("second")), (0, 2));
}

const ENDLESS: &str = r#"(module (import "host" "started" (func $started))
    (func $spin call $started (loop br 0)) (export "spin" (func $spin)) (func (export "one") (result i32) i32.const 1) "#;

/// A host function that has another thread tell this one to end.
fn ended_by_another_thread(world: World, module: &'static crate::module::Module) -> &'static crate::object::Object {
    let (sender, receiver) = mpsc::channel::<()>();
    let flag = terminating();
    thread::spawn(move || {
        receiver.recv().unwrap();
        flag.store(true, Ordering::SeqCst);
        v82jsc_wasm_func_terminate(std::ptr::null());
    });
    host(world, module, 0, move |_, _| sender.send(()).map_err(|error| error.to_string()))
}

#[test]
fn an_endless_loop_ends_and_the_store_works_on() {
    let world = World::new();
    let module = world.module(&format!("{ENDLESS})"));
    let exports = world.try_instance(module, &[Some(ended_by_another_thread(world, module))]).unwrap();
    assert_eq!(exports.call("spin", &[]).unwrap_err(), "execution terminated");
    assert_eq!(exports.call("one", &[]).unwrap_err(), "execution terminated", "a call that starts after the order does not run");
    terminating().store(false, Ordering::SeqCst);
    assert_eq!(bits(exports.call("one", &[]).unwrap()), [1]);
}

#[test]
fn an_endless_start_function_ends() {
    let world = World::new();
    let module = world.module(&format!("{ENDLESS} (start $spin))"));
    let import = ended_by_another_thread(world, module);
    assert_eq!(world.try_instance(module, &[Some(import)]).err().unwrap(), "execution terminated");
}

#[test]
fn an_interrupt_without_an_order_changes_nothing() {
    let world = World::new();
    let module = world.module(
        r#"(module (import "host" "tick" (func $tick)) (func (export "f") (result i32)
            (local i32) (loop call $tick local.get 0 i32.const 1 i32.add local.tee 0 i32.const 100 i32.lt_s br_if 0) local.get 0))"#,
    );
    let import = host(world, module, 0, |_, _| {
        crate::interrupt();
        Ok(())
    });
    let exports = world.try_instance(module, &[Some(import)]).unwrap();
    assert_eq!(bits(exports.call("f", &[]).unwrap()), [100]);
}
