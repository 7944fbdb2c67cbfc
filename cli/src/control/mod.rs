//! The control API on both sides: [`client`] finds and asks it, [`server`] offers it, [`run_file`] says where it is.

pub(crate) mod client;
pub(crate) mod run_file;
pub(crate) mod server;
