//! One guest process with code in it, and everything that is under way with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use futures::future::BoxFuture;
use greenroom_channel::message::{Body, Failure, Loaded, LogLevel, RequestHead, ResponseHead, TimerList, decode_call, encode_result};
use greenroom_channel::{CALL_STREAM, Call, CallError, CallResult, Frame, FrameKind};
use greenroom_host::{Clock, EventId, Flight};
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::AbortHandle;

use crate::outbox::Outbox;
use crate::stream::{BodyReceiver, Streams};
use crate::time::GuestTime;
use crate::uses::Uses;

/// A body that goes to a guest, or comes from one.
pub type BodyStream = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// A call that guest code makes, with its body if that comes as a stream.
pub struct IncomingCall {
    /// The call.
    pub call: Call,
    /// Its body, where it is a stream.
    pub stream: Option<BodyReceiver>,
    /// The event that the calling invocation answers.
    pub event: Option<EventId>,
    /// The guest whose code calls, by its number.
    pub guest: u64,
    /// What the calling invocation has used so far; none for code that runs outside any.
    pub uses: Option<Arc<Uses>>,
}

/// What a service answers: a result, and a body if that is a stream.
pub struct Answer {
    /// The result; its own body is left out where there is a stream.
    pub result: CallResult,
    /// The body, where it is a stream.
    pub stream: Option<BodyStream>,
    /// The stream ends when whoever is at its other end likes: a WebSocket. Time does not wait for it.
    pub endless: bool,
}

impl From<CallResult> for Answer {
    fn from(result: CallResult) -> Self {
        Self { result, stream: None, endless: false }
    }
}

/// What the code of an app can call.
pub trait Services: Send + Sync {
    /// Answers a call.
    fn call(&self, call: IncomingCall) -> BoxFuture<'static, Result<Answer, CallError>>;

    /// What a call is called while it is in flight, and whom it waits for.
    fn flight(&self, call: &Call) -> Flight {
        format!("{}.{}", call.binding, call.method).into()
    }

    /// Whether work that goes on for too long after an answer has to end.
    fn cuts_off(&self) -> bool {
        false
    }
}

/// Takes the lines that guests write.
pub trait Output: Send + Sync {
    /// A line of guest code, in the invocation of `event` where that is known.
    fn line(&self, event: Option<EventId>, level: LogLevel, text: &str);

    /// Nothing of the invocation of `event` runs any more; with the CPU time that it used, where the guest measures that.
    fn over(&self, event: EventId, cpu: Option<Duration>);

    /// No guest was ready for `event`; how long it waited for one, in real time.
    fn waited(&self, event: EventId, waited: Duration);
}

/// Why an invocation came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvokeError {
    /// The code failed, or was stopped; the guest may live on.
    Failed(Failure),
    /// The guest's process ended; how, in words.
    Crashed(String),
    /// The guest used too much CPU time and was ended.
    Cpu,
    /// The guest used too much memory and was ended.
    Memory,
    /// The guest's code held its thread and waited, so that nothing else could run, and the guest was ended.
    Blocked,
    /// The guest's process ended before it took the event, how in words: another guest can have it.
    Untaken(String),
}

/// What a guest answers to a request.
pub struct Response {
    /// Status and headers; its body is here only if it is not a stream.
    pub head: ResponseHead,
    /// The body, where it is a stream.
    pub stream: Option<BodyReceiver>,
}

/// How a process ended.
#[derive(Debug, Clone)]
pub(crate) struct Ended(pub(crate) InvokeError);

struct Open {
    event: Option<EventId>,
    uses: Arc<Uses>,
    respond: Option<oneshot::Sender<Result<Response, InvokeError>>>,
    /// Whether it can be given to another guest: nothing of it is gone, as of a body that comes as a stream, and nothing has come of it.
    /// Whatever code does beside thinking comes as a frame.
    untouched: bool,
}

/// A guest process with code.
pub struct Instance {
    outbox: Outbox,
    output: Arc<dyn Output>,
    streams: Streams,
    open: Mutex<HashMap<u32, Open>>,
    /// Calls that are being answered, by their stream's id, so that one can be given up.
    calls: Mutex<HashMap<u32, AbortHandle>>,
    last: AtomicU32,
    /// What the last request was told that had something to be told.
    extra: Mutex<Bytes>,
    loaded: Mutex<Option<oneshot::Sender<Loaded>>>,
    ended: watch::Sender<Option<Ended>>,
    draining: AtomicBool,
    broken: AtomicBool,
    worn: Notify,
    /// It has asked for a successor, which is on the way: what comes now waits for that one.
    renewing: AtomicBool,
    pid: u32,
    number: u64,
    time: GuestTime,
    clock: Clock,
}

/// An invocation under way. Dropping it before the answer is there tells the guest that nobody waits any longer.
pub struct Invocation {
    instance: Arc<Instance>,
    id: u32,
    answer: oneshot::Receiver<Result<Response, InvokeError>>,
    over: bool,
}

impl Invocation {
    /// Waits for the answer's head.
    pub async fn response(&mut self) -> Result<Response, InvokeError> {
        // Whether the guest is busy is asked of the guest.
        let answer = Clock::waiting(&mut self.answer).await;
        self.over = true;
        answer.unwrap_or_else(|_| Err(self.instance.how_it_ended()))
    }
}

impl Invocation {
    /// Sends the code a stream of its own after it has answered: what comes from a client whose connection has become a WebSocket.
    pub fn send(&self, body: BodyStream) {
        let (instance, id) = (Arc::clone(&self.instance), self.id);
        tokio::spawn(async move { instance.streams.send(id, &instance.outbox, body).await });
    }

    /// Ends the process of the guest that has it, at once.
    pub fn end_guest(&self) {
        self.instance.kill();
    }
}

impl Drop for Invocation {
    fn drop(&mut self) {
        if !self.over {
            self.instance.outbox.send(FrameKind::Cancel, self.id, |_| {});
        }
    }
}

impl Instance {
    pub(crate) fn new(
        app: &str,
        process: (u32, u64),
        outbox: Outbox,
        loaded: oneshot::Sender<Loaded>,
        clock: Clock,
        output: Arc<dyn Output>,
    ) -> Self {
        let (pid, number) = process;
        Self {
            outbox,
            output,
            streams: Streams::default(),
            open: Mutex::default(),
            calls: Mutex::default(),
            last: AtomicU32::new(0),
            extra: Mutex::default(),
            loaded: Mutex::new(Some(loaded)),
            ended: watch::channel(None).0,
            draining: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            worn: Notify::new(),
            renewing: AtomicBool::new(false),
            pid,
            number,
            time: GuestTime::of(app),
            clock,
        }
    }

    pub(crate) fn time(&self) -> &GuestTime {
        &self.time
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Its number, by which the objects that it holds are found; no other guest of this run has it.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Sends an event to the code. `body` goes along as a stream if `head` says that there is one.
    pub fn invoke(self: &Arc<Self>, event: Option<EventId>, head: &RequestHead, body: Option<BodyStream>) -> Invocation {
        let id = self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1) & !CALL_STREAM;
        let (respond, answer) = oneshot::channel();
        self.lock().insert(id, Open { event, uses: Arc::default(), respond: Some(respond), untouched: body.is_none() });
        // Under the lock of the outbox, so that what is known is in the order of the frames.
        self.outbox.send(FrameKind::Invoke, id, |out| head.encode(out, &mut self.extra.lock().unwrap_or_else(PoisonError::into_inner)));
        if let Some(body) = body {
            let instance = Arc::clone(self);
            tokio::spawn(async move { instance.streams.send(id, &instance.outbox, body).await });
        }
        // A guest that ended just now has closed what was open then, not this.
        if self.is_over() {
            self.close(true);
        }
        Invocation { instance: Arc::clone(self), id, answer, over: false }
    }

    /// Lets the code finish what it has begun, then the process ends. `former`: what it is to its app from now on.
    pub(crate) fn drain(&self, former: &'static str) {
        self.time.is_former(former);
        self.draining.store(true, Ordering::Relaxed);
        self.outbox.send(FrameKind::Drain, 0, |_| {});
    }

    /// Ends the process at once.
    pub fn kill(&self) {
        let Ok(pid) = i32::try_from(self.pid) else { return };
        // A process that has been reaped may have given its number away.
        if pid > 0 && !self.is_over() {
            // SAFETY: plain system call; the process is our child and has not been reaped.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
    }

    /// Whether it was told to end.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Waits until the process has ended.
    pub(crate) async fn ended(&self) -> Ended {
        let mut ended = self.ended.subscribe();
        loop {
            if let Some(ended) = ended.borrow_and_update().clone() {
                return ended;
            }
            if ended.changed().await.is_err() {
                return Ended(InvokeError::Crashed("ended".to_owned()));
            }
        }
    }

    /// Whether it still takes events.
    #[must_use]
    pub fn is_fit(&self) -> bool {
        !self.is_over() && !self.broken.load(Ordering::Relaxed) && !self.renewing.load(Ordering::Relaxed)
    }

    /// Waits until the guest asks for a successor.
    pub async fn worn(&self) {
        self.worn.notified().await;
    }

    /// There will be no successor for now: it takes events again.
    pub(crate) fn goes_on(&self) {
        self.renewing.store(false, Ordering::Relaxed);
    }

    /// Whether the process has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ended.borrow().is_some()
    }

    /// How many invocations are not over.
    #[must_use]
    pub fn open_invocations(&self) -> usize {
        self.lock().len()
    }

    /// The process has ended. `left_unread`: not all that was sent to it was read.
    pub(crate) fn has_ended(&self, ended: Ended, left_unread: bool) {
        self.ended.send_replace(Some(ended));
        self.close(left_unread);
    }

    fn close(&self, left_unread: bool) {
        let error = self.how_it_ended();
        let open: Vec<_> = self.lock().drain().collect();
        for (_, open) in open {
            let taken_back = match &error {
                InvokeError::Crashed(how) if left_unread && open.untouched => Some(InvokeError::Untaken(how.clone())),
                _ => None,
            };
            // What goes to another guest is not over.
            if let (Some(event), None) = (open.event, &taken_back) {
                self.output.over(event, None);
            }
            if let Some(respond) = open.respond {
                let _ = respond.send(Err(taken_back.unwrap_or_else(|| error.clone())));
            }
        }
        self.streams.close();
        self.time.close();
        for (_, call) in self.calls().drain() {
            call.abort();
        }
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn how_it_ended(&self) -> InvokeError {
        self.ended.borrow().clone().map_or_else(|| InvokeError::Crashed("ended".to_owned()), |Ended(error)| error)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u32, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of an invocation that the guest speaks of.
    fn spoken_of<T>(&self, invocation: u32, know: impl FnOnce(&mut Open) -> T) -> Option<T> {
        let mut open = self.lock();
        let open = open.get_mut(&invocation)?;
        open.untouched = false;
        Some(know(open))
    }

    pub(crate) fn on_frame(self: &Arc<Self>, frame: Frame, services: &Arc<dyn Services>, output: &dyn Output) {
        match frame.kind {
            FrameKind::Respond => self.on_respond(&frame),
            FrameKind::Failed => {
                let failure = serde_json::from_slice(&frame.payload).unwrap_or_default();
                self.answer(frame.id, Err(InvokeError::Failed(failure)));
            }
            FrameKind::Done => {
                // Nobody reads what is left of the request's body.
                self.streams.on_stop(frame.id);
                let event = self.lock().remove(&frame.id).and_then(|open| open.event);
                let cpu = frame.payload.first_chunk::<8>().map(|bytes| Duration::from_micros(u64::from_le_bytes(*bytes)));
                if let Some(event) = event {
                    output.over(event, cpu);
                }
            }
            FrameKind::Call | FrameKind::CallSync => self.on_call(&frame, services),
            FrameKind::Data => self.streams.on_data(frame.id, frame.payload),
            FrameKind::End => self.streams.on_end(frame.id),
            FrameKind::Fail => self.streams.on_fail(frame.id, String::from_utf8_lossy(&frame.payload).into_owned()),
            FrameKind::Credit => {
                let bytes = frame.payload.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
                self.streams.on_credit(frame.id, bytes as usize);
            }
            FrameKind::Stop => {
                self.streams.on_stop(frame.id);
                if let Some(call) = self.calls().remove(&frame.id) {
                    call.abort();
                }
            }
            FrameKind::Log => {
                let (level, text) = frame.payload.split_first().map_or((1, &[][..]), |(level, text)| (*level, text));
                let event = self.spoken_of(frame.id, |open| open.event).flatten();
                output.line(event, LogLevel::from_byte(level), &String::from_utf8_lossy(text));
            }
            FrameKind::Overdue if services.cuts_off() => self.outbox.send(FrameKind::CutOff, frame.id, |_| {}),
            FrameKind::Broken => self.broken.store(true, Ordering::Relaxed),
            FrameKind::TimerList => {
                let list = TimerList::decode(&frame.payload).unwrap_or_default();
                self.time.on_timers(frame.id, list);
            }
            FrameKind::Worn => {
                self.renewing.store(true, Ordering::Relaxed);
                self.worn.notify_one();
            }
            FrameKind::Loaded => {
                let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).take();
                if let (Some(loaded), Ok(message)) = (loaded, serde_json::from_slice(&frame.payload)) {
                    let _ = loaded.send(message);
                }
            }
            // A guest that says anything else is confused; it will be seen when it does not answer.
            _ => {}
        }
    }

    fn on_respond(self: &Arc<Self>, frame: &Frame) {
        let Ok(head) = ResponseHead::decode(&frame.payload) else { return };
        let stream = (head.body == Body::Stream).then(|| self.streams.receive(frame.id, &self.outbox));
        self.answer(frame.id, Ok(Response { head, stream }));
    }

    fn answer(&self, id: u32, answer: Result<Response, InvokeError>) {
        if let Some(respond) = self.spoken_of(id, |open| open.respond.take()).flatten() {
            let _ = respond.send(answer);
        }
    }

    fn on_call(self: &Arc<Self>, frame: &Frame, services: &Arc<dyn Services>) {
        let id = frame.id;
        let Ok(call) = decode_call(&frame.payload) else { return };
        let stream = call.streams_body.then(|| self.streams.receive(id | CALL_STREAM, &self.outbox));
        let (event, uses) = self.spoken_of(call.call.invocation, |open| (open.event, Arc::clone(&open.uses))).unzip();
        let flight = services.flight(&call.call).named(&self.time.label());
        let answer = services.call(IncomingCall { call: call.call, stream, event: event.flatten(), guest: self.number(), uses });
        let instance = Arc::clone(self);
        // Held until the call is in the table, since it may be over before this thread gets further.
        let mut calls = self.calls();
        let answering = tokio::spawn(async move {
            let clock = instance.clock.clone();
            let endless = clock.in_flight(flight, instance.answer_call(id, answer)).await;
            if let Some(stream) = endless {
                instance.streams.send(id | CALL_STREAM, &instance.outbox, stream).await;
            }
            instance.calls().remove(&(id | CALL_STREAM));
        });
        calls.insert(id | CALL_STREAM, answering.abort_handle());
    }

    /// Sends what a call answers, its body too; what is endless is given back.
    async fn answer_call(&self, id: u32, answer: BoxFuture<'static, Result<Answer, CallError>>) -> Option<BodyStream> {
        match answer.await {
            Ok(Answer { result, stream, endless }) => {
                self.outbox.send(FrameKind::Result, id, |out| encode_result(out, &result, stream.is_some()));
                if endless {
                    return stream;
                }
                if let Some(stream) = stream {
                    self.streams.send(id | CALL_STREAM, &self.outbox, stream).await;
                }
            }
            Err(error) => {
                let text = serde_json::to_vec(&error).unwrap_or_default();
                self.outbox.send(FrameKind::ResultError, id, |out| out.extend_from_slice(&text));
            }
        }
        None
    }

    fn calls(&self) -> std::sync::MutexGuard<'_, HashMap<u32, AbortHandle>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
