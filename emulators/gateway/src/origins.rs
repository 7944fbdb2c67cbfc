//! Where requests come from, as far as the code is told.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use greenroom_host::geo::{Arriving, Edge, Place, parse};
use http::request::Parts;

/// The header with which a client chooses its place. The code does not see it.
pub(crate) const PLACE: &str = "greenroom-geo";

/// The place of all requests that name none, and the edge that takes those that do.
pub struct Origins {
    edge: Option<&'static dyn Edge>,
    place: Place,
    location_headers: bool,
    told: Mutex<Told>,
}

/// What the platform's script was told last of a request from the usual place. Most requests are told the same, and share it: what goes
/// along to the guest and into the journal is known there by its address.
#[derive(Default)]
struct Told {
    protocol: &'static str,
    accept_encoding: String,
    extra: Bytes,
}

/// What is added to a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attached {
    /// Headers, in place of those that the client sent; with no value it is only taken away.
    pub(crate) headers: Vec<(&'static str, Option<String>)>,
    /// What the platform's script is told.
    pub(crate) extra: Bytes,
}

impl Origins {
    /// Requests come from the place that `text` names, or from the edge's own.
    ///
    /// # Errors
    /// A sentence that says what is wrong with `text`.
    pub fn new(edge: &'static dyn Edge, text: Option<&str>, location_headers: bool) -> Result<Self, String> {
        let fields = text.map_or_else(|| Ok(Vec::new()), parse)?;
        Ok(Self { edge: Some(edge), place: edge.place(&fields, location_headers)?, location_headers, told: Mutex::default() })
    }

    /// For a door behind which there is no app.
    #[must_use]
    pub fn unknown() -> Self {
        Self { edge: None, place: Place::default(), location_headers: false, told: Mutex::default() }
    }

    /// What a request brings along. `id` is a number of its own.
    pub(crate) fn attach(&self, request: &Parts, peer: SocketAddr, id: u64) -> Result<Attached, String> {
        let Some(edge) = self.edge else { return Ok(Attached::default()) };
        let accept_encoding = request.headers.get(http::header::ACCEPT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let protocol = if request.version == http::Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
        let arriving =
            Arriving { peer: peer.ip(), id, protocol, scheme: "http", accept_encoding: accept_encoding.as_deref().unwrap_or_default() };
        match request.headers.get(PLACE) {
            None => Ok(Attached { headers: edge.headers(&self.place, &arriving), extra: self.told(edge, protocol, &arriving) }),
            Some(text) => {
                let fields = parse(&String::from_utf8_lossy(text.as_bytes()))?;
                let place = edge.place(&fields, self.location_headers)?;
                Ok(Attached { headers: edge.headers(&place, &arriving), extra: edge.extra(&place, &arriving).into() })
            }
        }
    }

    fn told(&self, edge: &dyn Edge, protocol: &'static str, arriving: &Arriving<'_>) -> Bytes {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.protocol != protocol || told.accept_encoding != arriving.accept_encoding {
            let extra = edge.extra(&self.place, arriving).into();
            *told = Told { protocol, accept_encoding: arriving.accept_encoding.to_owned(), extra };
        }
        told.extra.clone()
    }
}
