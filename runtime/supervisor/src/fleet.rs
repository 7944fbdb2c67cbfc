//! The guests of one app: the version that serves, the spare that waits, the old ones that finish.

use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use greenroom_channel::message::{LogLevel, Prepare, RequestHead};
use greenroom_host::{Clock, EventId};
use tokio::sync::watch;

use crate::instance::{BodyStream, Ended, Instance, Invocation, InvokeError, Output, Response, Services};
use crate::process::GuestCommand;
use crate::spares::{DeployError, Spares, Version};

/// How long work may go on in a guest that no longer serves; as long as Cloudflare lets `waitUntil` run after the response.
/// <https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil>
const RETIRED_AFTER: Duration = Duration::from_secs(30);

/// How many guests an event is given to, one after the other, where none of them takes it before its process ends.
const MOST_GUESTS: usize = 3;

/// What a guest is to its app when another serves in its place: one with the code of before, one that has used itself up, one that came
/// too late.
const OLDER: &str = "an older version";
const WORN: &str = "a worn guest";
const UNUSED: &str = "an unused guest";

/// Why an event has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// No version serves.
    Nobody(DeployError),
    /// The code came to nothing, or its guest did.
    Failed(InvokeError),
}

impl From<DeployError> for Unanswered {
    fn from(error: DeployError) -> Self {
        Self::Nobody(error)
    }
}

impl From<InvokeError> for Unanswered {
    fn from(error: InvokeError) -> Self {
        Self::Failed(error)
    }
}

#[derive(Clone)]
enum Serving {
    /// Nothing yet, or between two guests.
    Nobody,
    Instance(Arc<Instance>),
    /// The last guest ended, and no other could be loaded.
    Broken(DeployError),
}

/// The guests of one app.
pub struct Fleet {
    clock: Clock,
    spares: Spares,
    output: Arc<dyn Output>,
    serving: watch::Sender<Serving>,
    /// Every guest with code that has not ended, also those that finish what they have begun.
    guests: std::sync::Mutex<Vec<Weak<Instance>>>,
    /// What is loaded again when its guest ends.
    version: std::sync::Mutex<Option<(Version, Arc<dyn Services>)>>,
}

impl Fleet {
    /// Guests started by `command`, which follow `clock`; each evaluates `prepare` while it waits.
    #[must_use]
    pub fn new(clock: Clock, command: GuestCommand, prepare: Prepare, output: Arc<dyn Output>) -> Arc<Self> {
        Arc::new(Self {
            spares: Spares::new(clock.clone(), command, prepare),
            clock,
            output,
            serving: watch::channel(Serving::Nobody).0,
            guests: std::sync::Mutex::default(),
            version: std::sync::Mutex::new(None),
        })
    }

    /// Sees to it that a spare waits. To be called at start, so that one warms up while the code is bundled.
    pub async fn warm(&self) -> std::io::Result<()> {
        self.spares.warm().await
    }

    /// Loads `version` into the spare and lets it serve in place of the one before, which finishes what it has begun and ends.
    /// If it cannot be loaded, the one before goes on. `services`: what this version's code can call.
    pub async fn deploy(self: &Arc<Self>, version: Version, services: Arc<dyn Services>) -> Result<Vec<String>, DeployError> {
        let (instance, handlers) = self.load(&version, &services).await?;
        *self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((version, services));
        let before = self.serving.send_replace(Serving::Instance(Arc::clone(&instance)));
        if let Serving::Instance(before) = before {
            retire(before, OLDER);
        }
        self.look_after(instance);
        self.warm_later();
        Ok(handlers)
    }

    async fn load(&self, version: &Version, services: &Arc<dyn Services>) -> Result<(Arc<Instance>, Vec<String>), DeployError> {
        self.spares.load(version, services, &self.output, |instance| self.keep(instance)).await
    }

    fn keep(&self, instance: &Arc<Instance>) {
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|guest| guest.upgrade().is_some_and(|guest| !guest.is_over()));
        guests.push(Arc::downgrade(instance));
    }

    /// The guest with this number, if it has not ended.
    #[must_use]
    pub fn guest(&self, number: u64) -> Option<Arc<Instance>> {
        let guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.iter().filter_map(Weak::upgrade).find(|guest| guest.number() == number && !guest.is_over())
    }

    fn warm_later(self: &Arc<Self>) {
        let fleet = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = fleet.warm().await {
                fleet.output.line(None, LogLevel::Error, &format!("no spare guest: {error}"));
            }
            // What bundling and loading needed is not needed until the next save.
            greenroom_channel::rest::give_back();
        });
    }

    /// Puts another guest in the place of `instance` when that ends without having been told to.
    fn look_after(self: &Arc<Self>, instance: Arc<Instance>) {
        let fleet = Arc::clone(self);
        tokio::spawn(async move {
            let Ended(how) = tokio::select! {
                ended = instance.ended() => ended,
                () = instance.worn() => return fleet.renew(&instance).await,
            };
            if !instance.is_draining() {
                fleet.replace(&instance, &how).await;
            }
        });
    }

    /// Lets a fresh guest with the same version serve in place of `worn`, which finishes what it has begun.
    async fn renew(self: &Arc<Self>, worn: &Arc<Instance>) {
        let version = self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let loaded = match version {
            Some((version, services)) if !worn.is_draining() => self.load(&version, &services).await.ok(),
            _ => None,
        };
        // Where none can be loaded, the worn one serves until it ends.
        let Some((fresh, _)) = loaded else {
            worn.goes_on();
            self.serving.send_modify(|_| {});
            return self.look_after(Arc::clone(worn));
        };
        // A newer version may have been deployed meanwhile; it stays.
        let swapped = self.serving.send_if_modified(|serving| {
            let ours = matches!(serving, Serving::Instance(instance) if Arc::ptr_eq(instance, worn));
            if ours {
                *serving = Serving::Instance(Arc::clone(&fresh));
            }
            ours
        });
        if swapped {
            retire(Arc::clone(worn), WORN);
            self.look_after(fresh);
        } else {
            retire(fresh, UNUSED);
            if !worn.is_draining() {
                self.look_after(Arc::clone(worn));
            }
        }
        self.warm_later();
    }

    async fn replace(self: &Arc<Self>, gone: &Arc<Instance>, how: &InvokeError) {
        let was_serving = self.serving.send_if_modified(|serving| {
            let ours = matches!(serving, Serving::Instance(instance) if Arc::ptr_eq(instance, gone));
            if ours {
                *serving = Serving::Nobody;
            }
            ours
        });
        if !was_serving {
            return;
        }
        self.output.line(None, LogLevel::Error, &format!("{}; a fresh guest takes over", in_words(how)));
        let version = self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        let Some((version, services)) = version else { return };
        let loaded = self.load(&version, &services).await;
        let next = match loaded {
            Ok((instance, _)) => Serving::Instance(instance),
            Err(error) => Serving::Broken(error),
        };
        // A newer version may have been deployed meanwhile; it stays.
        let unused = self.serving.send_if_modified(|serving| {
            let vacant = matches!(serving, Serving::Nobody);
            if vacant {
                *serving = next.clone();
            }
            vacant
        });
        match next {
            Serving::Instance(instance) if unused => self.look_after(instance),
            Serving::Instance(instance) => retire(instance, UNUSED),
            _ => {}
        }
        self.warm_later();
    }

    /// Sends an event to the version that serves and waits for the head of the answer; also while a guest is being replaced. An event that
    /// a guest has not taken when its process ends goes to the next one: to whoever sent it the app is there all the time. Not so one whose
    /// body is a stream, since what of it went to the guest is gone.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn answer(
        self: &Arc<Self>,
        event: Option<EventId>,
        head: &RequestHead,
        mut body: Option<BodyStream>,
    ) -> Result<(Invocation, Response), Unanswered> {
        for _ in 1..MOST_GUESTS {
            let mut invocation = self.ready(event).await?.invoke(event, head, body.take());
            match invocation.response().await {
                Err(InvokeError::Untaken(_)) => {}
                answer => return Ok((invocation, answer?)),
            }
        }
        let mut invocation = self.ready(event).await?.invoke(event, head, body);
        let answer = invocation.response().await?;
        Ok((invocation, answer))
    }

    /// The guest that serves; says how long `event` waited for it, if it had to.
    async fn ready(self: &Arc<Self>, event: Option<EventId>) -> Result<Arc<Instance>, DeployError> {
        if let Serving::Instance(instance) = &*self.serving.borrow()
            && instance.is_fit()
        {
            return Ok(Arc::clone(instance));
        }
        let began = self.clock.uptime();
        let instance = self.instance().await;
        if let Some(event) = event {
            self.output.waited(event, self.clock.uptime().saturating_sub(began));
        }
        instance
    }

    /// The guest that serves.
    pub async fn instance(self: &Arc<Self>) -> Result<Arc<Instance>, DeployError> {
        let mut serving = self.serving.subscribe();
        loop {
            let now = serving.borrow_and_update().clone();
            match now {
                Serving::Instance(instance) if instance.is_fit() => return Ok(instance),
                Serving::Broken(error) => {
                    self.try_again().await;
                    return Err(error);
                }
                Serving::Instance(_) | Serving::Nobody => {}
            }
            if serving.changed().await.is_err() {
                return Err(DeployError::NoGuest("the server is shutting down".to_owned()));
            }
        }
    }

    /// Lets a fresh guest serve with the same code. The one before finishes what it has begun and ends. Where nothing serves, nothing is
    /// done.
    pub async fn restart(self: &Arc<Self>) -> Result<(), DeployError> {
        let version = self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        match version {
            Some((version, services)) => self.deploy(version, services).await.map(drop),
            None => Ok(()),
        }
    }

    /// After a guest that could not be replaced: the next request finds another attempt under way.
    async fn try_again(self: &Arc<Self>) {
        let version = self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some((version, services)) = version {
            let _ = self.deploy(version, services).await;
        }
    }
}

/// Lets a guest finish what it has begun, but not for ever: an open event stream would keep it and its memory for as long as a page is
/// open. Real time, not the emulated: it is about processes.
fn retire(instance: Arc<Instance>, former: &'static str) {
    instance.drain(former);
    tokio::spawn(async move {
        if tokio::time::timeout(RETIRED_AFTER, instance.ended()).await.is_err() {
            instance.kill();
        }
    });
}

/// Nothing of the vendor's has words for it: there such code cannot wait.
const BLOCKED: &str = "the code waited without letting anything else run, and its guest was ended";

/// How a guest ended, in words for the terminal.
#[must_use]
pub fn in_words(error: &InvokeError) -> String {
    match error {
        InvokeError::Failed(failure) => format!("the guest failed: {}", failure.message),
        InvokeError::Crashed(how) | InvokeError::Untaken(how) => format!("the guest's process {how}"),
        InvokeError::Cpu => "the guest used more CPU time than it may and was ended".to_owned(),
        InvokeError::Blocked => BLOCKED.to_owned(),
        InvokeError::Memory => "the guest used more memory than it may and was ended".to_owned(),
    }
}
