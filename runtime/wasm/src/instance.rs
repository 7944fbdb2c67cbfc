//! Instances.
//!
//! Ownership: an instance is leaked when it is made; its exports are handles that live as long as the process.

use std::ptr;

use wasmtime::{Extern, RootScope};

use crate::abi::RawVec;
use crate::bridge;
use crate::error::{HostTrap, Terminated};
use crate::import_check;
use crate::module::Module;
use crate::object::Object;
use crate::store::{Context, Store, count_instance, terminating};
use crate::trap::{STACK_OVERFLOW, Trap};

/// `wasm_instance_t`.
pub(crate) struct Instance {
    exports: Vec<&'static Object>,
}

/// Which of JavaScript's errors an instantiation ended in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Link,
    Runtime,
    Range,
}

impl Class {
    /// The constructor's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Link => "LinkError",
            Self::Runtime => "RuntimeError",
            Self::Range => "RangeError",
        }
    }
}

/// Why an instantiation failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) class: Class,
    pub(crate) message: String,
}

/// Instantiates a module and runs its start function. Null means that it failed; `trap` then holds a trap that belongs to
/// the caller. Null entries in `imports` stand for values that `v8x` could not convert; `complete.js` may have staged
/// objects for them.
///
/// # Safety
///
/// `store` and `module` are valid; `imports` holds a handle or null for each import; `trap` is null or can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_instance_new(
    store: *const Store,
    module: *const Module,
    imports: *const RawVec,
    trap: *mut *mut Trap,
) -> *const Instance {
    // SAFETY: the caller's promise; stores and modules are never freed.
    let (store, module): (&'static Store, &'static Module) = unsafe { (&*store, &*module) };
    // SAFETY: the caller's promise. Null entries become `None`; handles are never freed.
    let given = unsafe { (*imports).as_slice::<Option<&'static Object>>() };
    let outcome = match store.bridge.take_carried(module) {
        Some(object) => Ok(vec![object]),
        None => instantiate(store, module, given),
    };
    store.report_growth();
    match outcome {
        Ok(exports) => {
            store.bridge.set_last_exports(&exports);
            count_instance();
            Box::leak(Box::new(Instance { exports }))
        }
        Err((failure, made)) => {
            store.bridge.set_failure(failure);
            if !trap.is_null() {
                // SAFETY: the caller's promise.
                unsafe { trap.write(Box::into_raw(Box::new(made))) };
            }
            ptr::null()
        }
    }
}

fn instantiate(
    store: &'static Store,
    module: &'static Module,
    given: &[Option<&'static Object>],
) -> Result<Vec<&'static Object>, (Failure, Trap)> {
    let imports = imports(store, module, given).map_err(|failure| {
        let trap = Trap::from_error(store, &HostTrap(failure.message.clone()).into());
        (failure, trap)
    })?;
    let items: Vec<Extern> = imports.iter().map(|object| object.item.clone()).collect();
    let outcome = if terminating() {
        Err(Terminated.into())
    } else {
        store.with(|context| {
            let mut scope = RootScope::new(context);
            let instance = wasmtime::Instance::new(&mut scope, &module.inner, &items)?;
            Ok(instance.exports(&mut scope).map(wasmtime::Export::into_extern).collect())
        })
    };
    let exports = outcome.map_err(|error: wasmtime::Error| {
        let trap = Trap::from_error(store, &error);
        (failure(&error, &trap), trap)
    })?;
    Ok(objects(store, module, &imports, exports))
}

/// The handles of exports. A function that was imported is exported as what it was.
fn objects(store: &'static Store, module: &Module, imports: &[&'static Object], exports: Vec<Extern>) -> Vec<&'static Object> {
    let functions: Vec<&'static Object> = imports.iter().copied().filter(|object| matches!(object.item, Extern::Func(_))).collect();
    let indices = module.export_indices.iter().copied().chain(std::iter::repeat(0));
    let object = |(item, index): (Extern, u32)| {
        let imported = matches!(item, Extern::Func(_)).then(|| functions.get(usize::try_from(index).ok()?).copied()).flatten();
        match imported {
            Some(object) if object.handle.get().is_some() => object,
            _ => store.bridge.intern(store, item, index),
        }
    };
    exports.into_iter().zip(indices).map(object).collect()
}

/// What is there for each import, checked.
fn imports(store: &'static Store, module: &Module, given: &[Option<&'static Object>]) -> Result<Vec<&'static Object>, Failure> {
    let staged = store.bridge.take_staged();
    let mut found = Vec::with_capacity(given.len());
    for (index, import) in module.inner.imports().enumerate() {
        let object = staged.get(index).copied().flatten().or_else(|| given.get(index).copied().flatten());
        let object = object.or_else(|| bridge::function(store, &import));
        store.with(|context: Context<'_>| import_check::check(&context, index, &import, object))?;
        found.extend(object);
    }
    Ok(found)
}

/// The error that JavaScript gets for `error`.
fn failure(error: &wasmtime::Error, trap: &Trap) -> Failure {
    let message = trap.message().to_owned();
    if message == STACK_OVERFLOW {
        return Failure { class: Class::Range, message };
    }
    // The one text of wasmtime's for a memory that the limit does not allow, and the like for one that does not fit.
    if error.downcast_ref::<wasmtime::Trap>().is_none() && message.contains("memory minimum size") {
        let message = "Out of memory: Cannot allocate Wasm memory for new instance".to_owned();
        return Failure { class: Class::Range, message };
    }
    Failure { class: Class::Runtime, message }
}

/// The exports, in the module's order: handles that `v8x` may keep, in a vector that the instance owns.
///
/// # Safety
///
/// `instance` is valid and `out` can be written.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_instance_exports(instance: *const Instance, out: *mut RawVec) {
    // SAFETY: the caller's promise.
    unsafe { out.write(RawVec::view(&(*instance).exports)) };
}
