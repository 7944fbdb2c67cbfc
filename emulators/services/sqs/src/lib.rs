//! Amazon SQS: queues, standard and FIFO. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/>
//!
//! `verbs/` has what can be done, for whoever asks: the operations of the API (`ops/`), commands, other parts of the program. `queue/` is one
//! queue in memory, small rows in the orders in which they are asked for; `store/` is the disk, which has what messages say and to which all
//! who wait write together. `due.rs` is the one thing that sleeps, `wait.rs` has those who wait for a message, `moving.rs` the move tasks.

mod again;
mod declare;
mod deliver;
mod due;
mod error;
mod faults;
#[cfg(test)]
mod full;
mod journal;
mod key;
mod limits;
mod message;
mod model;
mod moving;
mod ops;
mod queue;
mod receipt;
mod service;
mod state;
mod store;
mod verbs;
mod wait;

pub use faults::SQS;
pub use journal::APP;
pub use key::QueueKey;
pub use message::{AttributeValue, Extra, Outgoing, Received, of_body};
pub use moving::{Task, TaskStatus};
pub use service::Queues;
pub use verbs::{Ask, Make, Overview, Sent};
