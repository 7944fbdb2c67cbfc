//! Headers with the spelling of their names.

use std::collections::HashMap;

use http::request::Parts;

/// The names of a request's headers as the client spelled them, in order: an extension of the request, put there by who reads it from the
/// wire. REST APIs hand names on as they were spelled; without it they are lower case, but for those that the vendor writes itself.
#[derive(Debug, Clone, Default)]
pub struct HeaderNames(pub Vec<String>);

/// Those of a connection, not of a message: <https://www.rfc-editor.org/rfc/rfc9110#field.connection>.
const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Whether a header belongs to a connection.
pub(crate) fn is_hop_by_hop(name: &str) -> bool {
    HOP_BY_HOP.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Names that the vendor's network writes anew: what was sent in lower case is shown like this.
const WRITTEN: &[&str] = &[
    "Accept",
    "Accept-Encoding",
    "Authorization",
    "Content-Type",
    "Host",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
];

/// Names and values, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Those of a head, with names as the client spelled them where that is known.
    pub(crate) fn of(head: &Parts) -> Self {
        let spelled = head.extensions.get::<HeaderNames>().map(|names| names.0.as_slice()).unwrap_or_default();
        let mut left: HashMap<String, std::collections::VecDeque<&str>> = HashMap::new();
        for name in spelled {
            left.entry(name.to_ascii_lowercase()).or_default().push_back(name);
        }
        let name = |name: &str, left: &mut HashMap<String, std::collections::VecDeque<&str>>| {
            let spelled = left.get_mut(name).and_then(std::collections::VecDeque::pop_front);
            spelled.map_or_else(|| written(name), str::to_owned)
        };
        let value = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self(head.headers.iter().map(|(key, content)| (name(key.as_str(), &mut left), value(content))).collect())
    }

    /// All of them.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first value of `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All values of `name`.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// One more.
    pub(crate) fn push(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// `value` in place of all that there are of `name`.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.push(name, value);
    }

    /// None of `name` any more.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Those that `keep` wants.
    pub(crate) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// Lower-case names, each once, with all its values joined by commas.
    pub(crate) fn joined(&self) -> Vec<(String, String)> {
        let mut joined: Vec<(String, String)> = Vec::new();
        for (name, value) in &self.0 {
            let name = name.to_ascii_lowercase();
            match joined.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => *values = format!("{values},{value}"),
                None => joined.push((name, value.clone())),
            }
        }
        joined
    }

    /// Names, each once as it was first spelled, with all values.
    pub(crate) fn grouped(&self) -> Vec<(&str, Vec<&str>)> {
        let mut grouped: Vec<(&str, Vec<&str>)> = Vec::new();
        for (name, value) in &self.0 {
            match grouped.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                Some((_, values)) => values.push(value),
                None => grouped.push((name, vec![value])),
            }
        }
        grouped
    }
}

fn written(name: &str) -> String {
    WRITTEN.iter().find(|known| known.eq_ignore_ascii_case(name)).map_or_else(|| name.to_owned(), |known| (*known).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_the_client_did_where_that_is_known() {
        let request = http::Request::builder().header("x-tEsT", "1").header("x-test", "2").header("host", "a").body(()).unwrap();
        let (mut head, ()) = request.into_parts();
        let names = |head: &Parts| Headers::of(head).pairs().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&head), ["x-test", "x-test", "Host"]);
        head.extensions.insert(HeaderNames(["x-tEsT", "X-Test", "hOST"].map(str::to_owned).to_vec()));
        assert_eq!(names(&head), ["x-tEsT", "X-Test", "hOST"]);
        let headers = Headers::of(&head);
        assert_eq!(headers.joined()[0], ("x-test".to_owned(), "1,2".to_owned()));
        assert_eq!(headers.grouped()[0], ("x-tEsT", vec!["1", "2"]));
    }
}
