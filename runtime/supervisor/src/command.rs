//! Somebody's own program, run to its end with everything that it starts.
//!
//! It stays in this process's group, so that a terminal treats both as one job. What it leaves behind is found all the same: this process
//! adopts whatever of its descendants has lost its parent.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long what was left behind has to end by itself.
const GRACE: Duration = Duration::from_secs(2);
/// How long the system may take to end it.
const ENDED: Duration = Duration::from_secs(30);

/// A program that runs.
pub struct Running {
    child: Child,
    /// Told when a child of this process ends.
    ends: Signal,
}

impl Running {
    /// Starts `program` with what this process has: its folder, its environment and `environment`, its standard streams.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &[OsString], environment: Vec<(String, String)>) -> std::io::Result<Self> {
        let ends = signal(SignalKind::child())?;
        adopt_orphans()?;
        let (name, arguments) = program.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(name);
        command.args(arguments).envs(environment);
        end_with_us(&mut command);
        Ok(Self { child: command.spawn()?, ends })
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub async fn wait(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Sends it a signal, if it still runs.
    pub fn signal(&self, signal: i32) {
        if let Some(pid) = self.child.id() {
            send(pid, signal);
        }
    }

    /// Ends what it has left behind: with SIGTERM, and after a while with SIGKILL. Gives the names of those that will not end.
    pub async fn end_the_rest(mut self) -> Vec<String> {
        for (signal, within) in [(libc::SIGTERM, GRACE), (libc::SIGKILL, ENDED)] {
            if self.end_with(signal, within).await {
                return Vec::new();
            }
        }
        strays().iter().map(|pid| format!("{} ({pid})", name(*pid))).collect()
    }

    /// Sends the signal to all that are left, and to those that they leave, until none is. False: some are, after some time.
    async fn end_with(&mut self, signal: i32, within: Duration) -> bool {
        let mut told = BTreeSet::new();
        // Real time: it is about processes of the system, which know no other.
        let all = async {
            loop {
                let left = strays();
                if left.is_empty() {
                    return;
                }
                left.iter().filter(|pid| told.insert(**pid)).for_each(|pid| send(*pid, signal));
                self.ends.recv().await;
            }
        };
        tokio::time::timeout(within, all).await.is_ok()
    }
}

/// The exit code that a shell gives for `status`.
#[must_use]
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

/// Whether the terminal sends what its keys mean to this process's group, and so to what it runs too.
#[must_use]
pub fn has_the_terminal() -> bool {
    // SAFETY: plain system calls without pointers; the descriptor need not be a terminal, nor open.
    unsafe { [0, 1, 2].into_iter().any(|descriptor| libc::tcgetpgrp(descriptor) == libc::getpgrp()) }
}

fn adopt_orphans() -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    // SAFETY: sets an attribute of this process.
    if unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    Ok(())
}

/// The program gets SIGTERM when this process is killed.
fn end_with_us(command: &mut Command) {
    #[cfg(target_os = "linux")]
    // SAFETY: between fork and exec only the async-signal-safe `prctl` is called.
    unsafe {
        command.pre_exec(|| {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM);
            Ok(())
        });
    }
}

fn send(pid: u32, signal: i32) {
    if let Ok(pid) = i32::try_from(pid) {
        // SAFETY: plain system call. The process is a child of this one that has not been waited for, so the number is still its own.
        unsafe { libc::kill(pid, signal) };
    }
}

/// Children of this process that are no guests and still run. Those that have ended are waited for, so that they are gone.
fn strays() -> Vec<u32> {
    let children = children().into_iter().filter(|pid| !is_guest(*pid));
    children.filter(|pid| !has_ended(*pid)).collect()
}

/// <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>: the fourth field is the parent.
fn children() -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| parent(*pid) == Some(std::process::id())).collect()
}

fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it may have anything in it.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Guests are this program again; whoever started them waits for them.
fn is_guest(pid: u32) -> bool {
    let program = |pid: &str| std::fs::read_link(Path::new("/proc").join(pid).join("exe")).ok();
    let arguments = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    program(&pid.to_string()) == program("self") && arguments.split(|byte| *byte == 0).nth(1) == Some(b"guest")
}

/// Waits for the process if it has ended.
fn has_ended(pid: u32) -> bool {
    let Ok(pid) = i32::try_from(pid) else { return true };
    // SAFETY: plain system call; no status is asked for. One that is no child any more has ended.
    unsafe { libc::waitpid(pid, std::ptr::null_mut(), libc::WNOHANG) != 0 }
}

fn name(pid: u32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()
}
