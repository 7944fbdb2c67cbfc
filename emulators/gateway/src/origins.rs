//! Where requests come from, as far as the code is told.

use std::net::SocketAddr;

use greenroom_host::geo::{Arriving, Attached, Edge, Place, parse};
use http::request::Parts;

/// The header with which a client chooses its place. The code does not see it.
pub(crate) const PLACE: &str = "greenroom-geo";

/// The place of all requests that name none, and the edge that takes those that do.
pub struct Origins {
    edge: Option<&'static dyn Edge>,
    place: Place,
    location_headers: bool,
}

impl Origins {
    /// Requests come from the place that `text` names, or from the edge's own.
    ///
    /// # Errors
    /// A sentence that says what is wrong with `text`.
    pub fn new(edge: &'static dyn Edge, text: Option<&str>, location_headers: bool) -> Result<Self, String> {
        let fields = text.map_or_else(|| Ok(Vec::new()), parse)?;
        Ok(Self { edge: Some(edge), place: edge.place(&fields, location_headers)?, location_headers })
    }

    /// For a door behind which there is no app.
    #[must_use]
    pub fn unknown() -> Self {
        Self { edge: None, place: Place::default(), location_headers: false }
    }

    /// What a request brings along. `id` is a number of its own.
    pub(crate) fn attach(&self, request: &Parts, peer: SocketAddr, id: u64) -> Result<Attached, String> {
        let Some(edge) = self.edge else { return Ok(Attached::default()) };
        let accept_encoding = request.headers.get(http::header::ACCEPT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let arriving = Arriving {
            peer: peer.ip(),
            id,
            protocol: if request.version == http::Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" },
            scheme: "http",
            accept_encoding: accept_encoding.as_deref().unwrap_or_default(),
        };
        match request.headers.get(PLACE) {
            None => Ok(edge.attach(&self.place, &arriving)),
            Some(text) => {
                let fields = parse(&String::from_utf8_lossy(text.as_bytes()))?;
                Ok(edge.attach(&edge.place(&fields, self.location_headers)?, &arriving))
            }
        }
    }
}
