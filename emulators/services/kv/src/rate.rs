//! How often a key is written. <https://developers.cloudflare.com/kv/platform/limits/>

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::limits::WRITE_INTERVAL_MS;

/// As many keys are remembered before those are forgotten that may be written again.
const REMEMBERED: usize = 1024;

/// When each key was written last. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct WriteRate {
    last: Arc<Mutex<HashMap<String, i64>>>,
}

impl WriteRate {
    /// Notes a write at `now`, in milliseconds. False: it comes too soon after the one before, and is not noted.
    pub(crate) fn admits(&self, key: &str, now: i64) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: &i64| (0..WRITE_INTERVAL_MS).contains(&(now - at));
        if last.get(key).is_some_and(is_recent) {
            return false;
        }
        if last.len() >= REMEMBERED {
            last.retain(|_, at| is_recent(at));
        }
        last.insert(key.to_owned(), now);
        true
    }

    /// The namespace has another content: no key of it was written just now.
    pub(crate) fn forget(&self) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_once_a_second() {
        let rate = WriteRate::default();
        assert!(rate.admits("a", 5_000) && rate.admits("b", 5_000));
        assert!(!rate.admits("a", 5_999) && rate.admits("a", 6_000));
        // A clock that was set back does not lock a key.
        assert!(rate.admits("a", 1_000));
        for index in 0..3 * REMEMBERED {
            assert!(rate.admits(&format!("k{index}"), 10_000 * i64::try_from(index).unwrap()));
        }
        assert!(rate.last.lock().unwrap().len() <= REMEMBERED);
    }
}
