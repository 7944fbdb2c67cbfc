//! What a request says about who it is from.

use super::refusal::Refusal;
use crate::encoding::{pairs, percent_decode};
use crate::message::WireRequest;

/// The algorithm that is emulated.
pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Who a request says it is from, in a header or in its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The access key.
    pub access_key: String,
    /// What it was signed for.
    pub scope: Scope,
    /// The names of the headers that were signed, in order.
    pub(super) signed_headers: Vec<String>,
    /// The signature, in hex digits.
    pub(super) signature: String,
    /// `20261126T120000Z`.
    pub(super) date: String,
    /// For how many seconds it counts; none where it does not say, as in a header.
    pub(super) expires: Option<u64>,
}

/// What a signature is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// `20261126`.
    pub day: String,
    /// `us-east-1`.
    pub region: String,
    /// `lambda`.
    pub service: String,
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}/aws4_request", self.day, self.region, self.service)
    }
}

impl Claim {
    /// What `request` says; none where it says nothing, or nothing that can be read.
    #[must_use]
    pub fn of(request: &WireRequest) -> Option<Self> {
        match request.header("authorization") {
            Some(header) => Self::in_header(header, request),
            None => Self::in_query(request),
        }
    }

    /// The account that the access key stands for: itself, if it is twelve digits.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        (self.access_key.len() == 12 && self.access_key.bytes().all(|byte| byte.is_ascii_digit())).then_some(&*self.access_key)
    }

    /// Whether `request` makes two claims, of which one could be another's.
    pub(super) fn is_twice(request: &WireRequest) -> bool {
        request.header("authorization").is_some() && parameter(&pairs(&request.query), "X-Amz-Algorithm").is_some()
    }

    /// Why `request`, which makes no claim that can be read, is not taken.
    pub(super) fn refusal(request: &WireRequest) -> Refusal {
        let query = pairs(&request.query);
        let is_old = |header: &str| header.starts_with("AWS ");
        match request.header("authorization") {
            Some(header) if is_old(header) => Refusal::Version2,
            Some(header) if header.starts_with("AWS4-") => Refusal::Incomplete(missing_in_header(header, request)),
            _ if parameter(&query, "AWSAccessKeyId").is_some() && parameter(&query, "Signature").is_some() => Refusal::Version2,
            _ if parameter(&query, "X-Amz-Algorithm").is_some() => Refusal::IncompleteQuery(missing_in_query(&query)),
            _ => Refusal::Missing,
        }
    }

    fn in_header(header: &str, request: &WireRequest) -> Option<Self> {
        let parts = header.strip_prefix(ALGORITHM)?;
        let date = request.header("x-amz-date").map(str::to_owned);
        let (access_key, scope) = credential(part(parts, "Credential")?)?;
        Some(Self {
            access_key,
            date: date.unwrap_or_else(|| format!("{}T000000Z", scope.day)),
            scope,
            signed_headers: part(parts, "SignedHeaders")?.split(';').map(str::to_owned).collect(),
            signature: part(parts, "Signature")?.to_owned(),
            expires: None,
        })
    }

    fn in_query(request: &WireRequest) -> Option<Self> {
        let query = pairs(&request.query);
        let value = |name: &str| parameter(&query, name).map(str::to_owned);
        if value("X-Amz-Algorithm")? != ALGORITHM {
            return None;
        }
        let (access_key, scope) = credential(&percent_decode(&value("X-Amz-Credential")?))?;
        let expires = value("X-Amz-Expires").map(|seconds| seconds.parse());
        Some(Self {
            access_key,
            scope,
            signed_headers: value("X-Amz-SignedHeaders")?.split(';').map(str::to_owned).collect(),
            signature: value("X-Amz-Signature")?,
            date: value("X-Amz-Date")?,
            expires: expires.transpose().ok()?,
        })
    }
}

fn parameter<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// What a header does not say of its claim, in AWS's sentences.
fn missing_in_header(header: &str, request: &WireRequest) -> String {
    let mut said = Vec::new();
    for name in ["Credential", "Signature", "SignedHeaders"] {
        match part(header, name) {
            None => said.push(format!("Authorization header requires '{name}' parameter.")),
            Some(given) if name == "Credential" && credential(given).is_none() => said.push(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{given}'."
            )),
            Some(_) => {}
        }
    }
    if request.header("x-amz-date").or_else(|| request.header("date")).is_none() {
        said.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned());
    }
    if said.is_empty() {
        said.push(format!("Only the algorithm '{ALGORITHM}' is supported."));
    }
    said.push(format!("Authorization={header}"));
    said.join(" ")
}

/// The same of a query. What is empty is not there.
fn missing_in_query(query: &[(String, String)]) -> String {
    let names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
    let missing = names.iter().filter(|name| parameter(query, name).is_none_or(str::is_empty));
    let mut said: Vec<_> = missing.map(|name| format!("AWS query-string parameters must include '{name}'.")).collect();
    if said.is_empty() {
        said.push(format!("Only '{ALGORITHM}', a credential of 5 slash-delimited elements and whole seconds are supported."));
    }
    said.push("Re-examine the query-string parameters.".to_owned());
    said.join(" ")
}

/// The value of `name=…` among parts that commas or spaces divide.
fn part<'a>(parts: &'a str, name: &str) -> Option<&'a str> {
    parts.split([',', ' ']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
}

fn credential(text: &str) -> Option<(String, Scope)> {
    let mut parts = text.rsplitn(5, '/');
    let _ = parts.next().filter(|last| *last == "aws4_request")?;
    let (service, region, day) = (parts.next()?, parts.next()?, parts.next()?);
    let scope = Scope { day: day.to_owned(), region: region.to_owned(), service: service.to_owned() };
    Some((parts.next()?.to_owned(), scope))
}
