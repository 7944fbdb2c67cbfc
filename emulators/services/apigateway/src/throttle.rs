//! How quickly may be called, by the run's clock: buckets of tokens.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use greenroom_host::Timestamp;

use crate::config::Throttle;

/// Calls that may come at once, and when so many were left.
#[derive(Debug)]
pub(crate) struct Bucket {
    tokens: f64,
    at: Timestamp,
}

impl Bucket {
    /// One from which nothing was taken.
    pub(crate) fn full(throttle: Throttle, now: Timestamp) -> Self {
        Self { tokens: f64::from(throttle.burst), at: now }
    }

    /// Whether there is one more, as of now.
    pub(crate) fn has(&mut self, throttle: Throttle, now: Timestamp) -> bool {
        let passed = now.since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * throttle.rate).min(f64::from(throttle.burst));
        self.at = now;
        self.tokens >= 1.0
    }

    /// Takes one.
    pub(crate) fn take(&mut self) {
        self.tokens -= 1.0;
    }
}

/// Buckets by what they are for.
#[derive(Default)]
pub(crate) struct Throttles(Mutex<HashMap<String, Bucket>>);

impl Throttles {
    /// Counts a call, if it may be.
    pub(crate) fn take(&self, key: String, throttle: Throttle, now: Timestamp) -> bool {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(key).or_insert_with(|| Bucket::full(throttle, now));
        let may = bucket.has(throttle, now);
        if may {
            bucket.take();
        }
        may
    }
}
