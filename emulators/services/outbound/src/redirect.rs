//! What becomes of a request that is redirected. <https://fetch.spec.whatwg.org/#http-redirect-fetch>, in the words of workerd:
//! <https://github.com/cloudflare/workerd/blob/main/src/workerd/api/http.c++>

use greenroom_host::Caller;
use http::Method;
use url::Url;

use crate::{Bodies, FetchError};

/// Redirects after which `fetch` gives up. <https://fetch.spec.whatwg.org/#http-redirect-fetch> (20)
pub(crate) const MOST: usize = 20;

/// A request on its way from one place to the next.
pub(crate) struct Hop {
    pub(crate) method: Method,
    pub(crate) headers: Vec<(String, String)>,
    /// Where it was sent, the last place last.
    pub(crate) urls: Vec<Url>,
    /// What it sends again if it has to.
    pub(crate) body: Sending,
    /// Whose code sends it.
    pub(crate) caller: Option<Caller>,
}

/// A body on its way through redirects.
pub(crate) enum Sending {
    None,
    Whole(bytes::Bytes),
    /// Not sent yet, with its length where that is known.
    Stream(Bodies, Option<u64>),
    /// Sent, and not to be had again.
    Gone,
}

impl Hop {
    /// Where it goes now.
    pub(crate) fn url(&self) -> &Url {
        self.urls.last().expect("invariant: a request has a URL")
    }

    /// Turns towards `location`. False: the answer is no redirect after all.
    pub(crate) fn follow(&mut self, code: u16, location: Option<&str>) -> Result<bool, FetchError> {
        let Some(location) = location.filter(|_| matches!(code, 301 | 302 | 303 | 307 | 308)) else { return Ok(false) };
        if self.urls.len() > MOST {
            return Err(FetchError::TooMany(self.urls.iter().map(Url::as_str).collect::<Vec<_>>().join(", ")));
        }
        let mut next = self.url().join(location).map_err(|_| FetchError::Location)?;
        next.set_fragment(None);
        if !matches!(next.scheme(), "http" | "https") {
            return Err(FetchError::Url(next.to_string()));
        }
        let becomes_get = match code {
            301 | 302 => self.method == Method::POST,
            303 => self.method != Method::GET && self.method != Method::HEAD,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body = Sending::None;
        }
        if matches!(self.body, Sending::Gone) {
            return Err(FetchError::OneTimeBody);
        }
        if next.origin() != self.url().origin() {
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        }
        self.urls.push(next);
        Ok(true)
    }
}
