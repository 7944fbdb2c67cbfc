//! An app from its folder to its running guests: [`project`] reads and bundles it, [`services`] answers its calls, [`running`] serves and
//! reloads it, [`watch`] says when to; [`waiting`] holds the place of one that cannot be served yet, [`neighbours`] lets those of one run
//! call each other.

pub(crate) mod neighbours;
pub(crate) mod project;
pub(crate) mod running;
pub(crate) mod services;
pub(crate) mod waiting;
pub(crate) mod watch;
