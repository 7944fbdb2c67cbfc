//! What FIFO queues have been sent in the last five minutes.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::limits::DEDUPLICATION;

/// What was sent under a deduplication id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The id of the message.
    pub(crate) message: Arc<str>,
    /// Its number.
    pub(crate) number: u64,
    /// When, in milliseconds.
    pub(crate) at: u64,
}

/// Deduplication ids that are remembered.
#[derive(Debug, Default)]
pub(crate) struct Dedup {
    sent: HashMap<Arc<str>, Sent>,
    /// In the order in which they are forgotten.
    order: VecDeque<(u64, Arc<str>)>,
}

impl Dedup {
    /// The key of a deduplication id in its scope: of a group, or of the whole queue.
    pub(crate) fn key(group: Option<&str>, id: &str) -> Arc<str> {
        match group {
            // No group has this character in its name.
            Some(group) => format!("{group}\n{id}").into(),
            None => id.into(),
        }
    }

    /// What was sent under `key` less than five minutes ago.
    pub(crate) fn get(&self, key: &str, now: u64) -> Option<&Sent> {
        self.sent.get(key).filter(|sent| now < sent.at + DEDUPLICATION)
    }

    pub(crate) fn put(&mut self, key: Arc<str>, sent: Sent) {
        self.order.push_back((sent.at, Arc::clone(&key)));
        self.sent.insert(key, sent);
    }

    /// The message of that number was not sent after all.
    pub(crate) fn remove(&mut self, key: &str, number: u64) {
        if self.sent.get(key).is_some_and(|sent| sent.number == number) {
            self.sent.remove(key);
        }
    }

    /// Remembers what `before` did, where nothing was sent since under the same ids.
    pub(crate) fn put_back(&mut self, before: Self) {
        for (key, sent) in before.sent {
            self.sent.entry(key).or_insert(sent);
        }
        let since = std::mem::replace(&mut self.order, before.order);
        self.order.extend(since);
    }

    /// Forgets what is older than five minutes. The instant before which everything is forgotten, if anything was.
    pub(crate) fn forget(&mut self, now: u64) -> Option<u64> {
        let mut until = None;
        while let Some((at, key)) = self.order.pop_front_if(|(at, _)| *at + DEDUPLICATION <= now) {
            if self.sent.get(&key).is_some_and(|sent| sent.at == at) {
                self.sent.remove(&key);
            }
            until = Some(at);
        }
        until
    }
}
