//! `/opt`, `/tmp` and `/var/task` as production has them: each instance has a mount namespace of its own, which its first process makes and
//! all others join. Where the system does not let it, functions go on with environment and search paths alone.

mod plan;
mod system;

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use greenroom_host::Function;

use plan::Plan;

/// The folder that temporary files go to, as the code of a mounted instance sees it.
pub(crate) const TMP: &str = "/tmp";

/// The mounts of one instance.
pub(crate) struct Mounts {
    plan: Arc<Plan>,
    /// The namespaces of its first process: of users, where it needed one, and of mounts.
    made: OnceLock<Option<[OwnedFd; 2]>>,
}

/// What the instances of one version see in place of the machine's own folders; none where that cannot be.
pub(crate) struct Mounting(Option<Arc<Plan>>);

impl Mounting {
    /// Tries it once with a program that does nothing. `folder` has what mounts need to stand on, `runtime` our runtimes; `programs` is as
    /// `PATH`.
    pub(crate) fn of(function: &Function, folder: &Path, runtime: &Path, programs: &OsStr) -> Self {
        Self(Plan::of(function, folder, runtime, programs).ok().filter(|plan| attempt(plan).is_ok()).map(Arc::new))
    }

    /// For one more instance.
    pub(crate) fn for_instance(&self) -> Option<Mounts> {
        self.0.as_ref().map(|plan| Mounts { plan: Arc::clone(plan), made: OnceLock::new() })
    }
}

impl Mounts {
    /// What a process does between fork and exec, to be where the others are.
    pub(super) fn enter(&self) -> impl FnMut() -> std::io::Result<()> + Send + Sync + 'static {
        let made = self.made.get().and_then(Option::as_ref).map(|[user, mounts]| (user.as_raw_fd(), mounts.as_raw_fd()));
        let plan = Arc::clone(&self.plan);
        move || match made {
            Some((user, mounts)) => system::join(user, mounts),
            None => plan.carry_out(),
        }
    }

    /// The process has entered.
    pub(super) fn entered(&self, process: u32) {
        let open = |kind: &str| File::open(format!("/proc/{process}/ns/{kind}")).map(OwnedFd::from);
        self.made.get_or_init(|| Some([open("user").ok()?, open("mnt").ok()?]));
    }
}

/// Whether folders can be mounted on this machine, in words.
///
/// # Errors
/// Why not.
pub fn mounting() -> Result<String, String> {
    let failed = |error: std::io::Error| {
        format!("functions do not find `/opt` and `/var/task` by these names, and the size of `/tmp` is not held: no mounts, {error}")
    };
    let folder = tempfile::tempdir().map_err(failed)?;
    let plan = Plan::empty(folder.path()).map_err(failed)?;
    attempt(&plan).map_err(failed)?;
    Ok("functions see `/opt`, `/tmp` and `/var/task` as in production".to_owned())
}

#[cfg(target_os = "linux")]
fn attempt(plan: &Plan) -> std::io::Result<()> {
    use std::os::unix::process::CommandExt;
    let mut command = std::process::Command::new("/bin/true");
    let plan = plan.clone();
    // SAFETY: between fork and exec only system calls are made, with texts that were there before.
    unsafe { command.env_clear().pre_exec(move || plan.carry_out()) };
    if command.status()?.success() { Ok(()) } else { Err(std::io::Error::other("a program does not start there")) }
}

#[cfg(not(target_os = "linux"))]
fn attempt(_: &Plan) -> std::io::Result<()> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
}
