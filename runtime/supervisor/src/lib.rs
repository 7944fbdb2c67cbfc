//! Guest processes: start, warm spare, invoke, limits, drain, replace.
//!
//! [`Fleet`] has the guests of one app. A version goes into the waiting spare, which then serves in place of the one before
//! ([`Fleet::deploy`]); a guest whose process ends by itself is replaced by one with the same code. [`Spares`] gives single guests.
//! [`Instance`] is one process with code and everything under way with it; bodies are in `stream.rs`, what waits for the socket in `outbox.rs`,
//! what goes through it in `socket.rs`. [`command`] runs what is no guest.

pub mod command;
mod fleet;
mod instance;
mod outbox;
mod process;
mod socket;
mod spare;
mod spares;
mod stream;
mod time;
mod uses;

pub use fleet::{Fleet, Unanswered, in_words};
pub use instance::{Answer, BodyStream, IncomingCall, Instance, Invocation, InvokeError, Output, Response, Services};
pub use process::GuestCommand;
pub use spare::try_guest;
pub use spares::{DeployError, Spares, Version};
pub use stream::BodyReceiver;
pub use uses::Uses;
