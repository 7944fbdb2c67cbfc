//! What goes wrong on purpose, and what becomes of requests to the outside.

use serde_json::{Value, json};

use crate::clock::{array, text};
use crate::error::{Error, Result};
use crate::wire::{Control, encoded};

/// The rules of a run that say what goes wrong.
#[derive(Debug, Clone)]
pub struct Faults {
    control: Control,
}

impl Faults {
    pub(crate) fn new(control: Control) -> Self {
        Self { control }
    }

    /// Adds a rule: `json!({ "service": "kv", "operation": "put", "action": "throttle", "first": 1 })`. Gives its name.
    ///
    /// # Errors
    /// A rule that makes no sense, or that can never strike.
    pub fn add(&self, rule: Value) -> Result<String> {
        let added = self.control.ask("POST", "/v1/faults", rule)?;
        let name = text(&added, "name");
        if let Some(warning) = added["warning"].as_str() {
            self.remove(&name)?;
            return Err(Error::new("no-effect", format!("the fault can never strike: {warning}")));
        }
        Ok(name)
    }

    /// The rules, with how many calls each was for (`matched`) and how many it struck (`applied`).
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn list(&self) -> Result<Vec<Value>> {
        Ok(array(&self.control.ask("GET", "/v1/faults", Value::Null)?, "faults").to_vec())
    }

    /// How many calls a rule has struck.
    ///
    /// # Errors
    /// When there is no such rule.
    pub fn applied(&self, name: &str) -> Result<u64> {
        count(&self.list()?, name, "applied")
    }

    /// Removes a rule.
    ///
    /// # Errors
    /// When there is no such rule.
    pub fn remove(&self, name: &str) -> Result<()> {
        self.control.ask("DELETE", &format!("/v1/faults/{}", encoded(name)), Value::Null).map(drop)
    }

    /// Removes all that were added; those of files stay.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn clear(&self) -> Result<()> {
        self.control.ask("DELETE", "/v1/faults", Value::Null).map(drop)
    }
}

/// The rules of a run for requests to the outside. Which requests a rule is for is said by a URL without scheme, where `*` stands for any
/// characters: `feeds.example.com/*`.
#[derive(Debug, Clone)]
pub struct Outbound {
    control: Control,
}

impl Outbound {
    pub(crate) fn new(control: Control) -> Self {
        Self { control }
    }

    /// They are answered with this status and this text.
    ///
    /// # Errors
    /// What makes no sense.
    pub fn reply(&self, which: &str, status: u16, body: &str) -> Result<String> {
        self.add(which, json!({ "action": "reply", "status": status, "body": body }))
    }

    /// They are answered with this JSON.
    ///
    /// # Errors
    /// What makes no sense.
    #[expect(clippy::needless_pass_by_value, reason = "bodies are made where they are sent")]
    pub fn reply_json(&self, which: &str, body: Value) -> Result<String> {
        self.add(which, json!({ "action": "reply", "json": body }))
    }

    /// They go out, whatever later rules say.
    ///
    /// # Errors
    /// What makes no sense.
    pub fn pass(&self, which: &str) -> Result<String> {
        self.add(which, json!({ "action": "pass" }))
    }

    /// They fail, as if nobody were there.
    ///
    /// # Errors
    /// What makes no sense.
    pub fn deny(&self, which: &str) -> Result<String> {
        self.add(which, json!({ "action": "deny" }))
    }

    /// Adds a rule with these keys beside those that say which requests it is for: `methods`, `times`, `name`, `headers` … Gives its name.
    ///
    /// # Errors
    /// What makes no sense.
    pub fn add(&self, which: &str, mut rule: Value) -> Result<String> {
        let (host, path) = matcher(which);
        rule["host"] = host.into();
        if let Some(path) = path {
            rule["path"] = path.into();
        }
        Ok(text(&self.control.ask("POST", "/v1/outbound", rule)?, "name"))
    }

    /// Requests that no rule is for fail: no test meets the network.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn deny_others(&self) -> Result<()> {
        self.control.ask("PUT", "/v1/outbound/default", json!({ "default": "deny" })).map(drop)
    }

    /// Requests that no rule is for go out.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn pass_others(&self) -> Result<()> {
        self.control.ask("PUT", "/v1/outbound/default", json!({ "default": "pass" })).map(drop)
    }

    /// The rules, with how many requests each was for (`matched`).
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn list(&self) -> Result<Vec<Value>> {
        Ok(array(&self.control.ask("GET", "/v1/outbound", Value::Null)?, "rules").to_vec())
    }

    /// How many requests a rule was for.
    ///
    /// # Errors
    /// When there is no such rule.
    pub fn matched(&self, name: &str) -> Result<u64> {
        count(&self.list()?, name, "matched")
    }

    /// Removes all that was added; what files say holds again.
    ///
    /// # Errors
    /// When the run does not answer.
    pub fn clear(&self) -> Result<()> {
        self.control.ask("DELETE", "/v1/outbound", Value::Null).map(drop)
    }
}

fn count(rules: &[Value], name: &str, key: &str) -> Result<u64> {
    let rule = rules.iter().find(|rule| rule["name"] == name);
    rule.and_then(|rule| rule[key].as_u64()).ok_or_else(|| Error::new("not-found", format!("no rule is named {name}")))
}

/// Host and path of a URL that need not have a scheme.
fn matcher(which: &str) -> (&str, Option<&str>) {
    let rest = which.strip_prefix("https://").or_else(|| which.strip_prefix("http://")).unwrap_or(which);
    match rest.find('/') {
        Some(slash) => (&rest[..slash], Some(&rest[slash..])),
        None => (rest, None),
    }
}

#[cfg(test)]
mod tests {
    use super::matcher;

    #[test]
    fn a_url_is_host_and_path() {
        assert_eq!(matcher("https://a.example/b/*"), ("a.example", Some("/b/*")));
        assert_eq!(matcher("*.example:80"), ("*.example:80", None));
    }
}
