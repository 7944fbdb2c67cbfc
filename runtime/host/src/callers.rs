//! Which event's code sends a request to the run itself: what it asks for there is caused by that event.
//!
//! Connections of guest code are made by this program, so it is known whose a connection is while a request goes over it: nothing has to be
//! said in the request. Code in processes of its own makes its connections itself; it is told its part of the trace, and AWS's SDKs say it.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ids::{EventId, SpanId};

/// Events whose code may be calling at the moment. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Callers {
    connections: Places<SocketAddr>,
    spans: Places<SpanId>,
}

type Places<K> = Arc<Mutex<HashMap<K, EventId>>>;

/// An event's code that may call, until this is dropped.
#[derive(Debug)]
#[must_use = "it calls no more when this is dropped"]
pub struct Calling<K: Eq + Hash> {
    place: K,
    places: Places<K>,
}

/// One of them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Caller {
    callers: Callers,
    event: EventId,
}

impl Callers {
    /// The code of `event`.
    #[must_use]
    pub fn code_of(&self, event: EventId) -> Caller {
        Caller { callers: self.clone(), event }
    }

    /// The event whose code is at the other end of a connection.
    #[must_use]
    pub fn at(&self, peer: SocketAddr) -> Option<EventId> {
        find(&self.connections, &canonical(peer))
    }

    /// The event that has this part of a trace, while its code runs.
    #[must_use]
    pub fn within(&self, span: SpanId) -> Option<EventId> {
        find(&self.spans, &span)
    }
}

impl Caller {
    /// A request of its goes over the connection whose own end is `local`.
    pub fn over(&self, local: SocketAddr) -> Calling<SocketAddr> {
        enter(&self.callers.connections, canonical(local), self.event)
    }

    /// It runs, and says `span` with what it asks for.
    pub fn saying(&self, span: SpanId) -> Calling<SpanId> {
        enter(&self.callers.spans, span, self.event)
    }
}

impl<K: Eq + Hash> Drop for Calling<K> {
    fn drop(&mut self) {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.place);
    }
}

fn enter<K: Eq + Hash + Clone>(places: &Places<K>, place: K, event: EventId) -> Calling<K> {
    places.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone(), event);
    Calling { place, places: Arc::clone(places) }
}

fn find<K: Eq + Hash>(places: &Places<K>, place: &K) -> Option<EventId> {
    places.lock().unwrap_or_else(PoisonError::into_inner).get(place).copied()
}

/// Who listens at every address sees `::ffff:127.0.0.1` where the other side has `127.0.0.1`.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::ids::Ids;

    #[test]
    fn who_calls_is_known_for_as_long_as_he_does() {
        let (callers, event) = (Callers::default(), Ids::from_seed(1).next_id(Timestamp(5)));
        let [end, seen]: [SocketAddr; 2] = ["127.0.0.1:9", "[::ffff:127.0.0.1]:9"].map(|text| text.parse().unwrap());
        let (over, saying) = (callers.code_of(event).over(end), callers.code_of(event).saying(event.span()));
        assert_eq!((callers.at(seen), callers.at("127.0.0.1:8".parse().unwrap())), (Some(event), None));
        assert_eq!(callers.within(event.span()), Some(event));
        drop((over, saying));
        assert_eq!((callers.at(end), callers.within(event.span())), (None, None));
    }
}
