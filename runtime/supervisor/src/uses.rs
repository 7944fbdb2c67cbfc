//! What one invocation has used of what is limited for each invocation.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use greenroom_host::Limit;

/// Counts by the name of the limit.
#[derive(Debug, Default)]
pub struct Uses(Mutex<BTreeMap<&'static str, u64>>);

impl Uses {
    /// Counts one more use of what `limit` is about; how many there are now.
    pub fn count(&self, limit: &Limit) -> u64 {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(limit.name).or_default();
        *count += 1;
        *count
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
