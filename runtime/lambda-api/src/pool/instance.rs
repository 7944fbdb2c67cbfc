//! One instance: its server, its folder, its processes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use greenroom_host::NotInvoked;
use tokio::sync::mpsc;

use crate::api::{Api, Party, Server, Signal};
use crate::extensions::Extensions;
use crate::log::Log;
use crate::process::{self, Missing, Output, Place, Process, Start, Writer};
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

/// One instance. Its processes end when it is dropped.
pub(crate) struct Instance {
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
    // In the order in which they are to be dropped: processes, then what they talk to.
    pub(super) runtime: Process,
    pub(super) outputs: Vec<Output>,
    _server: Server,
    marker: String,
    _scratch: tempfile::TempDir,
}

/// Why there is no instance.
pub(crate) enum NotStarted {
    /// It cannot be had on this machine.
    Never(NotInvoked),
    /// The function's own fault: `Runtime.InvalidEntrypoint` and its message.
    Entrypoint(String),
}

impl Instance {
    /// Starts the processes; they are not ready yet.
    pub(super) async fn start(shop: &Shop, log: Arc<Log>, kind: Kind) -> Result<Self, NotStarted> {
        let function = Arc::clone(&log.function);
        let launch = shop.programs.launch(&function, &shop.bootstraps).map_err(|missing| match missing {
            Missing::Program(message) => NotStarted::Never(NotInvoked::NoRuntime(message)),
            Missing::Entrypoint(message) => NotStarted::Entrypoint(message),
        })?;
        if !function.code.is_dir() {
            let message = format!("the code of `{}` is not there: `{}`", function.name, function.code.display());
            return Err(NotStarted::Never(NotInvoked::InvalidCode(message)));
        }
        let unavailable =
            |error: std::io::Error| NotStarted::Never(NotInvoked::Unavailable(format!("no instance of `{}`: {error}", function.name)));
        let scratch = tempfile::Builder::new().prefix("tmp-").tempdir_in(shop.folder.path()).map_err(unavailable)?;
        let (tell, signals) = mpsc::unbounded_channel();
        let api = Api::new(Arc::clone(&log), Extensions::default(), tell.clone());
        let server = api.serve().await.map_err(unavailable)?;
        let environment = process::variables(&function, &place(shop, &log, kind, &server.address, scratch.path()));
        let writer = writer(&log);
        let (printed, output) = Output::lines(Arc::clone(&writer)).map_err(unavailable)?;
        let (logged, messages) = Output::frames(writer).map_err(unavailable)?;
        let how = Start {
            program: &launch.program,
            arguments: &launch.arguments,
            environment: &environment,
            folder: &function.code,
            output,
            messages: Some(messages),
        };
        let started = process::start(&shop.keeper, how, move |status| {
            let _ = tell.send(Signal::Exited(Party::Runtime, status));
        });
        let runtime = started.map_err(|error| NotStarted::Entrypoint(entrypoint(&launch.program, &error)))?;
        Ok(Self {
            // Nobody else on this machine has that port as long as the server is there.
            marker: format!("AWS_LAMBDA_RUNTIME_API={}", server.address),
            log,
            api,
            signals,
            kind,
            tenant: None,
            kept: false,
            init: None,
            restore: None,
            most: 0,
            runtime,
            outputs: vec![printed, logged],
            _server: server,
            _scratch: scratch,
        })
    }

    /// Everything that its processes have printed until now is in the log after this.
    pub(super) fn drain(&self) {
        self.outputs.iter().for_each(Output::drain);
    }

    /// It is no longer wanted.
    pub(super) fn end(self, reason: &'static str) {
        let _ = reason;
        drop(self);
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.runtime.kill();
        process::sweep(&self.marker);
    }
}

fn place<'a>(shop: &'a Shop, log: &'a Log, kind: Kind, api: &'a str, scratch: &'a Path) -> Place<'a> {
    Place {
        api,
        stream: &log.stream,
        kind: kind.word(),
        scratch,
        runtime: shop.bootstraps.folder(),
        path: shop.programs.path(),
        given: &shop.options.variables,
    }
}

fn writer(log: &Arc<Log>) -> Writer {
    let log = Arc::clone(log);
    Arc::new(move |level, text| log.function(level, text))
}

/// As the vendor says it of a program that cannot be executed.
fn entrypoint(program: &Path, error: &std::io::Error) -> String {
    let why = match error.raw_os_error() {
        Some(libc::ENOENT) => "no such file or directory".to_owned(),
        Some(libc::EACCES) => "permission denied".to_owned(),
        Some(libc::ENOEXEC) => "exec format error".to_owned(),
        _ => error.to_string(),
    };
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    format!("fork/exec /var/task/{name}: {why}")
}
