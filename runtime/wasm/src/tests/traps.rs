//! The words of traps, and where they come from.

use super::{World, i32_value, message};
use crate::abi::RawVec;
use crate::func::wasm_func_call;
use crate::trap::{Frame, wasm_frame_func_index, wasm_frame_func_offset, wasm_frame_module_offset, wasm_frame_vec_delete, wasm_trap_trace};

/// The message of a function with this body.
fn trap(body: &str) -> String {
    let text = format!(
        r#"(module (memory 1) (table 2 funcref) (type $nothing (func)) (elem (i32.const 0) $one) (func $one (result i32) i32.const 1)
            (func $f (export "f") {body}))"#
    );
    World::new().instance(&text, &[]).call("f", &[]).unwrap_err()
}

#[test]
fn traps_have_the_words_of_v8() {
    assert_eq!(trap("unreachable"), "unreachable");
    assert_eq!(trap("i32.const 1 i32.const 0 i32.div_s drop"), "divide by zero");
    assert_eq!(trap("i64.const 1 i64.const 0 i64.div_u drop"), "divide by zero");
    assert_eq!(trap("i32.const 1 i32.const 0 i32.rem_u drop"), "remainder by zero");
    assert_eq!(trap("i64.const 1 i64.const 0 i64.rem_s drop"), "remainder by zero");
    assert_eq!(trap("i32.const 0x80000000 i32.const -1 i32.div_s drop"), "divide result unrepresentable");
    assert_eq!(trap("i64.const 0x8000000000000000 i64.const -1 i64.div_s drop"), "divide result unrepresentable");
    assert_eq!(trap("f64.const 1e300 i32.trunc_f64_s drop"), "float unrepresentable in integer range");
    assert_eq!(trap("f32.const nan i64.trunc_f32_u drop"), "float unrepresentable in integer range");
    assert_eq!(trap("i32.const 65536 i32.load drop"), "memory access out of bounds");
    assert_eq!(trap("i32.const 65536 i32.const 0 i32.const 1 memory.fill"), "memory access out of bounds");
    assert_eq!(trap("i32.const 9 call_indirect (type $nothing)"), "table index is out of bounds");
    assert_eq!(trap("i32.const 1 call_indirect (type $nothing)"), "null function");
    assert_eq!(trap("i32.const 0 call_indirect (type $nothing)"), "function signature mismatch");
    assert_eq!(trap("call $f"), "Maximum call stack size exceeded");
}

#[test]
fn a_trap_tells_function_and_offset_of_each_frame() {
    let bytes = wat::parse_str(
        r#"(module (import "host" "f" (func)) (func $inner i32.const 1 drop unreachable) (func (export "outer") (param i32) call $inner))"#,
    )
    .unwrap();
    let world = World::new();
    let module = world.compile(&bytes).unwrap();
    let import = super::host(world, module, 0, |_, _| Ok(()));
    let exports = world.try_instance(module, &[Some(import)]).unwrap();
    // SAFETY: arguments and results fit; trap and frames are freed once.
    unsafe {
        let trap = wasm_func_call(exports.get("outer"), &RawVec::view(&[i32_value(0)]), &mut RawVec::view::<u8>(&[]));
        let mut trace = RawVec::view::<u8>(&[]);
        wasm_trap_trace(trap, &raw mut trace);
        let frames = trace.as_slice::<*const Frame>().to_vec();
        assert_eq!(trace.num_elems, 2);
        assert_eq!(frames.iter().map(|frame| wasm_frame_func_index(*frame)).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(bytes[wasm_frame_module_offset(frames[0])], 0x00, "the instruction is `unreachable`");
        assert_eq!(bytes[wasm_frame_module_offset(frames[1])], 0x10, "the instruction is `call`");
        assert!(frames.iter().all(|frame| wasm_frame_func_offset(*frame) == wasm_frame_module_offset(*frame)));
        wasm_frame_vec_delete(&raw mut trace);
        assert_eq!(message(trap), "unreachable");
    }
}

#[test]
fn a_trap_of_the_start_function_is_told() {
    let world = World::new();
    let module = world.module("(module (func $start unreachable) (start $start))");
    assert_eq!(world.try_instance(module, &[]).err().unwrap(), "unreachable");
}
