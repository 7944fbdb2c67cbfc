//! What `v8x`'s `WebAssembly` cannot express, for `complete.js`.
//!
//! `v8x` passes null for every imported memory and table, wraps functions without regard to identity, makes nothing of
//! functions in tables, and drops the reason of a failed instantiation. The wasm-c-api has no room for these. So a module
//! may import functions from a module named [`NAME`], which this file answers: they take and return `i32` alone, and
//! name objects by handles, which are numbers of [`Bridge::handles`].
//!
//! Guest code could import them as well. It would gain nothing: a handle names an object of the same isolate, and every
//! argument is checked.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use wasmtime::{Extern, Func, FuncType, ImportType, Memory, MemoryType, Ref, RefType, Table, TableType, Val, ValType};

use crate::error::HostTrap;
use crate::instance::Failure;
use crate::module::Module;
use crate::object::Object;
use crate::store::{Context, Store};

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
}

fn identity(store: &Store, item: &Extern) -> Identity {
    match item {
        Extern::Func(func) => Identity::Func(store.with(|context| func.to_raw(context)) as usize),
        defined => Identity::Defined(format!("{defined:?}")),
    }
}

type Body = fn(&'static Store, Context<'_>, &[i32]) -> wasmtime::Result<i32>;

/// Name, number of parameters, body. `complete.js` holds the same list.
const FUNCTIONS: &[(&str, usize, Body)] = &[
    ("stage", 2, stage),
    ("exported", 1, exported),
    ("hold", 1, hold),
    ("failure", 0, failure),
    ("makeMemory", 2, make_memory),
    ("makeTable", 3, make_table),
    ("tableKind", 1, table_kind),
    ("tableSize", 1, table_size),
    ("tableGrow", 3, table_grow),
    ("tableGet", 2, table_get),
    ("tableSet", 3, table_set),
];

/// The store of a function of this file.
struct Home(&'static Store);

// SAFETY: wasmtime asks for both because a store may move between threads; ours stays on the thread that made it.
unsafe impl Send for Home {}
// SAFETY: as above.
unsafe impl Sync for Home {}

impl Home {
    fn call(&self, body: Body, context: Context<'_>, params: &[Val], results: &mut [Val]) -> wasmtime::Result<()> {
        let args: Vec<i32> = params.iter().filter_map(Val::i32).collect();
        results[0] = Val::I32(body(self.0, context, &args)?);
        Ok(())
    }
}

/// The function that an import names, if it is one of these.
pub(crate) fn function(store: &'static Store, import: &ImportType<'_>) -> Option<&'static Object> {
    if import.module() != NAME {
        return None;
    }
    let &(_, params, body) = FUNCTIONS.iter().find(|(name, ..)| *name == import.name())?;
    let home = Home(store);
    let func = store.with(|context| {
        let ty = FuncType::new(context.engine(), vec![ValType::I32; params], [ValType::I32]);
        Func::new(context, ty, move |mut caller, params, results| {
            let context = wasmtime::AsContextMut::as_context_mut(&mut caller);
            home.call(body, context, params, results)
        })
    });
    Some(Object::leak(store, func.into(), 0))
}

/// `stage(index, handle)`: the next instance imports the object as its import number `index`.
fn stage(store: &'static Store, _: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    /// V8's limit of imports (`kV8MaxWasmImports`).
    const MAX_IMPORTS: usize = 1_000_000;
    let Some(index) = usize::try_from(args[0]).ok().filter(|index| *index < MAX_IMPORTS) else { return Ok(OUT_OF_BOUNDS) };
    let mut staged = store.bridge.staged.borrow_mut();
    if staged.len() <= index {
        staged.resize(index + 1, None);
    }
    staged[index] = store.bridge.object(args[1]);
    Ok(0)
}

/// `exported(index)`: the handle of an export of the instance made last.
fn exported(store: &'static Store, _: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    let object = usize::try_from(args[0]).ok().and_then(|index| store.bridge.last_exports.borrow().get(index).copied());
    Ok(object.and_then(|object| object.handle.get()).unwrap_or(NONE))
}

/// `hold(handle)`: the next instance of the carrying module exports the object.
fn hold(store: &'static Store, _: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    store.bridge.held.set(store.bridge.object(args[0]));
    Ok(0)
}

/// `failure()`: traps with class and message of the last failed instantiation, as `Class: message`.
fn failure(store: &'static Store, _: Context<'_>, _: &[i32]) -> wasmtime::Result<i32> {
    match store.bridge.failure.take() {
        Some(Failure { class, message }) => Err(HostTrap(format!("{}: {message}", class.name())).into()),
        None => Ok(0),
    }
}

/// An argument that JavaScript passed as an unsigned number.
fn unsigned(arg: i32) -> u32 {
    arg.cast_unsigned()
}

/// A maximum, where -1 means none.
fn maximum(arg: i32) -> Option<u32> {
    (arg != NONE).then(|| unsigned(arg))
}

/// Interns an object made within a host callback, lending the callback's context.
fn intern(store: &'static Store, context: Context<'_>, item: Extern) -> i32 {
    let object = store.lend(context, || store.bridge.intern(store, item, 0));
    object.handle.get().unwrap_or(NONE)
}

/// `makeMemory(initial, maximum)`: the handle of a new memory, or -1.
fn make_memory(store: &'static Store, mut context: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    let ty = MemoryType::new(unsigned(args[0]), maximum(args[1]));
    let memory = Memory::new(&mut context, ty);
    Ok(memory.map_or(NONE, |memory| intern(store, context, memory.into())))
}

/// `makeTable(kind, initial, maximum)`, kind 0 for functions and 1 for external references: the handle of a new table of
/// nulls, or -1.
fn make_table(store: &'static Store, mut context: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    let element = if args[0] == 0 { RefType::FUNCREF } else { RefType::EXTERNREF };
    let null = Ref::null(element.heap_type());
    let ty = TableType::new(element, unsigned(args[1]), maximum(args[2]));
    let table = Table::new(&mut context, ty, null);
    Ok(table.map_or(NONE, |table| intern(store, context, table.into())))
}

fn table(store: &Store, handle: i32) -> wasmtime::Result<Table> {
    let table = store.bridge.object(handle).and_then(|object| object.item.clone().into_table());
    table.ok_or_else(|| HostTrap("Receiver is not a WebAssembly.Table".to_owned()).into())
}

/// The element for a handle: -1 is null. None if the object does not fit.
fn element(store: &Store, context: &Context<'_>, table: Table, handle: i32) -> Option<Ref> {
    let ty = table.ty(context);
    if handle == NONE {
        return ty.element().is_nullable().then(|| Ref::null(ty.element().heap_type()));
    }
    let func = store.bridge.object(handle)?.item.clone().into_func()?;
    let fits = Ref::Func(Some(func)).matches_ty(context, ty.element()).unwrap_or(false);
    fits.then_some(Ref::Func(Some(func)))
}

/// `tableKind(handle)`: 0 for functions, 1 for external references, 2 for others.
fn table_kind(store: &'static Store, context: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    let top = table(store, args[0])?.ty(&context).element().heap_type().top();
    Ok(if top.is_func() {
        0
    } else if top.is_extern() {
        1
    } else {
        2
    })
}

/// `tableSize(handle)`.
fn table_size(store: &'static Store, context: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    let size = table(store, args[0])?.size(&context);
    Ok(i32::try_from(size).unwrap_or(i32::MAX))
}

/// `tableGrow(handle, delta, element)`: the old size, -1 if a limit forbids it, -3 if the element does not fit.
fn table_grow(store: &'static Store, context: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    let table = table(store, args[0])?;
    let Some(element) = element(store, &context, table, args[2]) else { return Ok(OTHER) };
    let grown = table.grow(context, u64::from(unsigned(args[1])), element);
    Ok(grown.ok().and_then(|old| i32::try_from(old).ok()).unwrap_or(NONE))
}

/// `tableGet(handle, index)`: the function's handle, -1 for null, -2 out of bounds, -3 for something else.
fn table_get(store: &'static Store, mut context: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    let table = table(store, args[0])?;
    Ok(match table.get(&mut context, u64::from(unsigned(args[1]))) {
        None => OUT_OF_BOUNDS,
        Some(Ref::Func(Some(func))) => intern(store, context, func.into()),
        Some(element) if element.is_null() => NONE,
        Some(_) => OTHER,
    })
}

/// `tableSet(handle, index, element)`: 0, -2 out of bounds, -3 if the element does not fit.
fn table_set(store: &'static Store, context: Context<'_>, args: &[i32]) -> wasmtime::Result<i32> {
    let table = table(store, args[0])?;
    let Some(element) = element(store, &context, table, args[2]) else { return Ok(OTHER) };
    Ok(if table.set(context, u64::from(unsigned(args[1])), element).is_ok() { 0 } else { OUT_OF_BOUNDS })
}
