//! What becomes of requests to the outside: rules that answer them, let them pass, deny them, or record them once and play them back.
//!
//! Each place that a request is sent to is asked for, so that a redirect leads nowhere that a rule forbids.

mod answer;
mod recording;
mod redact;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use greenroom_host::glob;
use http::Method;
use url::Url;

pub(crate) use answer::denied;

use crate::own::reaches;

/// The origin of rules that were added to a running program. They are asked before those of files.
pub const ADDED: &str = "api";

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it is called.
    pub name: String,
    /// Of which apps; a pattern of `*` and `?`, as in the next but one.
    pub app: Option<String>,
    /// To which hosts; with a port to that one alone.
    pub host: Option<String>,
    /// With which methods, in capitals; none: any.
    pub methods: Vec<String>,
    /// To which paths, with or without the query.
    pub path: Option<String>,
    /// For how many requests.
    pub times: Option<u64>,
    /// What becomes of them.
    pub action: Action,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It is answered here.
    Reply(Reply),
    /// It goes out.
    Pass,
    /// It fails.
    Deny,
    /// It is answered from this folder; what is not there goes out, and its answer is kept there.
    Record(PathBuf),
    /// It is answered from this folder; what is not there fails.
    Replay(PathBuf),
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Content,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// These bytes.
    Bytes(Bytes),
    /// Those of a file, as it is then.
    File(PathBuf),
}

/// What becomes of requests that no rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// They go out.
    #[default]
    Pass,
    /// They fail.
    Deny,
}

/// A policy that a file sets for apps.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FilePolicy {
    origin: String,
    app: Option<String>,
    policy: Policy,
}

/// What is to become of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Who says so: a rule's name; none: nobody, or the policy.
    pub(crate) rule: Option<String>,
    pub(crate) action: Action,
}

/// The rules of a run. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    live: Vec<Listed>,
    set: Option<Policy>,
    files: Vec<FilePolicy>,
    /// Where this program listens for those who drive it.
    own: Vec<SocketAddr>,
}

/// A rule with what it has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The rule.
    pub rule: Rule,
    /// Who set it.
    pub origin: String,
    /// How many requests it was for.
    pub matched: u64,
}

impl Rules {
    /// What is to become of a request of `app`.
    pub(crate) fn decide(&self, app: &str, method: &Method, url: &Url) -> Verdict {
        let mut state = self.lock();
        let found = state.live.iter_mut().find(|live| live.rule.is_for(app, method, url) && live.is_left());
        if let Some(live) = found {
            live.matched += 1;
            return Verdict { rule: Some(live.rule.name.clone()), action: live.rule.action.clone() };
        }
        let action = match state.policy(app) {
            Policy::Pass => Action::Pass,
            Policy::Deny => Action::Deny,
        };
        Verdict { rule: None, action }
    }

    /// Adds a rule behind those of the same sort. One of the same name makes way, and with it its count.
    pub fn add(&self, origin: &str, rule: Rule) {
        let mut state = self.lock();
        let fresh = Listed { rule, origin: origin.to_owned(), matched: 0 };
        match state.live.iter_mut().find(|live| live.rule.name == fresh.rule.name) {
            Some(live) => *live = fresh,
            None => state.live.push(fresh),
        }
        state.sort();
    }

    /// Puts `rules` and `policy`, which is for `app` or for all, in place of what `origin` has set. A rule that stays as it is keeps its
    /// count.
    pub fn replace(&self, origin: &str, rules: Vec<Rule>, app: Option<String>, policy: Option<Policy>) {
        let mut state = self.lock();
        let (before, mut live): (Vec<_>, Vec<_>) = state.live.drain(..).partition(|live| live.origin == origin);
        let matched = |rule: &Rule| before.iter().find(|live| live.rule == *rule).map_or(0, |live| live.matched);
        live.extend(rules.into_iter().map(|rule| Listed { matched: matched(&rule), origin: origin.to_owned(), rule }));
        state.live = live;
        state.sort();
        state.files.retain(|file| file.origin != origin);
        state.files.extend(policy.map(|policy| FilePolicy { origin: origin.to_owned(), app, policy }));
    }

    /// Removes the rules for which `which` is true of name and origin. How many there were.
    pub fn remove(&self, which: impl Fn(&str, &str) -> bool) -> usize {
        let mut state = self.lock();
        let before = state.live.len();
        state.live.retain(|live| !which(&live.rule.name, &live.origin));
        before - state.live.len()
    }

    /// Says what becomes of requests that no rule is for; none: what files say.
    pub fn set_policy(&self, policy: Option<Policy>) {
        self.lock().set = policy;
    }

    /// What [`Rules::set_policy`] said last.
    #[must_use]
    pub fn set(&self) -> Option<Policy> {
        self.lock().set
    }

    /// What becomes of requests of no app in particular that no rule is for.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.lock().policy("")
    }

    /// Closes `listener`, where this program is driven, to the code of all apps, whatever rules say.
    pub fn close(&self, listener: SocketAddr) {
        self.lock().own.push(listener);
    }

    /// Whether a connection from `here` has ended where code may not go.
    pub(crate) fn is_closed(&self, here: SocketAddr, there: SocketAddr) -> bool {
        self.lock().own.iter().any(|listener| reaches(*listener, here, there))
    }

    /// The rules, in the order in which they are asked.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        self.lock().live.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn sort(&mut self) {
        self.live.sort_by_key(|live| live.origin != ADDED);
    }

    fn policy(&self, app: &str) -> Policy {
        let is_for = |file: &&FilePolicy| file.app.as_ref().is_none_or(|pattern| glob::matches(pattern, app));
        self.set.or_else(|| self.files.iter().find(is_for).map(|file| file.policy)).unwrap_or_default()
    }
}

impl Listed {
    fn is_left(&self) -> bool {
        self.rule.times.is_none_or(|times| self.matched < times)
    }
}

impl Rule {
    fn is_for(&self, app: &str, method: &Method, url: &Url) -> bool {
        let covers = |pattern: &Option<String>, texts: &[&str]| {
            pattern.as_ref().is_none_or(|pattern| texts.iter().any(|text| glob::matches_ignoring_case(pattern, text)))
        };
        let host = url.host_str().unwrap_or_default();
        let with_port = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
        let path = url.path();
        let with_query = url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        let path_covers = |pattern: &String| glob::matches(pattern, path) || glob::matches(pattern, &with_query);
        self.app.as_ref().is_none_or(|pattern| glob::matches(pattern, app))
            && covers(&self.host, &[host, &with_port])
            && (self.methods.is_empty() || self.methods.iter().any(|wanted| wanted == method.as_str()))
            && self.path.as_ref().is_none_or(path_covers)
    }
}

#[cfg(test)]
mod tests;
