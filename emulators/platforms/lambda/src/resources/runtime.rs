//! Lambda's runtimes: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>.

use serde::Serialize;

/// A runtime, by the vendor's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Runtime {
    /// `nodejs24.x`, `python3.13`, `provided.al2023` …
    pub name: String,
}

/// All that the vendor has had. Old ones run as the newer do.
pub(super) const NAMES: &[&str] = &[
    "nodejs24.x",
    "nodejs22.x",
    "nodejs20.x",
    "nodejs18.x",
    "nodejs16.x",
    "nodejs14.x",
    "nodejs12.x",
    "nodejs10.x",
    "nodejs8.10",
    "nodejs6.10",
    "nodejs4.3",
    "nodejs",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "python3.9",
    "python3.8",
    "python3.7",
    "python3.6",
    "python2.7",
    "ruby3.4",
    "ruby3.3",
    "ruby3.2",
    "ruby2.7",
    "ruby2.5",
    "java25",
    "java21",
    "java17",
    "java11",
    "java8.al2",
    "java8",
    "dotnet10",
    "dotnet9",
    "dotnet8",
    "dotnet6",
    "dotnet5.0",
    "dotnetcore3.1",
    "dotnetcore2.1",
    "dotnetcore2.0",
    "dotnetcore1.0",
    "go1.x",
    "provided.al2023",
    "provided.al2",
    "provided",
];

impl Runtime {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned() }
    }

    /// Whether the vendor has, or had, a runtime of this name.
    #[must_use]
    pub fn is_known(&self) -> bool {
        NAMES.contains(&self.name.as_str())
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
