//! The life of a guest: made from the snapshot, waiting as a spare, loaded with code, serving events until the host lets it go.

mod timers;

use std::future::poll_fn;
use std::io;
use std::os::fd::{FromRawFd, IntoRawFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::task::{Context, Poll};

use greenroom_channel::message::{Body, Failure, Load, Loaded, LogLevel, Prepare, RequestHead, Time, decode_result};
use greenroom_channel::{CALL_STREAM, EXIT_BROKEN, EXIT_PROTOCOL, Frame, FrameKind, GUEST_FD, WINDOW};
use tokio::io::unix::AsyncFd;

use crate::confine::confine;
use crate::engine;
use crate::isolate::{Argument, Isolate, text};
use crate::link::Link;
use crate::meter::{Account, Meter};
use crate::modules::{Modules, source_of, specifier};
use crate::state::{Handler, Shared};
use crate::watch::Watch;

/// What the command line of a guest says.
#[derive(Debug, Clone, Copy)]
pub struct GuestOptions {
    /// The most that the isolate's heap may hold, in bytes.
    pub heap_bytes: usize,
}

/// Runs a guest on the socket at [`GUEST_FD`]. Returns the exit code of the process.
#[must_use]
pub fn run(snapshot: &'static [u8], options: GuestOptions) -> i32 {
    panics_are_brief();
    // SAFETY: whoever starts a guest gives it its socket at this descriptor, and nothing else here uses it.
    let socket = unsafe { UnixStream::from_raw_fd(GUEST_FD) };
    match live(socket, snapshot, options) {
        Ok(()) => 0,
        Err(End::HostIsGone) => EXIT_PROTOCOL,
        Err(End::Exceeded(code)) => code,
        Err(End::Broken(why)) => {
            // The host passes on what a guest writes here.
            let _ = io::Write::write_all(&mut io::stderr(), format!("guest: {why}\n").as_bytes());
            EXIT_PROTOCOL
        }
    }
}

/// A panic in native code that JavaScript called cannot be unwound: the process ends with one line, not with thousands of frames.
fn panics_are_brief() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        let _ = io::Write::write_all(&mut io::stderr(), format!("guest: a fault in native code{place}\n").as_bytes());
        // SAFETY: ends the process; nothing after it runs.
        unsafe { libc::_exit(EXIT_BROKEN) }
    }));
}

/// Why a guest ends before it is told to.
#[derive(Debug)]
enum End {
    HostIsGone,
    Exceeded(i32),
    Broken(String),
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => Self::HostIsGone,
            _ => Self::Broken(error.to_string()),
        }
    }
}

fn live(socket: UnixStream, snapshot: &'static [u8], options: GuestOptions) -> Result<(), End> {
    // Open until the process ends. Were it closed while the isolate is taken down, the watch would take that for the end of the host, and
    // nobody would learn why the guest has ended.
    let descriptor = socket.try_clone()?.into_raw_fd();
    // SAFETY: the name is a valid C string; it is what process lists show.
    unsafe { libc::prctl(libc::PR_SET_NAME, c"greenroom-js".as_ptr()) };
    let modules = Modules::new(engine::code_cache());
    let shared = Shared::new(Link::new(socket));
    let early = engine::early_runtime();
    let early_context = early.as_ref().map(tokio::runtime::Runtime::enter);
    let runtime = engine::isolate(snapshot, options.heap_bytes, modules.clone());
    let mut isolate = Isolate::new(runtime, shared.clone()).map_err(End::Broken)?;
    for script in engine::COMPLETIONS {
        isolate.script("greenroom:engine".to_owned(), format!("({script})()")).map_err(|failure| End::Broken(failure.stack))?;
    }
    engine::limit(options.heap_bytes);
    let agreed = [Argument::Number(f64::from(u32::try_from(WINDOW).unwrap_or(u32::MAX))), Argument::Number(f64::from(CALL_STREAM))];
    isolate.call(Handler::Begin, &agreed).map_err(|failure| End::Broken(failure.message))?;
    let Some((head, contents)) = wait_for_code(&shared, &mut isolate)? else { return Ok(()) };
    drop(early_context);
    let tokio = match early {
        Some(tokio) => tokio,
        None => engine::tokio_runtime()?,
    };
    let watch = Watch::start(isolate.handle(), descriptor, options.heap_bytes)?;
    isolate.on_heap_full(watch.heap_is_full());
    confine(std::env::var_os(engine::CODE_CACHE).map(PathBuf::from).as_deref());
    shared.link().set_nonblocking(true)?;
    let ended = tokio.block_on(async {
        let meter = Meter::new(watch, shared.clone(), head.cpu_ms, head.cpu_per_invocation);
        let events = shared.link().watch()?;
        let mut guest = Guest {
            events,
            isolate,
            shared: shared.clone(),
            meter,
            drained: false,
            broken: false,
            worn: false,
            asked: Vec::new(),
            told: Told::default(),
        };
        guest.load(&head, &contents, &modules).await?;
        drop((head, contents));
        poll_fn(|cx| guest.poll(cx)).await
    });
    // Whatever has been said is still sent; the host may be waiting for the last words.
    let _ = shared.link().set_nonblocking(false);
    let _ = shared.link().flush();
    // What other threads still compute for code that is over may take for ever.
    tokio.shutdown_background();
    ended
}

/// Evaluates what is sent ahead and waits for code. `None`: the host needs this spare no more.
fn wait_for_code(shared: &Shared, isolate: &mut Isolate) -> Result<Option<(Load, Vec<bytes::Bytes>)>, End> {
    loop {
        let frame = shared.link().receive()?;
        let Some(frame) = frame else { return Ok(None) };
        match frame.kind {
            FrameKind::Prepare => {
                prepare(isolate, &frame)?;
                shared.link().send(FrameKind::Ready, 0, |_| {});
                shared.link().flush()?;
                // A spare may wait for long, or for ever.
                greenroom_channel::rest::give_back();
            }
            FrameKind::Clock => set_time(isolate, &frame).map_err(|failure| End::Broken(failure.message))?,
            FrameKind::Load => return Load::decode(&frame.payload).map(Some).map_err(|error| End::Broken(error.to_string())),
            FrameKind::Drain => return Ok(None),
            other => return Err(End::Broken(format!("{other:?} before any code"))),
        }
    }
}

fn prepare(isolate: &mut Isolate, frame: &Frame) -> Result<(), End> {
    let prepare: Prepare = serde_json::from_slice(&frame.payload).map_err(|error| End::Broken(error.to_string()))?;
    for (name, source) in prepare.scripts {
        let broken = |failure: Failure| End::Broken(format!("script {name}: {}", failure.stack));
        let script = isolate.script(format!("greenroom:{name}"), source).map_err(broken)?;
        isolate.call(Handler::Prepare, &[Argument::Value(&script)]).map_err(broken)?;
    }
    Ok(())
}

/// A guest with code.
struct Guest {
    events: AsyncFd<UnixStream>,
    isolate: Isolate,
    shared: Shared,
    meter: Meter,
    /// The host sends no more events: the guest is over when nothing of it runs any more.
    drained: bool,
    /// The guest's own JavaScript has thrown: code has broken the built-ins that it stands on.
    broken: bool,
    /// It has asked for a successor.
    worn: bool,
    /// Questions for its timers that are answered once nothing runs.
    asked: Vec<timers::Question>,
    told: Told,
}

/// What the last request was told that had something to be told: most are told the same, and the code's text of it is made once.
#[derive(Default)]
struct Told {
    bytes: bytes::Bytes,
    text: Option<deno_core::v8::Global<deno_core::v8::Value>>,
}

/// What is left when the code has run as far as it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ran {
    /// Something goes on by itself: an op, a timer.
    Waits,
    /// Nothing, unless something arrives.
    Still,
    /// Nothing was left, and hearing that made something run.
    Anew,
}

impl Guest {
    async fn load(&mut self, head: &Load, contents: &[bytes::Bytes], modules: &Modules) -> Result<(), End> {
        self.meter.begin(head.startup_cpu_ms);
        let loaded = self.try_load(head, contents, modules).await;
        self.end()?;
        let message = match loaded {
            Ok(handlers) => Loaded { error: None, handlers },
            Err(failure) => Loaded { error: Some(failure), handlers: Vec::new() },
        };
        let failed = message.error.is_some();
        let text = serde_json::to_vec(&message).map_err(|error| End::Broken(error.to_string()))?;
        self.shared.link().send(FrameKind::Loaded, 0, |out| out.extend_from_slice(&text));
        poll_fn(|cx| self.shared.link().poll_flush(&self.events, cx)).await?;
        // Code that does not load is replaced by the next version; this process has nothing more to do.
        if failed { Err(End::Exceeded(0)) } else { Ok(()) }
    }

    async fn try_load(&mut self, head: &Load, contents: &[bytes::Bytes], modules: &Modules) -> Result<Vec<String>, Failure> {
        let text = serde_json::to_string(head).map_err(|error| failure(error.to_string()))?;
        let builtins = self.isolate.call(Handler::Boot, &[Argument::Json(&text)])?;
        let builtins: Vec<(String, String)> = self.isolate.read(builtins).unwrap_or_default();
        for (name, source) in builtins {
            modules.add_builtin(&name, source);
        }
        for (module, content) in head.modules.iter().zip(contents) {
            modules.add(&module.name, source_of(&module.name, &module.kind, content).map_err(failure)?);
            if matches!(module.kind.as_str(), "Data" | "CompiledWasm") {
                self.shared.keep_data_module(module.name.clone(), content.clone());
            }
        }
        let main = head.modules.first().ok_or_else(|| failure("a version without modules".to_owned()))?;
        let namespace = self.isolate.evaluate(&specifier(&main.name)).await?;
        let handlers = self.isolate.call(Handler::Load, &[Argument::Value(&namespace), Argument::Json(&text)])?;
        Ok(self.isolate.read(handlers).unwrap_or_default())
    }

    /// One wake-up: take what has arrived, let the code run, send what it said. Ready only when the guest is over.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        loop {
            let arrived = match self.shared.link().poll_fill(&self.events, cx)? {
                Poll::Ready(false) => return Poll::Ready(Err(End::HostIsGone)),
                Poll::Ready(true) => true,
                Poll::Pending => false,
            };
            let delivered = self.deliver_all();
            self.isolate.settle();
            self.meter.charge_to(Account::Everybody);
            // Before timers that are due could run, too.
            let left = self.leave();
            let ran = self.run(cx);
            let ran = if self.leave() || left { Ran::Anew } else { ran };
            self.end()?;
            delivered?;
            if !self.worn && engine::worn() {
                self.worn = true;
                self.shared.link().send(FrameKind::Worn, 0, |_| {});
            }
            if self.broken {
                return Poll::Ready(Err(End::Exceeded(EXIT_BROKEN)));
            }
            self.answer_questions(ran == Ran::Still && !arrived);
            // What is still queued is sent when the loop is left.
            if self.drained && self.shared.open_invocations() == 0 {
                return Poll::Ready(Ok(()));
            }
            if let Poll::Ready(result) = self.shared.link().poll_flush(&self.events, cx) {
                result?;
            }
            if !arrived && ran != Ran::Anew {
                return Poll::Pending;
            }
        }
    }

    /// Runs the code until nothing more can run now.
    fn run(&mut self, cx: &mut Context<'_>) -> Ran {
        let Poll::Ready(ran) = self.isolate.poll(cx) else { return Ran::Waits };
        if let Err(failure) = ran {
            self.log(&format!("Uncaught {}", failure.stack));
            return Ran::Anew;
        }
        // Code that was stopped leaves nothing that could run, and did not wait for anything either.
        let open = self.shared.open_invocations();
        let mut anew = false;
        if open > 0 && self.meter.verdict().is_none() {
            anew = match self.isolate.call(Handler::Idle, &[]) {
                Ok(value) => self.isolate.read(value).unwrap_or_default(),
                Err(failure) => self.break_off(&failure),
            };
        }
        if self.shared.open_invocations() == open && !anew { Ran::Still } else { Ran::Anew }
    }

    /// The guest's own JavaScript cannot tell who waits for nothing: it ends, and the host answers what is under way. Says that something ran.
    fn break_off(&mut self, failure: &Failure) -> bool {
        if self.meter.verdict().is_none() {
            self.log(&format!("Uncaught {}", failure.stack));
            self.broken = true;
            self.shared.link().send(FrameKind::Broken, 0, |_| {});
        }
        true
    }

    /// Ends what is over now that the code has run; says whether there was anything.
    fn leave(&mut self) -> bool {
        let leaving = self.shared.take_leaving() && self.meter.verdict().is_none();
        if leaving {
            let _ = self.isolate.call(Handler::Leave, &[]);
        }
        leaving
    }

    /// Hands every frame that has arrived to JavaScript.
    fn deliver_all(&mut self) -> Result<(), End> {
        loop {
            let frame = self.shared.link().take()?;
            let Some(frame) = frame else { return Ok(()) };
            if frame.kind == FrameKind::Drain {
                self.drained = true;
                continue;
            }
            self.meter.charge_to(self.account_of(&frame));
            if let Err(failure) = self.deliver(&frame)? {
                self.log(&format!("Uncaught {}", failure.stack));
                self.give_up(&frame, &failure);
            }
            if self.broken || self.meter.verdict().is_some() {
                return Ok(());
            }
        }
    }

    /// The guest's own JavaScript could not take a frame, because code has broken the built-ins that it stands on. An event is answered, then
    /// the guest ends, and a fresh one takes its place.
    fn give_up(&mut self, frame: &Frame, failure: &Failure) {
        if self.meter.verdict().is_some() {
            return;
        }
        // Before the answer, so that whoever asks after it finds another guest.
        self.broken = true;
        self.shared.link().send(FrameKind::Broken, 0, |_| {});
        if frame.kind != FrameKind::Invoke {
            return;
        }
        let text = serde_json::to_vec(failure).unwrap_or_default();
        self.shared.invocation_is_over(frame.id);
        self.shared.link().send(FrameKind::Failed, frame.id, |out| out.extend_from_slice(&text));
        self.shared.link().send(FrameKind::Done, frame.id, |_| {});
    }

    /// `Err(End)`: the host speaks nonsense. `Ok(Err(…))`: JavaScript threw.
    fn deliver(&mut self, frame: &Frame) -> Result<Result<(), Failure>, End> {
        let broken = |error: greenroom_channel::codec::CodecError| End::Broken(error.to_string());
        let id = Argument::Number(f64::from(frame.id));
        let done = match frame.kind {
            FrameKind::Invoke => {
                let mut bytes = self.told.bytes.clone();
                let head = RequestHead::decode(&frame.payload, &mut bytes).map_err(broken)?;
                if bytes.as_ptr_range() != self.told.bytes.as_ptr_range() {
                    self.told = Told { bytes, text: None };
                }
                return Ok(self.invoke(frame.id, head));
            }
            FrameKind::Result => {
                let (value, body) = decode_result(&frame.payload).map_err(broken)?;
                let as_text = self.shared.take_wants_text(frame.id);
                let decoded;
                let (kind, bytes) = match &body {
                    Body::Empty => (0, Argument::Null),
                    Body::Stream => (2, Argument::Null),
                    Body::Inline(bytes) if as_text => {
                        decoded = text(bytes);
                        (1, Argument::Text(&decoded))
                    }
                    Body::Inline(bytes) => (1, Argument::Buffer(bytes)),
                };
                self.isolate.call(Handler::Result, &[id, Argument::Text(&text(&value)), Argument::Number(f64::from(kind)), bytes])
            }
            FrameKind::ResultError => {
                self.shared.take_wants_text(frame.id);
                self.isolate.call(Handler::ResultError, &[id, Argument::Text(&text(&frame.payload))])
            }
            FrameKind::Clock => return Ok(set_time(&mut self.isolate, frame)),
            FrameKind::RunDue => self.isolate.call(Handler::RunDue, &[]),
            FrameKind::Timers => {
                self.asked_for_timers(frame);
                return Ok(Ok(()));
            }
            FrameKind::Data => self.isolate.call(Handler::Data, &[id, Argument::Bytes(&frame.payload)]),
            FrameKind::End => self.isolate.call(Handler::End, &[id]),
            FrameKind::Fail => self.isolate.call(Handler::Fail, &[id, Argument::Text(&text(&frame.payload))]),
            FrameKind::Stop => self.isolate.call(Handler::Stop, &[id]),
            FrameKind::Cancel => self.isolate.call(Handler::Cancel, &[id]),
            FrameKind::CutOff => self.isolate.call(Handler::CutOff, &[id]),
            FrameKind::Credit => {
                let bytes = frame.payload.first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
                self.isolate.call(Handler::Credit, &[id, Argument::Number(f64::from(bytes))])
            }
            other => return Err(End::Broken(format!("{other:?} while serving"))),
        };
        Ok(done.map(drop))
    }

    fn invoke(&mut self, id: u32, head: RequestHead) -> Result<(), Failure> {
        self.shared.request_begins(id, head.headers);
        let (kind, bytes) = match &head.body {
            Body::Empty => (0, Argument::Null),
            Body::Inline(bytes) => (1, Argument::Bytes(bytes)),
            Body::Stream => (2, Argument::Null),
        };
        let extra = if head.extra.is_empty() { None } else { Some(self.told(&head.extra)) };
        let arguments = [
            Argument::Number(f64::from(id)),
            Argument::Text(&text(&head.method)),
            Argument::Text(&text(&head.url)),
            extra.as_ref().map_or(Argument::Text(""), Argument::Value),
            Argument::Text(&text(&head.entry)),
            Argument::Number(f64::from(kind)),
            bytes,
        ];
        self.isolate.call(Handler::Invoke, &arguments).map(drop)
    }

    /// The text of what a request is told, which are the bytes that are kept.
    fn told(&mut self, extra: &bytes::Bytes) -> deno_core::v8::Global<deno_core::v8::Value> {
        self.told.text.get_or_insert_with(|| self.isolate.text(&text(extra))).clone()
    }

    /// A line of the guest's own. Code that is being stopped throws, which is no news.
    fn log(&self, line: &str) {
        if self.meter.verdict().is_some() {
            return;
        }
        self.shared.link().send(FrameKind::Log, 0, |out| {
            out.push(LogLevel::Error as u8);
            out.extend_from_slice(line.as_bytes());
        });
    }

    /// Whose code a frame makes run.
    fn account_of(&self, frame: &Frame) -> Account {
        let of_call = |call| self.shared.call_ends(call).filter(|invocation| *invocation > 0);
        let invocation = match frame.kind {
            FrameKind::Result | FrameKind::ResultError => of_call(frame.id),
            FrameKind::Clock | FrameKind::RunDue | FrameKind::Timers => None,
            // Nobody knows any longer which invocation the body of an answer belongs to.
            _ if frame.id & CALL_STREAM != 0 => None,
            _ => Some(frame.id),
        };
        invocation.map_or(Account::Everybody, Account::Invocation)
    }

    fn end(&mut self) -> Result<(), End> {
        self.meter.end().map_or(Ok(()), |code| Err(End::Exceeded(code)))
    }
}

/// Sets the time for the code.
fn set_time(isolate: &mut Isolate, frame: &Frame) -> Result<(), Failure> {
    let stands = match Time::decode(&frame.payload) {
        Time::Runs => None,
        Time::Stands(at) => Some(at),
    };
    crate::time::set(stands);
    isolate.call(Handler::Clock, &[Argument::Number(f64::from(u8::from(stands.is_some())))]).map(drop)
}

fn failure(message: String) -> Failure {
    Failure { name: "Error".to_owned(), message, ..Failure::default() }
}
