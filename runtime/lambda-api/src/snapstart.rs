//! SnapStart: instances that come from a snapshot of one whose init was done when the version was published.
//!
//! Processes cannot be copied here. So an instance is initialised beforehand, up to where the vendor takes the snapshot, and waits there; an
//! invocation lets it go on, which is its restoring, and another one is made ready meanwhile. What the init makes is therefore different in
//! each instance here, and the same in production: the bootstrap for Python warns about what it sees of that.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::document::document;
use crate::log::Log;
use crate::pool::{InitFailure, Instance, Kind, NotReady, Pool, Started};
use crate::report;
use crate::telemetry::{Platform, RuntimeVersion, Status};

/// How long hooks may take after restoring. <https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks.html>: 10 s.
const RESTORE: Duration = Duration::from_secs(10);

impl Pool {
    /// Does the init that publishing does. An `Err` is the document of its failure.
    pub(crate) async fn snapshot(self: Arc<Self>) -> Result<(), Bytes> {
        let _busy = self.host().clock.busy(format!("function {}: snapshot", self.function().name));
        match self.start(&self.log(), Kind::SnapStart, "init", self.patience()).await {
            Ok(instance) => {
                self.prepared(instance);
                Ok(())
            }
            Err(NotReady::Never(why)) => Err(document("Runtime.Unknown", &why.to_string())),
            Err(NotReady::Failed(failure, took)) => Err(failed(&failure, took)),
        }
    }

    /// An instance that has been restored for an invocation; the next one is made ready meanwhile.
    pub(crate) async fn restore(self: &Arc<Self>, event: greenroom_host::EventId) -> Started {
        let mut instance = match self.take_prepared() {
            Some(instance) => instance,
            None => self.start(&self.log(), Kind::SnapStart, "init", self.patience()).await?,
        };
        tokio::spawn(Arc::clone(self).snapshot());
        instance.log().belongs_to(event);
        let clock = &self.host().clock;
        let log = Arc::clone(instance.log());
        log.platform(&restore_start(&log));
        let began = clock.uptime();
        let restored = instance.let_go_on(RESTORE).await;
        let took = clock.uptime().saturating_sub(began);
        let (status, error) =
            restored.as_ref().map_or_else(|failure| (failure.status, failure.error_type.clone()), |()| (Status::Success, None));
        log.platform(&Platform::RestoreRuntimeDone { status, error: error.clone() });
        log.platform(&Platform::RestoreReport { status, error, took });
        match restored {
            Ok(()) => {
                instance.was_restored(took);
                Ok(instance)
            }
            Err(failure) => {
                instance.end("failure");
                Err(NotReady::Failed(failure, took))
            }
        }
    }
}

impl Instance {
    /// From where it waits to be restored until it asks for work. One that never asked to be restored does so already.
    async fn let_go_on(&mut self, within: Duration) -> Result<(), InitFailure> {
        if self.waits_for_restore() {
            self.api().restore();
        }
        self.restored(within).await
    }
}

fn restore_start(log: &Log) -> Platform {
    let function = &log.function;
    Platform::RestoreStart {
        runtime: RuntimeVersion::of(function),
        function: function.name.clone(),
        version: function.version.clone(),
        stream: log.stream.clone(),
        memory: function.memory,
    }
}

fn failed(failure: &InitFailure, took: Duration) -> Bytes {
    if let Some(document) = &failure.document {
        return document.clone();
    }
    match failure.status {
        Status::Timeout => document("Sandbox.Timedout", &format!("Error: Task timed out after {} ms", report::millis(took))),
        _ => document(failure.error_type.as_deref().unwrap_or("Runtime.Unknown"), &format!("Error: {}", failure.message)),
    }
}
