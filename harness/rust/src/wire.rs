//! Just enough of HTTP to ask a run on this machine: a connection a request, read to its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::error::{Error, Result};

/// After so long without a byte a request counts as unanswered.
const PATIENCE: Duration = Duration::from_secs(120);

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {} {}", self.status, self.text()))
    }

    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// `host:port` of an `http` URL.
fn authority(url: &str) -> &str {
    url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/')
}

/// Sends a request; redirects are not followed, since they are what is tested.
///
/// # Errors
/// When no answer comes, or none of HTTP.
pub(crate) fn request(url: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply> {
    let lost = |error: std::io::Error| Error::new("unreachable", format!("no answer to {method} {path} from {url}: {error}"));
    read(open(url, method, path, headers, body).map_err(lost)?).map_err(lost)
}

fn open(url: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<BufReader<TcpStream>> {
    let host = authority(url);
    let path = written(path);
    let stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // HTTP/1.0: the answer comes in one piece, up to the end of the connection.
    let mut head = format!("{method} {path} HTTP/1.0\r\nhost: {host}\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() || method != "GET" {
        head += &format!("content-length: {}\r\n", body.len());
    }
    // A server may answer, and close, before it has read everything.
    let sent = (&stream).write_all((head + "\r\n").as_bytes()).and_then(|()| (&stream).write_all(body));
    let mut reader = BufReader::new(stream);
    match (sent, reader.fill_buf()) {
        (Err(error), Ok([]) | Err(_)) => Err(error),
        _ => Ok(reader),
    }
}

fn head(reader: &mut BufReader<TcpStream>) -> std::io::Result<Reply> {
    let broken = |line: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, format!("no HTTP: {line:?}"));
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| broken(&line))?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None if line.trim_end().is_empty() => return Ok(Reply { status, headers, body: Vec::new() }),
            None => return Err(broken(&line)),
        }
    }
}

fn read(mut reader: BufReader<TcpStream>) -> std::io::Result<Reply> {
    let mut reply = head(&mut reader)?;
    match reply.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) => {
            reply.body = vec![0; length];
            reader.read_exact(&mut reply.body)?;
        }
        None => {
            reader.read_to_end(&mut reply.body)?;
        }
    }
    Ok(reply)
}

/// The control API of a run.
#[derive(Debug, Clone)]
pub struct Control {
    url: String,
    token: Option<String>,
}

impl Control {
    pub(crate) fn new(url: &str, token: Option<String>) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), token }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks, and gives the answer's JSON.
    ///
    /// # Errors
    /// When nobody answers, or with what the run says is wrong.
    #[expect(clippy::needless_pass_by_value, reason = "bodies are made where they are sent")]
    pub fn ask(&self, method: &str, path: &str, body: Value) -> Result<Value> {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let reply = self.send(method, path, &[("content-type", "application/json")], &body)?;
        Ok(serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
    }

    /// Asks, and gives the answer as it is.
    ///
    /// # Errors
    /// The same.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Reply> {
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let authorization = bearer.as_deref().map(|bearer| ("authorization", bearer));
        let headers: Vec<_> = headers.iter().copied().chain(authorization).collect();
        let reply = request(&self.url, method, path, &headers, body)
            .map_err(|error| error.hint("run the tests by `greenroom exec -- …`, or let them start a run of their own"))?;
        if (200..300).contains(&reply.status) { Ok(reply) } else { Err(self.problem(method, path, &reply)) }
    }

    /// Shows `enough` each object of a stream of server-sent events, until it says so or `patience` is over.
    ///
    /// # Errors
    /// When nobody answers, or with what the run says is wrong.
    #[expect(clippy::disallowed_methods, reason = "real time: it is about how long a test waits")]
    pub(crate) fn stream(&self, path: &str, patience: Duration, enough: &mut dyn FnMut(Value) -> bool) -> Result<()> {
        let lost = |error: std::io::Error| Error::new("unreachable", format!("no answer to GET {path} from {}: {error}", self.url));
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = bearer.as_deref().map(|bearer| ("authorization", bearer)).into_iter().collect();
        let until = Instant::now() + patience;
        let mut reader = open(&self.url, "GET", path, &headers, b"").map_err(lost)?;
        let mut reply = head(&mut reader).map_err(lost)?;
        if reply.status != 200 {
            reader.read_to_end(&mut reply.body).map_err(lost)?;
            return Err(self.problem("GET", path, &reply));
        }
        let mut line = Vec::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            reader.get_ref().set_read_timeout(Some(left)).map_err(lost)?;
            match reader.read_until(b'\n', &mut line) {
                Ok(0) => return Ok(()),
                Ok(_) if line.ends_with(b"\n") => {
                    // The server writes each event as one line of data.
                    let event = line.strip_prefix(b"data:").and_then(|data| serde_json::from_slice(data).ok());
                    if event.is_some_and(&mut *enough) {
                        return Ok(());
                    }
                    line.clear();
                }
                Ok(_) => {}
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
                Err(error) => return Err(lost(error)),
            }
        }
    }

    fn problem(&self, method: &str, path: &str, reply: &Reply) -> Error {
        let answer: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
        let of = |key: &str| answer["error"][key].as_str().map(str::to_owned);
        let unknown = || format!("{} answered {} to {method} {path}, as no run of Greenroom does", self.url, reply.status);
        Error {
            code: of("code").unwrap_or_else(|| "failed".to_owned()),
            message: of("message").unwrap_or_else(unknown),
            hint: of("hint"),
            status: reply.status,
        }
    }
}

/// Text in a path or a query, percent-encoded.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' | b'.' => encoded.push(char::from(byte)),
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

/// A path and query as they can stand in a request line: what cannot is written in percents, what is written so already stays.
fn written(path: &str) -> String {
    let mut written = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'!'..=b'~' => written.push(char::from(byte)),
            _ => written += &format!("%{byte:02X}"),
        }
    }
    written
}

/// A query of those values that are there.
pub(crate) fn query(values: &[(&str, Option<String>)]) -> String {
    let pairs = values.iter().filter_map(|(name, value)| Some(format!("{name}={}", encoded(value.as_deref()?))));
    match pairs.collect::<Vec<_>>().join("&") {
        none if none.is_empty() => none,
        pairs => format!("?{pairs}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries_are_encoded() {
        assert_eq!(written("/ü b/%20?q=ä&x\r\n"), "/%C3%BC%20b/%20?q=%C3%A4&x%0D%0A");
        assert_eq!(encoded("a/b c?ü"), "a%2Fb%20c%3F%C3%BC");
        assert_eq!(query(&[("a", Some("1&2".into())), ("b", None), ("c", Some("3".into()))]), "?a=1%262&c=3");
        assert_eq!(query(&[("b", None)]), "");
    }

    #[test]
    fn nobody_there_is_an_error_that_says_what_to_do() {
        let error = Control::new("http://127.0.0.1:1", None).ask("GET", "/v1/apps", Value::Null).unwrap_err();
        assert_eq!((error.code.as_str(), error.status), ("unreachable", 0));
        assert!(format!("{error:?}").contains("hint: run the tests by `greenroom exec"), "{error}");
    }
}
