//! What happens where a limit of a vendor's is passed: production refuses, relaxed warns once, off does nothing.
//!
//! A limit is a constant beside the code that counts, with the page that states it. Whoever counts asks [`LimitWatch::refuses`] once the
//! number is passed, and answers in the vendor's words if it says so.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::diagnostic::Diagnostic;
use crate::limits::Profile;

/// A number that the vendor holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Its name here, area first: `kv.operations`. A name is warned about once in a run.
    pub name: &'static str,
    /// What is counted, in the plural: `KV operations in one invocation`.
    pub of: &'static str,
    /// The most that there may be.
    pub most: u64,
    /// The vendor's page that states it.
    pub url: &'static str,
}

impl Limit {
    /// The same limit with the number that the app's own configuration sets.
    #[must_use]
    pub fn or(self, configured: Option<u64>) -> Self {
        Self { most: configured.unwrap_or(self.most), ..self }
    }

    /// What an operator is told when it is passed.
    #[must_use]
    pub fn warning(&self, beyond: Beyond) -> Diagnostic {
        let does = match beyond {
            Beyond::Refused => "refuses",
            Beyond::Delayed => "delays",
            Beyond::CutOff => "cuts off",
        };
        Diagnostic::warning(format!("passed the limit of {} {}: production {does} what is beyond", grouped(self.most), self.of))
            .hint(format!("{} says so; `--profile production` {does} it here too", self.url))
    }
}

/// What the vendor does with what is beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// It is an error.
    Refused,
    /// It waits until there is room.
    Delayed,
    /// It ends there.
    CutOff,
}

type Report = Box<dyn Fn(Diagnostic) + Send + Sync>;

/// Decides what becomes of limits that are passed. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct LimitWatch {
    profile: Profile,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    report: OnceLock<Report>,
    warned: Mutex<BTreeSet<&'static str>>,
}

impl LimitWatch {
    /// As strict as `profile`; nobody hears warnings yet.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self { profile, shared: Arc::default() }
    }

    /// How strictly limits are held.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Warnings go to `report` from now on; only the first call counts.
    pub fn report_to(&self, report: impl Fn(Diagnostic) + Send + Sync + 'static) {
        let _ = self.shared.report.set(Box::new(report));
    }

    /// To be asked where `limit` is passed. True: what is beyond it must be refused. In the relaxed profile the operator is told, once.
    #[must_use]
    pub fn refuses(&self, limit: &Limit) -> bool {
        self.holds(limit, Beyond::Refused)
    }

    /// The same of a limit whose passing is no error. True: what is beyond it must be treated so.
    #[must_use]
    pub fn holds(&self, limit: &Limit, beyond: Beyond) -> bool {
        match self.profile {
            Profile::Production => true,
            Profile::Relaxed => {
                self.warn(limit, beyond);
                false
            }
            Profile::Off => false,
        }
    }

    /// The same where `count` may be within the limit.
    #[must_use]
    pub fn refuses_beyond(&self, limit: &Limit, count: u64) -> bool {
        count > limit.most && self.refuses(limit)
    }

    fn warn(&self, limit: &Limit, beyond: Beyond) {
        let Some(report) = self.shared.report.get() else { return };
        let new = self.shared.warned.lock().unwrap_or_else(PoisonError::into_inner).insert(limit.name);
        if new {
            report(limit.warning(beyond));
        }
    }
}

/// The number with a comma before each group of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { name: "test.things", of: "things in one test", most: 1_000, url: "https://example.com/limits" };

    fn warnings_of(profile: Profile) -> (LimitWatch, Arc<Mutex<Vec<Diagnostic>>>) {
        let (watch, heard) = (LimitWatch::new(profile), Arc::new(Mutex::new(Vec::new())));
        let sink = Arc::clone(&heard);
        watch.report_to(move |warning| sink.lock().unwrap().push(warning));
        (watch, heard)
    }

    #[test]
    fn relaxed_warns_once_and_refuses_nothing() {
        let (watch, heard) = warnings_of(Profile::Relaxed);
        assert!(!watch.refuses_beyond(&LIMIT, 1_000) && heard.lock().unwrap().is_empty());
        assert!(!watch.refuses_beyond(&LIMIT, 1_001) && !watch.clone().refuses(&LIMIT.or(Some(5))));
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].message, "passed the limit of 1,000 things in one test: production refuses what is beyond");
        assert!(heard[0].hints[0].starts_with("https://example.com/limits"));
    }

    #[test]
    fn production_refuses_and_off_does_nothing() {
        let (production, heard) = warnings_of(Profile::Production);
        assert!(production.refuses(&LIMIT) && !production.refuses_beyond(&LIMIT, 7) && heard.lock().unwrap().is_empty());
        let (off, heard) = warnings_of(Profile::Off);
        assert!(!off.refuses_beyond(&LIMIT, u64::MAX) && heard.lock().unwrap().is_empty());
    }

    #[test]
    fn the_warning_says_what_production_does() {
        for (beyond, does) in [(Beyond::Delayed, "delays"), (Beyond::CutOff, "cuts off")] {
            let (watch, heard) = warnings_of(Profile::Relaxed);
            assert!(!watch.holds(&LIMIT, beyond) && LimitWatch::new(Profile::Production).holds(&LIMIT, beyond));
            let message = heard.lock().unwrap()[0].message.clone();
            assert_eq!(message, format!("passed the limit of 1,000 things in one test: production {does} what is beyond"));
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([7, 999, 1_000, 131_072, 104_857_600].map(grouped), ["7", "999", "1,000", "131,072", "104,857,600"]);
    }
}
