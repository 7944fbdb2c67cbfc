//! The services of one run of the program: whatever is open stays open, whichever app or version of it asks for it again.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use greenroom_host::storage::Location;
use greenroom_host::{Diagnostic, Host};

type Key = (TypeId, String);
type Handle = Box<dyn Any + Send>;

/// Handles on everything that is open. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Services {
    host: Host,
    open: Arc<Mutex<HashMap<Key, Handle>>>,
}

impl Services {
    /// Nothing is open yet.
    #[must_use]
    pub fn new(host: Host) -> Self {
        Self { host, open: Arc::default() }
    }

    /// The host that all of them share.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The handle of type `T` on the resource `id`: the one that is open, or a new one.
    ///
    /// # Errors
    /// What `open` returns.
    pub fn open<T>(&self, id: &str, open: impl FnOnce(&Host, &str) -> Result<T, Diagnostic>) -> Result<T, Diagnostic>
    where
        T: Clone + Send + 'static,
    {
        let mut handles = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (TypeId::of::<T>(), id.to_owned());
        if let Some(handle) = handles.get(&key).and_then(|handle| handle.downcast_ref::<T>()) {
            return Ok(handle.clone());
        }
        let handle = open(&self.host, id)?;
        handles.insert(key, Box::new(handle.clone()));
        Ok(handle)
    }

    /// Where `service` keeps `id`, for people: a path, or `memory`.
    #[must_use]
    pub fn place(&self, service: &str, id: &str) -> String {
        match self.host.location(service, id) {
            Location::File(path) => path.display().to_string(),
            Location::Memory => "memory".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use greenroom_host::{Clock, Ids, Profile};

    use super::*;

    #[test]
    fn a_resource_is_opened_once() {
        let services = Services::new(Host::new(Clock::real(), Ids::from_seed(1), Profile::Off, None));
        let opened = |id: &str, new: u32| services.open(id, |_, _| Ok(new)).unwrap();
        assert_eq!([opened("a", 1), opened("b", 2), opened("a", 3)], [1, 2, 1]);
        assert_eq!(services.open("a", |_, _| Ok("another type")).unwrap(), "another type");
        let failed = services.open::<u64>("a", |_, _| Err(Diagnostic::error("no")));
        assert!(failed.is_err() && services.open("a", |_, _| Ok(7_u64)).unwrap() == 7);
    }
}
