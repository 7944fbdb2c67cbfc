//! How many calls an invocation may make, in the vendor's words where it makes more.

use greenroom_channel::CallError;
use greenroom_host::{Limit, LimitWatch, Words};
use greenroom_platforms::Platform;
use greenroom_supervisor::Uses;

/// What one invocation of an app may call.
pub(crate) struct Quota {
    watch: LimitWatch,
    subrequests: Limit,
    words: Words,
}

impl Quota {
    /// What `platform` allows; `configured` is the number that the app itself sets.
    pub(crate) fn of(platform: &dyn Platform, configured: Option<u64>, watch: LimitWatch) -> Self {
        Self { watch, subrequests: platform.limits().subrequests.or(configured), words: platform.words() }
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

    #[test]
    fn the_relaxed_profile_refuses_none() {
        let (uses, relaxed) = (Uses::default(), quota(Profile::Relaxed));
        assert!((0..5).all(|_| relaxed.outside(&uses).is_ok()));
    }
}
