//! Event source mappings as whoever works them off sees them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use greenroom_aws_wire::{ApiError, Context, HeaderMap};
use greenroom_host::Busy;
use serde_json::{Map, Value};
use tokio::sync::{Notify, watch};

use crate::arn::Key;
use crate::error::invalid;
use crate::ops::mapping;
use crate::service::LambdaService;

/// What is known of sources by those who have them.
pub trait EventSources: Send + Sync {
    /// Why a function that may take so long cannot be fed from this source, in AWS's words; none where it can.
    fn refusal(&self, arn: &str, timeout: Duration) -> Option<String>;
}

/// A mapping that a project declares.
#[derive(Debug, Clone, PartialEq)]
pub struct MappingDecl {
    /// Its UUID, in the account and region that it is in.
    pub key: Key,
    /// What `CreateEventSourceMapping` takes.
    pub input: Map<String, Value>,
}

/// That mappings have changed, for the one who works them off.
#[derive(Default)]
pub(crate) struct News {
    /// Time is not moved on until he knows.
    untold: Mutex<Option<Busy>>,
    told: Notify,
}

/// Tells when mappings have changed.
pub struct MappingWatch {
    service: Arc<LambdaService>,
    swaps: watch::Receiver<u64>,
}

impl MappingWatch {
    /// Completes when mappings have changed since the last time. Time is not moved on while the guard is held.
    pub async fn changed(&mut self) -> Busy {
        let news = &self.service.news;
        tokio::select! {
            () = news.told.notified() => {}
            // Never an error: the service has the other end.
            _ = self.swaps.changed() => {}
        }
        let untold = news.untold.lock().unwrap_or_else(PoisonError::into_inner).take();
        untold.unwrap_or_else(|| self.service.changing())
    }

    /// All mappings, as the API shows them.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn mappings(&self) -> Result<Vec<Map<String, Value>>, ApiError> {
        Ok(self.service.store.mappings.all().await?.into_iter().map(|(_, record)| record.shown.clone()).collect())
    }
}

impl LambdaService {
    /// Where mappings are checked against what their sources say.
    ///
    /// # Panics
    /// Where they have been made known before, which is a mistake in the program.
    pub fn know_sources(&self, sources: Arc<dyn EventSources>) {
        assert!(self.sources.set(sources).is_ok(), "invariant: sources are made known once");
    }

    /// Tells of changes from now on.
    #[must_use]
    pub fn watch_mappings(self: &Arc<Self>) -> MappingWatch {
        MappingWatch { service: Arc::clone(self), swaps: self.store.swaps.clone() }
    }

    /// Puts `mappings` in place of all that `app` has declared before. Gives those that are refused, and why.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn declare_mappings(&self, app: &str, mappings: Vec<MappingDecl>) -> Result<Vec<(Key, ApiError)>, ApiError> {
        let mut refused = Vec::new();
        for (key, record) in self.store.mappings.all().await? {
            if record.app.as_deref() == Some(app) && !mappings.iter().any(|mapping| mapping.key == key) {
                let gone = |known: &mut Option<_>| {
                    known.take();
                    Ok(())
                };
                self.store.mappings.change(&key, gone).await?;
            }
        }
        for MappingDecl { key, input } in mappings {
            match mapping::made(self, &declaring(&key), &key.name, &input).await {
                Err(error) => refused.push((key, error)),
                Ok(record) => self.store.mappings.put(&key, crate::record::MappingRecord { app: Some(app.to_owned()), ..record }).await?,
            }
        }
        self.mappings_changed();
        Ok(refused)
    }

    /// Whoever works mappings off is to look at them again.
    pub(crate) fn mappings_changed(&self) {
        let mut untold = self.news.untold.lock().unwrap_or_else(PoisonError::into_inner);
        untold.get_or_insert_with(|| self.changing());
        drop(untold);
        self.news.told.notify_one();
    }

    /// Refuses a source that whoever has it does.
    pub(crate) fn source_fits(&self, shown: &Map<String, Value>, timeout: Duration) -> Result<(), ApiError> {
        let arn = shown.get("EventSourceArn").and_then(Value::as_str);
        let refusal = arn.and_then(|arn| self.sources.get()?.refusal(arn, timeout));
        refusal.map_or(Ok(()), |text| Err(invalid(text)))
    }

    fn changing(&self) -> Busy {
        self.host.clock.busy("lambda: event source mappings change")
    }
}

/// A project that declares something, as somebody who calls.
fn declaring(key: &Key) -> Context {
    Context {
        account: key.account.clone(),
        region: key.region.clone(),
        request_id: String::new(),
        origin: String::new(),
        headers: HeaderMap::new(),
        payload: bytes::Bytes::new(),
        cause: None,
    }
}
