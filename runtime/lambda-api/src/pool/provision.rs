//! Instances that are started before anybody calls, and are kept.

use std::sync::Arc;
use std::time::Duration;

use greenroom_host::NotInvoked;

use super::cold::NotReady;
use super::{Kind, Pool};

/// How long an init may take that no invocation waits for; the function's own time where that is longer.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib>: 130 s.
const INIT: Duration = Duration::from_secs(130);

impl Pool {
    /// Keeps `count` instances from here on. Gives how many there are.
    pub(crate) async fn provision(self: Arc<Self>, count: u32) -> Result<u32, NotInvoked> {
        self.keep(count);
        self.fill().await
    }

    /// How long an init may take that no invocation waits for.
    pub(crate) fn patience(&self) -> Duration {
        INIT.max(self.function.timeout)
    }

    /// What is kept beyond `count` becomes as others are.
    fn keep(&self, count: u32) {
        let mut state = self.lock();
        state.provisioned = count;
        let beyond = state.kept.saturating_sub(count);
        let kept = state.idle.iter_mut().filter(|parked| parked.instance.kept).take(beyond as usize);
        let freed = kept.map(|parked| parked.instance.kept = false).count();
        state.kept -= u32::try_from(freed).unwrap_or(0);
    }

    /// Starts what is missing, all at once.
    pub(super) async fn fill(self: Arc<Self>) -> Result<u32, NotInvoked> {
        let missing = {
            let mut state = self.lock();
            let missing = if state.retired { 0 } else { state.provisioned.saturating_sub(state.kept) };
            state.kept += missing;
            missing
        };
        let starts = (0..missing).map(|_| Arc::clone(&self).fill_one());
        let failed = futures::future::join_all(starts).await.into_iter().find_map(Result::err);
        let kept = self.lock().kept;
        failed.map_or(Ok(kept), Err)
    }

    async fn fill_one(self: Arc<Self>) -> Result<(), NotInvoked> {
        match self.start(&self.log(), Kind::Provisioned, "init", self.patience()).await {
            Ok(mut instance) => {
                instance.kept = true;
                self.park(instance);
                Ok(())
            }
            Err(why) => {
                self.lock().kept -= 1;
                match why {
                    NotReady::Never(why) => Err(why),
                    // It is seen in the log; invocations try for themselves.
                    NotReady::Failed(..) => Ok(()),
                }
            }
        }
    }

    /// One of those that are kept has ended.
    pub(super) fn lost(self: &Arc<Self>) {
        let mut state = self.lock();
        state.kept = state.kept.saturating_sub(1);
        drop(state);
        tokio::spawn(Arc::clone(self).fill());
    }
}
