//! A guest gives up what it does not need before it runs any code of the user's: files but those of its cache, the network, programs,
//! other processes. Code that broke out of the engine would find itself in a process that can compute and talk to its host, no more.
//!
//! Three layers, each as far as the system offers it: resource limits, Landlock for files and TCP, seccomp for system calls. None of them
//! is needed for correctness: where one is missing the guest runs all the same, and `greenroom doctor` says so.

#[cfg(target_os = "linux")]
mod landlock;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod seccomp;

use std::path::Path;

/// Descriptors that a guest needs at most: its socket, the event loop's, files of the cache.
#[cfg(unix)]
const DESCRIPTORS: libc::rlim_t = 64;

/// Gives everything up that can be given up. `cache`: the one folder whose files may still be read and written.
pub(crate) fn confine(cache: Option<&Path>) {
    limit_resources();
    #[cfg(target_os = "linux")]
    {
        // SAFETY: plain system call; it forbids this process and its children to gain rights by executing programs.
        unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
        let _ = landlock::restrict(cache);
    }
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = seccomp::restrict();
    #[cfg(not(target_os = "linux"))]
    let _ = cache;
}

/// No dump of a guest's memory, and no more descriptors than it needs. The number of processes is counted for all of a user's
/// together, so that is left to seccomp.
fn limit_resources() {
    #[cfg(unix)]
    for (resource, most) in [(libc::RLIMIT_CORE, 0), (libc::RLIMIT_NOFILE, DESCRIPTORS)] {
        let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
        // SAFETY: `limit` is valid for the call. A limit that cannot be lowered stays as it is.
        unsafe { libc::setrlimit(resource, &raw const limit) };
    }
}

/// What the system offers to confine guests with, in words; `Err` names what is missing.
///
/// # Errors
/// Where a layer is missing.
#[cfg(target_os = "linux")]
pub fn confinement() -> Result<String, String> {
    let seccomp = cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
    match (landlock::version(), seccomp) {
        (0, _) => Err("the kernel has no Landlock: a guest that breaks out of its engine could open the user's files".to_owned()),
        (_, false) => Err("no system calls are denied to guests on this processor".to_owned()),
        (version, true) => Ok(format!("guests are held by Landlock {version} and seccomp")),
    }
}

/// What the system offers to confine guests with, in words; `Err` names what is missing.
///
/// # Errors
/// Always: there is nothing of the kind.
#[cfg(not(target_os = "linux"))]
pub fn confinement() -> Result<String, String> {
    Err("guests are processes with the user's own rights on this system".to_owned())
}
