//! The apps of one run, as they know each other: what one of them sends to another goes through here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;
use greenroom_gateway::FrontDoor;
use greenroom_host::{BindingDecl, Delivery, Diagnostic, Parcel, Recipient, Reply, Undelivered};
use tokio::sync::watch;

/// Every app of the run. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Neighbours(Arc<watch::Sender<BTreeMap<String, Neighbour>>>);

#[derive(Clone)]
struct Neighbour {
    dir: PathBuf,
    state: State,
}

#[derive(Clone)]
enum State {
    /// It will answer in a moment, or be away.
    Starting,
    Here(Arc<FrontDoor>),
    /// It cannot be served.
    Away,
}

impl Default for Neighbours {
    fn default() -> Self {
        Self(Arc::new(watch::channel(BTreeMap::new()).0))
    }
}

impl Neighbours {
    /// An app of that name is about to start in `dir`: calls to it wait.
    ///
    /// # Errors
    /// When another has the name.
    pub(crate) fn expect(&self, name: &str, dir: &Path) -> Result<(), Diagnostic> {
        self.check(name, dir)?;
        self.0.send_modify(|apps| {
            apps.entry(name.to_owned()).or_insert_with(|| Neighbour { dir: dir.to_owned(), state: State::Starting });
        });
        Ok(())
    }

    /// Whether the app in `dir` may have the name.
    ///
    /// # Errors
    /// When another has it.
    pub(crate) fn check(&self, name: &str, dir: &Path) -> Result<(), Diagnostic> {
        match self.0.borrow().get(name).filter(|known| known.dir != dir) {
            Some(known) => Err(same_name(name, dir, &known.dir)),
            None => Ok(()),
        }
    }

    /// That app answers at `door`, and under no name that it had before.
    pub(crate) fn moved_in(&self, name: &str, dir: &Path, door: Arc<FrontDoor>) {
        self.0.send_modify(|apps| {
            apps.retain(|known, neighbour| known == name || neighbour.dir != dir);
            apps.insert(name.to_owned(), Neighbour { dir: dir.to_owned(), state: State::Here(door) });
        });
    }

    /// The app in `dir` has functions, which are called by their ARNs; it has no door of its own.
    pub(crate) fn serves_functions(&self, name: &str, dir: &Path) {
        self.0.send_modify(|apps| {
            apps.retain(|known, neighbour| known == name || neighbour.dir != dir);
            apps.insert(name.to_owned(), Neighbour { dir: dir.to_owned(), state: State::Away });
        });
    }

    /// The app in `dir` could not be started: calls to it wait no longer.
    pub(crate) fn away(&self, dir: &Path) {
        self.0.send_modify(|apps| {
            for neighbour in apps.values_mut().filter(|neighbour| neighbour.dir == dir) {
                neighbour.state = State::Away;
            }
        });
    }

    /// Warnings of each service binding that names no app of the run.
    pub(crate) fn strangers(&self, bindings: &[BindingDecl]) -> Vec<Diagnostic> {
        let apps = self.0.borrow();
        let services = bindings.iter().filter(|decl| decl.kind == "service" && !apps.contains_key(&decl.id));
        services.map(stranger).collect()
    }

    async fn find(&self, to: &Recipient) -> Result<Arc<FrontDoor>, Undelivered> {
        match to {
            Recipient::App(name) => self.app(name).await.ok_or_else(|| Undelivered::NoSuchApp(name.clone())),
            Recipient::Guest(number) => self.holder(*number).ok_or(Undelivered::Gone),
            Recipient::Function(arn) => Err(Undelivered::NoSuchFunction(arn.clone())),
            Recipient::Queue(arn) => Err(Undelivered::NoSuchQueue(arn.clone())),
        }
    }

    async fn app(&self, name: &str) -> Option<Arc<FrontDoor>> {
        let mut apps = self.0.subscribe();
        loop {
            match apps.borrow_and_update().get(name).map(|app| app.state.clone()) {
                Some(State::Here(door)) => return Some(door),
                Some(State::Away) | None => return None,
                Some(State::Starting) => {}
            }
            apps.changed().await.ok()?;
        }
    }

    fn holder(&self, number: u64) -> Option<Arc<FrontDoor>> {
        let apps = self.0.borrow();
        let mut doors = apps.values().filter_map(|app| match &app.state {
            State::Here(door) => Some(door),
            _ => None,
        });
        doors.find(|door| door.has_guest(number)).cloned()
    }
}

impl Delivery for Neighbours {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<Reply, Undelivered>> {
        let apps = self.clone();
        Box::pin(async move { apps.find(&parcel.to).await?.deliver(parcel).await })
    }
}

fn same_name(name: &str, dir: &Path, other: &Path) -> Diagnostic {
    Diagnostic::error(format!("two apps of this run are named `{name}`: the other is in `{}`", other.display()))
        .in_file(dir)
        .hint("give one of them another `name` in its configuration, or serve them in runs of their own")
}

fn stranger(decl: &BindingDecl) -> Diagnostic {
    let service = &decl.id;
    let message =
        format!("the service binding `{}` is for the Worker `{service}`, which is not in this run; using it is an error", decl.name);
    let mut warning = Diagnostic::warning(message).in_file(&decl.file);
    warning.position = decl.position;
    warning.hint(format!("serve it too, by its folder: `greenroom dev . ../{service}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_once() {
        let apps = Neighbours::default();
        assert!(apps.expect("a", Path::new("/one")).is_ok() && apps.expect("a", Path::new("/one")).is_ok());
        let error = apps.expect("a", Path::new("/two")).unwrap_err();
        assert_eq!(error.message, "two apps of this run are named `a`: the other is in `/one`");
    }

    #[test]
    fn services_that_do_not_run_are_told() {
        let apps = Neighbours::default();
        apps.expect("auth", Path::new("/auth")).unwrap();
        let decl = |id: &str, kind: &str| BindingDecl {
            name: "S".into(),
            kind: kind.into(),
            id: id.into(),
            config: serde_json::Value::Null,
            file: "/a/wrangler.jsonc".into(),
            position: None,
        };
        let warnings = apps.strangers(&[decl("auth", "service"), decl("other", "service"), decl("x", "kv_namespace")]);
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].hints, ["serve it too, by its folder: `greenroom dev . ../other`"]);
    }
}
