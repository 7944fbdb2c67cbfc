//! An app from its folder to its running guests: [`project`] reads and bundles it, [`services`] answers its calls, [`running`] serves and
//! reloads it, [`watch`] says when to.

pub(crate) mod project;
pub(crate) mod running;
pub(crate) mod services;
pub(crate) mod watch;
