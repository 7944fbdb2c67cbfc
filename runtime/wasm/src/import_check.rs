//! Whether imports fit, in V8's words (`src/wasm/module-instantiate.cc`).

use wasmtime::{ExternType, GlobalType, ImportType, MemoryType, Mutability, TableType, ValType};

use crate::instance::{Class, Failure};
use crate::object::Object;
use crate::store::Context;

/// Checks import number `index` against what is there for it.
pub(crate) fn check(context: &Context<'_>, index: usize, import: &ImportType<'_>, object: Option<&Object>) -> Result<(), Failure> {
    let reason = match (import.ty(), object.map(|object| object.item.ty(context))) {
        (ExternType::Func(expected), Some(ExternType::Func(actual))) => {
            (!actual.matches(&expected)).then(|| "imported function does not match the expected type".to_owned())
        }
        (ExternType::Func(_), _) => Some("function import requires a callable".to_owned()),
        (ExternType::Global(expected), Some(ExternType::Global(actual))) => global(&expected, &actual),
        (ExternType::Global(expected), _) => Some(no_global(&expected).to_owned()),
        (ExternType::Memory(expected), Some(ExternType::Memory(actual))) => memory(&expected, &actual, size(context, object)),
        (ExternType::Memory(_), _) => Some("memory import must be a WebAssembly.Memory object".to_owned()),
        (ExternType::Table(expected), Some(ExternType::Table(actual))) => {
            // V8 names a table of the wrong length by its number alone.
            if let Some(message) = table_length(&expected, &actual, size(context, object), index) {
                return Err(Failure { class: Class::Link, message });
            }
            same_type(&expected, &actual)
        }
        (ExternType::Table(_), _) => Some("table import requires a WebAssembly.Table".to_owned()),
        (ExternType::Tag(_), Some(ExternType::Tag(_))) => None,
        (ExternType::Tag(_), _) => Some("tag import requires a WebAssembly.Tag".to_owned()),
    };
    reason.map_or(Ok(()), |reason| {
        let message = format!("Import #{index} \"{}\" \"{}\": {reason}", import.module(), import.name());
        Err(Failure { class: Class::Link, message })
    })
}

/// Pages of a memory, elements of a table.
fn size(context: &Context<'_>, object: Option<&Object>) -> u64 {
    match object.map(|object| object.item.clone()) {
        Some(wasmtime::Extern::Memory(memory)) => memory.size(context),
        Some(wasmtime::Extern::Table(table)) => table.size(context),
        _ => 0,
    }
}

fn global(expected: &GlobalType, actual: &GlobalType) -> Option<String> {
    if expected.mutability() != actual.mutability() {
        return Some("imported global does not match the expected mutability".to_owned());
    }
    let fits = match expected.mutability() {
        Mutability::Const => actual.content().matches(expected.content()),
        Mutability::Var => ValType::eq(actual.content(), expected.content()),
    };
    (!fits).then(|| "imported global does not match the expected type".to_owned())
}

fn no_global(expected: &GlobalType) -> &'static str {
    if expected.mutability() == Mutability::Var {
        "imported mutable global must be a WebAssembly.Global object"
    } else if expected.content().is_v128() {
        "global import of type v128 must be a WebAssembly.Global"
    } else {
        "global import must be a number, valid Wasm reference, or WebAssembly.Global object"
    }
}

fn memory(expected: &MemoryType, actual: &MemoryType, pages: u64) -> Option<String> {
    if pages < expected.minimum() {
        let initial = expected.minimum();
        return Some(format!("memory import has {pages} pages which is smaller than the declared initial of {initial}"));
    }
    let limit = expected.maximum()?;
    match actual.maximum() {
        // V8 prints its mark for "none" as an unsigned number.
        None => Some(format!("memory import has no maximum limit, expected at most {}", u32::MAX)),
        Some(maximum) if maximum > limit => {
            Some(format!("memory import has a larger maximum size {maximum} than the module's declared maximum {limit}"))
        }
        Some(_) => None,
    }
}

fn table_length(expected: &TableType, actual: &TableType, length: u64, index: usize) -> Option<String> {
    if length < expected.minimum() {
        return Some(format!("table import {index} is smaller than initial {}, got {length}", expected.minimum()));
    }
    let limit = expected.maximum()?;
    match actual.maximum() {
        None => Some(format!("table import {index} has no maximum length; required: {limit}")),
        Some(maximum) if maximum > limit => {
            Some(format!("table import {index} has a larger maximum size {maximum:x} than the module's declared maximum {limit}"))
        }
        Some(_) => None,
    }
}

fn same_type(expected: &TableType, actual: &TableType) -> Option<String> {
    let same = wasmtime::RefType::eq(expected.element(), actual.element());
    (!same).then(|| "imported table does not match the expected type".to_owned())
}
