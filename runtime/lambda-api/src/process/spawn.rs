//! Starting a process, and ending it with everything that it has started.

use std::ffi::{CString, OsString};
use std::io::PipeWriter;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use tokio::process::{Child, Command};

use super::{Keeper, Mounts};

/// The descriptor on which a runtime writes log messages with their level and length: `_LAMBDA_TELEMETRY_LOG_FD`.
pub(crate) const LOG_FD: i32 = 3;

/// The variable that is another in each instance: where its server is.
pub(crate) const MARKER: &str = "AWS_LAMBDA_RUNTIME_API";

/// How a process is started.
pub(crate) struct Start<'a> {
    pub(crate) program: &'a Path,
    pub(crate) arguments: &'a [OsString],
    /// All of it.
    pub(crate) environment: &'a [(String, OsString)],
    pub(crate) folder: &'a Path,
    /// What it sees in place of the machine's own folders.
    pub(crate) mounts: Option<&'a Mounts>,
    /// Where it prints.
    pub(crate) output: PipeWriter,
    /// Where it writes log messages, if it may.
    pub(crate) messages: Option<PipeWriter>,
}

/// A process, and the group that it leads. Everything in the group is killed when this is dropped.
pub(crate) struct Process {
    group: i32,
    keeper: Arc<Keeper>,
}

/// Starts the process. `ended` is called when it has ended, however it does.
pub(crate) fn start(keeper: &Arc<Keeper>, how: Start<'_>, ended: impl FnOnce(ExitStatus) + Send + 'static) -> std::io::Result<Process> {
    let mounts = how.mounts;
    let marker = how.environment.iter().find(|(name, _)| name == MARKER).map(|(name, value)| format!("{name}={}", value.to_string_lossy()));
    let child = spawn(how)?;
    if let (Some(mounts), Some(id)) = (mounts, child.id()) {
        mounts.entered(id);
    }
    let group = i32::try_from(child.id().unwrap_or_default()).unwrap_or_default();
    keeper.add(group, &marker.unwrap_or_default());
    tokio::spawn(reap(child, ended));
    Ok(Process { group, keeper: Arc::clone(keeper) })
}

async fn reap(mut child: Child, ended: impl FnOnce(ExitStatus)) {
    if let Ok(status) = child.wait().await {
        ended(status);
    }
}

fn spawn(how: Start<'_>) -> std::io::Result<Child> {
    let mut command = Command::new(how.program);
    command.args(how.arguments).env_clear().envs(how.environment.iter().map(|(name, value)| (name, value))).current_dir(how.folder);
    command.stdin(Stdio::null()).stdout(how.output.try_clone()?).stderr(how.output);
    let messages = how.messages.as_ref().map(AsRawFd::as_raw_fd);
    let parent = std::process::id();
    let mut enter = how.mounts.map(Mounts::enter);
    let folder = CString::new(how.folder.as_os_str().as_bytes())?;
    // SAFETY: between fork and exec only async-signal-safe functions are called, on descriptors that are open here.
    unsafe {
        command.pre_exec(move || {
            // A session of its own: the group is its own too, and no terminal reaches it.
            if libc::setsid() < 0 {
                return Err(std::io::Error::last_os_error());
            }
            if let Some(enter) = &mut enter {
                enter()?;
                // Where it was before may be covered now.
                if libc::chdir(folder.as_ptr()) < 0 {
                    return Err(std::io::Error::last_os_error());
                }
            }
            // After that, which would undo it.
            end_with(parent);
            pass_on(messages)
        });
    }
    command.spawn()
}

/// The process ends when the thread that started it does. The keeper ends what the process has started itself.
fn end_with(parent: u32) {
    #[cfg(target_os = "linux")]
    // SAFETY: plain system calls.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        // It may have ended before that was said.
        if libc::getppid().unsigned_abs() != parent {
            libc::_exit(1);
        }
    }
    let _ = parent;
}

/// The descriptor of messages becomes [`LOG_FD`]; no other goes on.
fn pass_on(messages: Option<i32>) -> std::io::Result<()> {
    if let Some(descriptor) = messages {
        // SAFETY: plain system calls. `dup2` onto itself would leave close-on-exec set.
        let moved =
            unsafe { if descriptor == LOG_FD { libc::fcntl(descriptor, libc::F_SETFD, 0) } else { libc::dup2(descriptor, LOG_FD) } };
        if moved < 0 {
            return Err(std::io::Error::last_os_error());
        }
    }
    #[cfg(target_os = "linux")]
    {
        const CLOSE_ON_EXEC: libc::c_uint = 4;
        let first = if messages.is_some() { LOG_FD + 1 } else { LOG_FD };
        // SAFETY: plain system call; it marks descriptors, which close when the program is executed. Kernels before 5.11 refuse it.
        unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, CLOSE_ON_EXEC) };
    }
    Ok(())
}

impl Process {
    /// The number of the process.
    pub(crate) fn id(&self) -> i32 {
        self.group
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        self.signal(libc::SIGTERM);
    }

    /// Ends it and what it has started, at once.
    pub(crate) fn kill(&self) {
        self.signal(libc::SIGKILL);
    }

    fn signal(&self, signal: i32) {
        if self.group > 0 {
            // SAFETY: plain system call. The group's number is not given to others as long as any process is in it.
            unsafe { libc::kill(-self.group, signal) };
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        self.keeper.remove(self.group);
    }
}
