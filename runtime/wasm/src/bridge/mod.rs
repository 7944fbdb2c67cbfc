//! What `v8x`'s `WebAssembly` cannot express, for `complete.js`.
//!
//! `v8x` passes null for every imported memory and table, wraps functions without regard to identity, makes nothing of
//! functions in tables and loses what conversions throw, and drops the reason of a failed instantiation. The wasm-c-api
//! has no room for these. So a module may import functions from a module named [`NAME`], which this folder answers: they
//! take numbers and external references and return an `i32`, and name objects by handles, which are numbers of
//! [`Bridge::handles`].
//!
//! Guest code could import them as well. It would gain nothing: a handle names an object of the same isolate, and every
//! argument is checked.

mod functions;
mod instances;
mod objects;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use wasmtime::{Extern, Memory};

use crate::instance::Failure;
use crate::module::Module;
use crate::object::Object;
use crate::store::{Context, Store};

pub(crate) use functions::function;

/// The module that the functions are imported from.
const NAME: &str = "greenroom:webassembly";

/// The import that marks the module whose instance has one export, the object last named by `hold`.
const CARRY: &str = "carry";

const NONE: i32 = -1;
const OUT_OF_BOUNDS: i32 = -2;
const OTHER: i32 = -3;

/// Per store.
#[derive(Default)]
pub(crate) struct Bridge {
    /// Every object that JavaScript may name, by handle.
    handles: RefCell<Vec<&'static Object>>,
    /// The same by identity, so that one thing has one handle however it is reached.
    by_identity: RefCell<HashMap<Identity, usize>>,
    /// For each import of the next instance, what `stage` named.
    staged: RefCell<Vec<Option<&'static Object>>>,
    last_exports: RefCell<Vec<&'static Object>>,
    held: Cell<Option<&'static Object>>,
    failure: RefCell<Option<Failure>>,
    /// Where JavaScript looks for the number of growths.
    growths: Cell<Option<Memory>>,
}

/// What makes two objects of a store the same.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    Func(usize),
    /// A table, memory, global or tag: they are pairs of an instance and an index, which wasmtime shows in its debug
    /// format alone.
    Defined(String),
}

impl Bridge {
    /// The one handle of an object; `index` is its function index if it is new here. Not to be called within
    /// [`Store::with`].
    pub(crate) fn intern(&self, store: &'static Store, item: Extern, index: u32) -> &'static Object {
        let identity = identity(store, &item);
        let mut handles = self.handles.borrow_mut();
        let handle = *self.by_identity.borrow_mut().entry(identity).or_insert_with(|| {
            let object = Object::leak(store, item, index);
            object.handle.set(i32::try_from(handles.len()).ok());
            handles.push(object);
            handles.len() - 1
        });
        handles[handle]
    }

    fn object(&self, handle: i32) -> Option<&'static Object> {
        self.handles.borrow().get(usize::try_from(handle).ok()?).copied()
    }

    pub(crate) fn take_staged(&self) -> Vec<Option<&'static Object>> {
        self.staged.take()
    }

    pub(crate) fn set_last_exports(&self, exports: &[&'static Object]) {
        *self.last_exports.borrow_mut() = exports.to_vec();
    }

    pub(crate) fn set_failure(&self, failure: Failure) {
        *self.failure.borrow_mut() = Some(failure);
    }

    /// The object that an instance of `module` stands for, if it is the module that carries one.
    pub(crate) fn take_carried(&self, module: &Module) -> Option<&'static Object> {
        let import = module.inner.imports().next()?;
        (import.module() == NAME && import.name() == CARRY).then(|| self.held.take()).flatten()
    }

    /// Counts a growth where JavaScript sees it.
    pub(crate) fn count_growth(&self, context: &mut Context<'_>) {
        let bytes = self.growths.get().and_then(|memory| memory.data_mut(context).first_chunk_mut::<4>());
        if let Some(bytes) = bytes {
            *bytes = u32::from_le_bytes(*bytes).wrapping_add(1).to_le_bytes();
        }
    }
}

fn identity(store: &Store, item: &Extern) -> Identity {
    match item {
        Extern::Func(func) => Identity::Func(store.with(|context| func.to_raw(context)) as usize),
        defined => Identity::Defined(format!("{defined:?}")),
    }
}
