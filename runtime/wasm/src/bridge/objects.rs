//! Functions about memories, tables and globals.

#![expect(clippy::unnecessary_wraps, reason = "all functions of the bridge have one type")]

use wasmtime::{Global, GlobalType, Memory, MemoryType, Mutability, Ref, RefType, Table, TableType, Val};

use super::functions::{Args, intern};
use super::instances::{global_code, type_of_code};
use super::{NONE, OTHER, OUT_OF_BOUNDS};
use crate::error::HostTrap;
use crate::store::{Context, Store};
use crate::value;

fn memory(store: &Store, handle: i32) -> wasmtime::Result<Memory> {
    let memory = store.bridge.object(handle).and_then(|object| object.item.clone().into_memory());
    memory.ok_or_else(|| HostTrap("Receiver is not a WebAssembly.Memory".to_owned()).into())
}

fn table(store: &Store, handle: i32) -> wasmtime::Result<Table> {
    let table = store.bridge.object(handle).and_then(|object| object.item.clone().into_table());
    table.ok_or_else(|| HostTrap("Receiver is not a WebAssembly.Table".to_owned()).into())
}

/// An unsigned number for JavaScript, which reads it with `>>> 0`.
fn number(value: u64) -> i32 {
    u32::try_from(value).unwrap_or(u32::MAX).cast_signed()
}

/// `watchGrowth(handle)`: counts growths in the first four bytes of the memory, little endian.
pub(super) fn watch_growth(store: &'static Store, _: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    store.bridge.growths.set(Some(memory(store, args.int(0))?));
    Ok(0)
}

/// `makeMemory(initial, maximum)`: the handle of a new memory, or -1.
pub(super) fn make_memory(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let memory = Memory::new(&mut *context, MemoryType::new(args.unsigned(0), args.maximum(1)));
    Ok(memory.map_or(NONE, |memory| intern(store, context, memory.into())))
}

/// `memorySize(handle)` in pages.
pub(super) fn memory_size(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    Ok(number(memory(store, args.int(0))?.size(context)))
}

/// `memoryMaximum(handle)` in pages, -1 for none.
pub(super) fn memory_maximum(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    Ok(memory(store, args.int(0))?.ty(context).maximum().map_or(NONE, number))
}

/// `makeTable(kind, initial, maximum)`, kind 0 for functions and 1 for external references: the handle of a new table of
/// nulls, or -1.
pub(super) fn make_table(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let element = if args.int(0) == 0 { RefType::FUNCREF } else { RefType::EXTERNREF };
    let null = Ref::null(element.heap_type());
    let table = Table::new(&mut *context, TableType::new(element, args.unsigned(1), args.maximum(2)), null);
    Ok(table.map_or(NONE, |table| intern(store, context, table.into())))
}

/// The element for a handle: -1 is null. None if the object does not fit.
fn element(store: &Store, context: &Context<'_>, table: Table, handle: i32) -> Option<Ref> {
    let ty = table.ty(context);
    if handle == NONE {
        return ty.element().is_nullable().then(|| Ref::null(ty.element().heap_type()));
    }
    let element = Ref::Func(Some(store.bridge.object(handle)?.item.clone().into_func()?));
    element.matches_ty(context, ty.element()).unwrap_or(false).then_some(element)
}

/// `tableKind(handle)`: 0 for functions, 1 for external references, 2 for others.
pub(super) fn table_kind(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let top = table(store, args.int(0))?.ty(context).element().heap_type().top();
    Ok(if top.is_func() {
        0
    } else if top.is_extern() {
        1
    } else {
        2
    })
}

/// `tableSize(handle)`.
pub(super) fn table_size(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    Ok(number(table(store, args.int(0))?.size(context)))
}

/// `tableGrow(handle, delta, element)`: the old size, -1 if a limit forbids it, -3 if the element does not fit.
pub(super) fn table_grow(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let table = table(store, args.int(0))?;
    let Some(element) = element(store, context, table, args.int(2)) else { return Ok(OTHER) };
    Ok(table.grow(context, u64::from(args.unsigned(1)), element).map_or(NONE, number))
}

/// `tableGet(handle, index)`: the function's handle, -1 for null, -2 out of bounds, -3 for something else.
pub(super) fn table_get(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let table = table(store, args.int(0))?;
    Ok(match table.get(&mut *context, u64::from(args.unsigned(1))) {
        None => OUT_OF_BOUNDS,
        Some(Ref::Func(Some(func))) => intern(store, context, func.into()),
        Some(element) if element.is_null() => NONE,
        Some(_) => OTHER,
    })
}

/// `tableSet(handle, index, element)`: 0, -2 out of bounds, -3 if the element does not fit.
pub(super) fn table_set(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let table = table(store, args.int(0))?;
    let Some(element) = element(store, context, table, args.int(2)) else { return Ok(OTHER) };
    Ok(if table.set(context, u64::from(args.unsigned(1)), element).is_ok() { 0 } else { OUT_OF_BOUNDS })
}

fn make(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>, value: Val) -> i32 {
    let Some(content) = type_of_code(args.int(0)) else { return NONE };
    let mutability = if args.int(1) == 0 { Mutability::Const } else { Mutability::Var };
    let global = Global::new(&mut *context, GlobalType::new(content, mutability), value);
    global.map_or(NONE, |global| intern(store, context, global.into()))
}

/// `makeGlobal(code, mutable, bits)`: the handle of a new global that holds a number, or -1.
pub(super) fn make_global(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    Ok(match type_of_code(args.int(0)).and_then(|ty| value::number(args.bits(2), &ty)) {
        Some(value) => make(store, context, args, value),
        None => NONE,
    })
}

/// `makeReference(code, mutable, value)`: the handle of a new global that holds a reference, or -1 if the value does not
/// fit.
pub(super) fn make_reference(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let value = match (type_of_code(args.int(0)), args.external(2)) {
        (Some(ty), None) if ty.is_ref() => Val::default_for_ty(&ty),
        (Some(ty), Some(value)) if ty.is_externref() => Some(Val::ExternRef(Some(value))),
        (Some(ty), Some(value)) if ty.is_funcref() => value::registered(context, &value).map(|func| Val::FuncRef(Some(func))),
        _ => None,
    };
    Ok(value.map_or(NONE, |value| make(store, context, args, value)))
}

/// `globalType(handle)`: the code of the type, plus 16 if the global is mutable.
pub(super) fn global_type(store: &'static Store, context: &mut Context<'_>, args: &Args<'_>) -> wasmtime::Result<i32> {
    let global = store.bridge.object(args.int(0)).and_then(|object| object.item.clone().into_global());
    Ok(global.map_or(0, |global| global_code(&global.ty(context))))
}
