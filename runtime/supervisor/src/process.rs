//! Starting guest processes.

use std::ffi::OsString;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use greenroom_channel::{EXIT_BROKEN, GUEST_FD};
use tokio::process::{Child, Command};

/// How a guest process is started.
#[derive(Debug, Clone)]
pub struct GuestCommand {
    /// The program: this binary itself.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its whole environment; nothing of the host's is passed on.
    pub environment: Vec<(OsString, OsString)>,
}

/// Starts the process with one end of a socket as its descriptor [`GUEST_FD`]; gives the other end.
pub(crate) fn start(command: &GuestCommand) -> std::io::Result<(Child, tokio::net::UnixStream)> {
    let (ours, theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let descriptor = theirs.as_raw_fd();
    let mut process = Command::new(&command.program);
    process.args(&command.arguments).env_clear().envs(command.environment.iter().map(|(name, value)| (name, value)));
    process.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    // Ctrl-C in the terminal is for the host, which then ends its guests.
    process.process_group(0).kill_on_drop(true);
    // SAFETY: between fork and exec only the async-signal-safe `dup2`, `fcntl` and `close_range` are called, on a descriptor that is open here.
    unsafe {
        process.pre_exec(move || {
            // `dup2` onto itself would leave close-on-exec set.
            let moved = if descriptor == GUEST_FD { libc::fcntl(descriptor, libc::F_SETFD, 0) } else { libc::dup2(descriptor, GUEST_FD) };
            close_others();
            if moved < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
        });
    }
    let child = process.spawn()?;
    Ok((child, tokio::net::UnixStream::from_std(ours)?))
}

/// Descriptors that this process has inherited itself do not go on to guests.
fn close_others() {
    #[cfg(target_os = "linux")]
    {
        const CLOSE_ON_EXEC: libc::c_uint = 4;
        // SAFETY: plain system call; it marks descriptors, which close when the guest's program is executed. Kernels before 5.11 refuse it.
        unsafe { libc::syscall(libc::SYS_close_range, GUEST_FD + 1, libc::c_uint::MAX, CLOSE_ON_EXEC) };
    }
}

/// How a process ended, in words.
pub(crate) fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.signal(), status.code()) {
        (Some(signal), _) => match signal_name(signal) {
            Some(name) => format!("was killed by {name}"),
            None => format!("was killed by signal {signal}"),
        },
        // Code has broken the built-ins that the guest's own JavaScript stands on, or native code has failed.
        (None, Some(EXIT_BROKEN)) => "no longer worked and was ended".to_owned(),
        (None, Some(code)) => format!("ended with exit code {code}"),
        (None, None) => "ended".to_owned(),
    }
}

fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        libc::SIGABRT => "SIGABRT (abort in native code)",
        libc::SIGSEGV => "SIGSEGV (invalid memory access in native code)",
        libc::SIGBUS => "SIGBUS (invalid memory access in native code)",
        libc::SIGILL => "SIGILL (trap in native code)",
        libc::SIGFPE => "SIGFPE (arithmetic fault in native code)",
        libc::SIGKILL => "SIGKILL (from outside, or by the system for want of memory)",
        libc::SIGTERM => "SIGTERM",
        libc::SIGINT => "SIGINT",
        _ => return None,
    })
}
