//! What all clients of a run share: where the server is, in which order things happened, what time it is, what was seen.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::history::{History, Span};
use crate::queues::Queue;

/// How much is done, and from which number the dice are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amount {
    pub(crate) rounds: usize,
    /// Requests of one producer to send something, in one round.
    pub(crate) sends: usize,
    pub(crate) seed: u64,
}

impl Amount {
    /// `GREENROOM_ROUNDS` and `GREENROOM_SEED` say it.
    pub(crate) fn of_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let rounds = number("GREENROOM_ROUNDS").and_then(|rounds| rounds.try_into().ok());
        Self { rounds: rounds.map_or(4, |rounds: usize| rounds.max(3)), sends: 2, seed: number("GREENROOM_SEED").unwrap_or(7) }
    }
}

/// Where the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Counts the servers.
    pub(crate) generation: u32,
    pub(crate) address: SocketAddr,
}

/// What all clients share.
pub(crate) struct Run {
    pub(crate) amount: Amount,
    pub(crate) round: usize,
    place: Mutex<Option<Place>>,
    moved: Condvar,
    stamps: AtomicU64,
    /// By the run's clock it is this time or later, in milliseconds since the start.
    earliest: AtomicU64,
    /// And this time or earlier.
    latest: AtomicU64,
    /// Everything of this round was sent.
    all_sent: AtomicBool,
    histories: Vec<Mutex<History>>,
}

impl Run {
    pub(crate) fn new(amount: Amount, queues: usize) -> Self {
        Self {
            amount,
            round: 0,
            place: Mutex::default(),
            moved: Condvar::new(),
            stamps: AtomicU64::new(0),
            earliest: AtomicU64::new(0),
            latest: AtomicU64::new(0),
            all_sent: AtomicBool::new(false),
            histories: (0..queues).map(|_| Mutex::default()).collect(),
        }
    }

    /// Another server is there.
    pub(crate) fn publish(&self, address: SocketAddr) {
        let mut place = lock(&self.place);
        let generation = place.map_or(0, |place| place.generation + 1);
        *place = Some(Place { generation, address });
        self.moved.notify_all();
    }

    /// Where the server is; after `gone`, where the next one is.
    pub(crate) fn place(&self, gone: Option<u32>) -> Place {
        let mut place = lock(&self.place);
        loop {
            match *place {
                Some(place) if Some(place.generation) != gone => return place,
                _ => place = self.moved.wait(place).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Something begins. What has ended before has a lower stamp.
    pub(crate) fn begin(&self) -> Span {
        let (begun, earliest) = (self.stamp(), self.earliest.load(Ordering::SeqCst));
        Span { begun, ended: begun, earliest, latest: earliest }
    }

    /// It is over.
    pub(crate) fn end(&self, span: Span) -> Span {
        Span { latest: self.latest.load(Ordering::SeqCst), ended: self.stamp(), ..span }
    }

    fn stamp(&self) -> u64 {
        self.stamps.fetch_add(1, Ordering::SeqCst)
    }

    /// What time it is, in milliseconds since the start, while it stands.
    pub(crate) fn now(&self) -> u64 {
        self.latest.load(Ordering::SeqCst)
    }

    /// Moves time on by so many milliseconds with `advance`.
    pub(crate) fn advance(&self, by: u64, advance: impl FnOnce()) {
        let then = self.latest.load(Ordering::SeqCst) + by;
        self.latest.store(then, Ordering::SeqCst);
        advance();
        self.earliest.store(then, Ordering::SeqCst);
    }

    pub(crate) fn set_all_sent(&self, all: bool) {
        self.all_sent.store(all, Ordering::SeqCst);
    }

    pub(crate) fn all_sent(&self) -> bool {
        self.all_sent.load(Ordering::SeqCst)
    }

    pub(crate) fn history(&self, queue: &Queue) -> MutexGuard<'_, History> {
        lock(&self.histories[queue.number])
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Numbers that look random, and are the same for the same beginning: <https://prng.di.unimi.it/splitmix64.c>
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64, beginning: &[u64]) -> Self {
        let mut dice = Self(seed);
        for number in beginning {
            dice.0 = dice.next() ^ number;
        }
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below `most`.
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }
}
