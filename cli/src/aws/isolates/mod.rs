//! Functions in isolates: which ones, their code, and what it may call.

mod code;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use greenroom_bindings::{Bindings, Services as Open};
use greenroom_host::{Diagnostic, Function, Host};
use greenroom_lambda_isolate::{Code, EndGuest, NoCode, Provider};
use greenroom_outbound::rules::Rules;
use greenroom_supervisor::{Output, Services};
use owo_colors::OwoColorize;
use serde_json::json;

use super::engines::Engines;
use crate::app::faults::Faulty;
use crate::app::outside::{Network, Outside};
use crate::app::services::AppServices;
use crate::terminal::Terminal;
use code::Built;

/// What is particular to the isolates of a run's functions.
pub(crate) struct FunctionIsolates {
    engines: Engines,
    host: Host,
    rules: Rules,
    terminal: Terminal,
    nothing_bound: Arc<Bindings>,
    built: tokio::sync::Mutex<Built>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The app that declared a function, by the function's name.
    apps: BTreeMap<String, String>,
    /// Connections to the outside, by app.
    outside: BTreeMap<String, Arc<Outside>>,
    /// Functions that run as processes although isolates are asked for, which has been said.
    said: BTreeSet<String>,
}

impl FunctionIsolates {
    pub(crate) fn new(engines: Engines, host: &Host, rules: Rules, terminal: &Terminal) -> Result<Arc<Self>, Diagnostic> {
        let nothing = Bindings::attach(&[], &Open::new(host.clone()));
        let nothing_bound = nothing.map_err(|mut errors| errors.pop().unwrap_or_else(|| Diagnostic::error("no bindings")))?;
        Ok(Arc::new(Self {
            engines,
            host: host.clone(),
            rules,
            terminal: terminal.clone(),
            nothing_bound: Arc::new(nothing_bound),
            built: tokio::sync::Mutex::default(),
            state: Mutex::default(),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the function of this name and runtime is to run in an isolate. One that cannot, whatever is asked for, is named once.
    pub(crate) fn wants(&self, function: &str, runtime: &str) -> bool {
        if !self.engines.wants_isolate(function) {
            return false;
        }
        let node = runtime.starts_with("nodejs");
        if !node && self.lock().said.insert(function.to_owned()) {
            let message = format!("`{function}` runs as a process: isolates are for handlers of Node.js, and its runtime is `{runtime}`");
            self.terminal.object("note", json!({ "app": function, "message": message }));
            self.terminal.timed(&format!("{} {}", function.cyan(), message.yellow()));
        }
        node
    }

    /// An app's function is known by this name.
    pub(crate) fn belongs(&self, function: &str, app: &str) {
        self.lock().apps.insert(function.to_owned(), app.to_owned());
    }

    /// Bundles a function's code, or says what of it an isolate cannot do.
    pub(crate) async fn check(&self, function: &str, code: &Path, revision: &str, handler: &str) -> Result<(), Vec<Diagnostic>> {
        self.built.lock().await.get(function, code, revision, handler).await.map(drop)
    }

    fn app_of(&self, function: &Function) -> String {
        self.lock().apps.get(&function.name).unwrap_or(&function.name).clone()
    }

    fn outside(&self, app: &str) -> Arc<Outside> {
        let mut state = self.lock();
        Arc::clone(state.outside.entry(app.to_owned()).or_insert_with(|| Arc::new(Outside::new(self.rules.clone(), app))))
    }
}

/// Isolates of one run.
pub(crate) struct Shared(pub(crate) Arc<FunctionIsolates>);

impl Provider for Shared {
    fn takes(&self, function: &Function) -> bool {
        self.0.wants(&function.name, &function.runtime)
    }

    fn code(&self, function: Arc<Function>) -> BoxFuture<'static, Result<Arc<Code>, NoCode>> {
        let isolates = Arc::clone(&self.0);
        Box::pin(async move {
            let name = format!("{}:{}", function.arn, function.version);
            let mut built = isolates.built.lock().await;
            built.get(&name, &function.code, &function.revision, &function.handler).await.map_err(|errors| code::told(&errors))
        })
    }

    fn services(&self, function: &Function, output: Arc<dyn Output>, end: EndGuest) -> Arc<dyn Services> {
        let app = self.0.app_of(function);
        let outside = self.0.outside(&app);
        let faulty = Faulty { app: app.into(), host: self.0.host.clone(), end };
        let network = Network { headers: Vec::new(), ids: self.0.host.ids.clone(), output };
        AppServices::of_function(Arc::clone(&self.0.nothing_bound), (outside, network), faulty)
    }
}
