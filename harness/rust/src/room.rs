//! A run: its apps, its time, its state, what happens in it.

use std::path::Path;

use serde_json::Value;

use crate::clock::{Clock, array, text};
use crate::error::{Error, Result};
use crate::events::Events;
use crate::queues::{Queue, queues};
use crate::rules::{Faults, Outbound};
use crate::services::{D1, Kv};
use crate::start::{Start, Started};
use crate::state::{Branch, State};
use crate::wire::{Control, Reply, encoded, request};

/// The run of `GREENROOM_CONTROL`, as `greenroom exec` sets it; where there is none, one is started with the app in `dir`.
///
/// # Errors
/// When that run does not answer, or the app cannot be started.
pub fn greenroom(dir: impl AsRef<Path>) -> Result<Room> {
    match std::env::var("GREENROOM_CONTROL") {
        Ok(url) if !url.is_empty() => attach(&url),
        _ => Start::new(dir).start(),
    }
}

/// The run whose control API is at `url`.
///
/// # Errors
/// When it does not answer.
pub fn attach(url: &str) -> Result<Room> {
    Room::join(Control::new(url, std::env::var("GREENROOM_TOKEN").ok()), None)
}

/// A run. One that was started by this process ends when this is dropped.
#[derive(Debug)]
pub struct Room {
    control: Control,
    apps: Vec<App>,
    events: Events,
    _started: Option<Started>,
}

/// An app of a run.
#[derive(Debug, Clone)]
pub struct App {
    control: Control,
    /// Its name.
    pub name: String,
    /// Where it is served.
    pub url: String,
}

impl App {
    /// A request to it; redirects are not followed, since they are what is tested.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply> {
        request(&self.url, method, path, headers, body)
    }

    /// Reads its files again and lets them serve, as a save does, without waiting until it is seen. Gives whether another version serves now.
    ///
    /// # Errors
    /// What is wrong with the files; what was there before serves on.
    pub fn reload(&self) -> Result<bool> {
        let reloaded = self.control.ask("POST", &format!("/v1/apps/{}/reload", encoded(&self.name)), Value::Null)?;
        Ok(reloaded["changed"] == true)
    }

    /// The KV namespace that its code has as `binding`.
    #[must_use]
    pub fn kv(&self, binding: &str) -> Kv {
        Kv::new(self.control.clone(), &self.name, binding)
    }

    /// The D1 database that its code has as `binding`.
    #[must_use]
    pub fn d1(&self, binding: &str) -> D1 {
        D1::new(self.control.clone(), &self.name, binding)
    }
}

impl Room {
    pub(crate) fn join(control: Control, started: Option<Started>) -> Result<Self> {
        let answer = control.ask("GET", "/v1/apps", Value::Null)?;
        let apps: Vec<App> = array(&answer, "apps")
            .iter()
            .map(|app| App { control: control.clone(), name: text(app, "name"), url: text(app, "url") })
            .collect();
        if apps.is_empty() {
            return Err(Error::new("no-app", format!("the run at {} serves no app", control.url())));
        }
        let events = Events::new(control.clone());
        events.mark()?;
        Ok(Self { control, apps, events, _started: started })
    }

    /// The control API, for what this crate has no name for.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// The time of the run.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock::new(self.control.clone())
    }

    /// What happens.
    #[must_use]
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// The first event like this one: [`Events::expect`].
    ///
    /// # Errors
    /// When there is none: with those that there were.
    pub fn expect_event(&self, like: Value) -> Result<Value> {
        self.events.expect(like)
    }

    /// The state of all apps.
    #[must_use]
    pub fn state(&self) -> State {
        State::new(self.control.clone(), self.events.clone())
    }

    /// What goes wrong on purpose.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults::new(self.control.clone())
    }

    /// What becomes of requests to the outside.
    #[must_use]
    pub fn outbound(&self) -> Outbound {
        Outbound::new(self.control.clone())
    }

    /// Remembers the world as it is now; it is as it was again when the branch is dropped. One for each test, held to its end.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn branch(&self) -> Result<Branch> {
        self.state().branch()
    }

    /// The apps, in the order in which they were given.
    #[must_use]
    pub fn apps(&self) -> &[App] {
        &self.apps
    }

    /// An app by its name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn app(&self, name: &str) -> Result<&App> {
        self.apps.iter().find(|app| app.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.apps.iter().map(|app| app.name.as_str()).collect();
            Error::new("no-app", format!("no app of this run is named {name}; there are: {}", names.join(", ")))
        })
    }

    /// A queue of Amazon SQS, by its name, ARN or URL.
    #[must_use]
    pub fn queue(&self, name: &str) -> Queue {
        Queue::new(self.control.clone(), name)
    }

    /// The queues of the run.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn queues(&self) -> Result<Vec<Value>> {
        queues(&self.control)
    }

    fn first(&self) -> &App {
        &self.apps[0]
    }

    /// Where the first app is served.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.first().url
    }

    /// A request to the first app.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply> {
        self.first().request(method, path, headers, body)
    }

    /// `GET`, of the first app.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn get(&self, path: &str) -> Result<Reply> {
        self.request("GET", path, &[], b"")
    }

    /// `POST`, to the first app.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Result<Reply> {
        self.request("POST", path, &[], body.as_ref())
    }

    /// The KV namespace that the first app's code has as `binding`.
    #[must_use]
    pub fn kv(&self, binding: &str) -> Kv {
        self.first().kv(binding)
    }

    /// The D1 database that the first app's code has as `binding`.
    #[must_use]
    pub fn d1(&self, binding: &str) -> D1 {
        self.first().d1(binding)
    }
}
