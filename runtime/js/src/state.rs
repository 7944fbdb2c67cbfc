//! What ops and the event loop share.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
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
    Begin,
    Clock,
    RunDue,
    Timers,
    CutOff,
    Leave,
}

/// How many there are.
pub(crate) const HANDLERS: usize = Handler::Leave as usize + 1;

struct Request {
    headers: Option<HeaderBlock>,
    /// When it arrived, in microseconds of the monotonic clock.
    at: u64,
}

/// Shared by ops and the event loop; one thread, so cells will do.
#[derive(Clone)]
pub(crate) struct Shared(Rc<Inner>);

struct Inner {
    link: RefCell<Link>,
    /// Requests whose invocation is not over.
    requests: RefCell<HashMap<u32, Request>>,
    /// Calls whose answer's bytes are wanted as text.
    text_calls: RefCell<HashSet<u32>>,
    /// The app's modules that are no code: what their default export is made of.
    data_modules: RefCell<HashMap<String, bytes::Bytes>>,
    handlers: RefCell<Vec<v8::Global<v8::Function>>>,
    /// The last id given to a synchronous call.
    sync_calls: Cell<u32>,
    /// Invocations that are not over, with the CPU time that each has used, in microseconds.
    open: RefCell<BTreeMap<u32, u64>>,
    /// Which invocation each unanswered call belongs to.
    calls: RefCell<HashMap<u32, u32>>,
    /// How many timers without delay have run by themselves while time stood still.
    timers_at_once: Cell<u64>,
    /// Whether an invocation is over once this turn is.
    leaving: Cell<bool>,
}

impl Shared {
    pub(crate) fn new(link: Link) -> Self {
        Self(Rc::new(Inner {
            link: RefCell::new(link),
            requests: RefCell::default(),
            text_calls: RefCell::default(),
            data_modules: RefCell::default(),
            handlers: RefCell::default(),
            sync_calls: Cell::new(1 << 30),
            open: RefCell::default(),
            calls: RefCell::default(),
            timers_at_once: Cell::new(0),
            leaving: Cell::new(false),
        }))
    }

    /// The connection. Not to be held while JavaScript runs.
    pub(crate) fn link(&self) -> std::cell::RefMut<'_, Link> {
        self.0.link.borrow_mut()
    }

    /// A request has arrived; its headers are kept until they are asked for.
    pub(crate) fn request_begins(&self, invocation: u32, headers: HeaderBlock) {
        self.0.open.borrow_mut().insert(invocation, 0);
        self.0.requests.borrow_mut().insert(invocation, Request { headers: Some(headers), at: microseconds() });
    }

    pub(crate) fn take_headers(&self, invocation: u32) -> Option<HeaderBlock> {
        self.0.requests.borrow_mut().get_mut(&invocation)?.headers.take()
    }

    /// A request has its answer. How long that took since it arrived here, in microseconds.
    pub(crate) fn request_is_answered(&self, invocation: u32) -> u32 {
        let requests = self.0.requests.borrow();
        requests.get(&invocation).map_or(0, |request| u32::try_from(microseconds().saturating_sub(request.at)).unwrap_or(u32::MAX))
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

    pub(crate) fn invocation_is_over(&self, invocation: u32) {
        self.0.open.borrow_mut().remove(&invocation);
        self.0.requests.borrow_mut().remove(&invocation);
    }

    /// Invocations that are not over.
    pub(crate) fn open_invocations(&self) -> u32 {
        u32::try_from(self.0.open.borrow().len()).unwrap_or(u32::MAX)
    }

    /// CPU time that the invocation has used, in microseconds.
    pub(crate) fn cpu_of(&self, invocation: u32) -> u64 {
        self.0.open.borrow().get(&invocation).copied().unwrap_or(0)
    }

    /// The most that any open invocation has used.
    pub(crate) fn most_cpu(&self) -> u64 {
        self.0.open.borrow().values().copied().max().unwrap_or(0)
    }

    /// Adds to what an invocation has used; one that is over has nothing to fear.
    pub(crate) fn charge(&self, invocation: u32, microseconds: u64) {
        if let Some(used) = self.0.open.borrow_mut().get_mut(&invocation) {
            *used += microseconds;
        }
    }

    /// Adds to what each open invocation has used.
    pub(crate) fn charge_all(&self, microseconds: u64) {
        self.0.open.borrow_mut().values_mut().for_each(|used| *used += microseconds);
    }

    /// A call belongs to `invocation` until it is answered.
    pub(crate) fn call_begins(&self, call: u32, invocation: u32) {
        self.0.calls.borrow_mut().insert(call, invocation);
    }

    /// The call is answered. The invocation that made it.
    pub(crate) fn call_ends(&self, call: u32) -> Option<u32> {
        self.0.calls.borrow_mut().remove(&call)
    }

    /// A timer without delay runs by itself.
    pub(crate) fn timer_runs_at_once(&self) {
        self.0.timers_at_once.set(self.0.timers_at_once.get() + 1);
    }

    /// How many timers without delay have run by themselves while time stood still.
    pub(crate) fn timers_at_once(&self) -> u64 {
        self.0.timers_at_once.get()
    }

    /// An invocation is over once this turn is.
    pub(crate) fn leave(&self) {
        self.0.leaving.set(true);
    }

    /// Whether one was, since this was asked last.
    pub(crate) fn take_leaving(&self) -> bool {
        self.0.leaving.take()
    }

    /// Ids of synchronous calls, apart from those that JavaScript gives out.
    pub(crate) fn next_sync_call(&self) -> u32 {
        let id = self.0.sync_calls.get();
        self.0.sync_calls.set(((id + 1) & 0x3fff_ffff) | (1 << 30));
        id
    }
}

/// The monotonic clock: for measuring how long an answer took, nothing else.
fn microseconds() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for the call.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0) / 1_000
}
