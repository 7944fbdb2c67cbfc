//! Functions: calls into WebAssembly, and host functions that call back into JavaScript.
//!
//! Ownership: argument and result vectors belong to the caller. References in arguments and in the results of a host
//! function are taken over (see [`crate::reference`]); references in results of a call are lent.

use std::ffi::c_void;
use std::ptr;

use wasmtime::{AsContextMut, Caller, Func, RootScope, Val};

use crate::abi::{KIND_I32, RawVal, RawVec};
use crate::error::{HostTrap, Terminated};
use crate::object::Object;
use crate::reference::{Finalizer, Reference};
use crate::store::{Data, Store, terminating};
use crate::trap::Trap;
use crate::types::FunctionType;
use crate::value;

/// Parameters and results up to this many together need no allocation.
const INLINE: usize = 12;

/// Host code that WebAssembly calls: writes the results, or returns a trap, which it gives away.
pub(crate) type Callback = unsafe extern "C" fn(*mut c_void, *const RawVec, *mut RawVec) -> *mut Trap;

/// A callback with its environment.
struct HostFunction {
    callback: Callback,
    env: *mut c_void,
    store: &'static Store,
    ty: FunctionType,
}

// SAFETY: wasmtime asks for both because a store may move between threads; ours stays on the thread that made it.
unsafe impl Send for HostFunction {}
// SAFETY: as above.
unsafe impl Sync for HostFunction {}

impl HostFunction {
    fn call(&self, mut caller: Caller<'_, Data>, params: &[Val], results: &mut [Val]) -> wasmtime::Result<()> {
        let mut lent = Vec::new();
        let args: Vec<RawVal> = params.iter().map(|param| value::from_wasm(&mut caller, param, &mut lent)).collect();
        let mut raw_results = vec![RawVal::new(KIND_I32, 0); results.len()];
        let trap = self.store.lend(caller.as_context_mut(), || {
            self.store.report_growth();
            let (args, mut out) = (RawVec::view(&args), RawVec::view_mut(&mut raw_results));
            // SAFETY: `wasm_func_new_with_env` was promised that callback and environment belong together and live on;
            // both vectors outlive the call.
            unsafe { (self.callback)(self.env, &raw const args, &raw mut out) }
        });
        drop(lent);
        if !trap.is_null() {
            // SAFETY: the callback gives away a trap that `wasm_trap_new` made.
            return Err(HostTrap(unsafe { Box::from_raw(trap) }.into_message()).into());
        }
        for ((result, raw), ty) in results.iter_mut().zip(raw_results).zip(&self.ty.results) {
            // SAFETY: `v8x` fills each result by its kind, with a foreign of its own where that is a reference.
            *result = unsafe { value::to_wasm(&mut caller, raw, ty) }?;
        }
        Ok(())
    }
}

/// A host function. `env` is handed to each call; it lives as long as the process, so the finalizer never runs.
///
/// # Safety
///
/// `store` and `ty` are valid; `callback` may be called with `env` from now on, on this thread.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_func_new_with_env(
    store: *const Store,
    ty: *const FunctionType,
    callback: Callback,
    env: *mut c_void,
    _finalizer: Option<Finalizer>,
) -> *const Object {
    // SAFETY: the caller's promise; stores are never freed.
    let store: &'static Store = unsafe { &*store };
    // SAFETY: the caller's promise.
    let exact = unsafe { &*ty }.exact.clone();
    let host = HostFunction { callback, env, store, ty: FunctionType::new(exact.clone()) };
    let func = store.with(|context| Func::new(context, exact, move |caller, params, results| host.call(caller, params, results)));
    Object::leak(store, func.into(), 0)
}

/// The function's type, lent by the function.
///
/// # Safety
///
/// `object` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_func_type(object: *const Object) -> *const FunctionType {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    object.item.clone().into_func().map_or(ptr::null(), |func| object.function_type(func))
}

/// Calls a function. Null means that the results are written; a trap belongs to the caller.
///
/// # Safety
///
/// `object` is valid; `args` holds a value for each parameter and `results` room for each result; references in `args`
/// are not used again.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_func_call(object: *const Object, args: *const RawVec, results: *mut RawVec) -> *mut Trap {
    // SAFETY: the caller's promise; handles are never freed.
    let object: &'static Object = unsafe { &*object };
    // SAFETY: the caller's promise.
    let args = unsafe { (*args).as_slice::<RawVal>() };
    // SAFETY: the caller's promise. The vector is written through its pointer below, not through a slice, because its
    // values may be uninitialized.
    let out = unsafe { (*results).data.cast::<RawVal>() };
    // SAFETY: as above.
    let outcome = unsafe { call(object, args, out) };
    object.store.report_growth();
    outcome.err().map_or(ptr::null_mut(), |error| Box::into_raw(Box::new(Trap::from_error(object.store, &error))))
}

/// [`wasm_func_call`] without its vectors.
///
/// # Safety
///
/// `out` has room for each result; references in `args` are not used again.
unsafe fn call(object: &'static Object, args: &[RawVal], out: *mut RawVal) -> wasmtime::Result<()> {
    let Some(func) = object.item.clone().into_func() else {
        return Err(HostTrap("not a function".to_owned()).into());
    };
    // `v8x` may have been told to end between its own check and the moment from which it can reach this call.
    if terminating() {
        return Err(Terminated.into());
    }
    let ty = object.function_type(func);
    let total = ty.params.len() + ty.results.len();
    let mut inline = [const { Val::I32(0) }; INLINE];
    let mut heap = Vec::new();
    let values = if total <= INLINE {
        &mut inline[..total]
    } else {
        heap.resize(total, Val::I32(0));
        &mut heap[..]
    };
    let (params, results) = values.split_at_mut(ty.params.len());
    let mut lent = Vec::new();
    object.store.with(|context| {
        let mut scope = RootScope::new(context);
        for ((param, ty), raw) in params.iter_mut().zip(&ty.params).zip(args) {
            // SAFETY: the caller's promise.
            *param = unsafe { value::to_wasm(&mut scope, *raw, ty) }?;
        }
        func.call(&mut scope, params, results)?;
        for (index, result) in results.iter().enumerate() {
            let raw = value::from_wasm(&mut scope, result, &mut lent);
            // SAFETY: the caller's promise.
            unsafe { out.add(index).write(raw) };
        }
        Ok::<_, wasmtime::Error>(())
    })?;
    keep(object.store, lent);
    Ok(())
}

/// Keeps references until the next are handed out.
#[expect(clippy::vec_box, reason = "v8x holds pointers to the references")]
fn keep(store: &Store, lent: Vec<Box<Reference>>) {
    if !lent.is_empty() {
        *store.lent_references.borrow_mut() = lent;
    }
}

/// Keeps one reference until the next are handed out, and points to it.
pub(crate) fn keep_one(store: &Store, reference: Reference) -> *const Reference {
    let reference = Box::new(reference);
    let pointer = &raw const *reference;
    keep(store, vec![reference]);
    pointer
}
