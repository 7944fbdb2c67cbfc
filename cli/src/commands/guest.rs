//! `greenroom guest …`: a guest process.

use std::process::ExitCode;

use greenroom_js::GuestOptions;

use crate::args::Guest;

pub(super) fn run(args: &Guest) -> ExitCode {
    let code = match args {
        Guest::Js { heap_bytes } => greenroom_js::run(greenroom_js_snapshot::SNAPSHOT, GuestOptions { heap_bytes: *heap_bytes }),
    };
    // Not by way of destructors: the isolate's memory goes with the process, faster than it could be given back.
    // SAFETY: ends the process; nothing after it runs.
    unsafe { libc::_exit(code) }
}
