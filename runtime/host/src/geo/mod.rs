//! Where requests come from: the countries of the world, and how a user writes a place down.
//!
//! What a place means to code is the vendor's: a platform brings an [`Edge`] that turns fields into headers and what else it adds.

mod country;
mod fields;

use std::net::IpAddr;

pub use country::{Country, all, find};
pub use fields::parse;

/// A vendor's edge, where requests arrive before they reach the code.
pub trait Edge: Sync {
    /// What all requests from a place have in common. `fields` are names and values as [`parse`] gives them, `location_headers` asks for the
    /// headers that the vendor adds only on demand.
    ///
    /// # Errors
    /// A sentence that names the field that is wrong.
    fn place(&self, fields: &[(String, String)], location_headers: bool) -> Result<Place, String>;

    /// The headers that one request from there brings along, in place of those that the client sent; with no value one is only taken away.
    fn headers(&self, place: &Place, request: &Arriving<'_>) -> Vec<(&'static str, Option<String>)>;

    /// What the platform's script is told of a request, as JSON text. Of the request it depends on nothing but `protocol` and
    /// `accept_encoding`, so that one text serves all that have the same.
    fn extra(&self, place: &Place, request: &Arriving<'_>) -> String;
}

/// A place, prepared for many requests.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Headers whose value is the same each time.
    pub headers: Vec<(&'static str, String)>,
    /// What the platform's script is told, as the text of a JSON object without its closing brace.
    pub extra: String,
    /// The code of the data centre.
    pub colo: String,
    /// The address that the client is said to have, where it is not its own.
    pub ip: Option<IpAddr>,
}

/// A request as it arrives.
#[derive(Debug, Clone, Copy)]
pub struct Arriving<'a> {
    /// The address of the other end.
    pub peer: IpAddr,
    /// A number of its own.
    pub id: u64,
    /// `HTTP/1.1`
    pub protocol: &'a str,
    /// `http`
    pub scheme: &'a str,
    /// `accept-encoding` as the client sent it.
    pub accept_encoding: &'a str,
}
