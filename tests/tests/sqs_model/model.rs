//! What may happen, whatever happens at the same time. Only what is certain counts: of two things of which either may have been first, both
//! orders are tried, and a message is hidden only as long as it is for sure.

use std::collections::{BTreeMap, HashMap};

use crate::history::{Change, Changed, History, Message, Outcome, Received, Sent, Span, Witness};
use crate::queues::Queue;

/// Everything in the history of a queue that must not be.
pub(crate) fn check(queue: &Queue, history: &History, witness: &Witness) -> Vec<String> {
    let model = Model::new(queue, history, witness);
    let mut found = model.texts();
    found.extend(model.lost());
    found.extend(model.seen_twice());
    if queue.fifo {
        found.extend(model.groups_at_once());
        found.extend(model.order());
    }
    found
}

/// A message in one receive.
#[derive(Clone, Copy)]
struct Hold<'h> {
    receive: &'h Received,
    message: &'h Message,
}

/// What is certain of a message that somebody received.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody else sees it.
    Held,
    /// It is deleted.
    Gone,
    /// Somebody may see it.
    Free,
}

struct Model<'h> {
    queue: &'h Queue,
    history: &'h History,
    witness: &'h Witness,
    by_id: HashMap<&'h str, Vec<Hold<'h>>>,
    changes: HashMap<&'h str, Vec<&'h Changed>>,
    doubled: HashMap<&'h str, bool>,
}

impl<'h> Model<'h> {
    fn new(queue: &'h Queue, history: &'h History, witness: &'h Witness) -> Self {
        let mut by_id: HashMap<_, Vec<_>> = HashMap::new();
        for receive in &history.received {
            for message in &receive.messages {
                by_id.entry(message.id.as_str()).or_default().push(Hold { receive, message });
            }
        }
        let mut changes: HashMap<_, Vec<_>> = HashMap::new();
        for changed in &history.changed {
            changes.entry(changed.handle.as_str()).or_default().push(changed);
        }
        let is_doubled = |sent: &Sent| queue.doubles() && (witness.doubled.contains(&sent.body) || witness.unsure.contains(&sent.round));
        let doubled = history.sent.iter().map(|sent| (sent.body.as_str(), is_doubled(sent))).collect();
        Self { queue, history, witness, by_id, changes, doubled }
    }

    fn wrong(&self, what: impl std::fmt::Display) -> String {
        format!("{}: {what}", self.queue.name)
    }

    /// Each message says what was sent under its id, and nothing that was refused.
    fn texts(&self) -> Vec<String> {
        let sent: HashMap<&str, &Sent> = self.history.sent.iter().map(|sent| (sent.body.as_str(), sent)).collect();
        // Attempts at a message are one message in FIFO queues.
        let name = |sent: &'h Sent| if self.queue.fifo { sent.key.as_str() } else { sent.body.as_str() };
        let acknowledged = self.history.sent.iter().filter(|sent| sent.outcome == Outcome::Done);
        let mut ids: HashMap<&str, &str> = acknowledged.map(|sent| (name(sent), sent.id.as_str())).collect();
        let mut found = Vec::new();
        for message in self.history.received.iter().flat_map(|receive| &receive.messages) {
            match sent.get(message.body.as_str()) {
                None => found.push(self.wrong(format!("nobody has sent {}", message.body))),
                Some(sent) if sent.outcome == Outcome::Refused => {
                    found.push(self.wrong(format!("{} was refused and is there", message.body)));
                }
                Some(sent) => {
                    let id = *ids.entry(name(sent)).or_insert(&message.id);
                    if id != message.id {
                        found.push(self.wrong(format!("{} is there as {id} and as {}", message.body, message.id)));
                    }
                }
            }
        }
        found
    }

    /// What was acknowledged was received, until somebody deleted it.
    fn lost(&self) -> Vec<String> {
        let acknowledged = self.history.sent.iter().filter(|sent| sent.outcome == Outcome::Done);
        let is_lost = |sent: &&Sent| {
            let holds = self.by_id.get(sent.id.as_str()).into_iter().flatten();
            let mut changes = holds.flat_map(|hold| self.changes_of(hold.message));
            !changes.any(|changed| changed.change == Change::Deleted && changed.outcome != Outcome::Refused)
        };
        acknowledged.filter(is_lost).map(|sent| self.wrong(format!("{} ({}) is lost", sent.body, sent.id))).collect()
    }

    /// No message is seen by one while another has it, or after it was deleted.
    fn seen_twice(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (id, holds) in &self.by_id {
            let copies = if self.doubled.get(holds[0].message.body.as_str()) == Some(&true) { 2 } else { 1 };
            for (at, hold) in holds.iter().enumerate() {
                let span = &hold.receive.span;
                let before = holds.iter().filter(|other| other.receive.span.ended < span.begun);
                let taken: Vec<_> = before.clone().filter(|other| self.state(**other, span) != State::Free).collect();
                if taken.len() >= copies {
                    let how = if self.state(*taken[0], span) == State::Gone { "was deleted" } else { "is somebody's" };
                    found.push(self.wrong(format!("{id} ({}) {how} and is received at {span:?}", hold.message.body)));
                }
                if copies > 1 {
                    continue;
                }
                found.extend(before.filter(|other| other.message.count >= hold.message.count).map(|other| {
                    self.wrong(format!("{id} was received {} times, and later {} times", other.message.count, hold.message.count))
                }));
                let at_once = holds[at + 1..].iter().filter(|other| self.at_once(*hold, **other));
                found.extend(at_once.map(|other| self.wrong(format!("{id} is received at {span:?} and {:?}", other.receive.span))));
            }
        }
        found
    }

    /// Of a group, nothing is received while what was sent before it is somebody's. What comes before may be: it is seen again by itself.
    fn groups_at_once(&self) -> Vec<String> {
        let mut groups: BTreeMap<&str, Vec<Hold<'h>>> = BTreeMap::new();
        for receive in &self.history.received {
            for message in &receive.messages {
                groups.entry(message.group.as_deref().unwrap_or_default()).or_default().push(Hold { receive, message });
            }
        }
        let mut found = Vec::new();
        for (group, mut holds) in groups {
            holds.sort_by_key(|hold| hold.receive.span.ended);
            let mut open: Vec<Hold<'h>> = Vec::new();
            for hold in holds {
                let span = &hold.receive.span;
                // What is free or gone once is so for all that comes later.
                open.retain(|other| self.state(*other, span) == State::Held);
                let is_other = |other: &&Hold<'_>| !std::ptr::eq(other.receive, hold.receive);
                let comes_before = |other: &&Hold<'_>| other.message.sequence < hold.message.sequence;
                // Of two receives at once the later message's may have been first, where a fault shows the earlier one again.
                let at_once = |other: &Hold<'_>| !self.queue.loses_visibility() && self.at_once(hold, *other);
                let holds_up = |other: &&Hold<'_>| other.receive.span.ended < span.begun || at_once(other);
                let taken = open.iter().filter(is_other).filter(comes_before).find(holds_up);
                if let Some(other) = taken {
                    let (one, two) = (&other.message.body, &hold.message.body);
                    found.push(self.wrong(format!("group {group}: {one} is somebody's and {two} is received at {span:?}")));
                }
                open.push(hold);
            }
        }
        found
    }

    /// Of a group, nothing is received before all that was sent before it is gone, or comes with it, before it.
    fn order(&self) -> Vec<String> {
        let groups = self.gone_by_sequence();
        let mut found = Vec::new();
        for receive in &self.history.received {
            let mut last: HashMap<&str, u128> = HashMap::new();
            for message in &receive.messages {
                let group = message.group.as_deref().unwrap_or_default();
                let after = last.insert(group, message.sequence);
                if after.is_some_and(|after| after >= message.sequence) {
                    found.push(self.wrong(format!("group {group}: {} comes after a later one", message.body)));
                    continue;
                }
                let Some(of_group) = groups.get(group) else { continue };
                let left = match after {
                    None => of_group.range(..message.sequence).next_back().map(|(_, gone)| gone.last),
                    Some(after) => of_group.range(after + 1..message.sequence).map(|(_, gone)| gone.own).max(),
                };
                if let Some((_, left)) = left.filter(|(begun, _)| *begun > receive.span.ended) {
                    found.push(self.wrong(format!("group {group}: {} is received before {left}", message.body)));
                }
            }
        }
        found
    }

    /// Of each group, the acknowledged messages in order, with when somebody began to delete them.
    fn gone_by_sequence(&self) -> HashMap<&'h str, BTreeMap<u128, Gone<'h>>> {
        let mut groups: HashMap<&str, BTreeMap<u128, Gone<'h>>> = HashMap::new();
        for sent in self.history.sent.iter().filter(|sent| sent.outcome == Outcome::Done) {
            let holds = self.by_id.get(sent.id.as_str()).into_iter().flatten();
            let changes = holds.flat_map(|hold| self.changes_of(hold.message));
            let deletes = changes.filter(|changed| changed.change == Change::Deleted && changed.outcome != Outcome::Refused);
            let own = (deletes.map(|changed| changed.span.begun).min().unwrap_or(u64::MAX), sent.body.as_str());
            groups.entry(sent.group.as_deref().unwrap_or_default()).or_default().insert(sent.sequence, Gone { own, last: own });
        }
        for group in groups.values_mut() {
            let mut last = (0, "");
            for gone in group.values_mut() {
                last = last.max(gone.own);
                gone.last = last;
            }
        }
        groups
    }

    fn changes_of(&self, message: &Message) -> impl Iterator<Item = &'h Changed> {
        self.changes.get(message.handle.as_str()).into_iter().flatten().copied()
    }

    /// What is certain of a message at another receive, if this one was before.
    fn state(&self, hold: Hold<'_>, at: &Span) -> State {
        let Hold { receive, message } = hold;
        let is_shown = self.witness.unsure.contains(&receive.round) || self.witness.shown.contains(&(message.id.clone(), message.count));
        let mut until = receive.span.earliest + receive.hidden;
        if self.queue.loses_visibility() && is_shown {
            until = 0;
        }
        for changed in self.changes_of(message).filter(|changed| changed.outcome != Outcome::Refused && changed.span.begun < at.ended) {
            let is_certain = changed.outcome == Outcome::Done && changed.span.ended < at.begun;
            let is_its = || changed.span.latest < until && !self.is_changed_by_another(hold, &changed.span);
            match changed.change {
                // Who deletes what another has received since deletes nothing, in a standard queue.
                Change::Deleted if is_certain && (self.queue.fifo || is_its()) => return State::Gone,
                Change::Hidden(0) => return State::Free,
                Change::Hidden(milliseconds) if is_certain => until = changed.span.earliest + milliseconds,
                _ => return State::Free,
            }
        }
        if at.latest < until && !self.is_changed_by_another(hold, at) { State::Held } else { State::Free }
    }

    /// Whether somebody may have shown or hidden the message until then who has received it before or since: in standard queues every handle does.
    fn is_changed_by_another(&self, hold: Hold<'_>, at: &Span) -> bool {
        let holds = self.by_id.get(hold.message.id.as_str()).into_iter().flatten();
        let others = holds.filter(|other| other.message.handle != hold.message.handle);
        let hides = |changed: &&Changed| matches!(changed.change, Change::Hidden(_)) && changed.outcome != Outcome::Refused;
        let mut changes = others.flat_map(|other| self.changes_of(other.message)).filter(hides);
        !self.queue.fifo && changes.any(|changed| changed.span.begun < at.ended && changed.span.ended > hold.receive.span.begun)
    }

    /// Whether two receives can have been in neither order.
    fn at_once(&self, one: Hold<'_>, two: Hold<'_>) -> bool {
        let (first, second) = (&one.receive.span, &two.receive.span);
        let is_apart = first.ended < second.begun || second.ended < first.begun;
        !is_apart && self.state(one, second) == State::Held && self.state(two, first) == State::Held
    }
}

/// When somebody began to delete a message, at the end of time if nobody did, and its text.
type Deleted<'h> = (u64, &'h str);

/// An acknowledged message of a group.
#[derive(Clone, Copy)]
struct Gone<'h> {
    own: Deleted<'h>,
    /// The last of it and all before it.
    last: Deleted<'h>,
}
