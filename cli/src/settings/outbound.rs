//! Rules for requests to the outside: from how people write them to what the service follows.

use std::path::{Path, PathBuf};

use greenroom_control::{OutboundPolicy, OutboundRule, Problem};
use greenroom_outbound::rules::{Action, Content, Policy, Reply, Rule};
use http::{HeaderName, HeaderValue, Method};

/// What can become of requests.
const ACTIONS: &str = "`reply`, `pass`, `deny`, `record`, `replay`";

/// Where files of rules are.
pub(crate) struct Folders {
    /// Paths are relative to this.
    base: PathBuf,
}

impl Folders {
    /// Of rules that stand in a file in `base`, or that were given to a run in `base`.
    pub(crate) fn of(base: &Path) -> Self {
        Self { base: base.to_owned() }
    }

    fn recordings(&self, to: Option<&String>) -> PathBuf {
        to.map_or_else(|| self.base.join(".greenroom/recordings"), |to| self.base.join(to))
    }
}

pub(crate) fn policy(written: OutboundPolicy) -> Policy {
    match written {
        OutboundPolicy::Pass => Policy::Pass,
        OutboundPolicy::Deny => Policy::Deny,
    }
}

/// The rule that `written` says; `free` is its name if it has none.
///
/// # Errors
/// What makes no sense, with the key first.
pub(crate) fn rule(written: &OutboundRule, free: &str, folders: &Folders) -> Result<Rule, Problem> {
    let name = written.name.clone().unwrap_or_else(|| free.to_owned());
    if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) || name.contains('/') || name == "default" {
        return Err(Problem::invalid(format!("`name`: `{name}` is no name for a rule")).hint("write letters, digits, `-`, `.`"));
    }
    if let Some(host) = written.host.as_ref().filter(|host| host.is_empty() || host.contains(['/', '@', ' '])) {
        return Err(Problem::invalid(format!("`host`: `{host}` is no host"))
            .hint("write `api.example.com`, `*.example.com` or `localhost:3000`; the path goes into `path`"));
    }
    if let Some(path) = written.path.as_ref().filter(|path| !path.starts_with(['/', '*', '?'])) {
        return Err(Problem::invalid(format!("`path`: `{path}` does not begin with `/`")));
    }
    if written.times == Some(0) {
        return Err(Problem::invalid("`times`: 0 would make a rule for nothing"));
    }
    let action = action(written, folders)?;
    let any = |pattern: &Option<String>| pattern.clone().filter(|pattern| pattern != "*");
    let (app, host, path) = (any(&written.app), any(&written.host), any(&written.path));
    Ok(Rule { name, app, host, methods: methods(written)?, path, times: written.times, action })
}

fn methods(written: &OutboundRule) -> Result<Vec<String>, Problem> {
    let method = |method: &String| {
        let known = Method::from_bytes(method.to_uppercase().as_bytes());
        known.map(|method| method.to_string()).map_err(|_| Problem::invalid(format!("`methods`: `{method}` is no method")))
    };
    written.methods.iter().map(method).collect()
}

fn action(written: &OutboundRule, folders: &Folders) -> Result<Action, Problem> {
    let replies = reply_key(written);
    let word = match (written.action.as_deref(), replies) {
        (Some(word), _) => word,
        (None, Some(_)) => "reply",
        (None, None) => return Err(Problem::invalid("`action`: the rule does nothing").hint(format!("give one of {ACTIONS}"))),
    };
    let records = matches!(word, "record" | "replay");
    let strange = replies.filter(|_| word != "reply").or(written.to.as_ref().filter(|_| !records).map(|_| "to"));
    match (word, strange) {
        ("reply" | "pass" | "deny" | "record" | "replay", Some(key)) => {
            Err(Problem::invalid(format!("`{key}`: means nothing with the action `{word}`")))
        }
        ("reply", None) => Ok(Action::Reply(reply(written, folders)?)),
        ("pass", None) => Ok(Action::Pass),
        ("deny", None) => Ok(Action::Deny),
        ("record", None) => Ok(Action::Record(folders.recordings(written.to.as_ref()))),
        ("replay", None) => Ok(Action::Replay(folders.recordings(written.to.as_ref()))),
        (other, _) => Err(Problem::invalid(format!("`action`: there is no `{other}`")).hint(format!("there is {ACTIONS}"))),
    }
}

/// The first key that is given and says something of replies.
fn reply_key(written: &OutboundRule) -> Option<&'static str> {
    let given = [
        ("status", written.status.is_some()),
        ("headers", !written.headers.is_empty()),
        ("body", written.body.is_some()),
        ("json", written.json.is_some()),
        ("file", written.file.is_some()),
    ];
    given.into_iter().find(|(_, is_given)| *is_given).map(|(key, _)| key)
}

fn reply(written: &OutboundRule, folders: &Folders) -> Result<Reply, Problem> {
    let status = written.status.unwrap_or(200);
    if !(200..=599).contains(&status) {
        return Err(Problem::invalid(format!("`status`: {status} is no status of an answer")));
    }
    let mut headers = Vec::new();
    for (name, value) in &written.headers {
        if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_bytes(value.as_bytes()).is_err() {
            return Err(Problem::invalid(format!("`headers`: `{name}: {value}` is no header")));
        }
        headers.push((name.to_lowercase(), value.clone()));
    }
    let body = match (&written.body, &written.json, &written.file) {
        (None, None, None) => Content::Bytes(bytes::Bytes::new()),
        (Some(text), None, None) => Content::Bytes(text.clone().into()),
        (None, Some(json), None) => {
            if !headers.iter().any(|(name, _)| name == "content-type") {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
            }
            Content::Bytes(json.to_string().into())
        }
        (None, None, Some(file)) => {
            let path = folders.base.join(file);
            if !path.is_file() {
                return Err(Problem::invalid(format!("`file`: there is no file `{}`", path.display())));
            }
            Content::File(path)
        }
        _ => return Err(Problem::invalid("`body`, `json` and `file` exclude each other: give one of them")),
    };
    Ok(Reply { status, headers, body })
}
