//! The control API on both sides: [`client`] finds and asks it, [`server`] offers it, [`run_file`] says where it is. [`apps`] is what
//! it knows of the apps.

pub(crate) mod apps;
pub(crate) mod client;
pub(crate) mod run_file;
pub(crate) mod server;
