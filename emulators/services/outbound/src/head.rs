//! The head of a request as Workers send it: names that their runtime knows come first, in its own order and spelling; the others follow
//! by name, capitals before small letters, spelled as the code spelled them first. Recorded from workerd, which has the names in two tables:
//! <https://github.com/capnproto/capnproto/blob/v2/c%2B%2B/src/kj/compat/http.h> and
//! <https://github.com/cloudflare/workerd/blob/main/src/workerd/io/io-thread-context.c++>

use http::Method;
use http::header::HeaderName;
use url::Url;

/// In the order in which they are sent.
const KNOWN: &[&str] = &[
    "Connection",
    "Upgrade",
    "Content-Length",
    "Transfer-Encoding",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Extensions",
    "Host",
    "Date",
    "Location",
    "Content-Type",
    "Range",
    "Content-Range",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Ranges",
    "Accept",
    "Access-Control-Allow-Origin",
    "Age",
    "Allow",
    "Authorization",
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Location",
    "Cookie",
    "ETag",
    "Expect",
    "Expires",
    "From",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Last-Modified",
    "Link",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Referer",
    "Refresh",
    "Retry-After",
    "Server",
    SET_COOKIE,
    "Strict-Transport-Security",
    "User-Agent",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "CF-Cache-Status",
    "Pragma",
    "CF-Cache-Namespace",
    "CF-KV-Metadata",
    "CF-R2-Error",
    "CF-R2-Metadata-Size",
    "CF-R2-Request",
    "CF-Queues-Error-Code",
    "CF-Queues-Error-Cause",
    "Sec-WebSocket-Protocol",
    "CF-Ray",
    "Origin",
];

/// The one whose values stay apart.
const SET_COOKIE: &str = "Set-Cookie";

/// Request line and headers, to the empty line. What is no header goes nowhere; control characters in a value go out as they are, as from
/// workerd.
pub(crate) fn head(method: &Method, url: &Url, headers: &[(String, String)]) -> Vec<u8> {
    let mut fields = vec![Field::of("Host", host(url))];
    for (name, value) in headers {
        if HeaderName::from_bytes(name.as_bytes()).is_ok() && !value.contains(['\0', '\r', '\n']) {
            add(&mut fields, name, value);
        }
    }
    fields.sort_by(|a, b| a.place().cmp(&b.place()));
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut text = format!("{method} {target} HTTP/1.1\r\n");
    for Field { name, value, .. } in &fields {
        text.extend([name.as_str(), ": ", value.as_str(), "\r\n"]);
    }
    text += "\r\n";
    text.into_bytes()
}

struct Field {
    /// Its place in [`KNOWN`], or beyond.
    rank: usize,
    lower: String,
    name: String,
    value: String,
}

impl Field {
    fn of(name: &str, value: String) -> Self {
        let known = KNOWN.iter().position(|known| known.eq_ignore_ascii_case(name));
        let spelled = known.map_or(name, |rank| KNOWN[rank]);
        Self { rank: known.unwrap_or(KNOWN.len()), lower: name.to_ascii_lowercase(), name: spelled.to_owned(), value }
    }

    fn place(&self) -> (usize, &str) {
        (self.rank, if self.rank < KNOWN.len() { "" } else { &self.name })
    }
}

fn add(fields: &mut Vec<Field>, name: &str, value: &str) {
    let mut field = Field::of(name, value.to_owned());
    if let Some(same) = fields.iter_mut().find(|same| same.lower == field.lower) {
        if same.rank < KNOWN.len() && same.name != SET_COOKIE {
            same.value += ", ";
            same.value += value;
            return;
        }
        field.name.clone_from(&same.name);
    }
    fields.push(field);
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(headers: &[(&str, &str)]) -> String {
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let url = Url::parse("http://user:pass@example.com:8080/a%20b?c#d").unwrap();
        String::from_utf8(head(&Method::GET, &url, &headers)).unwrap().replace("\r\n", "|")
    }

    #[test]
    fn known_names_come_first_and_the_others_by_name() {
        let given = [("X-B", "1"), ("origin", "o"), ("a", "2"), ("ACCEPT", "x"), ("content-length", "3")];
        let sent = "GET /a%20b?c HTTP/1.1|Content-Length: 3|Host: example.com:8080|Accept: x|Origin: o|X-B: 1|a: 2||";
        assert_eq!(lines(&given), sent);
    }

    #[test]
    fn values_of_one_name_are_joined_where_it_is_known() {
        let given = [("accept", "a"), ("Accept", "b"), ("set-cookie", "c"), ("set-cookie", "d"), ("X-One", "1"), ("x-one", "2")];
        let sent = "GET /a%20b?c HTTP/1.1|Host: example.com:8080|Accept: a, b|Set-Cookie: c|Set-Cookie: d|X-One: 1|X-One: 2||";
        assert_eq!(lines(&given), sent);
    }

    #[test]
    fn nothing_ends_a_line_but_the_line() {
        assert_eq!(lines(&[("a", "b\u{1}\u{7f}")]), "GET /a%20b?c HTTP/1.1|Host: example.com:8080|a: b\u{1}\u{7f}||");
        assert_eq!(
            lines(&[("a", "b\r\nc: d"), ("e\r\n", "f"), ("g h", "i"), ("j", "\0")]),
            "GET /a%20b?c HTTP/1.1|Host: example.com:8080||"
        );
    }
}
