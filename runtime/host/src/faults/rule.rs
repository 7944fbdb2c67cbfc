//! What a rule says.

use std::time::Duration;

use super::Site;
use crate::glob;

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What it is called, in lists and in the journal.
    pub name: String,
    /// Which calls it is for.
    pub scope: Scope,
    /// Which of them it strikes.
    pub when: When,
    /// Where its stream of randomness begins.
    pub seed: u64,
    /// How much later what it strikes happens; with any action.
    pub latency: Duration,
    /// What it does.
    pub action: Action,
}

/// Which calls a rule is for: all that each of these patterns covers, where `*` stands for any characters and `?` for one. None: any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// The app.
    pub app: Option<String>,
    /// The kind of service: `kv`, `d1`, `fetch`.
    pub service: Option<String>,
    /// What is asked of it; upper and lower case are one.
    pub operation: Option<String>,
    /// What it is asked of: a binding, an id, a key, a URL.
    pub resource: Option<String>,
}

/// Which of the calls that it is for a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// All.
    Always,
    /// The first so many.
    First(u64),
    /// Each whose number can be divided by this, which is not 0.
    Every(u64),
    /// Each with this probability, from 0 to 1.
    Chance(f64),
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Nothing but the latency.
    Latency,
    /// It fails, and is not done.
    Error(Failure),
    /// It is refused because there is too much of it.
    Throttle,
    /// It is done, and the connection breaks off before the answer comes. Of an event: it gets lost.
    Drop,
    /// A read sees what was before writes of so long ago.
    Stale(Duration),
    /// The guest's process ends at once.
    Crash,
    /// What runs takes longer than it may, and is ended.
    Timeout,
    /// An event is delivered twice.
    Duplicate,
    /// What was last comes first.
    Reorder,
    /// Others see at once what was received for one alone.
    LoseVisibility,
    /// A part of a batch fails.
    Partial,
}

/// How something fails; what is left open is the service's own choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// One of the errors that the service has by name: `locked`.
    pub code: Option<String>,
    /// An HTTP status, where the service speaks of such.
    pub status: Option<u16>,
    /// The text, in place of the vendor's.
    pub message: Option<String>,
}

impl Action {
    /// What it is called.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Latency => "latency",
            Self::Error(_) => "error",
            Self::Throttle => "throttle",
            Self::Drop => "drop",
            Self::Stale(_) => "stale",
            Self::Crash => "crash",
            Self::Timeout => "timeout",
            Self::Duplicate => "duplicate",
            Self::Reorder => "reorder",
            Self::LoseVisibility => "lose-visibility",
            Self::Partial => "partial",
        }
    }
}

impl Rule {
    /// Whether the rule is for `site`: its patterns cover it, and what the rule does can happen there.
    pub(super) fn is_for(&self, site: &Site<'_>) -> bool {
        let Scope { app, service, operation, resource } = &self.scope;
        let covers = |pattern: &Option<String>, text: &str| pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, text));
        covers(app, site.app)
            && covers(service, site.surface.service)
            && operation.as_ref().is_none_or(|pattern| glob::matches_ignoring_case(pattern, site.operation))
            && resource.as_ref().is_none_or(|pattern| site.resources.iter().any(|name| glob::matches(pattern, name)))
            && site.surface.takes(&self.action)
    }

    /// One line for the journal: `slow: latency of 250ms`.
    pub(super) fn note(&self) -> String {
        let what = match &self.action {
            Action::Error(Failure { code: Some(what), .. } | Failure { message: Some(what), .. }) => format!("error {what}"),
            Action::Error(Failure { status: Some(status), .. }) => format!("error {status}"),
            Action::Stale(by) => format!("stale by {}", span(*by)),
            other => other.word().to_owned(),
        };
        match (self.latency.is_zero(), &self.action) {
            (false, Action::Latency) => format!("{}: latency of {}", self.name, span(self.latency)),
            (false, _) => format!("{}: {what} after {}", self.name, span(self.latency)),
            (true, _) => format!("{}: {what}", self.name),
        }
    }
}

fn span(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    if milliseconds.is_multiple_of(1000) { format!("{}s", milliseconds / 1000) } else { format!("{milliseconds}ms") }
}
