//! How much callers have called.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use greenroom_host::Timestamp;

use crate::config::{Period, Quota, UsagePlan};
use crate::throttle::Bucket;

/// Why a call is one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TooMany {
    /// In this moment.
    Throttled,
    /// In this period.
    Exhausted,
}

/// What is known of one key in one plan.
struct Used {
    /// How many calls may come at once; none: however many.
    bucket: Option<Bucket>,
    /// The period that is counted, and how many calls were in it.
    period: u64,
    first_period: u64,
    calls: u64,
}

/// Calls by plan and key.
#[derive(Default)]
pub(crate) struct Usage(Mutex<HashMap<(String, String), Used>>);

impl Usage {
    /// Counts a call by `key`, if the plan lets it.
    pub(crate) fn count(&self, plan: &UsagePlan, key: &str, now: Timestamp) -> Result<(), TooMany> {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let period = plan.quota.map_or(0, |quota| period_of(quota.period, now));
        let used = used.entry((plan.id.clone(), key.to_owned())).or_insert_with(|| Used {
            bucket: plan.throttle.map(|throttle| Bucket::full(throttle, now)),
            period,
            first_period: period,
            calls: 0,
        });
        if let Some((throttle, bucket)) = plan.throttle.zip(used.bucket.as_mut())
            && !bucket.has(throttle, now)
        {
            return Err(TooMany::Throttled);
        }
        if let Some(quota) = plan.quota {
            used.turn(period);
            if used.calls >= used.allowed(quota) {
                return Err(TooMany::Exhausted);
            }
        }
        used.bucket.iter_mut().for_each(Bucket::take);
        used.calls += 1;
        Ok(())
    }
}

impl Used {
    fn turn(&mut self, period: u64) {
        if self.period != period {
            (self.period, self.calls) = (period, 0);
        }
    }

    fn allowed(&self, quota: Quota) -> u64 {
        if self.period == self.first_period { quota.limit.saturating_sub(quota.offset) } else { quota.limit }
    }
}

/// A number that is another in each period.
fn period_of(period: Period, now: Timestamp) -> u64 {
    let days = now.seconds() / 86_400;
    match period {
        Period::Day => days,
        // 1970-01-01 was a Thursday: weeks begin on the Sunday before.
        Period::Week => (days + 4) / 7,
        Period::Month => {
            let iso = now.iso_8601();
            iso.get(..7).map_or(0, |month| month.replace('-', "").parse().unwrap_or(0))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::Throttle;

    #[test]
    fn calls_are_counted_by_the_clock() {
        let throttle = Some(Throttle { rate: 2.0, burst: 2 });
        let quota = Some(Quota { limit: 4, offset: 1, period: Period::Day });
        let plan = UsagePlan { id: "p".into(), stages: vec![], keys: vec![], throttle, quota };
        let usage = Usage::default();
        let noon = Timestamp(1_587_470_400_000);
        let count = |after: u64| usage.count(&plan, "k", noon + Duration::from_millis(after));
        assert_eq!([count(0), count(0), count(0)], [Ok(()), Ok(()), Err(TooMany::Throttled)]);
        assert_eq!([count(500), count(500)], [Ok(()), Err(TooMany::Throttled)]);
        assert_eq!(count(10_000), Err(TooMany::Exhausted));
        assert_eq!(usage.count(&plan, "other", noon), Ok(()));
        let tomorrow = 86_400_000;
        assert_eq!((0..5).map(|hour| count(tomorrow + hour * 1000).is_ok()).collect::<Vec<_>>(), [true, true, true, true, false]);
        assert_ne!(period_of(Period::Month, Timestamp(0)), period_of(Period::Month, Timestamp(31 * 86_400_000)));
        assert_eq!(period_of(Period::Week, Timestamp(3 * 86_400_000)), period_of(Period::Week, Timestamp(2 * 86_400_000)) + 1);
    }
}
