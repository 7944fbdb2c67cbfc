//! `greenroom`: serverless code on your own machine.
//!
//! This crate has the command line and puts the parts together; it has no domain logic. `args.rs` has the arguments, `commands/` one file
//! per command, `aws/` the services of AWS, `registry.rs` which parts this build has, `app/` what `dev` and `check` share, `settings/`
//! reads `greenroom.toml`.

mod app;
mod args;
mod aws;
mod commands;
mod control;
mod print;
mod registry;
mod settings;
mod terminal;

use clap::Parser;

fn main() -> std::process::ExitCode {
    // SAFETY: sets a disposition that every Rust program starts with anyway; a closed pipe is an error to handle, not a reason to die.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    keep_memory_together();
    let arguments = commands::clock::durations(commands::local::join_values(std::env::args_os()));
    commands::run(args::Args::parse_from(arguments))
}

/// Tells the allocator to use two arenas for all threads. With one for each, what a build leaves behind in one of them is of no use to the
/// next build, which runs on other threads.
fn keep_memory_together() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: sets a parameter of the allocator, before there is a second thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2)
    };
}
