//! What is asked of the apps of a run where their state changes.

use std::any::Any;
use std::sync::{Arc, Weak};

use futures::future::BoxFuture;

use super::State;
use crate::diagnostic::Diagnostic;
use crate::host::Host;

/// What was opened to furnish a [`State`]; it is closed when this is dropped.
pub type Furnished = Box<dyn Any + Send>;

/// An app that is served.
pub trait Served: Send + Sync {
    /// Lets a fresh guest with the same code serve. The one before finishes what it has begun.
    fn restart(&self) -> BoxFuture<'_, Result<(), Diagnostic>>;

    /// Opens in `host` what the app has, as its first start would leave it: migrated.
    fn furnish(&self, host: Host) -> BoxFuture<'_, Result<Furnished, Diagnostic>>;
}

impl State {
    /// Counts an app among those that are served, as long as it exists.
    pub fn serves(&self, app: &Arc<dyn Served>) {
        let mut registry = self.lock();
        registry.served.retain(|known| known.strong_count() > 0);
        registry.served.push(Arc::downgrade(app));
    }

    /// Lets fresh guests serve, of all apps.
    ///
    /// # Errors
    /// The first that cannot be.
    pub async fn restart(&self) -> Result<(), Diagnostic> {
        for app in self.served() {
            app.restart().await?;
        }
        Ok(())
    }

    /// Opens in `host` what a first start of all apps would leave.
    ///
    /// # Errors
    /// Migrations that fail.
    pub async fn furnish(&self, host: &Host) -> Result<Vec<Furnished>, Diagnostic> {
        let mut all = Vec::new();
        for app in self.served() {
            all.push(app.furnish(host.clone()).await?);
        }
        Ok(all)
    }

    fn served(&self) -> Vec<Arc<dyn Served>> {
        self.lock().served.iter().filter_map(Weak::upgrade).collect()
    }
}
