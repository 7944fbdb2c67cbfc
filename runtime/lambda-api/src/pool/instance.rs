//! One instance: its server, its folder, its processes.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_host::{Function, Host, NotInvoked};
use tokio::sync::mpsc;

use super::deadline::Deadline;
use super::ready::InitFailure;
use crate::api::{Api, Current, Party, Server, Signal};
use crate::extensions::{self, Extensions, Launched};
use crate::isolate::{IsolateCall, IsolateFailure, Isolates, NewIsolate, Running};
use crate::log::Log;
use crate::process::{self, Launch, Missing, Mounts, Output, Place, Process, Start, Writer};
use crate::runtime::Shop;

/// How an instance comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// For an invocation.
    OnDemand,
    /// Before any.
    Provisioned,
    /// For a snapshot.
    SnapStart,
}

impl Kind {
    /// `AWS_LAMBDA_INITIALIZATION_TYPE`
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::Provisioned => "provisioned-concurrency",
            Self::SnapStart => "snap-start",
        }
    }
}

/// What runs the function's code.
enum Runs {
    Process(Launch),
    Isolate(Arc<dyn Isolates>),
}

/// What runs it, once it is started.
enum Runtime {
    Process(Process),
    Isolate(Running),
}

/// What becomes of an event in an isolate; never anything where a process has it, which says so by its API.
pub(super) type Handled = BoxFuture<'static, Result<Bytes, IsolateFailure>>;

/// One instance. Its processes end when it is dropped.
pub(crate) struct Instance {
    pub(super) shop: Arc<Shop>,
    pub(super) log: Arc<Log>,
    pub(super) api: Arc<Api>,
    pub(super) signals: mpsc::UnboundedReceiver<Signal>,
    pub(super) kind: Kind,
    /// The tenant whose events it has handled.
    pub(super) tenant: Option<String>,
    /// It stays however long nothing calls it.
    pub(super) kept: bool,
    /// How long its start took, until that was reported.
    pub(super) init: Option<Duration>,
    /// How long its restoring took, until that was reported.
    pub(super) restore: Option<Duration>,
    /// The most memory that was seen, in bytes.
    pub(super) most: u64,
    tell: mpsc::UnboundedSender<Signal>,
    runs: Runs,
    mounts: Option<Mounts>,
    environment: Vec<(String, OsString)>,
    // In the order in which they are to be dropped: processes, then what they talk to.
    runtime: Option<Runtime>,
    extensions: Vec<Launched>,
    outputs: Vec<Output>,
    server: Option<Server>,
    /// What only its processes have in their environment.
    marker: String,
    _scratch: tempfile::TempDir,
}

/// Why there is no instance.
pub(crate) enum NotStarted {
    /// It cannot be had on this machine.
    Never(NotInvoked),
    /// The function's own fault.
    Failed(InitFailure),
}

impl Instance {
    /// Starts the extensions; the runtime follows when they have registered.
    pub(super) async fn start(
        shop: &Arc<Shop>,
        log: Arc<Log>,
        kind: Kind,
        mounts: impl Fn() -> Option<Mounts>,
    ) -> Result<Self, NotStarted> {
        let function = Arc::clone(&log.function);
        let unavailable =
            |error: std::io::Error| NotStarted::Never(NotInvoked::Unavailable(format!("no instance of `{}`: {error}", function.name)));
        // Where programs are is asked of the disk, and once of what stands before them.
        let looked = tokio::task::spawn_blocking({
            let (shop, function) = (Arc::clone(shop), Arc::clone(&function));
            move || runs(&shop, &function)
        });
        let runs = looked.await.map_err(|error| unavailable(error.into()))??;
        let scratch = tempfile::Builder::new().prefix("tmp-").tempdir_in(shop.folder.path()).map_err(unavailable)?;
        let (tell, signals) = mpsc::unbounded_channel();
        let api = Api::new(Arc::clone(&log), Extensions::default(), tell.clone());
        let server = api.serve().await.map_err(unavailable)?;
        let mounts = if matches!(runs, Runs::Process(_)) { mounts() } else { None };
        let temporary = if mounts.is_some() { Path::new(process::TMP) } else { scratch.path() };
        let environment = process::variables(&function, &place(shop, &log, kind, &server.address, temporary, mounts.is_some()));
        let mut instance = Self {
            shop: Arc::clone(shop),
            // Nobody else on this machine has that port as long as the server is there.
            marker: format!("{}={}", process::MARKER, server.address),
            log,
            api,
            signals,
            kind,
            tenant: None,
            kept: false,
            init: None,
            restore: None,
            most: 0,
            tell,
            runs,
            mounts,
            environment,
            runtime: None,
            extensions: Vec::new(),
            outputs: Vec::new(),
            server: Some(server),
            _scratch: scratch,
        };
        instance.start_extensions().map_err(NotStarted::Failed)?;
        Ok(instance)
    }

    fn start_extensions(&mut self) -> Result<(), InitFailure> {
        let programs = extensions::programs(&self.log.function);
        if programs.is_empty() {
            return Ok(());
        }
        if programs.len() > extensions::MOST {
            return Err(InitFailure::of("Extension.LaunchError", "ErrTooManyExtensions".to_owned()));
        }
        let environment = process::of_extension(&self.environment);
        for (name, program) in programs {
            self.api.extensions.expect(&name, self.log.new_id());
            let (log, tell, named) = (Arc::clone(&self.log), self.tell.clone(), Arc::clone(&name));
            let writer: Writer = Arc::new(move |_, text| log.extension(&named, text));
            let party = Party::Extension(name);
            let ended = move |status| {
                let _ = tell.send(Signal::Exited(party, status));
            };
            let launched =
                extensions::launch(&self.shop.keeper, self.mounts.as_ref(), &program, &self.log.function.code, &environment, writer, ended);
            self.extensions.push(launched.map_err(|error| {
                let name = program.file_name().unwrap_or_default().to_string_lossy();
                InitFailure::of("Extension.LaunchError", not_executed(&format!("/opt/extensions/{name}"), &error))
            })?);
        }
        Ok(())
    }

    /// Starts the process that runs the handler.
    pub(super) fn start_runtime(&mut self) -> Result<(), InitFailure> {
        let launch = match &self.runs {
            Runs::Process(launch) => launch,
            Runs::Isolate(isolates) => {
                self.runtime = Some(Runtime::Isolate(Running::start(&**isolates, self.new_isolate(), &self.api)));
                return Ok(());
            }
        };
        let started = self.spawn_runtime(launch);
        let (process, outputs) = started.map_err(|error| {
            let name = launch.program.file_name().unwrap_or_default().to_string_lossy();
            InitFailure::of("Runtime.InvalidEntrypoint", not_executed(&format!("/var/task/{name}"), &error))
        })?;
        self.runtime = Some(Runtime::Process(process));
        self.outputs.extend(outputs);
        Ok(())
    }

    fn new_isolate(&self) -> NewIsolate {
        let log = Arc::clone(&self.log);
        let text = |(name, value): &(String, OsString)| (name.clone(), value.to_string_lossy().into_owned());
        NewIsolate {
            function: Arc::clone(&self.log.function),
            environment: self.environment.iter().filter(|(name, _)| name != process::LOG_FD_VARIABLE).map(text).collect(),
            writer: Arc::new(move |level, text| log.function(level, text)),
        }
    }

    fn spawn_runtime(&self, launch: &Launch) -> std::io::Result<(Process, [Output; 2])> {
        let log = Arc::clone(&self.log);
        let writer: Writer = Arc::new(move |level, text| log.function(level, text));
        let (printed, output) = Output::lines(Arc::clone(&writer))?;
        let (logged, messages) = Output::frames(writer)?;
        let how = Start {
            program: &launch.program,
            arguments: &launch.arguments,
            environment: &self.environment,
            folder: &self.log.function.code,
            mounts: self.mounts.as_ref(),
            output,
            messages: Some(messages),
        };
        let tell = self.tell.clone();
        let process = process::start(&self.shop.keeper, how, move |status| {
            let _ = tell.send(Signal::Exited(Party::Runtime, status));
        })?;
        Ok((process, [printed, logged]))
    }

    /// The number of the process that runs the handler; 0 before there is one.
    pub(super) fn id(&self) -> i32 {
        match &self.runtime {
            Some(Runtime::Process(process)) => process.id(),
            Some(Runtime::Isolate(isolate)) => isolate.process(),
            None => 0,
        }
    }

    /// Ends that process at once.
    pub(super) fn kill_runtime(&self) {
        match &self.runtime {
            Some(Runtime::Process(process)) => process.kill(),
            Some(Runtime::Isolate(isolate)) => isolate.end(),
            None => {}
        }
    }

    /// Asks it to end.
    pub(super) fn terminate_runtime(&self) {
        match &self.runtime {
            Some(Runtime::Process(process)) => process.terminate(),
            // There is nothing in it that could hear it.
            Some(Runtime::Isolate(isolate)) => isolate.end(),
            None => {}
        }
    }

    /// How long an invocation may take from now on.
    pub(super) fn deadline(&self, host: &Host, within: Duration) -> Deadline {
        match self.runs {
            Runs::Process(_) => Deadline::real(within),
            Runs::Isolate(_) => Deadline::on(&host.clock, within, &self.log.function.name),
        }
    }

    /// Lets the handler begin.
    pub(super) fn begin(&self, current: Arc<Current>, deadline: &Deadline) -> Handled {
        if let Some(Runtime::Isolate(isolate)) = &self.runtime {
            return isolate.handle(IsolateCall { invocation: current.invocation.clone(), deadline: deadline.told() });
        }
        self.api.begin(current);
        Box::pin(std::future::pending())
    }

    /// Whether it may handle another event.
    pub(super) fn is_fit(&self) -> bool {
        if let Some(Runtime::Isolate(isolate)) = &self.runtime { isolate.is_fit() } else { true }
    }

    pub(crate) fn log(&self) -> &Arc<Log> {
        &self.log
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// Its init is over, and it waits to be restored.
    pub(crate) fn waits_for_restore(&self) -> bool {
        self.api.phase() == crate::api::Phase::RestoreReady
    }

    /// It has been, in so long; its init is not what an invocation waited for.
    pub(crate) fn was_restored(&mut self, took: Duration) {
        (self.init, self.restore) = (None, Some(took));
    }

    /// Whether extensions run beside it.
    pub(super) fn has_extensions(&self) -> bool {
        !self.extensions.is_empty()
    }

    /// Everything that its processes have printed until now is in the log after this.
    pub(super) fn drain(&self) {
        self.outputs.iter().for_each(Output::drain);
        self.extensions.iter().for_each(|extension| extension.output.drain());
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.kill_runtime();
        self.extensions.iter().for_each(|extension| extension.process.kill());
        if matches!(self.runs, Runs::Process(_)) || self.has_extensions() {
            // Nobody gets the port, and with it the same environment, before all of them have ended.
            self.shop.sweeper.sweep(std::mem::take(&mut self.marker), self.server.take());
        }
    }
}

/// What runs the function's code, if that and the code are there.
fn runs(shop: &Shop, function: &Function) -> Result<Runs, NotStarted> {
    let isolates = shop.options.isolates.as_ref().filter(|isolates| isolates.run(function));
    let launch = || shop.programs.launch(function, &shop.bootstraps);
    let runs = isolates.map_or_else(|| launch().map(Runs::Process), |isolates| Ok(Runs::Isolate(Arc::clone(isolates))));
    let runs = runs.map_err(|missing| match missing {
        Missing::Program(message) => NotStarted::Never(NotInvoked::NoRuntime(message)),
        Missing::Entrypoint(message) => NotStarted::Failed(InitFailure::of("Runtime.InvalidEntrypoint", message)),
    })?;
    if function.code.is_dir() {
        return Ok(runs);
    }
    let message = format!("the code of `{}` is not there: `{}`", function.name, function.code.display());
    Err(NotStarted::Never(NotInvoked::InvalidCode(message)))
}

fn place<'a>(shop: &'a Shop, log: &'a Log, kind: Kind, api: &'a str, scratch: &'a Path, mounted: bool) -> Place<'a> {
    Place {
        api,
        stream: &log.stream,
        kind: kind.word(),
        scratch,
        mounted,
        runtime: shop.bootstraps.folder(),
        path: shop.programs.path(),
        given: &shop.options.variables,
    }
}

/// As the vendor says it of a program that cannot be executed.
fn not_executed(program: &str, error: &std::io::Error) -> String {
    let why = match error.raw_os_error() {
        Some(libc::ENOENT) => "no such file or directory".to_owned(),
        Some(libc::EACCES) => "permission denied".to_owned(),
        Some(libc::ENOEXEC) => "exec format error".to_owned(),
        _ => error.to_string(),
    };
    format!("fork/exec {program}: {why}")
}
