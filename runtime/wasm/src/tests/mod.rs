//! The C functions, called as `v8x` calls them.

mod bridge;
mod calls;
mod compiling;
mod growth;
mod linking;
mod references;
mod traps;

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::abi::{RawVal, RawVec, wasm_byte_vec_delete, wasm_byte_vec_new};
use crate::engine::wasm_engine_new;
use crate::func::wasm_func_call;
use crate::instance::{Instance, wasm_instance_exports, wasm_instance_new};
use crate::module::{Module, v82jsc_wasm_module_error, wasm_module_exports, wasm_module_new};
use crate::object::Object;
use crate::store::{Store, wasm_store_new};
use crate::trap::{Trap, wasm_trap_delete, wasm_trap_message};
use crate::types::{ExportType, wasm_exporttype_name};

thread_local! {
    /// Whether the isolate of this test's thread was told to end.
    static TERMINATING: RefCell<Arc<AtomicBool>> = RefCell::default();
}

/// What `v8x` defines in a real binary.
#[unsafe(no_mangle)]
extern "C" fn v82jsc_wasm_should_terminate() -> bool {
    TERMINATING.with_borrow(|flag| flag.load(Ordering::SeqCst))
}

/// The flag that tells this thread's isolate to end.
fn terminating() -> Arc<AtomicBool> {
    TERMINATING.with_borrow(Arc::clone)
}

/// A store with what a script would do with it.
#[derive(Clone, Copy)]
struct World {
    store: &'static Store,
}

impl World {
    fn new() -> Self {
        // SAFETY: stores are never freed.
        Self { store: unsafe { &*wasm_store_new(wasm_engine_new()) } }
    }

    /// Compiles bytes, or says why not.
    fn compile(self, bytes: &[u8]) -> Result<&'static Module, String> {
        // SAFETY: a byte vector of ours; modules are never freed.
        unsafe {
            let mut vec = RawVec::view::<u8>(&[]);
            wasm_byte_vec_new(&raw mut vec, bytes.len(), bytes.as_ptr());
            let module = wasm_module_new(self.store, &raw const vec);
            wasm_byte_vec_delete(&raw mut vec);
            module.as_ref().ok_or_else(|| std::ffi::CStr::from_ptr(v82jsc_wasm_module_error()).to_str().unwrap().to_owned())
        }
    }

    fn module(self, text: &str) -> &'static Module {
        self.compile(&wat::parse_str(text).unwrap()).unwrap()
    }

    fn try_instance(self, module: &'static Module, imports: &[Option<&'static Object>]) -> Result<Exports, String> {
        let mut trap: *mut Trap = ptr::null_mut();
        // SAFETY: all are valid, and null entries are allowed.
        let instance = unsafe { wasm_instance_new(self.store, module, &RawVec::view(imports), &raw mut trap).as_ref() };
        instance.map(|instance| Exports { module, instance }).ok_or_else(|| message(trap))
    }

    fn instance(self, text: &str, imports: &[Option<&'static Object>]) -> Exports {
        self.try_instance(self.module(text), imports).unwrap()
    }
}

struct Exports {
    module: &'static Module,
    instance: &'static Instance,
}

impl Exports {
    fn get(&self, name: &str) -> &'static Object {
        let (mut types, mut objects) = (RawVec::view::<u8>(&[]), RawVec::view::<u8>(&[]));
        // SAFETY: module and instance are valid; the vectors hold what `as_slice` is told.
        unsafe {
            wasm_module_exports(self.module, &raw mut types);
            wasm_instance_exports(self.instance, &raw mut objects);
            let names = types.as_slice::<*const ExportType>();
            let index = names.iter().position(|ty| (*wasm_exporttype_name(*ty)).as_slice::<u8>() == name.as_bytes()).unwrap();
            objects.as_slice::<&'static Object>()[index]
        }
    }

    fn call(&self, name: &str, args: &[RawVal]) -> Result<Vec<RawVal>, String> {
        call(self.get(name), args)
    }
}

fn call(func: &'static Object, args: &[RawVal]) -> Result<Vec<RawVal>, String> {
    let count = func.function_type(func.item.clone().into_func().unwrap()).results.len();
    let mut results = vec![RawVal::new(0, 0); count];
    // SAFETY: the vectors hold a value for each parameter and room for each result.
    let trap = unsafe { wasm_func_call(func, &RawVec::view(args), &mut RawVec::view_mut(&mut results)) };
    if trap.is_null() { Ok(results) } else { Err(message(trap)) }
}

/// Reads the message of a trap and frees it.
fn message(trap: *mut Trap) -> String {
    let mut vec = RawVec::view::<u8>(&[]);
    // SAFETY: the trap is ours.
    unsafe {
        wasm_trap_message(trap, &raw mut vec);
        let text = String::from_utf8(vec.as_slice::<u8>().strip_suffix(b"\0").unwrap().to_vec()).unwrap();
        wasm_byte_vec_delete(&raw mut vec);
        wasm_trap_delete(trap);
        text
    }
}

fn i32_value(value: i32) -> RawVal {
    RawVal::new(crate::abi::KIND_I32, u64::from(value.cast_unsigned()))
}

fn i64_value(value: i64) -> RawVal {
    RawVal::new(crate::abi::KIND_I64, value.cast_unsigned())
}

fn bits(values: Vec<RawVal>) -> Vec<u64> {
    values.into_iter().map(|value| value.of).collect()
}

type HostBody = dyn Fn(&[RawVal], &mut [RawVal]) -> Result<(), String>;

/// What a host function needs, leaked as `v8x` leaks its own.
struct Host {
    store: &'static Store,
    body: Box<HostBody>,
}

unsafe extern "C" fn trampoline(env: *mut c_void, args: *const RawVec, results: *mut RawVec) -> *mut Trap {
    // SAFETY: `host` below passes the box, and the vectors are those of a host call.
    unsafe {
        let host = &*env.cast::<Host>();
        let results = std::slice::from_raw_parts_mut((*results).data.cast::<RawVal>(), (*results).size);
        match (host.body)((*args).as_slice(), results) {
            Ok(()) => ptr::null_mut(),
            Err(text) => crate::trap::wasm_trap_new(host.store, &RawVec::view(text.as_bytes())),
        }
    }
}

/// A host function of the type that import number `index` of `module` has.
fn host(
    world: World,
    module: &'static Module,
    index: usize,
    body: impl Fn(&[RawVal], &mut [RawVal]) -> Result<(), String> + 'static,
) -> &'static Object {
    let env = Box::into_raw(Box::new(Host { store: world.store, body: Box::new(body) }));
    let mut types = RawVec::view::<u8>(&[]);
    // SAFETY: the module is valid, its import number `index` is a function, and env lives on.
    unsafe {
        crate::module::wasm_module_imports(module, &raw mut types);
        let import = types.as_slice::<*const crate::types::ImportType>()[index];
        let ty = crate::types::wasm_externtype_as_functype_const(crate::types::wasm_importtype_type(import));
        &*crate::func::wasm_func_new_with_env(world.store, ty, trampoline, env.cast(), None)
    }
}
