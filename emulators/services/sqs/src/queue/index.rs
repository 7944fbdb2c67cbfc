//! Which messages a queue has, and which of them can be received: small rows in memory, in the orders in which they are asked for. What the
//! messages say stays on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::groups::{Groups, Place};

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Whoever asks gets it.
    Visible,
    /// Sent, and not to be seen before this, in milliseconds.
    Delayed(u64),
    /// Received, and not to be seen by others before this.
    InFlight(u64),
}

/// A message, without what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    /// When it was sent, in milliseconds.
    pub(crate) sent: u64,
    /// Where it stands.
    pub(crate) standing: Standing,
    /// When it was received for the first time; 0: never.
    pub(crate) first: u64,
    /// When it was received last; 0: never.
    pub(crate) last: u64,
    /// How often it was received, in whatever queue.
    pub(crate) count: u32,
    /// How often before it came into this queue.
    pub(crate) before: u32,
    /// What the handle of the last receive has.
    pub(crate) nonce: u32,
    /// Its group.
    pub(crate) group: Place,
}

impl Row {
    /// When it is to be seen again; none where it is.
    pub(crate) fn due(&self) -> Option<u64> {
        match self.standing {
            Standing::Visible => None,
            Standing::Delayed(due) | Standing::InFlight(due) => Some(due),
        }
    }

    /// How often it was received in this queue.
    pub(crate) fn count_here(&self) -> u32 {
        self.count.saturating_sub(self.before)
    }

    fn is_in_flight(&self) -> bool {
        matches!(self.standing, Standing::InFlight(_))
    }
}

/// How many messages there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) visible: usize,
    pub(crate) in_flight: usize,
    pub(crate) delayed: usize,
}

/// The messages of one queue, by their number, which is the order in which they were sent.
#[derive(Debug)]
pub(crate) struct Index {
    rows: BTreeMap<u64, Row>,
    /// By when they are to be seen.
    hidden: BTreeSet<(u64, u64)>,
    /// Those that are older than their number says, since they came from another queue: by when they were sent.
    moved: BTreeSet<(u64, u64)>,
    groups: Groups,
    in_flight: usize,
}

impl Index {
    pub(crate) fn new(fifo: bool) -> Self {
        Self { rows: BTreeMap::new(), hidden: BTreeSet::new(), moved: BTreeSet::new(), groups: Groups::new(fifo), in_flight: 0 }
    }

    /// The place of the group into which a message is to be inserted; a name that is new gets one.
    pub(crate) fn group(&mut self, name: Option<&str>) -> Place {
        self.groups.place(name)
    }

    /// The name of the group that a message is in.
    pub(crate) fn group_name(&self, row: &Row) -> Option<Arc<str>> {
        self.groups.name(row.group)
    }

    /// Takes in a message. `moved`: it came from another queue, and keeps the time at which it was sent.
    pub(crate) fn insert(&mut self, number: u64, row: Row, moved: bool) {
        self.groups.arrived(row.group);
        self.put_back(number, row, moved);
    }

    /// Takes in once more what was taken out.
    pub(crate) fn put_back(&mut self, number: u64, row: Row, moved: bool) {
        if moved {
            self.moved.insert((row.sent, number));
        }
        self.enter(number, row);
    }

    /// Makes another of what is known of a message.
    pub(crate) fn change(&mut self, number: u64, row: Row) {
        if let Some(before) = self.rows.get(&number).copied() {
            self.leave(number, before);
            self.enter(number, row);
        }
    }

    /// Takes a message out. Its group stays known until it is forgotten, so that the message can be put back.
    pub(crate) fn remove(&mut self, number: u64) -> Option<Row> {
        let row = self.rows.remove(&number)?;
        self.moved.remove(&(row.sent, number));
        self.leave(number, row);
        Some(row)
    }

    /// A message of the group was taken out for good.
    pub(crate) fn forget(&mut self, group: Place) {
        self.groups.forget(group);
    }

    pub(crate) fn get(&self, number: u64) -> Option<&Row> {
        self.rows.get(&number)
    }

    /// Whether a message came from another queue with the time at which it was sent.
    pub(crate) fn was_moved(&self, number: u64, row: &Row) -> bool {
        self.moved.contains(&(row.sent, number))
    }

    /// All of them in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u64, &Row)> {
        self.rows.iter().map(|(number, row)| (*number, row))
    }

    /// The messages after that number by themselves.
    pub(crate) fn after(&self, number: u64, fifo: bool) -> Self {
        let mut left = Self::new(fifo);
        for (number, row) in self.rows.range(number + 1..) {
            let group = left.group(self.group_name(row).as_deref());
            left.insert(*number, Row { group, ..*row }, self.was_moved(*number, row));
        }
        left
    }

    /// The message that is to be received next.
    pub(crate) fn next(&self) -> Option<u64> {
        self.groups.next()
    }

    /// The message that is to be received last; of FIFO queues, the first of the last group.
    pub(crate) fn last(&self) -> Option<u64> {
        self.groups.last()
    }

    /// The one after `number` of the same group, where there is one: FIFO queues give as many of a group as are asked for.
    pub(crate) fn next_of(&self, group: Place, number: u64) -> Option<u64> {
        self.groups.next_of(group, number)
    }

    /// A message up to that number that can be received, where there is one.
    pub(crate) fn next_up_to(&self, until: u64) -> Option<u64> {
        let next = self.next()?;
        if next <= until {
            return Some(next);
        }
        // A newer one comes first, which is the turn of its group.
        let is_given = |number: u64, row: &Row| row.standing == Standing::Visible && self.groups.is_next(row.group, number);
        self.rows.range(..=until).find(|(number, row)| is_given(**number, row)).map(|(number, _)| *number)
    }

    /// Makes visible what is due. Whether anything was.
    pub(crate) fn show_due(&mut self, now: u64) -> bool {
        let mut any = false;
        while let Some((due, number)) = self.hidden.first().copied().filter(|(due, _)| *due <= now) {
            debug_assert!(due <= now, "only what is due");
            let Some(row) = self.rows.get(&number).copied() else { break };
            self.change(number, Row { standing: Standing::Visible, ..row });
            any = true;
        }
        any
    }

    /// The messages that were sent at `until` or before.
    pub(crate) fn expired(&self, until: u64) -> Vec<u64> {
        let moved = self.moved.range(..=(until, u64::MAX)).map(|(_, number)| *number);
        // All others were sent in the order of their numbers.
        let own = self.rows.iter().take_while(|(_, row)| row.sent <= until).map(|(number, _)| *number);
        let mut all: Vec<u64> = moved.chain(own).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// When the next message is to be seen.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.hidden.first().map(|(due, _)| *due)
    }

    pub(crate) fn counts(&self) -> Counts {
        let hidden = self.hidden.len();
        Counts { visible: self.rows.len() - hidden, in_flight: self.in_flight, delayed: hidden - self.in_flight }
    }

    fn enter(&mut self, number: u64, row: Row) {
        self.rows.insert(number, row);
        if let Some(due) = row.due() {
            self.hidden.insert((due, number));
        }
        self.in_flight += usize::from(row.is_in_flight());
        self.groups.enter(row.group, number, row.standing);
    }

    /// Takes it out of all orders but that of numbers.
    fn leave(&mut self, number: u64, row: Row) {
        if let Some(due) = row.due() {
            self.hidden.remove(&(due, number));
        }
        self.in_flight -= usize::from(row.is_in_flight());
        self.groups.leave(row.group, number, row.standing);
    }
}
