//! What can be done with queues and messages, whoever asks: operations of the API, commands, other parts of the program.

mod change;
mod configure;
mod create;
mod delete;
mod delete_queue;
mod look;
mod purge;
mod ready;
mod receive;
mod redrive;
mod send;
mod visibility;

pub use create::Make;
pub use look::Overview;
pub use receive::Ask;
pub use send::Sent;
