//! The apps of the run, as the control API sees them, and what is bound to them.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_bindings::Bindings;
use greenroom_channel::Call;
use greenroom_control::{AppInfo, Asked, CallServices, Problem, Replays, Run, Said, Unanswered};
use greenroom_gateway::FrontDoor;
use greenroom_host::{Event, EventId};
use greenroom_outbound::rules::Rules;
use http::StatusCode;

use crate::app::triggers::AllTriggers;
use crate::aws::{AllFunctions, Engines};
use crate::control::reloads::{Asked as AskedToReload, Reloads};

/// The apps of the run. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct Apps {
    known: Arc<Mutex<Vec<Known>>>,
    /// What lets their code run without a request.
    pub(crate) triggers: AllTriggers,
    /// What becomes of their requests to the outside.
    pub(crate) outbound: Rules,
    /// What functions run in.
    pub(crate) engines: Engines,
    /// Functions that are called by name.
    pub(crate) functions: AllFunctions,
}

struct Known {
    info: AppInfo,
    /// None while it cannot be served.
    bindings: Option<Arc<Bindings>>,
    /// The same.
    door: Option<Arc<FrontDoor>>,
    reloads: Reloads,
}

impl Apps {
    /// An app is served, or waits, at its address.
    pub(crate) fn set(&self, app: AppInfo) {
        self.change(app, |_| {});
    }

    /// What is bound to the app that is served at `url`.
    pub(crate) fn bound(&self, name: &str, url: &str, bindings: Arc<Bindings>, door: Arc<FrontDoor>) {
        let info = AppInfo { name: name.to_owned(), url: url.to_owned(), serving: true };
        self.change(info, |known| {
            known.bindings = Some(bindings);
            known.door = Some(door);
        });
    }

    fn change(&self, info: AppInfo, change: impl FnOnce(&mut Known)) {
        let mut apps = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Apps of functions alone share the endpoint's address; at others a name may be a new one.
        let shares = |known: &Known| known.info.serving && known.door.is_none();
        let is_it = |known: &Known| known.info.url == info.url && (known.info.name == info.name || !shares(known));
        let index = apps.iter().position(is_it).unwrap_or_else(|| {
            apps.push(Known { info: info.clone(), bindings: None, door: None, reloads: Reloads::default() });
            apps.len() - 1
        });
        apps[index].info = info;
        change(&mut apps[index]);
    }

    /// Where whoever keeps the app `name` current is asked to read it again.
    pub(crate) fn asked_to_reload(&self, name: &str) -> AskedToReload {
        let apps = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        apps.iter().find(|known| known.info.name == name).map(|known| known.reloads.take()).unwrap_or_default()
    }

    /// Where an app is asked for, and whether it is served.
    fn reloads(&self, name: &str) -> Result<(Reloads, bool), Problem> {
        let apps = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = apps.iter().find(|known| known.info.name == name).map(|known| (known.reloads.clone(), known.info.serving));
        let names = || apps.iter().map(|known| format!("`{}`", known.info.name)).collect::<Vec<_>>().join(", ");
        found.ok_or_else(|| Problem::not_found(format!("there is no app `{name}`; there are {}", names())))
    }

    fn find(&self, asked: &Asked) -> Result<Arc<Bindings>, Unanswered> {
        let apps = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(app) = apps.iter().find(|known| known.info.name == asked.app) else {
            return Err(Unanswered::NoSuchApp(apps.iter().map(|known| known.info.name.clone()).collect()));
        };
        let bindings = app.bindings.as_ref().ok_or(Unanswered::Waits)?;
        let bound = bindings.for_people();
        match bound.iter().find(|bound| bound.name == asked.binding) {
            Some(bound) if bound.kind == asked.kind => Ok(Arc::clone(bindings)),
            Some(bound) => Err(Unanswered::OtherKind(bound.kind.clone())),
            None => {
                let others = bound.into_iter().filter(|bound| bound.kind == asked.kind).map(|bound| bound.name);
                Err(Unanswered::NoSuchBinding(others.collect()))
            }
        }
    }
}

impl Run for Apps {
    fn apps(&self) -> Vec<AppInfo> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|known| known.info.clone()).collect()
    }

    fn reload(&self, app: &str) -> BoxFuture<'static, Result<bool, Problem>> {
        let (found, name) = (self.reloads(app), app.to_owned());
        Box::pin(async move {
            let (reloads, serving) = found?;
            if !serving {
                return Err(Problem::conflict("waits", format!("the app `{name}` cannot be served yet")));
            }
            match reloads.ask().await {
                Some(Ok(changed)) => Ok(changed),
                Some(Err(why)) => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "broken", why)),
                None => Err(Problem::conflict("not-watched", format!("the files of the app `{name}` are not watched; restart the run"))),
            }
        })
    }
}

impl Replays for Apps {
    fn takes(&self, target: &str) -> bool {
        target == greenroom_lambda::APP && self.functions.aws().is_some()
    }

    fn again(&self, event: Event) -> BoxFuture<'static, Result<EventId, Problem>> {
        let apps = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let door = apps.iter().find(|known| *known.info.name == *event.target).and_then(|known| known.door.clone());
        let aws = self.functions.aws().filter(|_| event.part.is_some());
        Box::pin(async move {
            match (door, aws) {
                (Some(door), _) => Ok(door.again(&event).await),
                (None, Some(aws)) => aws.again(&event).await,
                (None, None) => Err(Problem::conflict("waits", format!("the app `{}` cannot be served yet", event.target))),
            }
        })
    }
}

impl CallServices for Apps {
    fn call(&self, asked: Asked) -> BoxFuture<'static, Result<Said, Unanswered>> {
        let found = self.find(&asked);
        Box::pin(async move {
            let args = Bytes::from(asked.args.to_string());
            let call = Call { invocation: 0, binding: asked.binding, method: asked.method.to_owned(), args, body: asked.body };
            let reply = found?.call(call, None).await.map_err(|error| Unanswered::Refused(error.message))?;
            Ok(Said { value: reply.result.value, body: reply.result.body })
        })
    }
}
