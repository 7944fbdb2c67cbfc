//! The instances of one version of a function: one event at a time in each.

mod cold;
mod deadline;
mod instance;
mod invoke;
mod memory;
mod provision;
mod ready;
mod run;
mod shutdown;
mod verdict;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use greenroom_host::{Clock, Function, Host, Invocation, Invoked, NotInvoked, Timestamp};
use tokio::sync::oneshot;

pub(crate) use cold::{NotReady, Started};
use instance::Handled;
pub(crate) use instance::{Instance, Kind};
pub(crate) use ready::InitFailure;

use crate::process::{Mounting, Mounts};
use crate::runtime::Shop;

/// The instances of one version.
pub(crate) struct Pool {
    shop: Arc<Shop>,
    function: Arc<Function>,
    /// What its processes see in place of the machine's own folders; found out when the first of them is started.
    mounting: OnceLock<Mounting>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What waits for work; the one that worked last is the first to work again.
    idle: Vec<Parked>,
    /// How many are kept however long nothing calls them, and how many there are of that sort.
    provisioned: u32,
    kept: u32,
    /// What waits to be restored.
    prepared: Vec<Instance>,
    /// A task ends what has been idle for long.
    reaped: bool,
    /// Nothing of it is wanted any more.
    retired: bool,
}

struct Parked {
    instance: Instance,
    since: Timestamp,
}

impl Pool {
    pub(crate) fn new(shop: &Arc<Shop>, function: &Arc<Function>) -> Arc<Self> {
        Arc::new(Self { shop: Arc::clone(shop), function: Arc::clone(function), mounting: OnceLock::new(), state: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether its instances run exactly this.
    pub(crate) fn runs(&self, function: &Arc<Function>) -> bool {
        Arc::ptr_eq(&self.function, function) || self.function == *function
    }

    /// Idle instances end now, others after what they do.
    pub(crate) fn retire(&self) {
        let (idle, prepared) = {
            let mut state = self.lock();
            state.retired = true;
            (std::mem::take(&mut state.idle), std::mem::take(&mut state.prepared))
        };
        idle.into_iter().map(|parked| parked.instance).chain(prepared).for_each(|instance| instance.end("spindown"));
    }

    fn mounts(&self) -> Option<Mounts> {
        let folder = self.shop.folder.path().join("mounts");
        let (runtime, programs) = (self.shop.bootstraps.folder(), self.shop.programs.path());
        let mounting = self.mounting.get_or_init(|| Mounting::of(&self.function, &folder, runtime, programs));
        mounting.for_instance()
    }

    pub(crate) fn host(&self) -> &Host {
        &self.shop.host
    }

    pub(crate) fn function(&self) -> &Function {
        &self.function
    }

    /// The instance waits to be restored.
    pub(crate) fn prepared(&self, instance: Instance) {
        let mut state = self.lock();
        if state.retired {
            drop(state);
            instance.end("spindown");
            return;
        }
        state.prepared.push(instance);
    }

    /// One that waits to be restored.
    pub(crate) fn take_prepared(&self) -> Option<Instance> {
        self.lock().prepared.pop()
    }

    /// Handles one event. It is handled to its end also if nobody waits for the answer any more.
    pub(crate) async fn invoke(self: Arc<Self>, invocation: Invocation) -> Result<Invoked, NotInvoked> {
        let label = format!("function {}", self.function.name);
        let clock = self.shop.host.clock.clone();
        let busy = clock.busy(label.clone());
        let (reply, answer) = oneshot::channel();
        tokio::spawn(async move {
            // Processes cannot be asked whether they are still: time stands until they have answered. Isolates can, so that it may move on
            // while one of them is waited for.
            let handled = async {
                drop(busy);
                self.handle(invocation, reply).await;
            };
            clock.in_flight(label, handled).await;
        });
        // What handles it is in flight by itself.
        Clock::waiting(answer).await.unwrap_or_else(|_| Err(NotInvoked::Unavailable("the run is ending".to_owned())))
    }

    /// An instance that waits, for a tenant of whom it may know.
    fn take(&self, invocation: &Invocation) -> Option<Instance> {
        let mut state = self.lock();
        let fits = |parked: &Parked| parked.instance.tenant.is_none() || parked.instance.tenant == invocation.tenant;
        let at = state.idle.iter().rposition(fits)?;
        Some(state.idle.remove(at).instance)
    }

    /// The instance has nothing to do now.
    fn park(self: &Arc<Self>, instance: Instance) {
        let since = self.shop.host.clock.now();
        let mut state = self.lock();
        if state.retired || !instance.is_fit() {
            drop(state);
            instance.end("spindown");
            return;
        }
        state.idle.push(Parked { instance, since });
        if !state.reaped {
            state.reaped = true;
            tokio::spawn(Arc::clone(self).reap());
        }
    }

    /// Ends what has been idle for long, until nothing is.
    async fn reap(self: Arc<Self>) {
        let idle = self.shop.options.idle;
        loop {
            let now = self.shop.host.clock.now();
            let (ended, next) = self.take_idle(now);
            for instance in ended {
                instance.end("spindown");
            }
            let Some(next) = next else { return };
            let label = format!("function {}: an idle instance ends", self.function.name);
            drop(self.shop.host.clock.sleep_until(next + idle, label).await);
        }
    }

    /// What has been idle for long by now, and since when the next one has.
    fn take_idle(&self, now: Timestamp) -> (Vec<Instance>, Option<Timestamp>) {
        let idle = self.shop.options.idle;
        let mut state = self.lock();
        let old = |parked: &mut Parked| !parked.instance.kept && now >= parked.since + idle;
        let ended: Vec<Instance> = state.idle.extract_if(.., old).map(|parked| parked.instance).collect();
        let next = state.idle.iter().filter(|parked| !parked.instance.kept).map(|parked| parked.since).min();
        state.reaped = next.is_some();
        (ended, next)
    }
}
