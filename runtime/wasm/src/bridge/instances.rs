//! Functions about instances and the functions that they import and export.

#![expect(clippy::unnecessary_wraps, reason = "all functions of the bridge have one type")]

use wasmtime::{ExternType, FuncType, GlobalType, HeapType, Mutability, RefType, ValType};

use super::functions::{Args, intern};
use super::{NONE, OUT_OF_BOUNDS};
use crate::error::HostTrap;
use crate::instance::Failure;
use crate::module;
use crate::reference;
use crate::store::{Context, Store};

/// `stage(index, handle)`: the next instance imports the object as its import number `index`.
pub(super) fn stage(store: &'static Store, _: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    /// V8's limit of imports (`kV8MaxWasmImports`).
    const MAX_IMPORTS: usize = 1_000_000;
    let Some(index) = usize::try_from(args.int(0)).ok().filter(|index| *index < MAX_IMPORTS) else { return Ok(OUT_OF_BOUNDS) };
    let mut staged = store.bridge.staged.borrow_mut();
    if staged.len() <= index {
        staged.resize(index + 1, None);
    }
    staged[index] = store.bridge.object(args.int(1));
    Ok(0)
}

/// `exported(index)`: the handle of an export of the instance made last.
pub(super) fn exported(store: &'static Store, _: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let object = usize::try_from(args.int(0)).ok().and_then(|index| store.bridge.last_exports.borrow().get(index).copied());
    Ok(object.and_then(|object| object.handle.get()).unwrap_or(NONE))
}

/// `hold(handle)`: the next instance of the carrying module exports the object.
pub(super) fn hold(store: &'static Store, _: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    store.bridge.held.set(store.bridge.object(args.int(0)));
    Ok(0)
}

/// `failure()`: traps with class and message of the last failed instantiation, as `Class: message`.
pub(super) fn failure(store: &'static Store, _: &mut Context<'_>, _: &Args<'_>) -> wasmtime::Result<i32> {
    match store.bridge.failure.take() {
        Some(Failure { class, message }) => Err(HostTrap(format!("{}: {message}", class.name())).into()),
        None => Ok(0),
    }
}

/// The codes of types in signatures; 0 ends a signature.
const SEPARATOR: u8 = 15;
const MUTABLE: i32 = 16;
pub(super) const CODE_FUNCREF: u8 = 7;

/// The code of a type: its place in the list of `complete.js`.
fn code(ty: &ValType) -> u8 {
    match ty {
        ValType::I32 => 1,
        ValType::I64 => 2,
        ValType::F32 => 3,
        ValType::F64 => 4,
        ValType::V128 => 5,
        ValType::Ref(reference) => match reference.heap_type().top() {
            HeapType::Extern | HeapType::Any => 6,
            HeapType::Func => CODE_FUNCREF,
            _ => 8,
        },
    }
}

/// The type of a code, for globals that JavaScript makes.
pub(super) fn type_of_code(code: i32) -> Option<ValType> {
    Some(match code {
        1 => ValType::I32,
        2 => ValType::I64,
        3 => ValType::F32,
        4 => ValType::F64,
        6 => ValType::Ref(RefType::EXTERNREF),
        7 => ValType::Ref(RefType::FUNCREF),
        _ => return None,
    })
}

/// The code of a global's type, with a bit for mutability.
pub(super) fn global_code(ty: &GlobalType) -> i32 {
    let mutable = if ty.mutability() == Mutability::Var { MUTABLE } else { 0 };
    i32::from(code(ty.content())) | mutable
}

/// Part number `part` of the codes of parameters, a separator, and the codes of results: seven in an `i32`, low bits first.
fn packed(ty: &FuncType, part: i32) -> i32 {
    const PER_PART: usize = 7;
    let params = ty.params().map(|ty| code(&ty));
    let results = ty.results().map(|ty| code(&ty));
    let skip = usize::try_from(part).unwrap_or(0).saturating_mul(PER_PART);
    let codes = params.chain([SEPARATOR]).chain(results).skip(skip).take(PER_PART);
    codes.enumerate().fold(0, |word, (index, code)| word | i32::from(code) << (4 * index))
}

/// `signature(handle, part)` of a function.
pub(super) fn signature(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let func = store.bridge.object(args.int(0)).and_then(|object| object.item.clone().into_func());
    Ok(func.map_or(0, |func| packed(&func.ty(context), args.int(1))))
}

/// `importSignature(index, part)` of an import of the module whose imports were listed last; for a global, the code of its
/// type.
pub(super) fn import_signature(_: &'static Store, _: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let import = usize::try_from(args.int(0)).ok().zip(module::last_listed()).and_then(|(index, module)| module.inner.imports().nth(index));
    Ok(match import.map(|import| import.ty()) {
        Some(ExternType::Func(ty)) => packed(&ty, args.int(1)),
        Some(ExternType::Global(ty)) => global_code(&ty),
        _ => 0,
    })
}

/// `register(handle, function)`: the JavaScript function that stands for a function of WebAssembly.
pub(super) fn register(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let func = store.bridge.object(args.int(0)).and_then(|object| object.item.clone().into_func());
    let Some((func, value)) = func.zip(args.external(1)) else { return Ok(NONE) };
    let raw = func.to_raw(&mut *context) as usize;
    let Some(object) = reference::object_of(context, &value) else { return Ok(NONE) };
    let value = value.to_owned_rooted(&mut *context)?;
    let functions = &mut context.data_mut().functions;
    functions.by_value.insert(object, func);
    functions.by_func.insert(raw, value);
    Ok(0)
}

/// `lastFunction()`: the handle of the function that was last handed to JavaScript without one registered for it.
pub(super) fn last_function(store: &'static Store, context: &mut Context<'_>, _: &Args<'_>) -> wasmtime::Result<i32> {
    let func = context.data_mut().functions.unnamed.take();
    Ok(func.map_or(NONE, |func| intern(store, context, func.into())))
}
