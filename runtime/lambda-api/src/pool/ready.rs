//! Waiting until an instance is ready.

use std::process::ExitStatus;
use std::time::Duration;

use bytes::Bytes;

use super::Instance;
use crate::api::{Fault, Party, Phase, Signal, Stopped};
use crate::extensions::Doing;
use crate::process::describe;
use crate::telemetry::{Platform, Status};

/// Why an instance did not become ready.
#[derive(Debug, Clone)]
pub(crate) struct InitFailure {
    pub(crate) status: Status,
    /// `Runtime.ExitError`; none of a timeout.
    pub(crate) error_type: Option<String>,
    /// The document that the runtime sent, if it did.
    pub(crate) document: Option<Bytes>,
    /// What there is to say where it sent none: `Runtime exited with error: exit status 1`.
    pub(crate) message: String,
}

impl InitFailure {
    pub(crate) fn of(error_type: &str, message: String) -> Self {
        Self { status: Status::Error, error_type: Some(error_type.to_owned()), document: None, message }
    }

    pub(crate) fn timeout() -> Self {
        Self { status: Status::Timeout, error_type: None, document: None, message: String::new() }
    }

    fn stopped(how: Stopped) -> Self {
        match how {
            Stopped::Time => Self::timeout(),
            Stopped::Memory => Self::of("Runtime.OutOfMemory", with_error("signal: killed")),
            Stopped::Exit(how) => Self::of("Runtime.ExitError", with_error(&how)),
        }
    }

    fn told(fault: Fault, message: String) -> Self {
        Self { status: Status::Error, error_type: Some(fault.error_type), document: Some(fault.body), message }
    }
}

impl Instance {
    /// Starts the runtime, and waits until it and all extensions ask for work, or to be restored.
    pub(super) async fn ready(&mut self, within: Duration) -> Result<(), InitFailure> {
        let ready = tokio::time::timeout(within, self.initialise()).await.unwrap_or_else(|_| Err(InitFailure::timeout()));
        self.drain();
        self.log.telemetry.close();
        self.name_extensions();
        ready
    }

    async fn initialise(&mut self) -> Result<(), InitFailure> {
        while !self.api.extensions.have_registered() {
            self.settle().await?;
        }
        self.start_runtime()?;
        while !matches!(self.api.phase(), Phase::Ready | Phase::RestoreReady) || !self.api.extensions.are_settled() {
            self.settle().await?;
        }
        Ok(())
    }

    /// Waits until what was restored asks for work.
    pub(crate) async fn restored(&mut self, within: Duration) -> Result<(), InitFailure> {
        let work = async {
            while self.api.phase() != Phase::Ready {
                self.settle().await?;
            }
            Ok(())
        };
        let ready = tokio::time::timeout(within, work).await.unwrap_or_else(|_| Err(InitFailure::timeout()));
        self.drain();
        ready
    }

    /// Takes in what happens next; an `Err` is the end of the start.
    async fn settle(&mut self) -> Result<(), InitFailure> {
        match self.signals.recv().await {
            // What it said first counts, not how it ends then.
            Some(Signal::Failed(fault)) => Err(self.failed(fault).await),
            Some(Signal::ExtensionFailed(kind)) => Err(InitFailure::of(kind, self.extension_exit().await)),
            Some(Signal::Exited(Party::Runtime, status)) => Err(InitFailure::of("Runtime.ExitError", exited(status))),
            Some(Signal::Exited(Party::Extension(name), status)) => {
                self.api.extensions.exited(&name);
                Err(InitFailure::of("Extension.Crash", extension_exited(status)))
            }
            Some(Signal::Stopped(how)) => Err(InitFailure::stopped(how)),
            Some(_) => Ok(()),
            None => Err(InitFailure::timeout()),
        }
    }

    /// The runtime has told of its failure; it ends by itself, and what it prints until then is of its init.
    async fn failed(&mut self, fault: Fault) -> InitFailure {
        while let Some(signal) = self.signals.recv().await {
            match signal {
                Signal::Exited(Party::Runtime, status) => return InitFailure::told(fault, exited(status)),
                Signal::Stopped(_) => break,
                _ => {}
            }
        }
        InitFailure::told(fault, String::new())
    }

    /// An extension has told of its failure and is to end.
    async fn extension_exit(&mut self) -> String {
        while let Some(signal) = self.signals.recv().await {
            if let Signal::Exited(Party::Extension(name), status) = signal {
                self.api.extensions.exited(&name);
                return extension_exited(status);
            }
            if let Signal::Exited(Party::Runtime, status) = signal {
                return exited(status);
            }
        }
        String::new()
    }

    fn name_extensions(&self) {
        for extension in self.api.extensions.all() {
            let state = match extension.doing {
                Doing::Exited if extension.error.is_none() => "ExitError",
                other => other.name(),
            };
            let (name, events, error) = (extension.name.to_string(), extension.events, extension.error);
            self.log.platform(&Platform::Extension { name, state, events, error });
        }
    }
}

/// `Runtime exited with error: exit status 1`
pub(super) fn exited(status: ExitStatus) -> String {
    if status.success() { "Runtime exited without providing a reason".to_owned() } else { with_error(&describe(status)) }
}

/// `Runtime exited with error: exit status 1`
pub(super) fn with_error(how: &str) -> String {
    format!("Runtime exited with error: {how}")
}

/// `exit status 1`
pub(super) fn extension_exited(status: ExitStatus) -> String {
    if status.success() { "exit code 0".to_owned() } else { describe(status) }
}
