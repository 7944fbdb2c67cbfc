//! The front door: HTTP in, events to the app's guests, answers out.
//!
//! [`serve`] takes connections; [`FrontDoor`] turns one request into one event (`request.rs`), appends it to the journal, sends it to the
//! app's [`Fleet`](greenroom_supervisor::Fleet) and turns what comes back into a response (`response.rs`); what went wrong is told in
//! `failure.rs`, and `upgrade.rs` makes WebSockets. `deliver.rs` takes events from other apps, `trigger.rs` those that are no requests,
//! `test_path.rs` requests that ask for one.

mod again;
mod deliver;
mod door;
mod failure;
mod faults;
mod limits;
mod origins;
mod parcel;
mod record;
mod request;
mod response;
mod server;
mod test_path;
mod trigger;
mod upgrade;
mod upload;

pub use deliver::CallRecord;
pub use door::{EdgeRules, FrontDoor, RequestLog, RequestRecord};
pub use faults::REQUEST;
pub use limits::DoorLimits;
pub use origins::Origins;
pub use server::{Listening, bind, serve, serve_with};
pub use test_path::TestPaths;
pub use trigger::{Answered, Delivered, Trigger, TriggerRecord, Triggered};
