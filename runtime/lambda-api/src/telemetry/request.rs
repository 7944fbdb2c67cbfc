//! What an extension asks for when it subscribes.

use std::time::Duration;

use serde::Deserialize;

use super::Dialect;

/// Why it gets nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotSubscribed {
    /// The init is over.
    Closed,
    /// What it asks for is none of what there is.
    Invalid(String),
}

/// What a subscriber wants, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(super) dialect: Dialect,
    pub(super) types: Vec<String>,
    pub(super) destination: Destination,
    pub(super) most_items: usize,
    pub(super) most_bytes: usize,
    pub(super) within: Duration,
}

/// Where it wants them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    /// Requests to this port of the instance, and this path.
    Http { port: u16, path: String, method: &'static str },
    /// Lines to this port.
    Tcp { port: u16 },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    schema_version: Option<String>,
    types: Vec<String>,
    destination: Target,
    #[serde(default)]
    buffering: Buffering,
}

#[derive(Deserialize)]
struct Target {
    protocol: String,
    #[serde(rename = "URI")]
    uri: Option<String>,
    port: Option<u16>,
    method: Option<String>,
}

/// Defaults and bounds: <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html#telemetry-api-buffering>
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Buffering {
    max_items: Option<u64>,
    max_bytes: Option<u64>,
    timeout_ms: Option<u64>,
}

impl Subscription {
    pub(super) fn read(body: &[u8], dialect: Dialect) -> Result<Self, NotSubscribed> {
        let body: Body = serde_json::from_slice(body).map_err(|error| NotSubscribed::Invalid(error.to_string()))?;
        let versions = dialect.versions();
        if let Some(version) = body.schema_version.as_deref().filter(|version| !versions.contains(version)) {
            return Err(NotSubscribed::Invalid(format!("schemaVersion: `{version}` is none of {}", versions.join(", "))));
        }
        if body.types.is_empty() {
            return Err(NotSubscribed::Invalid("types: there must be one at least".to_owned()));
        }
        if let Some(wrong) = body.types.iter().find(|kind| !["platform", "function", "extension"].contains(&&***kind)) {
            return Err(NotSubscribed::Invalid(format!("types: `{wrong}` is none of platform, function, extension")));
        }
        let Buffering { max_items, max_bytes, timeout_ms } = body.buffering;
        let millis = bounded("timeoutMs", timeout_ms, 1_000, 25, 30_000)?;
        Ok(Self {
            dialect,
            types: body.types,
            destination: Destination::read(body.destination)?,
            most_items: usize::try_from(bounded("maxItems", max_items, 10_000, 1_000, 10_000)?).unwrap_or(usize::MAX),
            most_bytes: usize::try_from(bounded("maxBytes", max_bytes, 262_144, 262_144, 1_048_576)?).unwrap_or(usize::MAX),
            within: Duration::from_millis(millis),
        })
    }
}

fn bounded(name: &str, given: Option<u64>, usual: u64, least: u64, most: u64) -> Result<u64, NotSubscribed> {
    let value = given.unwrap_or(usual);
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(NotSubscribed::Invalid(format!("buffering.{name}: {value} is not between {least} and {most}")))
    }
}

impl Destination {
    fn read(target: Target) -> Result<Self, NotSubscribed> {
        let invalid = |message: &str| NotSubscribed::Invalid(format!("destination: {message}"));
        match (&*target.protocol, target.uri, target.port) {
            ("TCP", _, Some(port)) => Ok(Self::Tcp { port }),
            ("HTTP", Some(uri), _) => {
                let uri: http::Uri = uri.parse().map_err(|_| invalid("URI is none"))?;
                // All names that the vendor gives an instance are this machine.
                if !matches!(uri.host(), Some("sandbox.localdomain" | "sandbox" | "localhost" | "127.0.0.1")) {
                    return Err(invalid("URI must begin with `http://sandbox.localdomain:`"));
                }
                let method = if target.method.as_deref() == Some("PUT") { "PUT" } else { "POST" };
                let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
                Ok(Self::Http { port: uri.port_u16().unwrap_or(80), path, method })
            }
            _ => Err(invalid("it must be HTTP with a URI, or TCP with a port")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_and_bounds_are_the_vendors() {
        let read = |text: &str| Subscription::read(text.as_bytes(), Dialect::Telemetry);
        let usual =
            read(r#"{"types":["function"],"destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:8080/x?y"}}"#).unwrap();
        assert_eq!(usual.destination, Destination::Http { port: 8080, path: "/x?y".into(), method: "POST" });
        assert_eq!((usual.most_items, usual.most_bytes, usual.within), (10_000, 262_144, Duration::from_secs(1)));
        for (wrong, says) in [
            (r#"{"types":[],"destination":{"protocol":"TCP","port":1}}"#, "types: there must be one at least"),
            (r#"{"types":["all"],"destination":{"protocol":"TCP","port":1}}"#, "types: `all` is none of platform, function, extension"),
            (r#"{"types":["function"],"destination":{"protocol":"TCP"}}"#, "destination: it must be HTTP with a URI, or TCP with a port"),
            (r#"{"types":["function"],"destination":{"protocol":"HTTP","URI":"http://example.com"}}"#, "destination: URI must begin with"),
            (
                r#"{"types":["function"],"destination":{"protocol":"TCP","port":1},"buffering":{"timeoutMs":24}}"#,
                "buffering.timeoutMs: 24 is not between 25 and 30000",
            ),
            (r#"{"schemaVersion":"1","types":["function"],"destination":{"protocol":"TCP","port":1}}"#, "schemaVersion: `1` is none of"),
        ] {
            let Err(NotSubscribed::Invalid(message)) = read(wrong) else { panic!("{wrong}") };
            assert!(message.starts_with(says), "{message}");
        }
    }
}
