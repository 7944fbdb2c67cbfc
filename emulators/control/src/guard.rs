//! Who may use the control API: programs of this machine, not the pages that a browser on it shows.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::{HeaderMap, StatusCode};

use crate::error::Problem;

/// What a request must bring.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// The token to be sent as `Authorization: Bearer …`; none where only this machine can connect.
    token: Option<Arc<str>>,
}

impl Guard {
    /// Asks for `token` of everybody, if there is one.
    #[must_use]
    pub fn new(token: Option<String>) -> Self {
        Self { token: token.map(Into::into) }
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        // A page that has made a name of its own point to this machine sends that name (DNS rebinding).
        let host = text(HOST).unwrap_or_default();
        if !is_local(host) && self.token.is_none() {
            return Err(forbidden(format!("requests must be for this machine by its address or as `localhost`, not for `{host}`")));
        }
        if let Some(origin) = text(ORIGIN)
            && origin.split_once("://").is_none_or(|(_, origin)| origin != host)
        {
            return Err(forbidden(format!("pages of `{origin}` may not drive this program")));
        }
        // Guests of this run cannot connect here; a Worker of another run can, but what it sends bears this, and its code cannot take it away.
        if headers.contains_key("cf-worker") {
            return Err(forbidden("the code of an app may not drive the program that runs it".to_owned()));
        }
        let Some(token) = &self.token else { return Ok(()) };
        let sent = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        if same(sent.as_bytes(), token.as_bytes()) {
            return Ok(());
        }
        Err(Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "a token is needed, since more than this machine can connect")
            .hint("send `Authorization: Bearer <token>`; the token stands in `.greenroom/run.json`"))
    }
}

fn forbidden(message: String) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "forbidden", message)
}

/// Whether a `Host` is this machine's loopback, by number or by the name that means nothing else.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Compares in a time that says nothing about where they differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(http::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_this_machine_by_its_own_names() {
        let check = |host: &str| Guard::default().check(&headers(&[(HOST, host)])).is_ok();
        for host in ["127.0.0.1:4560", "localhost:4560", "LOCALHOST", "[::1]:4560", "127.0.0.1"] {
            assert!(check(host), "{host}");
        }
        for host in ["evil.example:4560", "127.0.0.1.evil.example", "10.0.0.1:4560", "", "localhost.evil.example:4560"] {
            assert!(!check(host), "{host}");
        }
    }

    #[test]
    fn pages_of_others_are_refused() {
        let check = |origin: &str| Guard::default().check(&headers(&[(HOST, "127.0.0.1:4560"), (ORIGIN, origin)])).is_ok();
        assert!(check("http://127.0.0.1:4560"));
        for origin in ["https://evil.example", "null", "http://127.0.0.1:8787", "http://localhost:4560"] {
            assert!(!check(origin), "{origin}");
        }
    }

    #[test]
    fn the_code_of_apps_is_refused() {
        let worker = http::HeaderName::from_static("cf-worker");
        assert!(Guard::default().check(&headers(&[(HOST, "127.0.0.1:4560"), (worker, "app.example.com")])).is_err());
    }

    #[test]
    fn a_token_is_held() {
        let guard = Guard::new(Some("secret".to_owned()));
        let check = |value: &str| guard.check(&headers(&[(HOST, "10.0.0.1:4560"), (AUTHORIZATION, value)])).is_ok();
        assert!(check("Bearer secret"));
        assert!(!check("Bearer secre") && !check("secret") && !check("Bearer secret2"));
        assert!(guard.check(&headers(&[(HOST, "127.0.0.1:4560")])).is_err());
    }
}
