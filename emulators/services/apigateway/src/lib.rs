//! The HTTP front doors of functions: HTTP APIs, REST APIs, WebSocket APIs, function URLs and load balancers.
//!
//! A [`Gateway`] holds what is configured ([`Doors`]) and answers requests; who listens, and on which port or path, is not decided here.
//! Functions are called through [`greenroom_host::Delivery`] alone.

mod answer;
mod call;
pub mod config;
mod door;
mod gateway;
mod http_api;
mod ids;
mod inbound;
mod limits;
mod scene;

pub use answer::Body;
pub use config::Doors;
pub use door::{Door, DoorKind};
pub use gateway::{Gateway, GatewayLog, HttpRecord};
pub use inbound::HeaderNames;
