//! Tests of serverless apps on Greenroom: a client of its control API that blocks, as tests do.
//!
//! [`greenroom`] gives the run that `greenroom exec` has started, or starts one; [`Room`] has its apps, its clock and its services.

mod clock;
mod error;
mod events;
mod queues;
mod room;
mod rules;
mod services;
mod start;
mod state;
mod wire;

pub use clock::{Advanced, Clock, Pending, Ran};
pub use error::{Error, Result};
pub use events::Events;
pub use queues::{Counts, Message, Queue};
pub use room::{App, Room, attach, greenroom};
pub use rules::{Faults, Outbound};
pub use services::{D1, Entry, Keys, Kv, Put};
pub use start::Start;
pub use state::{Branch, State};
pub use wire::{Control, Reply};
