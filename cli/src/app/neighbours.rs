//! The apps of one run, as they know each other: what one of them sends to another goes through here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use greenroom_gateway::FrontDoor;
use greenroom_host::{BindingDecl, Delivery, Diagnostic, Parcel, Recipient, Reply, Undelivered};

/// Every app of the run. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct Neighbours(Arc<RwLock<BTreeMap<String, Neighbour>>>);

#[derive(Default)]
struct Neighbour {
    dir: PathBuf,
    /// None while it cannot be served.
    door: Option<Arc<FrontDoor>>,
}

impl Neighbours {
    /// An app of that name is going to run in `dir`.
    ///
    /// # Errors
    /// When another has the name.
    pub(crate) fn expect(&self, name: &str, dir: &Path) -> Result<(), Diagnostic> {
        let mut apps = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match apps.get(name).filter(|known| known.dir != dir) {
            Some(known) => Err(same_name(name, dir, &known.dir)),
            None => {
                apps.entry(name.to_owned()).or_default().dir = dir.to_owned();
                Ok(())
            }
        }
    }

    /// That app answers at `door`, and under no name that it had before.
    pub(crate) fn moved_in(&self, name: &str, dir: &Path, door: Arc<FrontDoor>) {
        let mut apps = self.0.write().unwrap_or_else(PoisonError::into_inner);
        apps.retain(|known, neighbour| known == name || neighbour.dir != dir);
        apps.insert(name.to_owned(), Neighbour { dir: dir.to_owned(), door: Some(door) });
    }

    /// Warnings of each service binding that names no app of the run.
    pub(crate) fn strangers(&self, bindings: &[BindingDecl]) -> Vec<Diagnostic> {
        let apps = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let services = bindings.iter().filter(|decl| decl.kind == "service" && !apps.contains_key(&decl.id));
        services.map(stranger).collect()
    }

    fn find(&self, to: &Recipient) -> Result<Arc<FrontDoor>, Undelivered> {
        let apps = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match to {
            Recipient::App(name) => apps.get(name).and_then(|app| app.door.clone()).ok_or_else(|| Undelivered::NoSuchApp(name.clone())),
            Recipient::Guest(number) => {
                apps.values().filter_map(|app| app.door.as_ref()).find(|door| door.has_guest(*number)).cloned().ok_or(Undelivered::Gone)
            }
        }
    }
}

impl Delivery for Neighbours {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<Reply, Undelivered>> {
        let door = self.find(&parcel.to);
        Box::pin(async move { door?.deliver(parcel).await })
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
