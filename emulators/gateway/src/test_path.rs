//! Requests for paths that make a trigger happen at once.

use greenroom_host::test_path::{Asked, TestPath, Told};
use http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN};
use http::{HeaderMap, Response, StatusCode, Uri};

use crate::door::FrontDoor;
use crate::response::{OutBody, full};
use crate::trigger::{Delivered, Trigger};

/// The paths that a door has.
#[derive(Debug, Clone, Copy, Default)]
pub struct TestPaths {
    /// All that the platform knows.
    pub paths: &'static [TestPath],
    /// The options that were given.
    pub options: &'static [&'static str],
}

impl TestPaths {
    pub(crate) fn find(&self, path: &str) -> Option<&'static TestPath> {
        let given = |path: &&TestPath| path.option.is_none_or(|option| self.options.contains(&option));
        self.paths.iter().filter(given).find(|known| known.path == path)
    }
}

impl FrontDoor {
    /// Lets happen what `path` stands for, and says what became of it.
    pub(crate) async fn happen(&self, path: &TestPath, uri: &Uri, headers: &HeaderMap) -> Response<OutBody> {
        if let Some(refused) = foreign(headers) {
            return response(Told::text(403, refused));
        }
        let query = query(uri);
        let asked = match (path.ask)(&query, self.host.clock.now()) {
            Ok(asked) => asked,
            Err(told) => return response(told),
        };
        let Asked { kind, source, summary, payload } = asked;
        let trigger = Trigger { kind, source: source.into(), summary, cause: None, payload: Delivered::Data(payload) };
        let triggered = self.trigger(trigger).await;
        response((path.tell)(&query, &triggered.outcome, &triggered.said))
    }
}

fn response(told: Told) -> Response<OutBody> {
    let mut response = Response::new(full(told.body));
    *response.status_mut() = StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(told.content_type));
    response
}

/// What is wrong with where a request comes from: pages of others may not make anything happen. In the words of the vendor's local server.
fn foreign(headers: &HeaderMap) -> Option<&'static str> {
    let local = |name: &HeaderName, of: fn(&str) -> Option<&str>| {
        headers.get(name).is_none_or(|value| value.to_str().ok().and_then(of).is_some_and(|host| LOCAL.contains(&host)))
    };
    if !local(&HOST, host_of) {
        return Some("Invalid Host header");
    }
    if !local(&ORIGIN, |origin| host_of(origin.split_once("://")?.1)) {
        return Some("Invalid Origin header");
    }
    None
}

const LOCAL: &[&str] = &["localhost", "127.0.0.1", "[::1]"];

/// The name in a host with or without a port.
fn host_of(text: &str) -> Option<&str> {
    let end = text.rfind(']').map_or(0, |at| at + 1);
    let name = text[end..].find(':').map_or(text, |colon| &text[..end + colon]);
    (!name.is_empty()).then_some(name)
}

/// Names and values of a query, as forms write them.
fn query(uri: &Uri) -> Vec<(String, String)> {
    let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// <https://url.spec.whatwg.org/#concept-urlencoded-parser>
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(value) => {
                out.push(value);
                at += 2;
            }
            None => out.push(if *byte == b'+' { b' ' } else { *byte }),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_as_forms() {
        let uri: Uri = "/x?cron=*/5+*%20*+*+*&time=1&flag&bad=%zz%4".parse().unwrap();
        let expected = [("cron", "*/5 * * * *"), ("time", "1"), ("flag", ""), ("bad", "%zz%4")];
        assert_eq!(query(&uri), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn only_this_machine_makes_things_happen() {
        let check = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            foreign(&headers)
        };
        for host in ["localhost:8787", "127.0.0.1:1", "[::1]:8787", "localhost", "[::1]"] {
            assert_eq!(check(host, Some("http://localhost:3000")), None, "{host}");
        }
        assert_eq!(check("evil.example:8787", None), Some("Invalid Host header"));
        assert_eq!(check("localhost:8787", Some("https://evil.example")), Some("Invalid Origin header"));
        assert_eq!(check("localhost:8787", Some("null")), Some("Invalid Origin header"));
    }
}
