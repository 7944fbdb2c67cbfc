//! What one invocation has used of what is limited for each invocation.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use greenroom_host::Limit;
use tokio::sync::Semaphore;

/// Counts by the name of the limit, and what may be open at a time.
#[derive(Debug, Default)]
pub struct Uses {
    counts: Mutex<BTreeMap<&'static str, u64>>,
    connections: OnceLock<Arc<Semaphore>>,
}

impl Uses {
    /// Counts one more use of what `limit` is about; how many there are now.
    pub fn count(&self, limit: &Limit) -> u64 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(limit.name).or_default();
        *count += 1;
        *count
    }

    /// Room for as many connections at a time as `limit` allows.
    #[must_use]
    pub fn connections(&self, limit: &Limit) -> Arc<Semaphore> {
        let most = usize::try_from(limit.most).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Arc::clone(self.connections.get_or_init(|| Arc::new(Semaphore::new(most))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_counted_for_itself() {
        let limit = |name| Limit { name, of: "things", most: 1, url: "https://example.com" };
        let uses = Uses::default();
        let counted = [limit("a"), limit("b"), limit("a")].map(|limit| uses.count(&limit));
        assert_eq!(counted, [1, 1, 2]);
    }
}
