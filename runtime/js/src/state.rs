//! What ops and the event loop share.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use deno_core::v8;
use greenroom_channel::message::HeaderBlock;

use crate::link::Link;

/// The functions of `web/guest.js` that take events, in the order in which that file lists them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Handler {
    Invoke,
    Cancel,
    Data,
    End,
    Fail,
    Credit,
    Stop,
    Result,
    ResultError,
    Idle,
    Prepare,
    Boot,
    Load,
    Hide,
}

/// How many there are.
pub(crate) const HANDLERS: usize = Handler::Hide as usize + 1;

/// Shared by ops and the event loop; one thread, so cells will do.
#[derive(Clone)]
pub(crate) struct Shared(Rc<Inner>);

struct Inner {
    link: RefCell<Link>,
    /// Headers of requests, until they are asked for or the request is over.
    headers: RefCell<HashMap<u32, HeaderBlock>>,
    /// Calls whose answer's bytes are wanted as text.
    text_calls: RefCell<HashSet<u32>>,
    /// The app's modules that are no code: what their default export is made of.
    data_modules: RefCell<HashMap<String, bytes::Bytes>>,
    handlers: RefCell<Vec<v8::Global<v8::Function>>>,
    /// The last id given to a synchronous call.
    sync_calls: Cell<u32>,
    /// Invocations that are not over.
    open: Cell<u32>,
}

impl Shared {
    pub(crate) fn new(link: Link) -> Self {
        Self(Rc::new(Inner {
            link: RefCell::new(link),
            headers: RefCell::default(),
            text_calls: RefCell::default(),
            data_modules: RefCell::default(),
            handlers: RefCell::default(),
            sync_calls: Cell::new(1 << 30),
            open: Cell::new(0),
        }))
    }

    /// The connection. Not to be held while JavaScript runs.
    pub(crate) fn link(&self) -> std::cell::RefMut<'_, Link> {
        self.0.link.borrow_mut()
    }

    pub(crate) fn keep_headers(&self, invocation: u32, headers: HeaderBlock) {
        self.0.headers.borrow_mut().insert(invocation, headers);
    }

    pub(crate) fn take_headers(&self, invocation: u32) -> Option<HeaderBlock> {
        self.0.headers.borrow_mut().remove(&invocation)
    }

    pub(crate) fn wants_text(&self, call: u32) {
        self.0.text_calls.borrow_mut().insert(call);
    }

    pub(crate) fn take_wants_text(&self, call: u32) -> bool {
        self.0.text_calls.borrow_mut().remove(&call)
    }

    pub(crate) fn keep_data_module(&self, name: String, content: bytes::Bytes) {
        self.0.data_modules.borrow_mut().insert(name, content);
    }

    pub(crate) fn data_module(&self, name: &str) -> Option<bytes::Bytes> {
        self.0.data_modules.borrow().get(name).cloned()
    }

    pub(crate) fn set_handlers(&self, handlers: Vec<v8::Global<v8::Function>>) {
        *self.0.handlers.borrow_mut() = handlers;
    }

    pub(crate) fn handler(&self, handler: Handler) -> v8::Global<v8::Function> {
        self.0.handlers.borrow()[handler as usize].clone()
    }

    pub(crate) fn invocation_begins(&self) {
        self.0.open.set(self.0.open.get() + 1);
    }

    pub(crate) fn invocation_is_over(&self) {
        self.0.open.set(self.0.open.get().saturating_sub(1));
    }

    /// Invocations that are not over.
    pub(crate) fn open_invocations(&self) -> u32 {
        self.0.open.get()
    }

    /// Ids of synchronous calls, apart from those that JavaScript gives out.
    pub(crate) fn next_sync_call(&self) -> u32 {
        let id = self.0.sync_calls.get();
        self.0.sync_calls.set(((id + 1) & 0x3fff_ffff) | (1 << 30));
        id
    }
}
