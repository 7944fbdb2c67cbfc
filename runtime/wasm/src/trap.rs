//! Traps, in V8's words (`src/common/message-template.h`, the messages `kTrap…`).
//!
//! Ownership: a trap belongs to whoever receives it: `v8x` deletes those that calls return, and gives away those that it
//! makes in host functions. Messages and traces are copies that the receiver deletes.

use wasmtime::{Trap as Code, WasmBacktrace};

use crate::abi::RawVec;
use crate::error::HostTrap;
use crate::module::Module;
use crate::store::Store;

/// What V8 says, in a `RangeError`, when the stack is used up.
pub(crate) const STACK_OVERFLOW: &str = "Maximum call stack size exceeded";

/// `wasm_trap_t`.
pub(crate) struct Trap {
    message: String,
    frames: Vec<Frame>,
}

/// `wasm_frame_t`.
#[derive(Clone)]
pub(crate) struct Frame {
    func_index: u32,
    module_offset: usize,
}

impl Trap {
    /// The trap that `error` means, with the frames that it passed.
    pub(crate) fn from_error(store: &Store, error: &wasmtime::Error) -> Self {
        let infos = error.downcast_ref::<WasmBacktrace>().map(WasmBacktrace::frames).unwrap_or_default();
        let frames = infos
            .iter()
            .map(|info| Frame { func_index: info.func_index(), module_offset: info.module_offset().unwrap_or_default() })
            .collect();
        let opcode = infos.first().and_then(|info| {
            let modules = store.modules.borrow();
            modules.iter().find(|module| wasmtime::Module::same(&module.inner, info.module()))?.opcode(info.module_offset()?)
        });
        Self { message: message(error, opcode), frames }
    }

    pub(crate) fn into_message(self) -> String {
        self.message
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

/// V8's text for `error`, raised by an instruction that starts with `opcode`.
fn message(error: &wasmtime::Error, opcode: Option<u8>) -> String {
    if let Some(HostTrap(message)) = error.downcast_ref::<HostTrap>() {
        return message.clone();
    }
    let Some(code) = error.downcast_ref::<Code>() else {
        return error.root_cause().to_string();
    };
    let text = match code {
        Code::UnreachableCodeReached => "unreachable",
        Code::MemoryOutOfBounds => "memory access out of bounds",
        Code::TableOutOfBounds => "table index is out of bounds",
        Code::IndirectCallToNull => "null function",
        Code::BadSignature => "function signature mismatch",
        Code::IntegerDivisionByZero if opcode.is_some_and(is_remainder) => "remainder by zero",
        Code::IntegerDivisionByZero => "divide by zero",
        Code::IntegerOverflow if opcode.is_some_and(is_division) => "divide result unrepresentable",
        Code::IntegerOverflow | Code::BadConversionToInteger => "float unrepresentable in integer range",
        Code::StackOverflow => STACK_OVERFLOW,
        Code::HeapMisaligned => "operation does not support unaligned accesses",
        Code::AtomicWaitNonSharedMemory => "Atomics.wait cannot be called in this context",
        Code::NullReference => "dereferencing a null pointer",
        Code::CastFailure => "illegal cast",
        Code::ArrayOutOfBounds => "array element access out of bounds",
        Code::AllocationTooLarge => "requested new array is too large",
        other => return other.to_string().trim_start_matches("wasm trap: ").to_owned(),
    };
    text.to_owned()
}

/// `i32.rem_s`, `i32.rem_u`, `i64.rem_s`, `i64.rem_u`.
fn is_remainder(opcode: u8) -> bool {
    matches!(opcode, 0x6f | 0x70 | 0x81 | 0x82)
}

/// `i32.div_s`, `i64.div_s`; the unsigned divisions cannot overflow.
fn is_division(opcode: u8) -> bool {
    matches!(opcode, 0x6d | 0x7f)
}

impl Module {
    /// The first byte of the instruction at `offset` in the module's bytes.
    fn opcode(&self, offset: usize) -> Option<u8> {
        self.code.get(offset.checked_sub(self.code_start)?).copied()
    }
}

/// A trap with a message of the host's, which may end in a NUL.
///
/// # Safety
///
/// `message` is a valid byte vector.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_trap_new(_store: *const Store, message: *const RawVec) -> *mut Trap {
    // SAFETY: the caller's promise.
    let bytes = unsafe { (*message).as_slice::<u8>() };
    let message = String::from_utf8_lossy(bytes.strip_suffix(b"\0").unwrap_or(bytes)).into_owned();
    Box::into_raw(Box::new(Trap { message, frames: Vec::new() }))
}

/// Frees a trap.
///
/// # Safety
///
/// `trap` was received from this interface and is not used again.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_trap_delete(trap: *mut Trap) {
    // SAFETY: the caller's promise.
    drop(unsafe { Box::from_raw(trap) });
}

/// A copy of the message, ending in a NUL.
///
/// # Safety
///
/// `trap` is valid and `out` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_trap_message(trap: *const Trap, out: *mut RawVec) {
    // SAFETY: the caller's promise.
    let mut bytes = unsafe { &*trap }.message.clone().into_bytes();
    bytes.push(0);
    // SAFETY: the caller's promise.
    unsafe { out.write(RawVec::from_boxed(bytes.into_boxed_slice())) };
}

/// A copy of the frames, innermost first: a vector of pointers.
///
/// # Safety
///
/// `trap` is valid and `out` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_trap_trace(trap: *const Trap, out: *mut RawVec) {
    // SAFETY: the caller's promise.
    let frames: Box<[*mut Frame]> = unsafe { &*trap }.frames.iter().map(|frame| Box::into_raw(Box::new(frame.clone()))).collect();
    // SAFETY: the caller's promise.
    unsafe { out.write(RawVec::from_boxed(frames)) };
}

/// Frees the frames of a trace.
///
/// # Safety
///
/// `frames` was filled by [`wasm_trap_trace`].
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_frame_vec_delete(frames: *mut RawVec) {
    // SAFETY: the caller's promise.
    for frame in unsafe { (*frames).take_boxed::<*mut Frame>() } {
        // SAFETY: `wasm_trap_trace` boxed each frame for this vector alone.
        drop(unsafe { Box::from_raw(frame) });
    }
}

/// Index of the frame's function in its module, imports included.
///
/// # Safety
///
/// `frame` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_frame_func_index(frame: *const Frame) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { (*frame).func_index }
}

/// Offset of the instruction in its module, in bytes: `v8x` prints this number in stack traces, where V8 has the offset in
/// the module.
///
/// # Safety
///
/// `frame` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_frame_func_offset(frame: *const Frame) -> usize {
    // SAFETY: the caller's promise.
    unsafe { (*frame).module_offset }
}

/// Offset of the instruction in its module, in bytes.
///
/// # Safety
///
/// `frame` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_frame_module_offset(frame: *const Frame) -> usize {
    // SAFETY: the caller's promise.
    unsafe { (*frame).module_offset }
}
