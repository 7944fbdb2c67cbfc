//! Faults on purpose: seeded rules that say what goes wrong where, applied at the boundary between guest code and services, and where
//! events are delivered.
//!
//! A boundary asks [`Faults::at`] with what it is about to do, and does what comes back. Every rule has a stream of randomness and counts
//! of its own, so that the same rules meet the same calls in the same way, whatever other rules there are, and ids stay as they are.

mod reach;
mod rule;
mod strike;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

pub use reach::Surface;
pub use rule::{Action, Failure, Rule, Scope, When};
pub use strike::{DELIVERY, Fate};

use self::reach::Reach;
use crate::ids::SplitMix;

/// The origin of rules that were added to a running program. They are asked before those of files.
pub const ADDED: &str = "api";

/// The rules of a run. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Faults {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether there are rules at all: what a call without any costs.
    any: AtomicBool,
    /// How long services have to keep what was before each write, in milliseconds, for reads that see it; zero: not at all.
    past_ms: AtomicU64,
    rules: Mutex<Vec<Live>>,
    reach: RwLock<Reach>,
}

/// A rule with what it has done.
struct Live {
    /// Who set it: rules of one origin are replaced together.
    origin: String,
    rule: Rule,
    random: SplitMix,
    matched: u64,
    applied: u64,
}

impl Live {
    fn new(origin: &str, rule: Rule) -> Self {
        Self { origin: origin.to_owned(), random: SplitMix(rule.seed), rule, matched: 0, applied: 0 }
    }

    /// Counts one more call that the rule is for. Whether it strikes.
    fn strikes(&mut self) -> bool {
        self.matched += 1;
        let strikes = match self.rule.when {
            When::Always => true,
            When::First(count) => self.matched <= count,
            When::Every(nth) => self.matched.is_multiple_of(nth),
            // 53 bits are all that a float holds exactly.
            #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
            When::Chance(chance) => ((self.random.next() >> 11) as f64) / ((1_u64 << 53) as f64) < chance,
        };
        self.applied += u64::from(strikes);
        strikes
    }
}

/// What is about to be done, and what can go wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The app whose code calls, or for which an event is.
    pub app: &'a str,
    /// What kind of service it is, and what can go wrong there.
    pub surface: &'static Surface,
    /// `get`, `PUT`, `cron.tick`.
    pub operation: &'a str,
    /// What it is done to, by every name that it has: a rule is for it if it names one of them.
    pub resources: &'a [String],
}

/// What the rules make of one call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Struck {
    /// How much later it happens; zero for at once.
    pub latency: Duration,
    /// What happens instead of what should, or with it.
    pub action: Option<Action>,
    /// One line for each rule that struck, for the journal.
    pub notes: Vec<String>,
}

/// A rule as it stands in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The rule.
    pub rule: Rule,
    /// Who set it.
    pub origin: String,
    /// How many calls it was for.
    pub matched: u64,
    /// How many of them it struck.
    pub applied: u64,
}

impl Faults {
    /// What goes wrong with `site`; none where nothing does. Latencies add up; of what else rules say, the first rule's counts. Rules
    /// count on whether or not another one comes before them.
    #[must_use]
    pub fn at(&self, site: &Site<'_>) -> Option<Struck> {
        if !self.any() {
            return None;
        }
        let mut struck = Struck::default();
        for live in self.rules().iter_mut() {
            if !live.rule.is_for(site) || !live.strikes() {
                continue;
            }
            struck.latency += live.rule.latency;
            let acts = live.rule.action != Action::Latency;
            if acts && struck.action.is_some() {
                continue;
            }
            if acts {
                struck.action = Some(live.rule.action.clone());
            }
            struck.notes.push(live.rule.note());
        }
        (!struck.notes.is_empty()).then_some(struck)
    }

    /// Whether there are rules: where not, nobody has to find out what names a resource has.
    #[must_use]
    pub fn any(&self) -> bool {
        self.shared.any.load(Ordering::Relaxed)
    }

    /// How long services have to keep what was before a write, since a rule makes reads see it; none where no rule does.
    #[must_use]
    pub fn keeps_past(&self) -> Option<Duration> {
        let past = self.shared.past_ms.load(Ordering::Relaxed);
        (past > 0).then(|| Duration::from_millis(past))
    }

    /// Whether there is an app that `pattern` covers; if not, a sentence that says so.
    #[must_use]
    pub fn doubt_app(&self, pattern: &str) -> Option<String> {
        self.shared.reach.read().unwrap_or_else(PoisonError::into_inner).doubt_app(pattern)
    }

    /// Adds a rule behind the others. One of the same name makes way, and with it its counts.
    pub fn add(&self, origin: &str, rule: Rule) {
        let mut rules = self.rules();
        let fresh = Live::new(origin, rule);
        match rules.iter_mut().find(|live| live.rule.name == fresh.rule.name) {
            Some(live) => *live = fresh,
            None => rules.push(fresh),
        }
        self.changed(&mut rules);
    }

    /// Puts `rules` in place of all that `origin` has set. A rule that stays as it is keeps its counts and its randomness.
    pub fn replace(&self, origin: &str, fresh: Vec<Rule>) {
        let mut rules = self.rules();
        let (mut before, others): (Vec<_>, Vec<_>) = rules.drain(..).partition(|live| live.origin == origin);
        let kept = fresh.into_iter().map(|rule| match before.iter().position(|live| live.rule == rule) {
            Some(same) => before.swap_remove(same),
            None => Live::new(origin, rule),
        });
        let mut all: Vec<Live> = kept.collect();
        all.extend(others);
        *rules = all;
        self.changed(&mut rules);
    }

    /// Removes the rules for which `which` is true of name and origin. How many there were.
    pub fn remove(&self, which: impl Fn(&str, &str) -> bool) -> usize {
        let mut rules = self.rules();
        let before = rules.len();
        rules.retain(|live| !which(&live.rule.name, &live.origin));
        self.changed(&mut rules);
        before - rules.len()
    }

    /// The rules, in the order in which they are asked.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        let listed =
            |live: &Live| Listed { rule: live.rule.clone(), origin: live.origin.clone(), matched: live.matched, applied: live.applied };
        self.rules().iter().map(listed).collect()
    }

    /// A name that no rule has: `fault-1`.
    #[must_use]
    pub fn free_name(&self) -> String {
        let rules = self.rules();
        let free = |name: &String| rules.iter().all(|live| live.rule.name != *name);
        (1..=rules.len() + 1).map(|number| format!("fault-{number}")).find(free).unwrap_or_default()
    }

    /// Says what there is in `app` that can go wrong, in place of what was said of it before.
    pub fn know(&self, app: &str, parts: Vec<(&'static Surface, Vec<String>)>) {
        self.shared.reach.write().unwrap_or_else(PoisonError::into_inner).set(app, parts);
    }

    /// Says one thing more of `app` that can go wrong; what was said before of that service makes way.
    pub fn know_too(&self, app: &str, surface: &'static Surface, resources: Vec<String>) {
        self.shared.reach.write().unwrap_or_else(PoisonError::into_inner).add(app, surface, resources);
    }

    /// Why `rule` can never strike as things are, in one sentence; none where it can.
    #[must_use]
    pub fn doubt(&self, rule: &Rule) -> Option<String> {
        self.shared.reach.read().unwrap_or_else(PoisonError::into_inner).doubt(rule)
    }

    fn changed(&self, rules: &mut [Live]) {
        rules.sort_by_key(|live| live.origin != ADDED);
        self.shared.any.store(!rules.is_empty(), Ordering::Relaxed);
        let windows = rules.iter().filter_map(|live| if let Action::Stale(window) = live.rule.action { Some(window) } else { None });
        let longest = windows.max().unwrap_or_default();
        self.shared.past_ms.store(u64::try_from(longest.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Live>> {
        self.shared.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
