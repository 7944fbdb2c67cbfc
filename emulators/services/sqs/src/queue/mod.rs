//! One queue in memory.

mod attribute;
mod dedup;
mod groups;
mod index;
mod settings;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

pub(crate) use attribute::{ATTRIBUTES, COMPUTED};
pub(crate) use dedup::{Dedup, Sent};
pub(crate) use groups::Place;
pub(crate) use index::{Index, Row, Standing};
pub(crate) use settings::{Attributes, Settings, check_together, checked};

use crate::key::QueueKey;
use crate::limits;
use crate::store::{Change, QueueRow};
use crate::wait::Waiters;

/// Numbers of messages that are set aside with one write.
const BLOCK: u64 = 4096;

/// A receive that can be repeated.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// When, in milliseconds.
    pub(crate) at: u64,
    /// What was received, as it stood then.
    pub(crate) rows: Vec<(u64, Row)>,
}

/// A queue.
pub(crate) struct Queue {
    pub(crate) id: u32,
    pub(crate) key: Arc<QueueKey>,
    /// What receipt handles are made with.
    pub(crate) salt: u64,
    /// Milliseconds.
    pub(crate) created: u64,
    /// Milliseconds.
    pub(crate) modified: u64,
    pub(crate) attributes: Attributes,
    pub(crate) settings: Settings,
    pub(crate) tags: BTreeMap<String, String>,
    /// Messages up to this number are gone, or are about to be.
    pub(crate) purged: u64,
    /// Messages up to this number are gone.
    emptied: u64,
    /// When it was purged last, in milliseconds.
    pub(crate) purged_at: Option<u64>,
    /// The app whose template declares it.
    pub(crate) app: Option<String>,
    pub(crate) index: Index,
    pub(crate) dedup: Dedup,
    pub(crate) attempts: HashMap<String, Attempt>,
    attempted: VecDeque<(u64, String)>,
    pub(crate) waiters: Waiters,
    /// The number of the next message.
    next: u64,
    /// Numbers below this are set aside.
    pub(crate) reserved: u64,
    /// What the timer has been told of.
    pub(crate) timer: Option<u64>,
}

impl Queue {
    pub(crate) fn new(id: u32, key: QueueKey, salt: u64, now: u64) -> Self {
        let fifo = key.is_fifo();
        let attributes = Attributes::new();
        Self {
            id,
            salt,
            created: now,
            modified: now,
            settings: Settings::of(&attributes, fifo),
            attributes,
            tags: BTreeMap::new(),
            purged: 0,
            emptied: 0,
            purged_at: None,
            app: None,
            index: Index::new(fifo),
            dedup: Dedup::default(),
            attempts: HashMap::new(),
            attempted: VecDeque::new(),
            waiters: Waiters::default(),
            next: 1,
            reserved: 1,
            timer: None,
            key: Arc::new(key),
        }
    }

    /// Takes on what was kept of it.
    pub(crate) fn restore(&mut self, row: QueueRow) {
        let QueueRow { created, modified, attributes, tags, purged, purged_at, app } = row;
        self.set(attributes);
        (self.created, self.modified, self.tags) = (created, modified, tags);
        (self.purged, self.emptied, self.purged_at, self.app) = (purged, purged, purged_at, app);
    }

    /// What is kept of it.
    pub(crate) fn kept(&self) -> Change {
        let row = QueueRow {
            created: self.created,
            modified: self.modified,
            attributes: self.attributes.clone(),
            tags: self.tags.clone(),
            purged: self.purged,
            purged_at: self.purged_at,
            app: self.app.clone(),
        };
        Change::PutQueue { id: self.id, key: (*self.key).clone(), salt: self.salt, reserved: self.reserved, row: Box::new(row) }
    }

    /// Goes on with numbers from `reserved` on: those below may have been given away.
    pub(crate) fn go_on_from(&mut self, reserved: u64) {
        self.next = reserved;
        self.reserved = reserved;
    }

    /// The number of the next message, and whether the row of the queue has to be written with it.
    pub(crate) fn number(&mut self) -> (u64, bool) {
        let number = self.next;
        self.next += 1;
        let is_new_block = number >= self.reserved;
        if is_new_block {
            self.reserved = number + BLOCK;
        }
        (number, is_new_block)
    }

    /// The number of the newest message.
    pub(crate) fn newest(&self) -> u64 {
        self.next - 1
    }

    pub(crate) fn set(&mut self, attributes: Attributes) {
        self.settings = Settings::of(&attributes, self.key.is_fifo());
        self.attributes = attributes;
    }

    /// Brings it to `now`: what is due is seen, what is too old is gone. Gives whether anything is to be seen that was not before, and what
    /// expired.
    pub(crate) fn catch_up(&mut self, now: u64) -> (bool, Vec<u64>) {
        let shown = self.index.show_due(now);
        let expired = match now.checked_sub(self.settings.retention) {
            Some(until) => self.index.expired(until),
            None => Vec::new(),
        };
        for number in &expired {
            if let Some(row) = self.index.remove(*number) {
                self.index.forget(row.group);
            }
        }
        while let Some((_, id)) = self.attempted.pop_front_if(|(at, _)| *at + limits::ATTEMPT <= now) {
            if self.attempts.get(&id).is_some_and(|attempt| attempt.at + limits::ATTEMPT <= now) {
                self.attempts.remove(&id);
            }
        }
        (shown, expired)
    }

    /// Takes out the messages that it was purged of. Gives how many there were.
    pub(crate) fn empty(&mut self) -> usize {
        let before = self.index.rows().count();
        self.emptied = self.purged;
        self.index = self.index.after(self.emptied, self.settings.fifo);
        self.attempts.clear();
        before - self.index.rows().count()
    }

    /// Takes in a message that is written now, unless the queue was purged meanwhile.
    pub(crate) fn arrive(&mut self, number: u64, row: Row, moved: bool) {
        if number > self.emptied {
            self.index.insert(number, row, moved);
        }
    }

    /// Takes in once more what was taken out and could not be written, unless the queue was purged meanwhile.
    pub(crate) fn put_back(&mut self, number: u64, row: Row, moved: bool) {
        if number > self.emptied {
            self.index.put_back(number, row, moved);
        }
    }

    /// Remembers a receive.
    pub(crate) fn attempt(&mut self, id: &str, attempt: Attempt) {
        self.attempted.push_back((attempt.at, id.to_owned()));
        self.attempts.insert(id.to_owned(), attempt);
    }

    /// Where a message stands in a FIFO queue: twenty digits that grow.
    pub(crate) fn sequence(&self, number: u64) -> Option<String> {
        const FIRST: u128 = 18_849_000_000_000_000_000;
        self.settings.fifo.then(|| (FIRST + u128::from(number) * 256).to_string())
    }
}
