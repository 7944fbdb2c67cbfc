//! Giving up: a message that was received too often goes to the dead letter queue.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html>

use std::sync::Arc;

use greenroom_host::EventId;

use crate::journal::{Entry, Moved};
use crate::queue::{Queue, Row, Standing};
use crate::service::Inner;
use crate::state::State;
use crate::store::{Change, Content, key};

/// A message on its way to a dead letter queue.
pub(super) struct GivenUp {
    from: (u32, u64, Row),
    to: (u32, u64, Row),
    keeps_age: bool,
    /// What the journal will call it.
    event: EventId,
}

impl Inner {
    /// Takes the message out of its queue where it was received as often as it may be. It is in the other one once that is written.
    pub(super) fn give_up(
        self: &Arc<Self>,
        state: &mut State,
        id: u32,
        number: u64,
        row: Row,
        changes: &mut Vec<Change>,
    ) -> Option<GivenUp> {
        let queue = state.queue(id)?;
        let redrive = queue.settings.redrive.clone().filter(|redrive| row.count_here() >= redrive.most)?;
        let (arn, fifo, name) = (queue.key.arn(), queue.settings.fifo, queue.index.group_name(&row));
        let target = state.id(&redrive.target).filter(|target| *target != id)?;
        let now = self.now();
        let queue = state.queue(target).filter(|queue| queue.settings.fifo == fifo && queue.settings.allow.takes(&arn))?;
        let (new, reserve) = queue.number();
        if reserve {
            changes.push(Change::Reserve { queue: target, reserved: queue.reserved });
        }
        // A standard queue's message keeps its age, a FIFO queue's begins anew. How often it was received is counted across queues; what gives it
        // up is how often it was in this one, or queues that give up to each other would do so for ever.
        let sent = if fifo { now } else { row.sent };
        let group = queue.index.group(name.as_deref());
        let arrived = Row { sent, standing: Standing::Visible, before: row.count, nonce: 0, group, ..row };
        let (from, to) = (key(id, number), key(target, new));
        let event = self.host.ids.next_id(self.host.clock.now());
        changes.push(Change::Read(from));
        changes.push(Change::Move { from, to, id: None, sent, keeps_age: !fifo, source: Some(arn), row: Some(arrived), event });
        state.queue(id)?.index.remove(number);
        Some(GivenUp { from: (id, number, row), to: (target, new, arrived), keeps_age: !fifo, event })
    }

    /// What was given up is in the dead letter queue, or back where that could not be written. `written`: what the messages say.
    pub(super) fn given_up(self: &Arc<Self>, state: &mut State, all: Vec<GivenUp>, written: Option<&[Content]>) {
        let is_written = written.is_some();
        for (place, GivenUp { from, to, keeps_age, event }) in all.into_iter().enumerate() {
            if let Some(content) = written.and_then(|written| written.get(place)) {
                self.tell_given_up(state, (from.0, to.0), content, event);
            }
            let (queue, number, row) = if is_written { to } else { from };
            match (state.queue(queue), is_written) {
                (Some(known), true) => known.arrive(number, row, keeps_age),
                (Some(known), false) => known.put_back(number, row, keeps_age),
                (None, _) => continue,
            }
            if let Some(source) = state.queue(from.0).filter(|_| is_written) {
                source.index.forget(from.2.group);
            }
            self.settle(state, queue);
        }
    }

    fn tell_given_up(&self, state: &mut State, (from, to): (u32, u32), content: &Content, event: EventId) {
        let named = |queue: &mut Queue| (queue.key.clone(), queue.app.clone());
        let Some((from, app)) = state.queue(from).map(named) else { return };
        let Some((to, _)) = state.queue(to).map(named) else { return };
        let way = Moved { how: "give up", from: &from, to: &to, app: app.as_deref() };
        Entry::moved(&self.host, &way, &[content], Some(event)).moved_on(None);
    }
}
