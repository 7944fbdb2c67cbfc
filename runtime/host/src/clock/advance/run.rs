//! One advance, from due thing to due thing.

use std::collections::HashMap;
use std::time::Duration;

use super::quiet::Quiet;
use super::{Bound, Ran, Stopped};
use crate::clock::busy::LeftBehind;
use crate::clock::{Clock, Timestamp};

pub(super) struct Run<'a> {
    clock: &'a Clock,
    /// Tells that somebody else has set the time.
    turns: tokio::sync::watch::Receiver<()>,
    bound: Bound,
    /// In real time of the clock's.
    began: Duration,
    pub(super) count: u64,
    /// Timers without delay that ran by themselves.
    at_once: u64,
    pub(super) ran: Vec<Ran>,
    /// Where in `ran` a label stands.
    places: HashMap<String, usize>,
    pub(super) left: LeftBehind,
}

impl<'a> Run<'a> {
    pub(super) fn new(clock: &'a Clock, bound: Bound) -> Self {
        Self {
            clock,
            turns: clock.turns(),
            bound,
            began: clock.uptime(),
            count: 0,
            at_once: 0,
            ran: Vec::new(),
            places: HashMap::new(),
            left: LeftBehind::default(),
        }
    }

    /// `target`: none stops behind the first instant at which something runs.
    pub(super) async fn go(&mut self, target: Option<Timestamp>) -> Option<Stopped> {
        let mut only = None;
        loop {
            let settled = self.settle().await;
            if self.turns.has_changed().unwrap_or(false) {
                return Some(Stopped::Turned);
            }
            let Quiet { dues, ran } = match settled {
                Ok(quiet) => quiet,
                Err(stopped) => return Some(stopped),
            };
            self.at_once += ran;
            let next = dues.iter().map(|(due, _)| *due).chain(self.clock.next_due()).min();
            let last = target.or(only);
            let Some(next) = next.filter(|next| last.is_none_or(|last| *next <= last)) else {
                if let Some(target) = target.filter(|target| *target > self.clock.now()) {
                    self.clock.set(Some(target));
                }
                return None;
            };
            if self.remaining() == 0 {
                return Some(Stopped::Count);
            }
            let next = next.max(self.clock.now());
            if next > self.clock.now() {
                self.clock.set(Some(next));
            }
            only = only.or(Some(next));
            // What the program waits for comes before the timers of code: by order of asking, then by guest.
            if let Some(label) = self.clock.release_one() {
                self.note(label.to_string());
            } else if let Some((_, member)) = dues.into_iter().find(|(due, _)| *due <= next) {
                self.note(format!("{}: timer", member.label()));
                member.run_due();
            }
        }
    }

    /// How many more things may run.
    fn remaining(&self) -> u64 {
        self.bound.count.saturating_sub(self.count.saturating_add(self.at_once))
    }

    async fn settle(&mut self) -> Result<Quiet, Stopped> {
        loop {
            let left = self.bound.wall.saturating_sub(self.clock.uptime().saturating_sub(self.began));
            if left.is_zero() {
                return Err(Stopped::Wall);
            }
            let settled = self.clock.still(left.min(self.bound.settle), self.remaining(), &self.left).await;
            let goes_on = matches!(settled, Err(Stopped::Wall)) && self.bound.despite_outside;
            if !(goes_on && self.clock.shared.leave_behind(&mut self.left)) {
                return settled;
            }
        }
    }

    fn note(&mut self, label: String) {
        self.count += 1;
        let now = self.clock.now();
        if let Some(place) = self.places.get(&label) {
            let ran = &mut self.ran[*place];
            (ran.count, ran.last) = (ran.count + 1, now);
        } else {
            self.places.insert(label.clone(), self.ran.len());
            self.ran.push(Ran { label, count: 1, first: now, last: now });
        }
    }
}
