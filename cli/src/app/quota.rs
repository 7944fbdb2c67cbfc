//! How many calls an invocation may make, in the vendor's words where it makes more.

use std::sync::Arc;

use greenroom_channel::CallError;
use greenroom_host::{Beyond, Limit, LimitWatch, Words};
use greenroom_platforms::Platform;
use greenroom_supervisor::Uses;
use tokio::sync::OwnedSemaphorePermit;

/// What one invocation of an app may call.
pub(crate) struct Quota {
    watch: LimitWatch,
    subrequests: Limit,
    connections: Limit,
    wait_until: Limit,
    words: Words,
}

impl Quota {
    /// What `platform` allows; `configured` is the number that the app itself sets.
    pub(crate) fn of(platform: &dyn Platform, configured: Option<u64>, watch: LimitWatch) -> Self {
        let limits = platform.limits();
        let subrequests = limits.subrequests.or(configured);
        Self { watch, subrequests, connections: limits.connections, wait_until: limits.wait_until, words: platform.words() }
    }

    /// Counts a request to the outside.
    pub(crate) fn outside(&self, uses: &Uses) -> Result<(), CallError> {
        self.count(uses, &self.subrequests, self.words.subrequests)
    }

    /// Counts a call to a binding, whose kind may have a limit of its own.
    pub(crate) fn binding(&self, uses: &Uses, own: Option<&Limit>) -> Result<(), CallError> {
        self.count(uses, &self.subrequests, self.words.service_calls)?;
        own.map_or(Ok(()), |own| self.count(uses, own, self.words.service_calls))
    }

    /// Waits until there is room for one more connection; held until its answer is there. None: nobody keeps count of this one.
    pub(crate) async fn connection(&self, uses: &Uses) -> Option<OwnedSemaphorePermit> {
        let room = uses.connections(&self.connections);
        if let Ok(taken) = Arc::clone(&room).try_acquire_owned() {
            return Some(taken);
        }
        if self.watch.holds(&self.connections, Beyond::Delayed) { room.acquire_owned().await.ok() } else { None }
    }

    /// Whether work has to end that goes on for longer after an answer than it may.
    pub(crate) fn cuts_off(&self) -> bool {
        self.watch.holds(&self.wait_until, Beyond::CutOff)
    }

    fn count(&self, uses: &Uses, limit: &Limit, text: &str) -> Result<(), CallError> {
        let refused = self.watch.refuses_beyond(limit, uses.count(limit));
        if refused { Err(CallError::error(text)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use greenroom_host::Profile;

    use super::*;

    fn quota(profile: Profile) -> Quota {
        Quota::of(greenroom_platforms::PLATFORMS[0], Some(2), LimitWatch::new(profile))
    }

    #[test]
    fn calls_of_all_kinds_count_together_and_each_kind_for_itself() {
        let own = Limit { name: "test", of: "calls", most: 1, url: "https://example.com" };
        let uses = Uses::default();
        let production = quota(Profile::Production);
        assert_eq!(production.binding(&uses, Some(&own)), Ok(()));
        assert!(production.binding(&uses, Some(&own)).unwrap_err().message.starts_with("Too many API requests by single Worker"));
        assert!(production.outside(&uses).unwrap_err().message.starts_with("Too many subrequests by single Worker"));
        assert_eq!(production.outside(&Uses::default()), Ok(()));
    }

    #[tokio::test]
    async fn a_seventh_connection_waits_for_one_of_the_six() {
        let (uses, production) = (Uses::default(), quota(Profile::Production));
        let mut six = Vec::new();
        for _ in 0..6 {
            six.push(production.connection(&uses).await.unwrap());
        }
        let mut seventh = Box::pin(production.connection(&uses));
        assert!(futures::poll!(seventh.as_mut()).is_pending());
        assert!(production.connection(&Uses::default()).await.is_some(), "each invocation has its own");
        six.pop();
        assert!(seventh.await.is_some());
        assert!(quota(Profile::Relaxed).connection(&uses).await.is_some());
        drop(six);
    }

    #[test]
    fn the_relaxed_profile_refuses_none() {
        let (uses, relaxed) = (Uses::default(), quota(Profile::Relaxed));
        assert!((0..5).all(|_| relaxed.outside(&uses).is_ok()));
    }
}
