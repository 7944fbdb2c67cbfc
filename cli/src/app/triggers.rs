//! What makes the apps of a run go without a request: their cron triggers, and whoever asks for one.

use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use greenroom_control::{CronInfo, Fired, ToFire, Triggers};
use greenroom_gateway::{Delivered, FrontDoor, Trigger, Triggered};
use greenroom_host::{Clock, EventKind, Host, ParcelRequest, Timestamp};
use greenroom_platforms::Platform;
use greenroom_triggers::cron::Cron;
use greenroom_triggers::{Deliver, Schedule};
use serde_json::Value;

/// The triggers of all apps of the run. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct AllTriggers {
    apps: Arc<Mutex<Vec<AppTriggers>>>,
}

/// Those of one app.
#[derive(Clone)]
struct AppTriggers {
    app: String,
    clock: Clock,
    door: Arc<FrontDoor>,
    platform: &'static dyn Platform,
    crons: Vec<Cron>,
}

/// The cron triggers of one app, waiting for their time.
pub(crate) struct Crons {
    schedule: Schedule,
    clock: Clock,
    all: AllTriggers,
    door: Arc<FrontDoor>,
    platform: &'static dyn Platform,
}

impl AllTriggers {
    /// Takes in the app behind `door`, without triggers as yet.
    pub(crate) fn enter(&self, host: &Host, door: &Arc<FrontDoor>, platform: &'static dyn Platform) -> Crons {
        let deliver: Deliver = {
            let door = Arc::clone(door);
            Arc::new(move |tick| {
                let door = Arc::clone(&door);
                let trigger = cron_tick(platform, &tick.cron, tick.due);
                Box::pin(async move {
                    door.trigger(trigger).await;
                })
            })
        };
        let clock = host.clock.clone();
        let schedule = Schedule::new(clock.clone(), "", deliver);
        Crons { schedule, clock, all: self.clone(), door: Arc::clone(door), platform }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<AppTriggers>> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The app that is meant; without a name the only one.
    fn app(&self, name: Option<&str>) -> Result<AppTriggers, String> {
        let apps = self.lock();
        let names = || apps.iter().map(|app| format!("`{}`", app.app)).collect::<Vec<_>>().join(", ");
        match (name, apps.as_slice()) {
            (_, []) => Err("no app runs yet".to_owned()),
            (None, [only]) => Ok(only.clone()),
            (None, _) => Err(format!("there are several apps; say which: {}", names())),
            (Some(name), _) => {
                apps.iter().find(|app| app.app == name).cloned().ok_or_else(|| format!("there is no app `{name}`; there are {}", names()))
            }
        }
    }
}

impl Crons {
    /// How many the other apps of the run have.
    pub(crate) fn of_others(&self) -> usize {
        self.all.lock().iter().filter(|known| !Arc::ptr_eq(&known.door, &self.door)).map(|known| known.crons.len()).sum()
    }

    /// The app has these from now on, which the platform has checked.
    pub(crate) fn set(&mut self, app: &str, crons: &[String]) {
        let crons: Vec<Cron> = crons.iter().filter_map(|cron| Cron::parse(cron).ok()).collect();
        {
            let mut apps = self.all.lock();
            let entry = AppTriggers {
                app: app.to_owned(),
                clock: self.clock.clone(),
                door: Arc::clone(&self.door),
                platform: self.platform,
                crons: crons.clone(),
            };
            match apps.iter_mut().find(|known| Arc::ptr_eq(&known.door, &self.door)) {
                Some(known) => *known = entry,
                None => apps.push(entry),
            }
        }
        self.schedule.set(app, crons);
    }
}

impl Drop for Crons {
    fn drop(&mut self) {
        self.all.lock().retain(|known| !Arc::ptr_eq(&known.door, &self.door));
    }
}

fn cron_tick(platform: &dyn Platform, cron: &str, at: Timestamp) -> Trigger {
    let summary = if cron.is_empty() { "scheduled".to_owned() } else { cron.to_owned() };
    Trigger { kind: EventKind::CronTick, source: "cron".into(), summary, cause: None, payload: Delivered::Data(platform.tick(cron, at)) }
}

impl Triggers for AllTriggers {
    fn crons(&self, app: Option<&str>, count: usize) -> Result<Vec<CronInfo>, String> {
        if app.is_some() {
            self.app(app)?;
        }
        let next = |clock: &Clock, cron: &Cron| {
            let mut from = clock.now();
            let next = std::iter::from_fn(|| {
                from = cron.next_after(from)?;
                Some(from)
            });
            next.take(count).collect()
        };
        let apps = self.lock();
        let meant = apps.iter().filter(|known| app.is_none_or(|app| known.app == app));
        let crons = meant.flat_map(|app| {
            app.crons.iter().map(|cron| CronInfo { app: app.app.clone(), cron: cron.as_str().to_owned(), next: next(&app.clock, cron) })
        });
        Ok(crons.collect())
    }

    fn cron(&self, app: Option<&str>, cron: Option<&str>, at: Option<Timestamp>) -> BoxFuture<'static, Result<Fired, String>> {
        let found = self.app(app).and_then(|app| {
            let cron = match (cron, app.crons.as_slice()) {
                (Some(cron), _) => cron.to_owned(),
                (None, [only]) => only.as_str().to_owned(),
                (None, []) => String::new(),
                (None, several) => {
                    let list: Vec<_> = several.iter().map(|cron| format!("`{cron}`")).collect();
                    return Err(format!("`{}` has several cron triggers; say which: {}", app.app, list.join(", ")));
                }
            };
            Ok((app, cron))
        });
        Box::pin(async move {
            let (app, cron) = found?;
            let trigger = cron_tick(app.platform, &cron, at.unwrap_or_else(|| app.clock.now()));
            Ok(fire(app, trigger).await)
        })
    }

    fn check(&self, app: Option<&str>, kind: EventKind, data: &Value) -> Result<Result<(), String>, String> {
        self.app(app).map(|app| app.platform.check(kind, data))
    }

    fn fire(&self, app: Option<&str>, event: ToFire) -> BoxFuture<'static, Result<Fired, String>> {
        let app = self.app(app);
        Box::pin(async move {
            let trigger = match event {
                ToFire::Data { kind, source, summary, payload } => {
                    Trigger { kind, source: source.into(), summary, cause: None, payload: Delivered::Data(payload) }
                }
                ToFire::Request { method, url, headers, extra, body } => {
                    let summary = format!("{method} {}", path_of(&url));
                    let request = ParcelRequest { method, url, headers, extra };
                    Trigger {
                        kind: EventKind::HttpRequest,
                        source: "http".into(),
                        summary,
                        cause: None,
                        payload: Delivered::Request(request, body.into()),
                    }
                }
            };
            Ok(fire(app?, trigger).await)
        })
    }
}

/// In a task of its own: a client that goes away does not end what it has begun.
async fn fire(app: AppTriggers, trigger: Trigger) -> Fired {
    let label = format!("app {}: {} {}", app.app, app.platform.name(), trigger.summary);
    let name = app.app.clone();
    let task = tokio::spawn(async move { app.clock.in_flight(label, app.door.trigger(trigger)).await });
    let Triggered { event, outcome, took, said, answer } = match task.await {
        Ok(triggered) => triggered,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    let answer = answer.map(|answer| greenroom_control::FiredAnswer {
        status: answer.status,
        headers: answer.headers,
        body: String::from_utf8_lossy(&answer.body).into_owned(),
    });
    Fired { app: name, event: event.to_string(), outcome, took, said: some(said), answer }
}

fn some(said: Value) -> Option<Value> {
    (!said.is_null()).then_some(said)
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..])
}
