//! Values across the boundary.

use wasmtime::{AnyRef, AsContextMut, ExternRef, Func, HeapType, Ref, Rooted, Val, ValType};

use crate::abi::{KIND_EXTERNREF, KIND_F32, KIND_F64, KIND_FUNCREF, KIND_I32, KIND_I64, KIND_OPAQUE, KIND_V128, RawVal};
use crate::error::HostTrap;
use crate::reference::{self, Reference, Taken};
use crate::store::{Context, Data};

/// V8's text for values that have no counterpart on the other side.
const INCOMPATIBLE: &str = "type incompatibility when transforming from/to JS";

/// A value of `v8x`'s as one of type `ty`.
///
/// # Safety
///
/// If `ty` is a reference type, `raw.of` is null or a reference that [`reference::take`] accepts.
pub(crate) unsafe fn to_wasm(context: impl AsContextMut<Data = Data>, raw: RawVal, ty: &ValType) -> wasmtime::Result<Val> {
    match ty {
        // SAFETY: the caller's promise.
        ValType::Ref(ty) => unsafe { to_ref(context, raw.of as *mut Reference, ty.heap_type()) }.map(Val::from),
        ty => number(raw.of, ty).ok_or_else(incompatible),
    }
}

/// A number of type `ty` from its bits; none for types that are no numbers in JavaScript.
pub(crate) fn number(bits: u64, ty: &ValType) -> Option<Val> {
    Some(match ty {
        ValType::I32 => Val::I32(low(bits).cast_signed()),
        ValType::I64 => Val::I64(bits.cast_signed()),
        ValType::F32 => Val::F32(low(bits)),
        ValType::F64 => Val::F64(bits),
        ValType::V128 | ValType::Ref(_) => return None,
    })
}

/// The function of WebAssembly that a JavaScript value stands for.
pub(crate) fn registered(context: &mut Context<'_>, value: &Rooted<ExternRef>) -> Option<Func> {
    let object = reference::object_of(context, value)?;
    context.data().functions.by_value.get(&object).copied()
}

#[expect(clippy::cast_possible_truncation, reason = "the upper half of a 32-bit value's slot means nothing")]
fn low(bits: u64) -> u32 {
    bits as u32
}

fn incompatible() -> wasmtime::Error {
    HostTrap(INCOMPATIBLE.to_owned()).into()
}

/// A reference of `v8x`'s as one below `heap_type`'s top.
///
/// # Safety
///
/// [`reference::take`] accepts `pointer`.
pub(crate) unsafe fn to_ref(
    mut context: impl AsContextMut<Data = Data>,
    pointer: *mut Reference,
    heap_type: &HeapType,
) -> wasmtime::Result<Ref> {
    // SAFETY: the caller's promise.
    let taken = unsafe { reference::take(pointer) };
    Ok(match (taken, heap_type.top()) {
        (Taken::Null, _) => Ref::null(heap_type),
        (Taken::Function(func), HeapType::Func) => Ref::Func(Some(func)),
        (Taken::Value(host), HeapType::Func) => {
            let context = context.as_context();
            let func = host.object().and_then(|object| context.data().functions.by_value.get(&object).copied());
            Ref::Func(Some(func.ok_or_else(incompatible)?))
        }
        (Taken::Value(host), HeapType::Extern) => Ref::Extern(Some(reference::root(&mut context, host)?)),
        (Taken::Value(host), HeapType::Any) => {
            let external = reference::root(&mut context, host)?;
            Ref::Any(Some(AnyRef::convert_extern(&mut context, external)?))
        }
        _ => return Err(incompatible()),
    })
}

/// A value for `v8x`. A reference is added to `lent`, which must live until `v8x` has read it.
#[expect(clippy::vec_box, reason = "v8x holds pointers to the references while the vector grows")]
pub(crate) fn from_wasm(context: impl AsContextMut<Data = Data>, value: &Val, lent: &mut Vec<Box<Reference>>) -> RawVal {
    match *value {
        Val::I32(value) => RawVal::new(KIND_I32, u64::from(value.cast_unsigned())),
        Val::I64(value) => RawVal::new(KIND_I64, value.cast_unsigned()),
        Val::F32(bits) => RawVal::new(KIND_F32, u64::from(bits)),
        Val::F64(bits) => RawVal::new(KIND_F64, bits),
        Val::V128(_) => RawVal::new(KIND_V128, 0),
        Val::FuncRef(func) => RawVal::new(KIND_FUNCREF, lend(from_ref(context, &Ref::Func(func)), lent)),
        Val::ExternRef(external) => RawVal::new(KIND_EXTERNREF, lend(from_ref(context, &Ref::Extern(external)), lent)),
        Val::AnyRef(any) => RawVal::new(KIND_EXTERNREF, lend(from_ref(context, &Ref::Any(any)), lent)),
        _ => RawVal::new(KIND_OPAQUE, 0),
    }
}

/// A reference for `v8x`, or none for null.
pub(crate) fn from_ref(mut context: impl AsContextMut<Data = Data>, value: &Ref) -> Option<Reference> {
    match *value {
        Ref::Func(func) => func.map(|func| from_func(context, func)),
        Ref::Extern(external) => external.map(|external| reference::held(context, &external)),
        Ref::Any(any) => any.map(|any| match any.as_i31(context.as_context_mut()) {
            Ok(Some(small)) => Reference::integer(small.get_i32()),
            _ => match wasmtime::ExternRef::convert_any(context.as_context_mut(), any) {
                Ok(external) => reference::held(context, &external),
                Err(_) => Reference::Held(std::ptr::null_mut()),
            },
        }),
        Ref::Exn(_) => None,
    }
}

/// The JavaScript function that stands for `func`, or the function itself, noted so that one can be made.
fn from_func(mut context: impl AsContextMut<Data = Data>, func: Func) -> Reference {
    let raw = func.to_raw(&mut context) as usize;
    let mut context = context.as_context_mut();
    let known = context.data().functions.by_func.get(&raw).cloned();
    if let Some(value) = known {
        let value = value.to_rooted(&mut context);
        return reference::held(context, &value);
    }
    context.data_mut().functions.unnamed = Some(func);
    Reference::Function(func)
}

#[expect(clippy::vec_box, reason = "v8x holds pointers to the references while the vector grows")]
fn lend(reference: Option<Reference>, lent: &mut Vec<Box<Reference>>) -> u64 {
    let Some(reference) = reference else { return 0 };
    lent.push(Box::new(reference));
    lent.last().map_or(0, |reference| (&raw const **reference) as u64)
}
