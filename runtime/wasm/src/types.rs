//! Types as `v8x` reads them.
//!
//! Ownership: value types and the global types that `wasm_globaltype_new` returns are static. All other types belong to
//! the object or module that they describe and are lent out; `v8x` deletes none, so none is copied.

use wasmtime::{ExternType, FuncType, HeapType, Mutability, RefType, ValType};

use crate::abi::{
    EXTERN_FUNC, EXTERN_GLOBAL, EXTERN_MEMORY, EXTERN_TABLE, EXTERN_TAG, KIND_EXTERNREF, KIND_F32, KIND_F64, KIND_FUNCREF, KIND_I32,
    KIND_I64, KIND_OPAQUE, KIND_V128, RawVec,
};

/// `wasm_valtype_t`.
pub(crate) struct ValueType {
    kind: u8,
}

macro_rules! value_types {
    ($($kind:ident),*) => {
        /// The value type of a kind.
        fn value_type(kind: u8) -> &'static ValueType {
            match kind {
                $($kind => &ValueType { kind: $kind },)*
                _ => &ValueType { kind: KIND_OPAQUE },
            }
        }

        /// The global type of a kind that JavaScript can name, without a more exact type.
        fn plain_global_type(kind: u8, mutable: bool) -> &'static GlobalType {
            match (kind, mutable) {
                $(
                    ($kind, false) => &GlobalType { content: &ValueType { kind: $kind }, mutable: false, exact: None },
                    ($kind, true) => &GlobalType { content: &ValueType { kind: $kind }, mutable: true, exact: None },
                )*
                (_, false) => &GlobalType { content: &ValueType { kind: KIND_OPAQUE }, mutable: false, exact: None },
                (_, true) => &GlobalType { content: &ValueType { kind: KIND_OPAQUE }, mutable: true, exact: None },
            }
        }
    };
}

value_types!(KIND_I32, KIND_I64, KIND_F32, KIND_F64, KIND_V128, KIND_EXTERNREF, KIND_FUNCREF);

/// The kind by which `v8x` converts values of a type. References of the `any` hierarchy cross as `externref` do.
pub(crate) fn kind_of(ty: &ValType) -> u8 {
    match ty {
        ValType::I32 => KIND_I32,
        ValType::I64 => KIND_I64,
        ValType::F32 => KIND_F32,
        ValType::F64 => KIND_F64,
        ValType::V128 => KIND_V128,
        ValType::Ref(reference) => match reference.heap_type().top() {
            HeapType::Func => KIND_FUNCREF,
            HeapType::Extern | HeapType::Any => KIND_EXTERNREF,
            _ => KIND_OPAQUE,
        },
    }
}

/// The type that a kind stands for when JavaScript names it.
pub(crate) fn type_of_kind(kind: u8) -> Option<ValType> {
    match kind {
        KIND_I32 => Some(ValType::I32),
        KIND_I64 => Some(ValType::I64),
        KIND_F32 => Some(ValType::F32),
        KIND_F64 => Some(ValType::F64),
        KIND_V128 => Some(ValType::V128),
        KIND_EXTERNREF => Some(ValType::Ref(RefType::EXTERNREF)),
        KIND_FUNCREF => Some(ValType::Ref(RefType::FUNCREF)),
        _ => None,
    }
}

/// `wasm_functype_t`.
pub(crate) struct FunctionType {
    pub(crate) exact: FuncType,
    pub(crate) params: Box<[ValType]>,
    pub(crate) results: Box<[ValType]>,
    params_view: RawVec,
    results_view: RawVec,
    /// What the views point into.
    _kinds: [Box<[&'static ValueType]>; 2],
}

impl FunctionType {
    pub(crate) fn new(exact: FuncType) -> Self {
        let params: Box<[ValType]> = exact.params().collect();
        let results: Box<[ValType]> = exact.results().collect();
        let kinds = [&params, &results].map(|types| types.iter().map(|ty| value_type(kind_of(ty))).collect::<Box<[_]>>());
        Self { exact, params, results, params_view: RawVec::view(&kinds[0]), results_view: RawVec::view(&kinds[1]), _kinds: kinds }
    }
}

/// `wasm_globaltype_t`.
pub(crate) struct GlobalType {
    content: &'static ValueType,
    mutable: bool,
    /// The type itself where the kind does not say it all.
    exact: Option<wasmtime::GlobalType>,
}

impl GlobalType {
    pub(crate) fn new(exact: wasmtime::GlobalType) -> Self {
        let content = value_type(kind_of(exact.content()));
        Self { content, mutable: exact.mutability() == Mutability::Var, exact: Some(exact) }
    }

    /// The type, or none if the kind is not one that JavaScript can name.
    pub(crate) fn exact(&self) -> Option<wasmtime::GlobalType> {
        let mutability = if self.mutable { Mutability::Var } else { Mutability::Const };
        self.exact.clone().or_else(|| Some(wasmtime::GlobalType::new(type_of_kind(self.content.kind)?, mutability)))
    }
}

/// `wasm_externtype_t`.
pub(crate) enum ExternalType {
    Func(FunctionType),
    Global(GlobalType),
    Table,
    Memory,
    Tag,
}

impl ExternalType {
    fn new(ty: ExternType) -> Self {
        match ty {
            ExternType::Func(ty) => Self::Func(FunctionType::new(ty)),
            ExternType::Global(ty) => Self::Global(GlobalType::new(ty)),
            ExternType::Table(_) => Self::Table,
            ExternType::Memory(_) => Self::Memory,
            ExternType::Tag(_) => Self::Tag,
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Func(_) => EXTERN_FUNC,
            Self::Global(_) => EXTERN_GLOBAL,
            Self::Table => EXTERN_TABLE,
            Self::Memory => EXTERN_MEMORY,
            Self::Tag => EXTERN_TAG,
        }
    }
}

/// A name with the vector that views it.
struct Name {
    view: RawVec,
    _text: Box<str>,
}

impl Name {
    fn new(text: &str) -> Self {
        let text: Box<str> = text.into();
        Self { view: RawVec::view(text.as_bytes()), _text: text }
    }
}

/// `wasm_importtype_t`.
pub(crate) struct ImportType {
    module: Name,
    name: Name,
    ty: ExternalType,
}

impl ImportType {
    pub(crate) fn new(import: &wasmtime::ImportType<'_>) -> Self {
        Self { module: Name::new(import.module()), name: Name::new(import.name()), ty: ExternalType::new(import.ty()) }
    }
}

/// `wasm_exporttype_t`.
pub(crate) struct ExportType {
    name: Name,
    ty: ExternalType,
}

impl ExportType {
    pub(crate) fn new(export: &wasmtime::ExportType<'_>) -> Self {
        Self { name: Name::new(export.name()), ty: ExternalType::new(export.ty()) }
    }
}

/// The module name of an import.
///
/// # Safety
///
/// `import` is valid; the result lives as long.
#[unsafe(no_mangle)]
unsafe extern "C" fn wasm_importtype_module(import: *const ImportType) -> *const RawVec {
    // SAFETY: the caller's promise.
    unsafe { &raw const (*import).module.view }
}

/// The field name of an import.
///
/// # Safety
///
/// `import` is valid; the result lives as long.
#[unsafe(no_mangle)]
unsafe extern "C" fn wasm_importtype_name(import: *const ImportType) -> *const RawVec {
    // SAFETY: the caller's promise.
    unsafe { &raw const (*import).name.view }
}

/// The type of an import.
///
/// # Safety
///
/// `import` is valid; the result lives as long.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_importtype_type(import: *const ImportType) -> *const ExternalType {
    // SAFETY: the caller's promise.
    unsafe { &raw const (*import).ty }
}

/// The name of an export.
///
/// # Safety
///
/// `export` is valid; the result lives as long.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_exporttype_name(export: *const ExportType) -> *const RawVec {
    // SAFETY: the caller's promise.
    unsafe { &raw const (*export).name.view }
}

/// The type of an export.
///
/// # Safety
///
/// `export` is valid; the result lives as long.
#[unsafe(no_mangle)]
unsafe extern "C" fn wasm_exporttype_type(export: *const ExportType) -> *const ExternalType {
    // SAFETY: the caller's promise.
    unsafe { &raw const (*export).ty }
}

/// One of the `EXTERN_*` constants.
///
/// # Safety
///
/// `ty` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_externtype_kind(ty: *const ExternalType) -> u8 {
    // SAFETY: the caller's promise.
    unsafe { &*ty }.kind()
}

/// The function type within, or null.
///
/// # Safety
///
/// `ty` is valid; the result lives as long.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_externtype_as_functype_const(ty: *const ExternalType) -> *const FunctionType {
    // SAFETY: the caller's promise.
    if let ExternalType::Func(ty) = unsafe { &*ty } { ty } else { std::ptr::null() }
}

/// The global type within, or null.
///
/// # Safety
///
/// `ty` is valid; the result lives as long.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_externtype_as_globaltype_const(ty: *const ExternalType) -> *const GlobalType {
    // SAFETY: the caller's promise.
    if let ExternalType::Global(ty) = unsafe { &*ty } { ty } else { std::ptr::null() }
}

/// The parameters, a vector of pointers to value types.
///
/// # Safety
///
/// `ty` is valid; the result lives as long.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_functype_params(ty: *const FunctionType) -> *const RawVec {
    // SAFETY: the caller's promise.
    unsafe { &raw const (*ty).params_view }
}

/// The results, a vector of pointers to value types.
///
/// # Safety
///
/// `ty` is valid; the result lives as long.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_functype_results(ty: *const FunctionType) -> *const RawVec {
    // SAFETY: the caller's promise.
    unsafe { &raw const (*ty).results_view }
}

/// One of the `KIND_*` constants.
///
/// # Safety
///
/// `ty` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_valtype_kind(ty: *const ValueType) -> u8 {
    // SAFETY: the caller's promise.
    unsafe { (*ty).kind }
}

/// The value type of a kind.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasm_valtype_new(kind: u8) -> *const ValueType {
    value_type(kind)
}

/// The global type of a value type and a mutability (0 or 1).
///
/// # Safety
///
/// `content` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_globaltype_new(content: *const ValueType, mutability: u8) -> *const GlobalType {
    // SAFETY: the caller's promise.
    plain_global_type(unsafe { (*content).kind }, mutability != 0)
}

/// The value type of a global type.
///
/// # Safety
///
/// `ty` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_globaltype_content(ty: *const GlobalType) -> *const ValueType {
    // SAFETY: the caller's promise.
    unsafe { (*ty).content }
}

/// 1 for a mutable global, else 0.
///
/// # Safety
///
/// `ty` is valid.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_globaltype_mutability(ty: *const GlobalType) -> u8 {
    // SAFETY: the caller's promise.
    u8::from(unsafe { (*ty).mutable })
}
