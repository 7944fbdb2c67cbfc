//! The AWS side of a run, started by the first that needs it.

use std::sync::Arc;

use greenroom_host::{Diagnostic, Host};
use tokio::sync::OnceCell;

use super::{Aws, AwsSettings};
use crate::control::apps::Apps;
use crate::terminal::Terminal;

/// It, or how it is started. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct AwsOnce {
    settings: Arc<AwsSettings>,
    started: Arc<OnceCell<Arc<Aws>>>,
    /// An app of the run has functions.
    functions: bool,
}

impl AwsOnce {
    pub(crate) fn new(settings: AwsSettings) -> Self {
        Self { settings: Arc::new(settings), started: Arc::default(), functions: false }
    }

    /// The same in a run of which an app has functions, or none has.
    pub(crate) fn of_functions(self, functions: bool) -> Self {
        Self { functions, ..self }
    }

    /// It, for an app that has none of the run's functions itself; none where no app has any.
    ///
    /// # Errors
    /// As [`Aws::start`].
    pub(crate) async fn beside(&self, host: &Host, apps: &Apps, terminal: &Terminal) -> Result<Option<Arc<Aws>>, Diagnostic> {
        if self.functions { self.get(host, apps, terminal).await.map(Some) } else { Ok(None) }
    }

    /// It, started now if nobody has.
    ///
    /// # Errors
    /// As [`Aws::start`].
    pub(crate) async fn get(&self, host: &Host, apps: &Apps, terminal: &Terminal) -> Result<Arc<Aws>, Diagnostic> {
        let start = || Aws::start(host, &self.settings, (apps.outbound.clone(), apps.engines.clone()), terminal);
        let aws = self.started.get_or_try_init(start).await?;
        apps.functions.enter(aws);
        Ok(Arc::clone(aws))
    }

    /// It, if it has been started.
    pub(crate) fn started(&self) -> Option<Arc<Aws>> {
        self.started.get().cloned()
    }
}
