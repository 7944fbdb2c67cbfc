//! What makes an app's code run without a request: cron expressions and the schedule that they make on the clock.
//!
//! [`cron`] reads a vendor's expressions and says when they are due; [`Schedule`] waits for that on the program's clock and hands each
//! [`Tick`] on. [`event_source`] hands records of queues to functions. [`catalogue`] makes events up. What a tick means to the code is the platform's affair, and how it reaches the code the gateway's.

pub mod catalogue;
pub mod cron;
pub mod event_source;
mod schedule;

pub use schedule::{Deliver, Schedule, Tick};
