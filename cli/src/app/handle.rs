//! What a change of the run's state asks of an app.

use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_bindings::{Bindings, Services};
use greenroom_host::state::{Furnished, Served};
use greenroom_host::{BindingDecl, Diagnostic, Host};
use greenroom_supervisor::{DeployError, Fleet};

/// An app that is served, as far as that needs it.
pub(crate) struct Handle {
    app: String,
    fleet: Arc<Fleet>,
    migrate: bool,
    bindings: Mutex<Vec<BindingDecl>>,
}

impl Handle {
    /// `app` is the name under which its state is known; `migrate`: whether a start applies migrations.
    pub(crate) fn new(app: &str, fleet: Arc<Fleet>, migrate: bool, bindings: &[BindingDecl]) -> Arc<Self> {
        Arc::new(Self { app: app.to_owned(), fleet, migrate, bindings: Mutex::new(bindings.to_vec()) })
    }

    /// It has these bindings now.
    pub(crate) fn bound(&self, bindings: &[BindingDecl]) {
        *self.bindings.lock().unwrap_or_else(PoisonError::into_inner) = bindings.to_vec();
    }
}

impl Served for Handle {
    fn restart(&self) -> BoxFuture<'_, Result<(), Diagnostic>> {
        let failed = |error: DeployError| {
            let why = match error {
                DeployError::Failed(failure) => failure.message,
                DeployError::Ended(how) => greenroom_supervisor::in_words(&how),
                DeployError::NoGuest(why) => why,
            };
            Diagnostic::error(format!("no fresh guest of `{}` can serve: {why}", self.app)).hint("the one before serves on")
        };
        self.fleet.restart().map(move |restarted| restarted.map_err(failed)).boxed()
    }

    fn furnish(&self, host: Host) -> BoxFuture<'_, Result<Furnished, Diagnostic>> {
        let declared = self.bindings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        async move {
            let services = Services::new(host.for_app(&self.app, None));
            let first = |problems: Vec<Diagnostic>| problems.into_iter().next().unwrap_or_else(|| Diagnostic::error("no bindings"));
            let bindings = Bindings::attach(&declared, &services).map_err(first)?;
            let applied = if self.migrate { bindings.apply_migrations().await } else { Vec::new() };
            match applied.into_iter().find_map(|applied| applied.failed) {
                Some(failed) => Err(failed),
                None => Ok(Box::new((bindings, services)) as Furnished),
            }
        }
        .boxed()
    }
}
