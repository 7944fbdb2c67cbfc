//! Sending.

use std::sync::Arc;

use greenroom_aws_wire::{ApiError, uuid};
use greenroom_host::EventId;

use crate::error::{self, Fault};
use crate::key::QueueKey;
use crate::message::{self, Extra, Outgoing};
use crate::queue::{Dedup, Queue, Row, Sent as Remembered, Standing};
use crate::service::{Inner, Queues};
use crate::state::State;
use crate::store::{Change, key};
use crate::{journal, limits};

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub id: String,
    /// MD5 of its text.
    pub digest: String,
    /// MD5 of its attributes.
    pub attributes_digest: Option<String>,
    /// MD5 of the attributes of the system.
    pub system_digest: Option<String>,
    /// Where it stands in a FIFO queue.
    pub sequence: Option<String>,
}

/// What became of each message.
pub(crate) type SentAll = Vec<Result<Sent, ApiError>>;

/// What becomes of one message.
struct Plan {
    sent: Sent,
    kind: Kind,
}

enum Kind {
    /// It is a new one.
    New { number: u64, row: Row, dedup: Option<Arc<str>> },
    /// It has been sent before, with that number.
    Again(Arc<str>, u64),
}

impl Queues {
    /// Sends messages. When this returns they are on the disk. What is wrong with one of them is its own result, and hinders no other.
    ///
    /// # Errors
    /// No such queue; a disk that takes nothing: then none of them was sent.
    pub async fn send(&self, to: &QueueKey, messages: Vec<Outgoing>) -> Result<Vec<Result<Sent, ApiError>>, ApiError> {
        self.send_as_event(to, messages).await.map(|(_, sent)| sent)
    }

    /// The same, with the event that the journal has of it.
    pub(crate) async fn send_as_event(&self, to: &QueueKey, messages: Vec<Outgoing>) -> Result<(EventId, SentAll), ApiError> {
        let struck = self.strike("SendMessage", to).await?;
        let (entry, write) = {
            let mut state = self.inner.lock();
            let queue = self.inner.find(&mut state, to)?;
            let id = queue.id;
            let entry = journal::Entry::send(&self.inner.host, to, queue.app.as_deref(), &messages);
            entry.struck(&struck);
            let (count, mut copies) = (messages.len(), Vec::new());
            let (mut plans, mut changes) = (Vec::with_capacity(count), Vec::new());
            for (place, message) in messages.into_iter().enumerate() {
                if let Some(error) = struck.fails(place, count) {
                    plans.push(Err(error));
                    continue;
                }
                let copy = struck.duplicates().then(|| message.clone());
                let plan = self.inner.plan(&mut state, id, message, (entry.id, None), &mut changes);
                copies.extend(copy.zip(plan.as_ref().ok().map(|plan| plan.sent.id.clone())));
                plans.push(plan);
            }
            // A FIFO queue finds out by itself what is there twice.
            for (message, copied) in copies {
                plans.push(self.inner.plan(&mut state, id, message, (entry.id, Some(copied)), &mut changes));
            }
            let write =
                self.inner.submit(&state, changes, true, move |inner, state, result| inner.sent(state, id, (plans, count), result.err()));
            (entry, write)
        };
        let sent = write.await.and_then(std::convert::identity);
        let event = entry.id;
        entry.sent(&sent);
        sent.map(|sent| (event, sent))
    }

    /// Sends one message.
    ///
    /// # Errors
    /// What the service refuses.
    pub async fn send_one(&self, to: &QueueKey, message: Outgoing) -> Result<Sent, ApiError> {
        let mut all = self.send(to, vec![message]).await?;
        all.pop().unwrap_or_else(|| Err(error::missing("MessageBody")))
    }
}

impl Inner {
    /// What is to be done to send a message, added to `changes`.
    fn plan(
        self: &Arc<Self>,
        state: &mut State,
        id: u32,
        message: Outgoing,
        (event, as_id): (EventId, Option<String>),
        changes: &mut Vec<Change>,
    ) -> Result<Plan, ApiError> {
        let now = self.now();
        let Some(queue) = state.queue(id) else { return Err(error::no_queue()) };
        message::check(&message)?;
        check_for(queue, &message)?;
        let dedup = dedup_id(queue, &message);
        let dedup_key = dedup.as_deref().map(|dedup| Dedup::key(message.group.as_deref().filter(|_| queue.settings.per_group), dedup));
        let mut sent = Sent {
            id: String::new(),
            digest: message::of_body(&message.body),
            attributes_digest: message::of_attributes(message.attributes.iter()),
            system_digest: message::of_system(message.trace.as_ref()),
            sequence: None,
        };
        if let Some((key, known)) = dedup_key.as_ref().and_then(|key| Some((key, queue.dedup.get(key, now)?.clone()))) {
            (sent.id, sent.sequence) = (known.message.to_string(), queue.sequence(known.number));
            return Ok(Plan { sent, kind: Kind::Again(Arc::clone(key), known.number) });
        }
        sent.id = as_id.unwrap_or_else(|| uuid(&self.host));
        let (number, reserve) = queue.number();
        sent.sequence = queue.sequence(number);
        if reserve {
            changes.push(Change::Reserve { queue: id, reserved: queue.reserved });
        }
        if let Some(key) = &dedup_key {
            queue.dedup.put(Arc::clone(key), Remembered { message: sent.id.as_str().into(), number, at: now });
            changes.push(Change::Dedup { queue: id, key: key.to_string(), message: sent.id.clone(), number, at: now });
        }
        let row = new_row(queue, &message, now);
        changes.push(write(queue, number, row, (&sent.id, event), dedup, message));
        Ok(Plan { sent, kind: Kind::New { number, row, dedup: dedup_key } })
    }

    /// What was written is there from now on; or else is forgotten.
    fn sent(
        self: &Arc<Self>,
        state: &mut State,
        id: u32,
        (plans, count): (Vec<Result<Plan, ApiError>>, usize),
        fault: Option<Fault>,
    ) -> Result<Vec<Result<Sent, ApiError>>, ApiError> {
        let Some(queue) = state.queue(id) else { return Err(error::no_queue()) };
        for plan in plans.iter().flatten() {
            let Kind::New { number, row, dedup } = &plan.kind else { continue };
            match (&fault, dedup) {
                (None, _) => queue.arrive(*number, *row, false),
                (Some(_), Some(key)) => queue.dedup.remove(key, *number),
                (Some(_), None) => {}
            }
        }
        // What was sent before is there only if that was written; or it was, and has been purged since.
        let purged = queue.purged;
        let is_gone = |plan: &Plan| matches!(&plan.kind, Kind::Again(key, number) if *number > purged && queue.dedup.get(key, 0).is_none());
        let fault = fault.or_else(|| plans.iter().flatten().any(is_gone).then(Fault::swapped));
        self.settle(state, id);
        match fault {
            Some(fault) => Err(fault.into()),
            None => Ok(plans.into_iter().take(count).map(|plan| plan.map(|plan| plan.sent)).collect()),
        }
    }
}

fn new_row(queue: &mut Queue, message: &Outgoing, now: u64) -> Row {
    let delay = match message.delay.filter(|_| !queue.settings.fifo) {
        Some(seconds) => seconds.unsigned_abs() * 1000,
        None => queue.settings.delay,
    };
    let standing = if delay == 0 { Standing::Visible } else { Standing::Delayed(now + delay) };
    let group = queue.index.group(message.group.as_deref());
    Row { sent: now, standing, first: 0, last: 0, count: 0, before: 0, nonce: 0, group }
}

fn write(queue: &Queue, number: u64, row: Row, (id, event): (&str, EventId), dedup: Option<String>, message: Outgoing) -> Change {
    let trace = message.trace_text().map(str::to_owned);
    let Outgoing { body, attributes, group, sender, .. } = message;
    // Most messages have nothing beside their text.
    let sender = if sender == queue.key.account { String::new() } else { sender };
    let extra = Extra { attributes, trace, deduplication: dedup, sender };
    let extra = (extra != Extra::default()).then(|| serde_json::to_string(&extra).unwrap_or_default());
    let (id, delayed) = (id.to_owned(), row.due().unwrap_or_default());
    Change::Send { key: key(queue.id, number), id, sent: row.sent, delayed, group, event, body, extra }
}

/// The deduplication id of a message, if the queue asks for one.
fn dedup_id(queue: &Queue, message: &Outgoing) -> Option<String> {
    if !queue.settings.fifo {
        return None;
    }
    message.deduplication.clone().or_else(|| queue.settings.by_content.then(|| message::content_id(&message.body)))
}

/// What this queue does not take.
fn check_for(queue: &Queue, message: &Outgoing) -> Result<(), ApiError> {
    let most = queue.settings.most_bytes;
    if message::size(message) > most {
        return Err(error::invalid(format!("One or more parameters are invalid. Reason: Message must be shorter than {most} bytes.")));
    }
    if let Some(delay) = message.delay.filter(|delay| !(0..=limits::DELAY.cast_signed()).contains(delay)) {
        return Err(error::invalid_value(&delay.to_string(), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900."));
    }
    if !queue.settings.fifo {
        let reason = "The request includes a parameter that is not valid for this queue type.";
        let other = message.deduplication.as_deref().map(|id| error::invalid_value(id, "MessageDeduplicationId", reason));
        return other.map_or(Ok(()), Err);
    }
    if let Some(delay) = message.delay.filter(|delay| *delay != 0) {
        let reason = "The request include parameter that is not valid for this queue type.";
        return Err(error::invalid_value(&delay.to_string(), "DelaySeconds", reason));
    }
    if message.group.is_none() {
        return Err(error::missing("MessageGroupId"));
    }
    if message.deduplication.is_none() && !queue.settings.by_content {
        let message = "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
        return Err(error::invalid(message));
    }
    Ok(())
}
