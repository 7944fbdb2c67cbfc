//! All bindings of one version of one app.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use greenroom_channel::{Call, CallError};
use greenroom_host::faults::{Action, Surface};
use greenroom_host::{BindingDecl, Diagnostic, EventId, Limit};
use serde::Serialize;

use crate::service::{PEERS, ServiceCalls};
use crate::services::Services;
use crate::unsupported::{self, UnsupportedBinding};
use crate::{BINDINGS, Binding, BindingCalls, BodyStream, Reply};

/// The bindings of an app, open.
pub struct Bindings {
    open: HashMap<String, Open>,
    /// The apps of the run, for calls that come from no binding.
    peers: ServiceCalls,
    /// The names in the order of the configuration.
    order: Vec<String>,
}

struct Open {
    kind: &'static str,
    /// For the journal: the service's noun, and which resource of it.
    service: Arc<str>,
    resource: Arc<str>,
    surface: Option<&'static Surface>,
    limit: Option<&'static Limit>,
    connects: bool,
    decl: BindingDecl,
    calls: Box<dyn BindingCalls>,
}

impl Open {
    /// The binding's name, and that of its resource.
    fn names(&self) -> Vec<String> {
        let mut names = vec![self.decl.name.clone()];
        names.extend((!self.decl.id.is_empty() && self.decl.id != self.decl.name).then(|| self.decl.id.clone()));
        names
    }
}

/// What the guest is told of a binding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GuestBinding {
    /// Its name in the environment.
    pub name: String,
    /// Which script's factory makes it.
    pub kind: &'static str,
    /// What the factory gets beside name and kind.
    pub options: serde_json::Value,
}

/// What a person is told of a binding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoundTo {
    /// Its name in the environment.
    pub name: String,
    /// Its configuration key in the singular.
    pub kind: String,
    /// Which resource.
    pub id: String,
    /// Where that keeps its state; none for a kind that is not emulated.
    pub place: Option<String>,
}

/// Migrations of one binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The binding's name in the environment.
    pub binding: String,
    /// The names of those that were applied now, in order.
    pub names: Vec<String>,
    /// What stopped it, if something did.
    pub failed: Option<Diagnostic>,
}

impl Bindings {
    /// Opens everything that `decls` name. A kind that is not emulated is no error: its object throws when it is used.
    ///
    /// # Errors
    /// One diagnostic for each binding that cannot be opened.
    pub fn attach(decls: &[BindingDecl], services: &Services) -> Result<Self, Vec<Diagnostic>> {
        let (open, order) = (HashMap::with_capacity(decls.len()), Vec::with_capacity(decls.len()));
        let mut bindings = Self { open, peers: ServiceCalls::peers(services), order };
        let mut errors = Vec::new();
        for decl in decls {
            let emulated = BINDINGS.iter().copied().find(|binding| binding.kind() == decl.kind);
            let binding: &dyn Binding = emulated.unwrap_or(&UnsupportedBinding);
            match binding.attach(decl, decls, services) {
                Ok(calls) => {
                    bindings.order.push(decl.name.clone());
                    let (service, resource) = (binding.name().into(), decl.id.as_str().into());
                    let (kind, limit, connects) = (binding.kind(), binding.calls_per_invocation(), binding.connects());
                    let surface = binding.surface();
                    let open = Open { kind, service, resource, surface, limit, connects, decl: decl.clone(), calls };
                    bindings.open.insert(decl.name.clone(), open);
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(bindings) } else { Err(errors) }
    }

    /// Answers a call of guest code; `stream` has its body where that comes piece by piece.
    ///
    /// # Errors
    /// What guest code catches.
    pub async fn call(&self, call: Call, stream: Option<BodyStream>) -> Result<Reply, CallError> {
        self.call_of(call, stream, None).await
    }

    /// The same, with the event whose code calls.
    ///
    /// # Errors
    /// What guest code catches.
    pub async fn call_of(&self, call: Call, stream: Option<BodyStream>, cause: Option<EventId>) -> Result<Reply, CallError> {
        match self.open.get(&call.binding) {
            Some(open) => open.calls.call_of(call, stream, cause).await,
            None if call.binding == PEERS => self.peers.call_of(call, stream, cause).await,
            None => Err(CallError::error(format!("there is no binding `{}`", call.binding))),
        }
    }

    /// The same by what a place sees where writes arrive `by` later.
    ///
    /// # Errors
    /// What guest code catches.
    pub async fn call_behind(&self, call: Call, stream: Option<BodyStream>, by: Duration) -> Result<Reply, CallError> {
        match self.open.get(&call.binding).and_then(|open| open.calls.behind(by)) {
            Some(behind) => behind.call(call, stream).await,
            None => self.call(call, stream).await,
        }
    }

    /// What can be made to go wrong with `call`, and every name of what it is about; none where nothing can.
    #[must_use]
    pub fn site(&self, call: &Call) -> Option<(&'static Surface, Vec<String>)> {
        let open = self.open.get(&call.binding)?;
        let mut names = open.names();
        names.extend(open.calls.items(call).into_iter().map(|item| format!("{}/{item}", open.decl.name)));
        Some((open.surface?, names))
    }

    /// What guest code catches where a fault keeps `call` from being answered.
    #[must_use]
    pub fn failure(&self, call: &Call, action: &Action) -> CallError {
        match self.open.get(&call.binding) {
            Some(open) => open.calls.failure(call, action),
            None => CallError::error(crate::message_of(action).unwrap_or(crate::LOST)),
        }
    }

    /// Everything with which something can be made to go wrong, with its names.
    #[must_use]
    pub fn surfaces(&self) -> Vec<(&'static Surface, Vec<String>)> {
        self.in_order().filter_map(|(_, open)| Some((open.surface?, open.names()))).collect()
    }

    /// How many calls one invocation may make to bindings of this one's kind.
    #[must_use]
    pub fn calls_per_invocation(&self, name: &str) -> Option<&'static Limit> {
        self.open.get(name)?.limit
    }

    /// What stands behind a binding: the service's noun, and which resource of it. None where no binding has that name.
    #[must_use]
    pub fn behind(&self, name: &str) -> Option<(Arc<str>, Arc<str>)> {
        self.open.get(name).map(|open| (Arc::clone(&open.service), Arc::clone(&open.resource)))
    }

    /// Whether calls of this one are connections, of which few may wait for an answer at the same time.
    #[must_use]
    pub fn connects(&self, name: &str) -> bool {
        self.open.get(name).is_some_and(|open| open.connects)
    }

    /// What the guest needs to build the environment, in the order of the configuration.
    #[must_use]
    pub fn for_guest(&self) -> Vec<GuestBinding> {
        self.in_order().map(|(name, open)| GuestBinding { name: name.clone(), kind: open.kind, options: open.calls.options() }).collect()
    }

    /// What the start banner shows, in the order of the configuration.
    #[must_use]
    pub fn for_people(&self) -> Vec<BoundTo> {
        self.in_order()
            .map(|(name, open)| BoundTo {
                name: name.clone(),
                kind: open.decl.kind.clone(),
                id: open.decl.id.clone(),
                place: (open.kind != unsupported::KIND).then(|| open.calls.place()),
            })
            .collect()
    }

    /// Applies what migrations there are, binding by binding; those without migrations are left out.
    pub async fn apply_migrations(&self) -> Vec<Applied> {
        let mut all = Vec::new();
        for (name, open) in self.in_order() {
            if let Some(migrated) = open.calls.migrate().await {
                all.push(Applied { binding: name.clone(), names: migrated.applied, failed: migrated.failed });
            }
        }
        all
    }

    fn in_order(&self) -> impl Iterator<Item = (&String, &Open)> {
        self.order.iter().filter_map(|name| self.open.get_key_value(name))
    }
}
