//! An app from its folder to its running guests: [`project`] reads and bundles it, [`upload`] says what the vendor would refuse of it,
//! [`services`] answers its calls as far as its [`quota`] goes, those to the [`outside`] too; [`running`] serves it at its [`place`] by
//! [`guests`], and reloads it when [`watch`] says so and its [`digest`] is another; [`waiting`] holds the place of one that cannot be served
//! yet; [`launch`] starts all of a run as their [`settings`] say, and tells what has [`started`]; [`neighbours`] lets them call each other,
//! [`triggers`] lets their code run when it is time to, or when somebody says so; what they send each other is in [`deliveries`]; [`functions`] is what serves apps of functions in place of [`running`]; [`handle`] is what a change of the run's state asks of
//! one, [`faults`] what goes wrong on purpose, [`endpoint`] where code finds the AWS services of the run.

pub(crate) mod deliveries;
pub(crate) mod digest;
pub(crate) mod endpoint;
pub(crate) mod faults;
pub(crate) mod functions;
pub(crate) mod guests;
pub(crate) mod handle;
pub(crate) mod launch;
pub(crate) mod neighbours;
pub(crate) mod outside;
pub(crate) mod place;
pub(crate) mod project;
pub(crate) mod quota;
pub(crate) mod running;
pub(crate) mod served;
pub(crate) mod services;
pub(crate) mod settings;
pub(crate) mod started;
pub(crate) mod triggers;
pub(crate) mod upload;
pub(crate) mod waiting;
pub(crate) mod watch;
