//! The wire that every emulated AWS service stands on: one endpoint, the protocols, signatures, shapes and errors.
//!
//! A request's way: [`serve`] takes the connection, [`Endpoint`] reads the body, finds out who calls (`auth/`) and which service and
//! operation are meant (`endpoint/route.rs`), `protocol/` reads the input by the service's [`Model`] and checks it, the service's table of
//! [`Operation`]s does it, and `protocol/` writes the answer or the error.
//!
//! A service is a [`Model`] and a table: [`Tabled`]. An operation is a type in a file of its own and a line in that table.

pub mod auth;
pub mod encoding;
mod endpoint;
mod error;
pub mod event_stream;
mod message;
mod model;
mod operation;
mod protocol;
mod service;

pub use auth::{Credentials, Strictness};
pub use endpoint::{DEFAULT_ACCOUNT, DEFAULT_REGION, Endpoint, MAX_BODY, serve, uuid};
pub use error::ApiError;
pub use http::{HeaderMap, Method};
pub use message::{WireBody, WireRequest, WireResponse};
pub use model::{
    Bound, Captures, Kind, List, Malformed, Map, Member, Model, OperationShape, Place, Protocol, Shape, Structure, Text, Uri, Violation,
    sentence,
};
pub use operation::{Answer, Context, Entry, Operation, Payload};
pub use service::{Service, Tabled};
