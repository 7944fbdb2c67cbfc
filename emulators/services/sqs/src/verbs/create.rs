//! Making queues.

use std::collections::BTreeMap;

use greenroom_aws_wire::ApiError;
use serde_json::Value;

use crate::key::{FIFO, QueueKey, check_name};
use crate::queue::{ATTRIBUTES, Attributes, Queue, check_together, checked};
use crate::service::{Inner, Queues};
use crate::state::State;
use crate::store::Change;
use crate::verbs::configure::{check_tags, with_one_encryption};
use crate::{error, limits};

/// A queue that is to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Make {
    /// What it is called.
    pub key: QueueKey,
    /// Its attributes, where they are not the vendor's own.
    pub attributes: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The app whose template declares it.
    pub app: Option<String>,
}

impl Queues {
    /// Makes a queue; one that is there, and is as it is to be, stays.
    ///
    /// # Errors
    /// What the service refuses.
    pub async fn create(&self, make: Make) -> Result<(), ApiError> {
        let fifo = make.attributes.get("FifoQueue").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        check_name(&make.key.name, fifo)?;
        let attributes = with_one_encryption(checked(&make.attributes, fifo)?)?;
        check_together(&attributes)?;
        check_tags(&make.key.name, &make.tags)?;
        let write = {
            let mut state = self.inner.lock();
            if let Some(known) = state.id(&make.key).and_then(|id| state.peek(id)) {
                return is_same(known, &attributes);
            }
            let now = self.inner.now();
            if make.app.is_none() && state.deleted.get(&make.key).is_some_and(|at| now < at + limits::DELETED) {
                return Err(error::deleted_recently());
            }
            check_target(&mut state, &make.key, &attributes)?;
            let changes = self.inner.enter(&mut state, make, attributes, now);
            let id = state.newest();
            self.inner.submit(&state, changes, true, move |inner, state, result| {
                match &result {
                    Ok(_) => state.made(|| inner.host.clock.busy("sqs: a queue is there")),
                    Err(_) => drop(state.remove(id)),
                }
                result.map(|_| ())
            })
        };
        Ok(write.await??)
    }
}

impl Inner {
    fn enter(&self, state: &mut State, make: Make, mut attributes: Attributes, now: u64) -> Vec<Change> {
        attributes.retain(|_, value| !value.is_empty());
        let mut queue = Queue::new(state.new_id(), make.key, self.host.ids.random(), now);
        queue.set(attributes);
        queue.tags = make.tags;
        queue.app = make.app;
        let changes = vec![Change::NotDeleted((*queue.key).clone()), queue.kept()];
        state.deleted.remove(&*queue.key);
        state.insert(queue);
        changes
    }
}

/// What is said of a queue has to fit the one that has its name.
fn is_same(known: &Queue, wanted: &Attributes) -> Result<(), ApiError> {
    for (name, value) in wanted {
        let default = || ATTRIBUTES.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.default);
        let there = known.attributes.get(name).map(String::as_str).or_else(default).unwrap_or_default();
        if !is_equal(there, value) {
            return Err(error::name_exists(name));
        }
    }
    Ok(())
}

/// Documents are the same whatever their spaces and the order of their keys.
fn is_equal(one: &str, other: &str) -> bool {
    let document = |text: &str| serde_json::from_str::<Value>(text).ok();
    one == other || document(one).zip(document(other)).is_some_and(|(one, other)| one == other)
}

/// The dead letter queue that attributes name has to be there, to be of the same kind and to allow it. A queue may name itself: then its
/// messages stay.
pub(super) fn check_target(state: &mut State, key: &QueueKey, attributes: &Attributes) -> Result<(), ApiError> {
    let Some(text) = attributes.get("RedrivePolicy").filter(|text| !text.is_empty()) else { return Ok(()) };
    let invalid = |reason: &str| error::invalid_value(text, "RedrivePolicy", reason);
    let settings = crate::queue::Settings::of(attributes, key.is_fifo());
    let Some(redrive) = settings.redrive else { return Ok(()) };
    if redrive.target == *key && state.id(key).is_some() {
        return Ok(());
    }
    if (&redrive.target.account, &redrive.target.region) != (&key.account, &key.region) {
        return Err(invalid("Dead-letter queue must be in the same account and Region as the source."));
    }
    let target = state.id(&redrive.target).and_then(|id| state.peek(id)).ok_or_else(|| invalid("Dead letter target does not exist."))?;
    if target.key.name.ends_with(FIFO) != key.is_fifo() {
        return Err(invalid("Dead-letter queue must be same type of queue as the source."));
    }
    if !target.settings.allow.takes(&key.arn()) {
        return Err(invalid("Dead-letter queue does not allow this source queue."));
    }
    Ok(())
}
