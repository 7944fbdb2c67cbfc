//! Signing once more, and comparing.

use aws_lc_rs::{constant_time, digest, hmac};
use greenroom_host::Timestamp;

use super::claim::{ALGORITHM, Claim};
use super::refusal::Refusal;
use crate::encoding::{pairs, percent_encode};
use crate::message::WireRequest;

/// How far a request's time may be from here. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>
const SKEW: u64 = 5 * 60 * 1000;

/// Access keys with their secrets.
#[derive(Debug, Clone, Default)]
pub struct Credentials(pub Vec<(String, String)>);

impl Credentials {
    /// The secret of that key.
    #[must_use]
    pub fn secret(&self, access_key: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == access_key).map(|(_, secret)| secret.as_str())
    }
}

/// What is made of signatures.
#[derive(Debug, Clone, Default)]
pub enum Strictness {
    /// They are read, for account and region, and not checked.
    #[default]
    Parsed,
    /// They have to be right, for one of these.
    Strict(Credentials),
}

impl Strictness {
    /// Checks the signature of `request`, whose body came as `body`.
    ///
    /// # Errors
    /// Why it is not taken: no signature, an unknown key, another signature, another time.
    pub fn check(&self, request: &WireRequest, claim: Option<&Claim>, body: &[u8], now: Timestamp) -> Result<(), Refusal> {
        let Self::Strict(known) = self else { return Ok(()) };
        if Claim::is_twice(request) {
            return Err(Refusal::Twice);
        }
        let Some(claim) = claim else { return Err(Claim::refusal(request)) };
        if !claim.signed_headers.iter().any(|name| name == "host" || name == ":authority") {
            return Err(Refusal::Host);
        }
        let secret = known.secret(&claim.access_key).ok_or(Refusal::UnknownKey)?;
        check_time(claim, now)?;
        let given = claim.signature.as_bytes();
        let wanted = signature(secret, claim, request, body);
        constant_time::verify_slices_are_equal(given, wanted.as_bytes()).map_err(|_| Refusal::Mismatch)?;
        if is_other_body(request, body) { Err(Refusal::Payload) } else { Ok(()) }
    }
}

fn check_time(claim: &Claim, now: Timestamp) -> Result<(), Refusal> {
    let (date, day) = (&claim.date, &claim.scope.day);
    let Some(signed) = instant(date) else {
        let said = format!("Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601");
        return Err(Refusal::Scope(said));
    };
    if date[..8] != **day {
        let said = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP";
        return Err(Refusal::Scope(format!("{said}: '{day}' != '{}', from '{date}'.", &date[..8])));
    }
    let last = match claim.expires {
        Some(seconds) => signed.0.saturating_add(seconds.saturating_mul(1000)),
        None => signed.0.saturating_add(SKEW),
    };
    let current = basic(now);
    if now.0 > last {
        let limit = basic(Timestamp(now.0.saturating_sub(SKEW)));
        let said = format!("Signature expired: {date} is now earlier than {limit} ({current} - 5 min.)");
        return Err(if claim.expires.is_some() { Refusal::Expired(said) } else { Refusal::Time(said) });
    }
    if now.0 < signed.0.saturating_sub(SKEW) {
        let limit = basic(Timestamp(now.0 + SKEW));
        return Err(Refusal::Time(format!("Signature not yet current: {date} is still later than {limit} ({current} + 5 min.)")));
    }
    Ok(())
}

/// The instant of `20261126T120000Z`.
fn instant(date: &str) -> Option<Timestamp> {
    // It comes from outside, and is cut at bytes.
    let date = Some(date).filter(|date| date.is_ascii())?;
    let part = |range: std::ops::Range<usize>| date.get(range);
    let (day, time) = (part(0..8)?, part(9..15)?);
    let iso = format!("{}-{}-{}T{}:{}:{}Z", &day[..4], &day[4..6], &day[6..], &time[..2], &time[2..4], &time[4..]);
    (date.len() == 16).then(|| Timestamp::parse(&iso)).flatten()
}

fn basic(at: Timestamp) -> String {
    let iso: String = at.iso_8601().chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
    format!("{}Z", &iso[..15])
}

pub(super) fn signature(secret: &str, claim: &Claim, request: &WireRequest, body: &[u8]) -> String {
    let canonical = canonical_request(claim, request, body);
    let to_sign = format!("{ALGORITHM}\n{}\n{}\n{}", claim.date, claim.scope, sha256(canonical.as_bytes()));
    hex(sign(&signing_key(secret, claim), to_sign.as_bytes()).as_ref())
}

pub(super) fn signing_key(secret: &str, claim: &Claim) -> hmac::Tag {
    let scope = &claim.scope;
    let first = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4{secret}").as_bytes()), scope.day.as_bytes());
    [scope.region.as_str(), scope.service.as_str(), "aws4_request"].iter().fold(first, |key, part| sign(&key, part.as_bytes()))
}

pub(super) fn sign(key: &hmac::Tag, data: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()), data)
}

fn canonical_request(claim: &Claim, request: &WireRequest, body: &[u8]) -> String {
    let headers: String = claim.signed_headers.iter().map(|name| format!("{name}:{}\n", header(request, name))).collect();
    let signed = claim.signed_headers.join(";");
    let payload = payload(claim, request, body);
    format!("{}\n{}\n{}\n{headers}\n{signed}\n{payload}", request.method, canonical_path(claim, request), canonical_query(request))
}

/// What the signature is of as the body. S3 takes the head's word for it, and looks at the body afterwards; others count for themselves.
fn payload(claim: &Claim, request: &WireRequest, body: &[u8]) -> String {
    let is_s3 = claim.scope.service == "s3";
    match (request.header("x-amz-content-sha256"), claim.expires) {
        (Some(given), _) if is_s3 || !is_hash(given) => given.to_owned(),
        (None, Some(_)) if is_s3 => "UNSIGNED-PAYLOAD".to_owned(),
        _ => sha256(body),
    }
}

/// Whether the head names the hash of another body.
fn is_other_body(request: &WireRequest, body: &[u8]) -> bool {
    request.header("x-amz-content-sha256").is_some_and(|given| is_hash(given) && !given.eq_ignore_ascii_case(&sha256(body)))
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The path is encoded once more, as it came; S3 alone takes it as it is.
fn canonical_path(claim: &Claim, request: &WireRequest) -> String {
    let path = if request.path.is_empty() { "/" } else { &request.path };
    if claim.scope.service == "s3" { path.to_owned() } else { percent_encode(path, true) }
}

fn canonical_query(request: &WireRequest) -> String {
    let given = pairs(&request.query).into_iter().filter(|(name, _)| name != "X-Amz-Signature");
    let mut encoded: Vec<_> = given.map(|(name, value)| (percent_encode(&name, false), percent_encode(&value, false))).collect();
    encoded.sort();
    encoded.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The values of a header, spaces folded.
fn header(request: &WireRequest, name: &str) -> String {
    let values = request.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let folded = values.map(|value| value.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
    folded.collect::<Vec<_>>().join(",")
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
