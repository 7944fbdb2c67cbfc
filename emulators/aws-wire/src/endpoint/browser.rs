//! Browsers: pages of this machine may use the endpoint, pages of others may not, since who can make a function can run programs here.

use std::net::IpAddr;

use crate::error::ApiError;
use crate::message::{WireRequest, WireResponse};

/// Ends of names that AWS's endpoints have, and those that mean this machine or its neighbours.
const SUFFIXES: &[&str] = &[".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".localstack.cloud", ".localhost", ".local", ".internal"];

/// Refuses what a page of another machine sends, and what it sends to a name of its own that it has pointed here (DNS rebinding).
pub(super) fn check(request: &WireRequest) -> Result<(), ApiError> {
    let forbidden = |message: String| ApiError::new("AccessDeniedException", 403, message).under("Message");
    let host = request.header("host").unwrap_or_default();
    if !is_near(name_of(host)) {
        return Err(forbidden(format!("greenroom answers to this machine's addresses and AWS's names, not to `{host}`")));
    }
    match request.header("origin") {
        Some(origin) if !is_here(origin) => Err(forbidden(format!("pages of `{origin}` may not use greenroom"))),
        _ => Ok(()),
    }
}

/// The answer to a question whether a page may ask; none for what is no such question.
pub(super) fn preflight(request: &WireRequest) -> Option<WireResponse> {
    let asked = request.method == http::Method::OPTIONS && request.header("access-control-request-method").is_some();
    asked.then(|| {
        let headers = request.header("access-control-request-headers").unwrap_or("*").to_owned();
        let response = WireResponse::new(204, "text/plain", "");
        response
            .with("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
            .with("Access-Control-Allow-Headers", headers)
            .with("Access-Control-Max-Age", "600")
    })
}

/// Lets the page read the answer.
pub(super) fn allow(response: WireResponse, origin: Option<&str>) -> WireResponse {
    match origin.filter(|origin| is_here(origin)) {
        Some(origin) => response
            .with("Access-Control-Allow-Origin", origin)
            .with("Access-Control-Expose-Headers", "*, x-amzn-RequestId, x-amzn-ErrorType, x-amz-crc32")
            .with("Vary", "Origin"),
        None => response,
    }
}

fn is_here(origin: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, host)| is_loopback(name_of(host)))
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An address, a name without a dot (a container's), or one of the known ends. No host at all is no browser.
fn is_near(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !name.contains('.') || name.parse::<IpAddr>().is_ok() || SUFFIXES.iter().any(|suffix| lower.ends_with(suffix))
}

fn name_of(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(host: &str, origin: Option<&str>) -> bool {
        let mut headers = http::HeaderMap::new();
        headers.insert("host", host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().unwrap());
        }
        let request =
            WireRequest { method: http::Method::POST, path: "/".into(), query: String::new(), headers, body: bytes::Bytes::new() };
        check(&request).is_ok()
    }

    #[test]
    fn pages_of_others_are_refused() {
        for host in ["127.0.0.1:4566", "localhost:4566", "[::1]:4566", "greenroom:4566", "lambda.us-east-1.amazonaws.com", "192.168.1.5"] {
            assert!(checked(host, None), "{host}");
        }
        for origin in ["http://localhost:3000", "http://127.0.0.1:8787", "http://app.localhost"] {
            assert!(checked("127.0.0.1:4566", Some(origin)), "{origin}");
        }
        for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
            assert!(!checked("127.0.0.1:4566", Some(origin)), "{origin}");
        }
        assert!(!checked("evil.example:4566", None));
        assert!(!checked("evil.example:4566", Some("http://evil.example:4566")));
    }
}
