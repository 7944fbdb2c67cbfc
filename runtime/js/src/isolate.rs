//! The isolate with the functions of `web/guest.js` that take events.

use std::task::{Context, Poll};

use bytes::Bytes;
use deno_core::error::{CoreError, CoreErrorKind, JsError};
use deno_core::{JsRuntime, PollEventLoopOptions, v8};
use greenroom_channel::message::{Failure, FailureKind};

use crate::state::{HANDLERS, Handler, Shared};

/// An argument for a handler.
pub(crate) enum Argument<'a> {
    Number(f64),
    Text(&'a str),
    /// Becomes an `ArrayBuffer`'s view of all its bytes.
    Bytes(&'a [u8]),
    /// Becomes an `ArrayBuffer`.
    Buffer(&'a [u8]),
    /// A value made before.
    Value(&'a v8::Global<v8::Value>),
    /// JSON text, parsed.
    Json(&'a str),
    Null,
}

/// A running isolate.
pub(crate) struct Isolate {
    runtime: JsRuntime,
    shared: Shared,
}

impl Isolate {
    /// Finds the handlers that the snapshot left on the global object, and takes them away from there.
    pub(crate) fn new(mut runtime: JsRuntime, shared: Shared) -> Result<Self, String> {
        let found = runtime.execute_script(
            "ext:greenroom/handlers",
            "(() => { const h = globalThis.__greenroom; delete globalThis.__greenroom; return h; })()",
        );
        let list = found.map_err(|error| error.to_string())?;
        let handlers = {
            deno_core::scope!(scope, runtime);
            let list = v8::Local::new(scope, list);
            let list: v8::Local<v8::Array> = list.try_into().map_err(|_| "the snapshot has no handlers".to_owned())?;
            (0..HANDLERS)
                .map(|index| {
                    let value = list.get_index(scope, u32::try_from(index).unwrap_or(u32::MAX))?;
                    let function: v8::Local<v8::Function> = value.try_into().ok()?;
                    Some(v8::Global::new(scope, function))
                })
                .collect::<Option<Vec<_>>>()
                .ok_or("the snapshot lacks a handler")?
        };
        shared.set_handlers(handlers);
        runtime.op_state().borrow_mut().put(shared.clone());
        Ok(Self { runtime, shared })
    }

    /// A handle with which another thread can stop it.
    pub(crate) fn handle(&mut self) -> v8::IsolateHandle {
        self.runtime.v8_isolate().thread_safe_handle()
    }

    /// Calls `on_full` when the heap is nearly full, and stops the code that fills it.
    pub(crate) fn on_heap_full(&mut self, on_full: impl Fn() + 'static) {
        let handle = self.handle();
        self.runtime.add_near_heap_limit_callback(move |current, _| {
            on_full();
            handle.terminate_execution();
            // Room to unwind in; the guest ends after that.
            current * 2
        });
    }

    /// Calls a handler. `Err`: it threw, or was stopped.
    pub(crate) fn call(&mut self, handler: Handler, arguments: &[Argument<'_>]) -> Result<v8::Global<v8::Value>, Failure> {
        let function = self.shared.handler(handler);
        deno_core::scope!(scope, self.runtime);
        v8::tc_scope!(scope, scope);
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(to_value(scope, argument).ok_or_else(|| plain_failure("an argument does not fit into the isolate"))?);
        }
        let function = v8::Local::new(scope, function);
        let this = v8::undefined(scope).into();
        if let Some(value) = function.call(scope, this, &values) {
            return Ok(v8::Global::new(scope, value));
        }
        let Some(exception) = scope.exception() else { return Err(plain_failure("stopped")) };
        Err(js_failure(&JsError::from_v8_exception(scope, exception)))
    }

    /// A text, to be handed over more than once; an empty one where there is no memory for it.
    pub(crate) fn text(&mut self, text: &str) -> v8::Global<v8::Value> {
        deno_core::scope!(scope, self.runtime);
        let made = v8::String::new(scope, text).unwrap_or_else(|| v8::String::empty(scope));
        let made: v8::Local<v8::Value> = made.into();
        v8::Global::new(scope, made)
    }

    /// Runs what waits for the end of the code's turn: reactions of promises.
    pub(crate) fn settle(&mut self) {
        deno_core::scope!(scope, self.runtime);
        scope.perform_microtask_checkpoint();
    }

    /// A value of JavaScript as Rust sees it.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&mut self, value: v8::Global<v8::Value>) -> Option<T> {
        deno_core::scope!(scope, self.runtime);
        let value = v8::Local::new(scope, value);
        deno_core::serde_v8::from_v8(scope, value).ok()
    }

    /// Runs a script and gives its completion value.
    pub(crate) fn script(&mut self, name: String, source: String) -> Result<v8::Global<v8::Value>, Failure> {
        self.runtime.execute_script(name, source).map_err(|error| js_failure(&error))
    }

    /// Evaluates the module and all that it imports; gives its namespace.
    pub(crate) async fn evaluate(&mut self, main: &deno_core::ModuleSpecifier) -> Result<v8::Global<v8::Value>, Failure> {
        let id = self.runtime.load_main_es_module(main).await.map_err(|error| core_failure(&error))?;
        let evaluated = self.runtime.mod_evaluate(id);
        let ran = self.runtime.run_event_loop(PollEventLoopOptions::default()).await;
        match futures::FutureExt::now_or_never(evaluated) {
            Some(Err(error)) => return Err(unsettled(core_failure(&error))),
            Some(Ok(())) => {}
            None => {
                ran.map_err(|error| unsettled(core_failure(&error)))?;
                return Err(unsettled(Failure::default()));
            }
        }
        let namespace = self.runtime.get_module_namespace(id).map_err(|error| core_failure(&error))?;
        deno_core::scope!(scope, self.runtime);
        let namespace: v8::Local<v8::Value> = v8::Local::new(scope, namespace).into();
        Ok(v8::Global::new(scope, namespace))
    }

    /// Runs what can run. Ready: nothing is left that could run by itself.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.runtime.poll_event_loop(cx, PollEventLoopOptions::default()).map_err(|error| core_failure(&error))
    }
}

fn to_value<'s>(scope: &mut v8::PinScope<'s, '_>, argument: &Argument<'_>) -> Option<v8::Local<'s, v8::Value>> {
    Some(match argument {
        Argument::Number(number) => v8::Number::new(scope, *number).into(),
        Argument::Text(text) => v8::String::new(scope, text)?.into(),
        Argument::Buffer(bytes) => buffer(scope, bytes).into(),
        Argument::Bytes(bytes) => {
            let buffer = buffer(scope, bytes);
            v8::Uint8Array::new(scope, buffer, 0, bytes.len())?.into()
        }
        Argument::Value(value) => v8::Local::new(scope, *value),
        Argument::Json(text) => {
            let text = v8::String::new(scope, text)?;
            v8::json::parse(scope, text)?
        }
        Argument::Null => v8::null(scope).into(),
    })
}

fn buffer<'s>(scope: &mut v8::PinScope<'s, '_>, bytes: &[u8]) -> v8::Local<'s, v8::ArrayBuffer> {
    let store = v8::ArrayBuffer::new_backing_store_from_vec(bytes.to_vec()).make_shared();
    v8::ArrayBuffer::with_backing_store(scope, &store)
}

/// Text of a payload; what is not UTF-8 is replaced, never refused.
pub(crate) fn text(payload: &Bytes) -> std::borrow::Cow<'_, str> {
    // Looking for what is wrong is many times slower than finding that nothing is.
    std::str::from_utf8(payload).map_or_else(|_| String::from_utf8_lossy(payload), Into::into)
}

fn plain_failure(message: &str) -> Failure {
    Failure { kind: FailureKind::Threw, name: "Error".to_owned(), message: message.to_owned(), ..Failure::default() }
}

/// The vendor's words for a module that waits for what will never come; other failures stay as they are.
fn unsettled(failure: Failure) -> Failure {
    let engine_says = failure.message.contains("Top-level await promise never resolved") || failure.message.is_empty();
    if engine_says { plain_failure("Top-level await in module is unsettled.") } else { failure }
}

fn core_failure(error: &CoreError) -> Failure {
    match &*error.0 {
        CoreErrorKind::Js(error) => js_failure(error),
        other => plain_failure(&other.to_string()),
    }
}

fn js_failure(error: &JsError) -> Failure {
    let stack = error.stack.clone().unwrap_or_else(|| error.exception_message.clone());
    Failure {
        kind: FailureKind::Threw,
        name: error.name.clone().unwrap_or_else(|| "Error".to_owned()),
        message: error.message.clone().unwrap_or_else(|| error.exception_message.clone()),
        stack,
        carried: None,
    }
}
