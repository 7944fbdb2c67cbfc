//! The rules for requests to the outside, as the control API sees them.

use std::path::PathBuf;

use greenroom_control::{ListedOutbound, Outbound, OutboundList, OutboundPolicy, OutboundRule, Problem};
use greenroom_host::Host;
use greenroom_outbound::rules::{ADDED, Action, Content, Listed, Policy, Reply, Rules};

use crate::settings::{Folders, outbound_rule, policy};

/// The rules of a run.
pub(crate) struct Keeper {
    pub(crate) rules: Rules,
    pub(crate) host: Host,
    /// Where the run was started: files of rules are there.
    pub(crate) here: PathBuf,
}

impl Keeper {
    fn listed(&self, listed: &Listed) -> ListedOutbound {
        let warning = listed.rule.app.as_ref().and_then(|app| self.host.faults.doubt_app(app));
        ListedOutbound { rule: written(listed), origin: listed.origin.clone(), matched: listed.matched, warning }
    }

    fn free_name(&self) -> String {
        let rules = self.rules.list();
        let free = |name: &String| rules.iter().all(|listed| listed.rule.name != *name);
        (1..=rules.len() + 1).map(|number| format!("outbound-{number}")).find(free).unwrap_or_default()
    }
}

impl Outbound for Keeper {
    fn list(&self) -> OutboundList {
        let word = |policy| match policy {
            Policy::Pass => OutboundPolicy::Pass,
            Policy::Deny => OutboundPolicy::Deny,
        };
        let (default, set_default) = (word(self.rules.policy()), self.rules.set().map(word));
        OutboundList { default, set_default, rules: self.rules.list().iter().map(|listed| self.listed(listed)).collect() }
    }

    fn add(&self, rule: OutboundRule) -> Result<ListedOutbound, Problem> {
        let rule = outbound_rule(&rule, &self.free_name(), &Folders::of(&self.here))?;
        self.rules.add(ADDED, rule.clone());
        Ok(self.listed(&Listed { rule, origin: ADDED.to_owned(), matched: 0 }))
    }

    fn remove(&self, name: Option<&str>, all: bool) -> usize {
        self.rules.remove(|known, origin| name.map_or(all || origin == ADDED, |name| name == known))
    }

    fn set_policy(&self, set: Option<OutboundPolicy>) {
        self.rules.set_policy(set.map(policy));
    }
}

/// A rule as people write it.
fn written(listed: &Listed) -> OutboundRule {
    let rule = &listed.rule;
    let mut written = OutboundRule {
        name: Some(rule.name.clone()),
        app: rule.app.clone(),
        host: rule.host.clone(),
        methods: rule.methods.clone(),
        path: rule.path.clone(),
        times: rule.times,
        ..OutboundRule::default()
    };
    let word = match &rule.action {
        Action::Reply(Reply { status, headers, body }) => {
            written.status = Some(*status);
            written.headers = headers.iter().cloned().collect();
            match body {
                Content::Bytes(bytes) if bytes.is_empty() => {}
                Content::Bytes(bytes) => written.body = Some(String::from_utf8_lossy(bytes).into_owned()),
                Content::File(path) => written.file = Some(path.display().to_string()),
            }
            "reply"
        }
        Action::Pass => "pass",
        Action::Deny => "deny",
        Action::Record(to) | Action::Replay(to) => {
            written.to = Some(to.display().to_string());
            if matches!(rule.action, Action::Record(_)) { "record" } else { "replay" }
        }
    };
    written.action = Some(word.to_owned());
    written
}
