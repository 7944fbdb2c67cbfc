//! What is left out of what leaves the machine, since it may be committed: values whose names say that they are secrets, and what patterns
//! of the project's own match.

use std::sync::{Arc, Mutex, PoisonError};

/// Parts of names whose values are secrets, without `-` and `_`.
const PARTS: &[&str] = &[
    "accesskey",
    "apikey",
    "authenticat",
    "authorization",
    "cookie",
    "credential",
    "csrf",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "session",
    "signature",
    "token",
    "xsrf",
];

/// Names of query parameters whose values are secrets, where a part of a name says too little.
const PARAMETERS: &[&str] = &["auth", "code", "key", "pass", "pwd", "sig"];

/// Whether the value of a header, a query parameter or a key of this name is a secret.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
    PARTS.iter().any(|part| plain.contains(part))
}

/// Whether the value of a query parameter of this name is a secret.
#[must_use]
pub fn is_secret_parameter(name: &str) -> bool {
    PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(name)) || is_secret(name)
}

/// An origin and what it has set.
type Said = (String, Vec<String>);

/// The regular expressions of a run's files that match secrets. Whoever compiles them has checked them. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    said: Arc<Mutex<Vec<Said>>>,
}

impl Patterns {
    /// Puts `patterns` in place of those that `origin` has set.
    pub fn replace(&self, origin: &str, patterns: Vec<String>) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.retain(|(known, _)| known != origin);
        said.push((origin.to_owned(), patterns));
    }

    /// All of them, by origin, each once.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner).clone();
        said.sort();
        let mut all: Vec<String> = Vec::new();
        for pattern in said.into_iter().flat_map(|(_, patterns)| patterns) {
            if !all.contains(&pattern) {
                all.push(pattern);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_secret() {
        let secret = "Authorization X-Api-Key api_key apiKey access_token X-Amz-Signature X-Amz-Security-Token X-Amz-Credential password \
                      client_secret Set-Cookie refreshToken AWSAccessKeyId x-csrf-token private_key";
        for name in secret.split_whitespace() {
            assert!(is_secret(name) && is_secret_parameter(name), "{name}");
        }
        for name in ["author", "monkey", "key", "code", "content-type", "X-Amz-Date", "sig", "pass"] {
            assert!(!is_secret(name), "{name}");
        }
        assert!(is_secret_parameter("Sig") && is_secret_parameter("code") && !is_secret_parameter("monkey"));
    }

    #[test]
    fn patterns_of_one_origin_are_replaced_together() {
        let patterns = Patterns::default();
        patterns.replace("b", vec!["x".into(), "y".into()]);
        patterns.replace("a", vec!["y".into()]);
        assert_eq!(patterns.all(), ["y", "x"]);
        patterns.replace("b", Vec::new());
        assert_eq!(patterns.all(), ["y"]);
    }
}
