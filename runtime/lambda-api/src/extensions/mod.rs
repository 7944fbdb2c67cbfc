//! The extensions of one instance: who has registered for what, and what each is doing.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

mod start;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

pub(crate) use start::{Launched, launch, programs};

/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-extensions.html>: ten at most.
pub(crate) const MOST: usize = 10;

/// The vendor's names of states, which its refusals contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    Started,
    Registered,
    Ready,
    Running,
    InitError,
    ExitError,
    Exited,
}

impl Doing {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Started => "Started",
            Self::Registered => "Registered",
            Self::Ready => "Ready",
            Self::Running => "Running",
            Self::InitError => "InitError",
            Self::ExitError => "ExitError",
            Self::Exited => "Exited",
        }
    }
}

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The state that it would have to leave, and where it would go.
    Transition(Doing, Doing),
    Unknown,
    Closed,
    SameName,
    TooMany,
}

/// What is known of one.
#[derive(Debug, Clone)]
pub(crate) struct Extension {
    pub(crate) name: Arc<str>,
    pub(crate) id: String,
    /// It has a process of its own.
    pub(crate) external: bool,
    pub(crate) doing: Doing,
    /// `INVOKE`, `SHUTDOWN`.
    pub(crate) events: Vec<String>,
    pub(crate) error: Option<String>,
    /// What it gets next.
    pending: Option<Bytes>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Extensions {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    all: Vec<Extension>,
    /// The runtime is ready: nobody may register any more.
    closed: bool,
}

impl State {
    fn with_id(&mut self, id: &str) -> Result<&mut Extension, Refused> {
        self.all.iter_mut().find(|extension| extension.id == id).ok_or(Refused::Unknown)
    }
}

impl Extensions {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A process has been started for it, which will register.
    pub(crate) fn expect(&self, name: &Arc<str>, id: String) {
        self.lock().all.push(Extension::new(name, id, true));
    }

    /// Registers the one of this name for `events`: one that is expected, or one inside of the runtime's process, which then has `id`.
    pub(crate) fn register(&self, name: &str, id: String, events: Vec<String>) -> Result<String, Refused> {
        let mut state = self.lock();
        let (closed, count) = (state.closed, state.all.len());
        let extension = match state.all.iter_mut().find(|extension| &*extension.name == name) {
            Some(extension) if extension.external => extension,
            Some(_) => return Err(Refused::SameName),
            None if closed => return Err(Refused::Closed),
            None if count >= MOST => return Err(Refused::TooMany),
            None => {
                state.all.push(Extension::new(&name.into(), id, false));
                state.all.last_mut().ok_or(Refused::Unknown)?
            }
        };
        if extension.doing != Doing::Started {
            return Err(Refused::Transition(extension.doing, Doing::Registered));
        }
        extension.doing = Doing::Registered;
        extension.events = events;
        Ok(extension.id.clone())
    }

    /// Whether the one of this name has a process of its own.
    pub(crate) fn is_external(&self, name: &str) -> bool {
        self.lock().all.iter().any(|extension| extension.external && &*extension.name == name)
    }

    /// The name of the one with that id.
    pub(crate) fn name(&self, id: &str) -> Option<Arc<str>> {
        self.lock().with_id(id).ok().map(|extension| Arc::clone(&extension.name))
    }

    /// It has done what it had to, and asks for more.
    pub(crate) fn is_ready(&self, id: &str) -> Result<(), Refused> {
        let mut state = self.lock();
        let extension = state.with_id(id)?;
        match extension.doing {
            Doing::Registered | Doing::Running | Doing::Ready => extension.doing = Doing::Ready,
            other => return Err(Refused::Transition(other, Doing::Ready)),
        }
        Ok(())
    }

    /// What it gets next.
    pub(crate) async fn next(&self, id: &str) -> Bytes {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Ok(extension) = self.lock().with_id(id)
                && let Some(event) = extension.pending.take()
            {
                return event;
            }
            changed.await;
        }
    }

    /// It says that it has failed.
    pub(crate) fn fail(&self, id: &str, to: Doing, error: &str) -> Result<(), Refused> {
        let mut state = self.lock();
        let extension = state.with_id(id)?;
        let may = match to {
            Doing::InitError => matches!(extension.doing, Doing::Registered | Doing::InitError),
            _ => matches!(extension.doing, Doing::Registered | Doing::Ready | Doing::Running | Doing::ExitError),
        };
        if !may {
            return Err(Refused::Transition(extension.doing, to));
        }
        if extension.doing != to {
            (extension.doing, extension.error) = (to, Some(error.to_owned()));
        }
        Ok(())
    }

    /// Its process has ended.
    pub(crate) fn exited(&self, name: &str) {
        let mut state = self.lock();
        if let Some(extension) = state.all.iter_mut().find(|extension| &*extension.name == name) {
            extension.doing = Doing::Exited;
        }
    }

    /// Hands those that want events of this kind one.
    pub(crate) fn publish(&self, kind: &str, event: &Bytes) {
        for extension in &mut self.lock().all {
            if extension.doing == Doing::Ready && extension.events.iter().any(|wanted| wanted == kind) {
                extension.doing = Doing::Running;
                extension.pending = Some(event.clone());
            }
        }
        self.changed.notify_waiters();
    }

    /// Nobody may register from here on.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
    }

    /// Every process that was started for one has registered.
    pub(crate) fn have_registered(&self) -> bool {
        !self.lock().all.iter().any(|extension| extension.doing == Doing::Started)
    }

    /// All wait for what comes next.
    pub(crate) fn are_settled(&self) -> bool {
        !self.lock().all.iter().any(|extension| matches!(extension.doing, Doing::Started | Doing::Registered | Doing::Running))
    }

    /// All processes that were started for them have ended.
    pub(crate) fn have_exited(&self) -> bool {
        !self.lock().all.iter().any(|extension| extension.external && extension.doing != Doing::Exited)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().all.is_empty()
    }

    pub(crate) fn all(&self) -> Vec<Extension> {
        self.lock().all.clone()
    }
}

impl Extension {
    fn new(name: &Arc<str>, id: String, external: bool) -> Self {
        Self { name: Arc::clone(name), id, external, doing: Doing::Started, events: Vec::new(), error: None, pending: None }
    }
}
