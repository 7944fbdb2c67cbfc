//! What authorizers have decided, remembered for as long as they are told.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use greenroom_host::Timestamp;
use serde_json::Value;

/// How many are remembered before those that have run out are looked for.
const MANY: usize = 1024;

/// Authorizer and identity.
type About = (String, Vec<String>);

/// Answers of authorizers, by what they are about, each with the instant until which it holds.
#[derive(Default)]
pub(crate) struct Decisions(Mutex<HashMap<About, (Timestamp, Value)>>);

impl Decisions {
    /// What `authorizer` answered about `identity`, if it still holds.
    pub(crate) fn find(&self, authorizer: &str, identity: &[String], now: Timestamp) -> Option<Value> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, answer) = known.get(&(authorizer.to_owned(), identity.to_vec()))?;
        (*until > now).then(|| answer.clone())
    }

    /// Remembers it for `ttl`.
    pub(crate) fn keep(&self, authorizer: &str, identity: &[String], now: Timestamp, ttl: Duration, answer: &Value) {
        if ttl.is_zero() {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MANY {
            known.retain(|_, (until, _)| *until > now);
        }
        known.insert((authorizer.to_owned(), identity.to_vec()), (now + ttl, answer.clone()));
    }

    /// Forgets everything: what decided may have changed.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
