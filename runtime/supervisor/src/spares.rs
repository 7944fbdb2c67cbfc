//! Spares that are loaded with code: one waits at any time, so that code finds a guest that is up already.

use std::sync::Arc;

use bytes::Bytes;
use greenroom_channel::message::{Failure, Load, Prepare};
use greenroom_host::Clock;
use tokio::sync::Mutex;

use crate::instance::{Instance, InvokeError, Output, Services};
use crate::process::GuestCommand;
use crate::spare::Spare;

/// Code that is ready to be loaded.
#[derive(Debug, Clone, Default)]
pub struct Version {
    /// What the guest is told about it.
    pub head: Load,
    /// The contents of its modules, in the order of `head.modules`.
    pub contents: Vec<Bytes>,
}

/// Why a version does not serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeployError {
    /// Its code could not be loaded.
    Failed(Failure),
    /// The guest ended while it loaded.
    Ended(InvokeError),
    /// No guest could be started.
    NoGuest(String),
}

/// Guests that wait for code, all of one sort.
pub struct Spares {
    clock: Clock,
    command: GuestCommand,
    prepare: Prepare,
    spare: Mutex<Option<Spare>>,
}

impl Spares {
    /// Guests started by `command`, which follow `clock`; each evaluates `prepare` while it waits. None is started yet.
    #[must_use]
    pub fn new(clock: Clock, command: GuestCommand, prepare: Prepare) -> Self {
        Self { clock, command, prepare, spare: Mutex::new(None) }
    }

    /// What they follow.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Sees to it that one waits.
    ///
    /// # Errors
    /// Why none could be started.
    pub async fn warm(&self) -> std::io::Result<()> {
        let mut spare = self.spare.lock().await;
        if spare.as_mut().is_none_or(|spare| !spare.is_alive()) {
            *spare = Some(Spare::start(&self.command, &self.prepare).await?);
        }
        Ok(())
    }

    /// Loads `version` into the one that waits, or into a new one. `made` is told of the guest before its code runs. `services`: what the
    /// code can call. Gives the guest, and the names of the handlers that its code has.
    ///
    /// # Errors
    /// Why its code is not there.
    pub async fn load(
        &self,
        version: &Version,
        services: &Arc<dyn Services>,
        output: &Arc<dyn Output>,
        made: impl Fn(&Arc<Instance>),
    ) -> Result<(Arc<Instance>, Vec<String>), DeployError> {
        let _busy = self.clock.busy(format!("app {}: loading its code", version.head.app));
        let load = |spare: Spare| {
            let (instance, loaded) = spare.load(&version.head, &version.contents, Arc::clone(services), Arc::clone(output), &self.clock);
            made(&instance);
            async move {
                match loaded.await {
                    Ok(loaded) => match loaded.error {
                        None => Ok((instance, loaded.handlers)),
                        Some(failure) => Err(DeployError::Failed(failure)),
                    },
                    Err(_) => Err(DeployError::Ended(instance.ended().await.0)),
                }
            }
        };
        if let Some(spare) = self.take().await {
            let loaded = load(spare).await;
            // What has waited may have been killed meanwhile, or just now: that says nothing of the code.
            if !matches!(loaded, Err(DeployError::Ended(InvokeError::Crashed(_)))) {
                return loaded;
            }
        }
        let fresh = Spare::start(&self.command, &self.prepare).await.map_err(|error| DeployError::NoGuest(error.to_string()))?;
        load(fresh).await
    }

    /// The one that waits; where one is being started, that one.
    async fn take(&self) -> Option<Spare> {
        let mut spare = self.spare.lock().await.take()?;
        spare.is_alive().then_some(spare)
    }
}
