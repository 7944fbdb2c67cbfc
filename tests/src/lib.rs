//! What tests of the real binary share: a project folder, a running server, requests to it, a site for it to fetch from.

mod asked;
mod aws;
mod client;
mod command;
mod control;
mod exec;
mod http;
mod packages;
mod process;
mod project;
mod server;
mod site;

pub use asked::asked_site;
pub use aws::Aws;
pub use client::{Client, Reply, Wire};
pub use command::{Finished, check, greenroom};
pub use control::Control;
pub use exec::{exec_apps_pass, exec_passes, pytest_apps_pass, pytest_passes};
pub use packages::{built, compiled, environment_in, python, python_for_aws};
pub use process::{children, cpu_ticks, descendants, high_water, kill, pids_of_group, resident, stands_still, switches};
pub use project::{Project, repository};
pub use server::{Server, binary, wait_for};
pub use site::{Site, SiteRequest, respond};
