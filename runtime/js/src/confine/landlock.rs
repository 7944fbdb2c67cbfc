//! Landlock: no files but those below one folder, no TCP. <https://docs.kernel.org/userspace-api/landlock.html>

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// All rights on files that version 1 knows; each later version adds one or two at the upper end.
const FILES: [u64; 5] = [(1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1, (1 << 15) - 1, (1 << 16) - 1];
/// Binding and connecting TCP sockets, from version 4 on.
const TCP: u64 = 0b11;
const EXECUTE: u64 = 1;
const RULE_PATH_BENEATH: libc::c_int = 1;
const CREATE_RULESET_VERSION: u32 = 1;

#[repr(C)]
struct Ruleset {
    files: u64,
    network: u64,
}

#[repr(C, packed)]
struct PathBeneath {
    allowed: u64,
    folder: libc::c_int,
}

/// The version that the kernel has; 0 for none.
pub(super) fn version() -> usize {
    // SAFETY: asks for the version: no attributes are read.
    let version = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<Ruleset>(), 0_usize, CREATE_RULESET_VERSION) };
    usize::try_from(version).unwrap_or(0)
}

/// Restricts the calling thread, and those that it starts from now on.
pub(super) fn restrict(folder: Option<&Path>) -> std::io::Result<()> {
    let version = version();
    if version == 0 {
        return Err(std::io::ErrorKind::Unsupported.into());
    }
    let files = FILES[version.min(FILES.len()) - 1];
    let network = if version >= 4 { TCP } else { 0 };
    let attributes = Ruleset { files, network };
    // Kernels before version 4 know the first field alone.
    let size = if version >= 4 { size_of::<Ruleset>() } else { size_of::<u64>() };
    // SAFETY: `attributes` is valid for `size` bytes during the call.
    let ruleset = checked(unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, &raw const attributes, size, 0_u32) })?;
    if let Some(folder) = folder {
        // A cache that cannot be used costs what it would have saved, and is no error.
        let _ = allow(ruleset, folder, files & !EXECUTE);
    }
    // SAFETY: plain system calls on a descriptor of ours, which nothing uses afterwards.
    unsafe {
        let restricted = checked(libc::syscall(libc::SYS_landlock_restrict_self, ruleset, 0_u32));
        libc::close(ruleset);
        restricted.map(drop)
    }
}

fn allow(ruleset: libc::c_int, folder: &Path, allowed: u64) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let path = CString::new(folder.as_os_str().as_bytes())?;
    // SAFETY: `path` is a C string; the descriptor is closed below.
    let folder = checked(unsafe { libc::open(path.as_ptr(), libc::O_PATH | libc::O_CLOEXEC) }.into())?;
    let rule = PathBeneath { allowed, folder };
    // SAFETY: `rule` is valid for the call; the descriptor is ours.
    unsafe {
        let added = checked(libc::syscall(libc::SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &raw const rule, 0_u32));
        libc::close(folder);
        added.map(drop)
    }
}

fn checked(result: libc::c_long) -> std::io::Result<libc::c_int> {
    libc::c_int::try_from(result).ok().filter(|result| *result >= 0).ok_or_else(std::io::Error::last_os_error)
}
