//! Query strings.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is written with percent signs: <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Names and values of a query string, decoded, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl Query {
    /// Those of a query string as it was sent.
    pub(crate) fn of(raw: &str) -> Self {
        Self::with(raw, decode_plus)
    }

    /// The same without decoding: load balancers hand them on as they were sent.
    pub(crate) fn raw(raw: &str) -> Self {
        Self::with(raw, str::to_owned)
    }

    fn with(raw: &str, decode: impl Fn(&str) -> String) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty());
        let split = |pair: &str| match pair.split_once('=') {
            Some((name, value)) => (decode(name), decode(value)),
            None => (decode(pair), String::new()),
        };
        Self(pairs.map(split).collect())
    }

    /// Each name once, with all values.
    pub(crate) fn grouped(&self) -> Vec<(&str, Vec<&str>)> {
        let mut grouped: Vec<(&str, Vec<&str>)> = Vec::new();
        for (name, value) in &self.0 {
            match grouped.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value),
                None => grouped.push((name, vec![value])),
            }
        }
        grouped
    }

    /// The first value of `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Percent signs undone; what is no UTF-8 then becomes U+FFFD.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The other way round.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// [`decode`] where a plus is a space.
pub(crate) fn decode_plus(text: &str) -> String {
    decode(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_and_grouped() {
        let query = Query::of("a=1&b=x%20y+z&a=2&flag&&=e");
        assert_eq!(query.grouped(), [("a", vec!["1", "2"]), ("b", vec!["x y z"]), ("flag", vec![""]), ("", vec!["e"])]);
        assert_eq!(Query::raw("b=x%20y+z").get("b"), Some("x%20y+z"));
    }
}
