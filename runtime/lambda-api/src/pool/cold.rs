//! The start of an instance, with what Lambda logs of it.

use std::sync::Arc;
use std::time::Duration;

use greenroom_host::Function;

use super::instance::NotStarted;
use super::ready::InitFailure;
use super::{Instance, Kind, Pool};
use crate::log::Log;
use crate::process::Mounts;
use crate::runtime::Shop;
use crate::telemetry::{Platform, RuntimeVersion, Status};

/// An instance, or why there is none.
pub(crate) type Started = Result<Instance, NotReady>;

/// Why there is no instance.
pub(crate) enum NotReady {
    /// It cannot be had.
    Never(greenroom_host::NotInvoked),
    /// Its init failed, after this long.
    Failed(InitFailure, Duration),
}

impl Pool {
    pub(crate) fn log(&self) -> Arc<Log> {
        Arc::new(Log::new(&self.function, &self.shop.host, &self.shop.options))
    }

    /// Starts an instance and waits until it is ready, with what is logged of that. `phase`: `init`, or `invoke` where an invocation waits
    /// for a second attempt.
    pub(crate) async fn start(&self, log: &Arc<Log>, kind: Kind, phase: &'static str, within: Duration) -> Started {
        if phase == "init" {
            log.platform(&init_start(&self.function, &log.stream, kind, phase));
        }
        let began = self.shop.host.clock.uptime();
        let started = start(&self.shop, log, kind, || self.mounts(), within).await;
        let took = self.shop.host.clock.uptime().saturating_sub(began);
        let (status, error) = match &started {
            Ok(_) => (Status::Success, None),
            Err(NotReady::Failed(failure, _)) => (failure.status, failure.error_type.clone()),
            Err(NotReady::Never(_)) => return started,
        };
        log.platform(&Platform::InitRuntimeDone { kind: kind.word(), phase, status, error: error.clone() });
        log.platform(&Platform::InitReport { kind: kind.word(), phase, status, error, took });
        match started {
            Ok(mut instance) => {
                instance.init = Some(took);
                instance.remember_memory();
                Ok(instance)
            }
            Err(NotReady::Failed(failure, _)) => Err(NotReady::Failed(failure, took)),
            never => never,
        }
    }
}

async fn start(shop: &Arc<Shop>, log: &Arc<Log>, kind: Kind, mounts: impl Fn() -> Option<Mounts>, within: Duration) -> Started {
    let mut instance = match Instance::start(shop, Arc::clone(log), kind, mounts).await {
        Ok(instance) => instance,
        Err(NotStarted::Never(why)) => return Err(NotReady::Never(why)),
        Err(NotStarted::Failed(failure)) => return Err(NotReady::Failed(failure, Duration::ZERO)),
    };
    match instance.ready(within).await {
        Ok(()) => Ok(instance),
        Err(failure) => {
            instance.end("failure");
            Err(NotReady::Failed(failure, Duration::ZERO))
        }
    }
}

fn init_start(function: &Function, stream: &str, kind: Kind, phase: &'static str) -> Platform {
    Platform::InitStart {
        kind: kind.word(),
        phase,
        runtime: RuntimeVersion::of(function),
        function: function.name.clone(),
        version: function.version.clone(),
        stream: stream.to_owned(),
        memory: function.memory,
    }
}
