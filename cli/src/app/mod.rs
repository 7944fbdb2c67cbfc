//! An app from its folder to its running guests: [`project`] reads and bundles it, [`upload`] says what the vendor would refuse of it,
//! [`services`] answers its calls as far as its [`quota`] goes, those to the [`outside`] too, [`running`] serves and reloads it, [`watch`] says
//! when to; [`waiting`] holds the place of one that cannot be served yet, [`launch`] starts all of a run, [`neighbours`] lets them call each other, [`triggers`] lets their
//! code run when it is time to, or when somebody says so; [`handle`] is what a change of the run's state asks of one.

pub(crate) mod faults;
pub(crate) mod handle;
pub(crate) mod launch;
pub(crate) mod neighbours;
pub(crate) mod outside;
pub(crate) mod project;
pub(crate) mod quota;
pub(crate) mod running;
pub(crate) mod services;
pub(crate) mod triggers;
pub(crate) mod upload;
pub(crate) mod waiting;
pub(crate) mod watch;
