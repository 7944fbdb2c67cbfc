//! What the name says that a request was sent to: service, region, and for some services whose thing it is.
//!
//! `lambda.us-east-1.amazonaws.com`, `sqs.eu-west-1.localhost.localstack.cloud:4566`, `eu-west-1.queue.amazonaws.com`,
//! `bucket.s3.us-east-1.amazonaws.com`, `111122223333.ddb.us-east-1.amazonaws.com`.

use crate::message::WireRequest;

/// Ends of names behind which AWS's own parts stand.
const SUFFIXES: &[&str] = &[".amazonaws.com", ".amazonaws.com.cn", ".localhost.localstack.cloud", ".api.aws", ".localhost"];
/// Names in hosts that are not the services' own in signatures.
const ALIASES: &[(&str, &str)] = &[("queue", "sqs"), ("ddb", "dynamodb"), ("sync-states", "states")];

/// What a host says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// `sqs`.
    pub(super) service: Option<String>,
    /// `us-east-1`.
    pub(super) region: Option<String>,
    /// What stands before the service: a bucket, an account. It may have dots.
    pub(super) owner: Option<String>,
}

impl Address {
    /// What the host of `request` says; none where it is no name of AWS's form.
    pub(super) fn of(request: &WireRequest) -> Option<Self> {
        let host = request.header("host")?;
        Self::parse(host.rsplit_once(':').map_or(host, |(host, _)| host))
    }

    fn parse(host: &str) -> Option<Self> {
        let before = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix))?;
        let parts: Vec<_> = before.split('.').filter(|part| *part != "dualstack").collect();
        let region = parts.iter().rposition(|part| is_region(part));
        let named = parts.iter().rposition(|part| is_service(part));
        // Names below `.localhost` are anyone's.
        if named.is_none() && host.ends_with(".localhost") {
            return None;
        }
        let at = match (named, region) {
            (Some(at), _) => at,
            (None, Some(0)) => 1,
            (None, Some(region)) => region - 1,
            (None, None) => parts.len() - 1,
        };
        let part = *parts.get(at).filter(|part| !part.is_empty())?;
        let alias = ALIASES.iter().find(|(name, _)| *name == part).map_or(part, |(_, name)| name);
        let owner = (at > 0 && region != Some(0)).then(|| parts[..at].join("."));
        Some(Self { service: Some(alias.to_owned()), region: region.map(|at| parts[at].to_owned()), owner })
    }
}

/// `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`.
fn is_region(part: &str) -> bool {
    let mut words = part.split('-');
    let ends_in_digit = words.next_back().is_some_and(|last| last.len() == 1 && last.bytes().all(|byte| byte.is_ascii_digit()));
    let words: Vec<_> = words.collect();
    ends_in_digit && words.len() >= 2 && words.iter().all(|word| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Those before which something of the caller's may stand.
fn is_service(part: &str) -> bool {
    matches!(part, "s3" | "ddb" | "queue")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(host: &str) -> Option<(String, Option<String>, Option<String>)> {
        Address::parse(host).map(|address| (address.service.unwrap_or_default(), address.region, address.owner))
    }

    #[test]
    fn hosts_say_service_region_and_owner() {
        let of = |service: &str, region: Option<&str>, owner: Option<&str>| {
            Some((service.to_owned(), region.map(str::to_owned), owner.map(str::to_owned)))
        };
        assert_eq!(parsed("lambda.us-east-1.amazonaws.com"), of("lambda", Some("us-east-1"), None));
        assert_eq!(parsed("sqs.eu-west-1.localhost.localstack.cloud"), of("sqs", Some("eu-west-1"), None));
        assert_eq!(parsed("eu-west-1.queue.amazonaws.com"), of("sqs", Some("eu-west-1"), None));
        assert_eq!(parsed("queue.amazonaws.com"), of("sqs", None, None));
        assert_eq!(parsed("s3.amazonaws.com"), of("s3", None, None));
        assert_eq!(parsed("my.bucket.s3.us-gov-west-1.amazonaws.com"), of("s3", Some("us-gov-west-1"), Some("my.bucket")));
        assert_eq!(parsed("bucket.s3.dualstack.us-east-1.amazonaws.com"), of("s3", Some("us-east-1"), Some("bucket")));
        assert_eq!(parsed("bucket.s3.localhost"), of("s3", None, Some("bucket")));
        assert_eq!(parsed("111122223333.ddb.us-east-1.amazonaws.com"), of("dynamodb", Some("us-east-1"), Some("111122223333")));
        assert_eq!(parsed("sync-states.us-east-1.amazonaws.com"), of("states", Some("us-east-1"), None));
        assert_eq!(parsed("streams.dynamodb.us-east-1.amazonaws.com"), of("dynamodb", Some("us-east-1"), Some("streams")));
        assert_eq!(parsed("app.localhost"), None);
        assert_eq!(parsed("127.0.0.1"), None);
        assert_eq!(parsed(".amazonaws.com"), None);
    }
}
