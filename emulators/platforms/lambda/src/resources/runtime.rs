//! Lambda's runtimes: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>.

use greenroom_host::{FORMER_RUNTIMES, RUNTIMES};
use serde::Serialize;

/// A runtime, by the vendor's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Runtime {
    /// `nodejs24.x`, `python3.13`, `provided.al2023` …
    pub name: String,
}

/// All that the vendor has had, of each language the newest first. Old ones run as the newer do.
pub(super) fn names() -> Vec<&'static str> {
    let mut names = [RUNTIMES, FORMER_RUNTIMES].concat();
    names.sort_unstable_by(|one, other| other.cmp(one));
    names
}

impl Runtime {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    /// Whether the vendor has, or had, a runtime of this name.
    #[must_use]
    pub fn is_known(&self) -> bool {
        [RUNTIMES, FORMER_RUNTIMES].concat().contains(&self.name.as_str())
    }

    /// Its language: the name without the version.
    #[must_use]
    pub fn family(&self) -> &str {
        self.name.find(|character: char| character.is_ascii_digit() || character == '.').map_or(self.name.as_str(), |at| &self.name[..at])
    }

    /// Whether it starts an executable of the project's own.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        matches!(self.family(), "provided" | "go")
    }

    /// <https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes>
    pub(super) fn has_snap_start(&self) -> bool {
        let version: f64 = self.name[self.family().len()..].trim_end_matches(".al2").parse().unwrap_or_default();
        let minor = self.name.strip_prefix("python3.").and_then(|minor| minor.parse::<u32>().ok());
        match self.family() {
            "java" => version >= 11.0,
            "python" => minor.is_some_and(|minor| minor >= 12),
            "dotnet" => version >= 8.0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_snap_start() {
        let family = |name: &str| Runtime::new(name).family().to_owned();
        assert_eq!(
            (family("nodejs24.x"), family("provided.al2023"), family("dotnetcore3.1")),
            ("nodejs".into(), "provided".into(), "dotnetcore".into())
        );
        let snap = |name: &str| Runtime::new(name).has_snap_start();
        assert!(snap("java21") && snap("python3.12") && snap("dotnet8") && !snap("python3.9") && !snap("nodejs24.x") && !snap("java8.al2"));
    }
}
