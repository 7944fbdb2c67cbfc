//! The functions' names and types, and how an import of one is answered.

use wasmtime::{AsContextMut, Extern, ExternRef, Func, FuncType, ImportType, RefType, Rooted, Val, ValType};

use super::{NAME, NONE, instances, objects};
use crate::object::Object;
use crate::store::{Context, Store};

/// The body of a function: what it does with checked arguments.
pub(super) type Body = fn(&'static Store, &mut Context<'_>, &Args<'_>) -> wasmtime::Result<i32>;

/// Name, parameters (`i` for `i32`, `l` for `i64`, `e` for `externref`), body. `complete.js` holds the same list.
const FUNCTIONS: &[(&str, &str, Body)] = &[
    ("stage", "ii", instances::stage),
    ("exported", "i", instances::exported),
    ("hold", "i", instances::hold),
    ("failure", "", instances::failure),
    ("signature", "ii", instances::signature),
    ("importSignature", "ii", instances::import_signature),
    ("register", "ie", instances::register),
    ("lastFunction", "", instances::last_function),
    ("watchGrowth", "i", objects::watch_growth),
    ("makeMemory", "ii", objects::make_memory),
    ("memorySize", "i", objects::memory_size),
    ("memoryMaximum", "i", objects::memory_maximum),
    ("makeTable", "iii", objects::make_table),
    ("tableKind", "i", objects::table_kind),
    ("tableSize", "i", objects::table_size),
    ("tableGrow", "iii", objects::table_grow),
    ("tableGet", "ii", objects::table_get),
    ("tableSet", "iii", objects::table_set),
    ("makeGlobal", "iil", objects::make_global),
    ("makeReference", "iie", objects::make_reference),
    ("globalType", "i", objects::global_type),
];

/// The arguments of a function, of the types that its entry says.
pub(super) struct Args<'a>(&'a [Val]);

impl Args<'_> {
    pub(super) fn int(&self, index: usize) -> i32 {
        self.0[index].unwrap_i32()
    }

    /// An argument that JavaScript passed as an unsigned number.
    pub(super) fn unsigned(&self, index: usize) -> u32 {
        self.int(index).cast_unsigned()
    }

    /// A maximum, where -1 means none.
    pub(super) fn maximum(&self, index: usize) -> Option<u32> {
        (self.int(index) != NONE).then(|| self.unsigned(index))
    }

    pub(super) fn bits(&self, index: usize) -> u64 {
        self.0[index].unwrap_i64().cast_unsigned()
    }

    pub(super) fn external(&self, index: usize) -> Option<Rooted<ExternRef>> {
        self.0[index].unwrap_externref().copied()
    }
}

/// The store of a function.
struct Home(&'static Store);

// SAFETY: wasmtime asks for both because a store may move between threads; ours stays on the thread that made it.
unsafe impl Send for Home {}
// SAFETY: as above.
unsafe impl Sync for Home {}

impl Home {
    fn call(&self, body: Body, mut context: Context<'_>, params: &[Val], results: &mut [Val]) -> wasmtime::Result<()> {
        results[0] = Val::I32(body(self.0, &mut context, &Args(params))?);
        Ok(())
    }
}

/// The function that an import names, if it is one of these.
pub(crate) fn function(store: &'static Store, import: &ImportType<'_>) -> Option<&'static Object> {
    if import.module() != NAME {
        return None;
    }
    let &(_, params, body) = FUNCTIONS.iter().find(|(name, ..)| *name == import.name())?;
    let params = params.chars().map(|code| match code {
        'l' => ValType::I64,
        'e' => ValType::Ref(RefType::EXTERNREF),
        _ => ValType::I32,
    });
    let home = Home(store);
    let func = store.with(|context| {
        let ty = FuncType::new(context.engine(), params, [ValType::I32]);
        Func::new(context, ty, move |mut caller, params, results| home.call(body, caller.as_context_mut(), params, results))
    });
    Some(Object::leak(store, func.into(), 0))
}

/// Interns an object made within a host callback, lending the callback's context.
pub(super) fn intern(store: &'static Store, context: &mut Context<'_>, item: Extern) -> i32 {
    let object = store.lend(context.as_context_mut(), || store.bridge.intern(store, item, 0));
    object.handle.get().unwrap_or(NONE)
}
