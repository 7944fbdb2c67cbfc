//! The control API on both sides: [`client`] finds and asks it, [`server`] offers it, [`run_file`] says where it is. [`apps`] is what
//! it knows of the apps, [`outbound`] of the rules for requests to the outside, [`reloads`] lets apps be read again.

pub(crate) mod apps;
pub(crate) mod client;
pub(crate) mod outbound;
pub(crate) mod reloads;
pub(crate) mod run_file;
pub(crate) mod server;
