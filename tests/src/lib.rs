//! What tests of the real binary share: a project folder, a running server, requests to it.

mod project;
mod server;

pub use project::Project;
pub use server::{Reply, Server, binary, pids_of_group, wait_for};
