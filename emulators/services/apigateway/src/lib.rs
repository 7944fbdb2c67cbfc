//! The HTTP front doors of functions: HTTP APIs, REST APIs, WebSocket APIs, function URLs and load balancers.
//!
//! A [`Gateway`] holds what is configured ([`Doors`]) and answers requests; who listens, and on which port or path, is not decided here.
//! Functions are called through [`greenroom_host::Delivery`] alone.

mod address;
mod again;
mod answer;
mod authorize;
mod call;
pub mod config;
mod cors;
mod door;
mod faults;
mod function_url;
mod gateway;
mod http_api;
mod ids;
mod inbound;
mod limits;
mod load_balancer;
mod outside;
mod rest_api;
mod routing;
mod scene;
mod streamed;
mod throttle;
mod urls;
mod usage;
mod vtl;
mod websocket_api;

pub use again::NotAgain;
pub use answer::Body;
pub use config::Doors;
pub use door::{Door, DoorKind};
pub use faults::REQUEST;
pub use gateway::{Gateway, GatewayLog, HttpRecord};
pub use inbound::HeaderNames;
pub use outside::{NoOutside, OutReply, OutRequest, Outside};
pub use urls::{NoUrls, Urls};
