//! What is kept out of recordings, since they may be committed: values whose names say that they are secrets.

use greenroom_host::secrets::{is_secret, is_secret_parameter};
use url::Url;

/// What stands in place of a secret.
const REDACTED: &str = "REDACTED";

/// The header's value without secrets. Of a cookie its name and what is said of it stay.
pub(super) fn header(name: &str, value: &str) -> String {
    if name.eq_ignore_ascii_case("set-cookie") {
        let (pair, rest) = value.split_once(';').map_or((value, ""), |(pair, rest)| (pair, rest));
        let name = pair.split('=').next().unwrap_or_default();
        return if rest.is_empty() { format!("{name}={REDACTED}") } else { format!("{name}={REDACTED};{rest}") };
    }
    if is_secret(name) { REDACTED.to_owned() } else { value.to_owned() }
}

/// The URL without secrets in its query, without user and password, and without a fragment.
pub(super) fn url(url: &Url) -> String {
    let mut clean = url.clone();
    let _ = clean.set_username("");
    let _ = clean.set_password(None);
    clean.set_fragment(None);
    if url.query_pairs().any(|(name, _)| is_secret_parameter(&name)) {
        let pairs = url.query_pairs().map(|(name, value)| {
            let value = if is_secret_parameter(&name) { REDACTED.into() } else { value };
            (name, value)
        });
        clean.query_pairs_mut().clear().extend_pairs(pairs);
    }
    clean.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        assert_eq!(header("X-Api-Key", "abc"), "REDACTED");
        assert_eq!(header("content-type", "text/plain"), "text/plain");
        assert_eq!(header("Set-Cookie", "sid=abc; Path=/; HttpOnly"), "sid=REDACTED; Path=/; HttpOnly");
        assert_eq!(header("set-cookie", "sid"), "sid=REDACTED");
        let clean = |text: &str| url(&Url::parse(text).unwrap());
        assert_eq!(clean("https://me:pw@a.com/x?q=1&access_token=abc#f"), "https://a.com/x?q=1&access_token=REDACTED");
        assert_eq!(clean("https://a.com/x?key=abc"), "https://a.com/x?key=REDACTED");
        assert_eq!(clean("https://a.com/x?monkey=a%20b"), "https://a.com/x?monkey=a%20b");
    }
}
