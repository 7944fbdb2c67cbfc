//! The connections that are open.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use greenroom_host::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

/// What is to be done with a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// This text is sent.
    Send(String),
    /// It is closed.
    Close,
}

/// How many orders a client may be behind.
const BEHIND: usize = 256;

/// What is known of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    /// API and stage.
    pub(crate) place: (String, String),
    pub(crate) connected_at: Timestamp,
    pub(crate) last_active: Timestamp,
    pub(crate) source_ip: String,
    pub(crate) user_agent: Option<String>,
    /// The host that the client asked.
    pub(crate) host: String,
    /// What the authorizer said.
    pub(crate) authorizer: Option<Map<String, Value>>,
    orders: Option<mpsc::Sender<Order>>,
}

impl Known {
    /// Of a connection that is made now, by who asks.
    pub(crate) fn new(place: (String, String), now: Timestamp, (source_ip, user_agent): (String, Option<String>), host: String) -> Self {
        Self { place, connected_at: now, last_active: now, source_ip, user_agent, host, authorizer: None, orders: None }
    }
}

/// Connections by id.
#[derive(Default)]
pub(crate) struct Connections(Mutex<HashMap<String, Known>>);

impl Connections {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more; gives what is ordered of it.
    pub(crate) fn open(&self, id: &str, mut known: Known) -> mpsc::Receiver<Order> {
        let (orders, ordered) = mpsc::channel(BEHIND);
        known.orders = Some(orders);
        self.lock().insert(id.to_owned(), known);
        ordered
    }

    /// What is known of one.
    pub(crate) fn find(&self, id: &str) -> Option<Known> {
        self.lock().get(id).cloned()
    }

    /// Something went over it.
    pub(crate) fn active(&self, id: &str, now: Timestamp) {
        if let Some(known) = self.lock().get_mut(id) {
            known.last_active = now;
        }
    }

    /// It is no more.
    pub(crate) fn closed(&self, id: &str) -> Option<Known> {
        self.lock().remove(id)
    }

    /// Orders something of one. False: there is none.
    pub(crate) async fn order(&self, id: &str, order: Order) -> bool {
        let orders = self.find(id).and_then(|known| known.orders);
        match orders {
            Some(orders) => orders.send(order).await.is_ok(),
            None => false,
        }
    }
}
