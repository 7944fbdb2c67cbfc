//! The service: what it stands on, and what other parts of the program ask of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use greenroom_aws_wire::{ApiError, Service, Tabled, WireRequest, WireResponse};
use greenroom_host::{Diagnostic, FunctionRuntime, Host};

use crate::arn::Key;
use crate::code::CodeStore;
use crate::declare::FunctionDecl;
use crate::dispatch::{Concurrency, Followed};
use crate::mappings::{EventSources, News};
use crate::model;
use crate::ops;
use crate::record::FunctionRecord;
use crate::store::Store;

/// AWS Lambda: functions with all that belongs to them, and their invocations.
pub struct LambdaService {
    pub(crate) host: Host,
    pub(crate) runtime: Arc<dyn FunctionRuntime>,
    pub(crate) store: Store,
    pub(crate) code: CodeStore,
    pub(crate) concurrency: Concurrency,
    /// What projects have declared in this run.
    pub(crate) declared: Mutex<BTreeMap<Key, FunctionDecl>>,
    pub(crate) followed: Followed,
    /// What sources say of mappings.
    pub(crate) sources: OnceLock<Arc<dyn EventSources>>,
    /// Told whenever mappings change.
    pub(crate) news: News,
}

impl LambdaService {
    /// The service on `host`, whose functions `runtime` runs.
    ///
    /// To be called where tasks can be spawned: events that a run before this one has accepted are worked off.
    ///
    /// # Errors
    /// State that cannot be opened.
    pub fn open(host: Host, runtime: Arc<dyn FunctionRuntime>) -> Result<Arc<Self>, Diagnostic> {
        let store = Store::open(&host)?;
        let code = CodeStore::open(&host)?;
        let service = Arc::new(Self {
            store,
            code,
            runtime,
            concurrency: Concurrency::default(),
            declared: Mutex::default(),
            followed: Followed::default(),
            sources: OnceLock::new(),
            news: News::default(),
            host,
        });
        service.remove_unused_code();
        service.work_off();
        Ok(service)
    }

    /// The service behind an endpoint.
    #[must_use]
    pub fn served(self: &Arc<Self>) -> Arc<dyn Service> {
        Arc::new(Tabled { state: Arc::clone(self), model: model::read(), table: ops::OPERATIONS, page })
    }

    /// Now, as the API writes it: `2026-11-26T12:00:00.000+0000`.
    pub(crate) fn now(&self) -> String {
        self.host.clock.now().iso_8601().replace('Z', "+0000")
    }

    /// Now, in seconds since 1970, as the API writes it in some places.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century are far below 2^52")]
    pub(crate) fn seconds(&self) -> f64 {
        self.host.clock.now().0 as f64 / 1000.0
    }

    /// A new revision.
    pub(crate) fn revision(&self) -> String {
        greenroom_aws_wire::uuid(&self.host)
    }

    /// A function that has to be there.
    pub(crate) async fn existing(&self, named: &crate::arn::Named) -> Result<Arc<FunctionRecord>, ApiError> {
        let found = self.store.functions.get(&named.key).await?;
        found.ok_or_else(|| crate::error::no_function(&named.arn()))
    }
}

/// `code/<hash>.zip`: what `GetFunction` names as the place of the code.
fn page(service: &LambdaService, path: &str, request: &WireRequest) -> Option<WireResponse> {
    let _ = request;
    let name = path.strip_prefix("code/")?.strip_suffix(".zip")?;
    Some(WireResponse::new(200, "application/zip", service.code.zip(name)?))
}
