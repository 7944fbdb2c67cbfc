//! The processes of an instance: started with an environment of their own, in a group of their own, and ended with all that they have
//! started.

mod environment;
mod interpreter;
mod keeper;
mod lines;
mod memory;
mod mounts;
mod output;
mod program;
mod spawn;
mod sweep;

use std::process::ExitStatus;

pub(crate) use environment::{LOG_FD_VARIABLE, Place, of_extension, variables};
pub(crate) use keeper::Keeper;
pub(crate) use memory::{peak, resident};
pub use mounts::mounting;
pub(crate) use mounts::{Mounting, Mounts, TMP};
pub(crate) use output::{Output, Writer};
pub(crate) use program::{Launch, Missing, Programs};
pub(crate) use spawn::{MARKER, Process, Start, start};
pub(crate) use sweep::Sweeper;

/// How a process ended, in the vendor's words.
pub(crate) fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("signal: {}", signal_name(signal)),
        (None, code) => format!("exit status {}", code.unwrap_or_default()),
    }
}

/// As the vendor's supervisor, which is written in Go, names them.
fn signal_name(signal: i32) -> String {
    let name = match signal {
        libc::SIGABRT => "aborted",
        libc::SIGALRM => "alarm clock",
        libc::SIGBUS => "bus error",
        libc::SIGFPE => "floating point exception",
        libc::SIGHUP => "hangup",
        libc::SIGILL => "illegal instruction",
        libc::SIGINT => "interrupt",
        libc::SIGKILL => "killed",
        libc::SIGPIPE => "broken pipe",
        libc::SIGQUIT => "quit",
        libc::SIGSEGV => "segmentation fault",
        libc::SIGTERM => "terminated",
        libc::SIGTRAP => "trace/breakpoint trap",
        other => return format!("signal {other}"),
    };
    name.to_owned()
}
