//! The isolate guest: user code on `deno_core`, fed by the channel.
//!
//! [`run`] is the whole life of a guest process: the isolate comes from a snapshot ([`snapshot`] makes it, at build time), evaluates the
//! scripts of platforms and bindings, waits as a spare, is loaded with code and then serves events. `web/` has its JavaScript: the web's
//! globals, bodies with credit, calls to services, and the handlers that take events. The guest side knows no service, no storage and
//! no journal; it has the channel and nothing else.
//!
//! What differs between the engines is in `engine.rs` and, for texts, `text.rs`: the only files that ask which one it is.

mod compression;
mod confine;
mod engine;
mod entropy;
mod extension;
mod guest;
mod hash;
#[cfg(not(feature = "v8"))]
mod intl;
mod isolate;
mod link;
mod meter;
mod modules;
mod ops;
mod patches;
mod signing;
mod snapshot;
mod state;
mod text;
mod time;
mod watch;

pub use confine::confinement;
pub use engine::{CODE_CACHE, NAME as ENGINE};
pub use guest::{GuestOptions, run};
pub use snapshot::{Snapshot, snapshot};
