//! The system calls. All of them may be made between fork and exec.

#![cfg_attr(not(target_os = "linux"), allow(unused_variables, reason = "only Linux has them"))]

use std::ffi::CStr;
use std::io;

#[cfg(target_os = "linux")]
pub(super) use linux::{bind, folder, join, leave, memory, mount, move_mount};
#[cfg(not(target_os = "linux"))]
pub(super) use nowhere::{bind, folder, join, leave, memory, mount, move_mount};

#[cfg(target_os = "linux")]
mod linux {
    use super::{CStr, io};

    /// A namespace of mounts of its own, in one of users where that is what it takes; nothing that is mounted here is seen elsewhere.
    pub(in super::super) fn leave() -> io::Result<()> {
        // SAFETY: plain system calls.
        unsafe {
            let (user, group) = (libc::geteuid(), libc::getegid());
            if libc::unshare(libc::CLONE_NEWNS) < 0 {
                check(libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNS))?;
                write(c"/proc/self/setgroups", b"deny")?;
                write_id(c"/proc/self/uid_map", user)?;
                write_id(c"/proc/self/gid_map", group)?;
            }
        }
        mount(None, c"/", None, libc::MS_REC | libc::MS_PRIVATE, None)
    }

    pub(in super::super) fn join(user: i32, mounts: i32) -> io::Result<()> {
        // SAFETY: plain system calls on descriptors that are open.
        unsafe {
            // It is refused where it is the one that this process is in already.
            libc::setns(user, libc::CLONE_NEWUSER);
            check(libc::setns(mounts, libc::CLONE_NEWNS))
        }
    }

    pub(in super::super) fn mount(
        from: Option<&CStr>,
        on: &CStr,
        kind: Option<&CStr>,
        flags: libc::c_ulong,
        options: Option<&CStr>,
    ) -> io::Result<()> {
        let text = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr);
        // SAFETY: plain system call; the texts outlive it.
        check(unsafe { libc::mount(text(from), on.as_ptr(), text(kind), flags, text(options).cast()) })
    }

    pub(in super::super) fn bind(from: &CStr, on: &CStr) -> io::Result<()> {
        mount(Some(from), on, None, libc::MS_BIND | libc::MS_REC, None)
    }

    pub(in super::super) fn memory(on: &CStr, options: &CStr) -> io::Result<()> {
        mount(Some(c"tmpfs"), on, Some(c"tmpfs"), libc::MS_NOSUID | libc::MS_NODEV, Some(options))
    }

    pub(in super::super) fn move_mount(from: &CStr, to: &CStr) -> io::Result<()> {
        mount(Some(from), to, None, libc::MS_MOVE, None)
    }

    pub(in super::super) fn folder(path: &CStr) -> io::Result<()> {
        // SAFETY: plain system call; the text outlives it.
        if unsafe { libc::mkdir(path.as_ptr(), 0o755) } < 0 {
            let error = io::Error::last_os_error();
            return if error.raw_os_error() == Some(libc::EEXIST) { Ok(()) } else { Err(error) };
        }
        Ok(())
    }

    /// `1000 1000 1`: the user stays who it is.
    fn write_id(file: &CStr, id: u32) -> io::Result<()> {
        let mut line = [0_u8; 32];
        let mut at = 0;
        for piece in [id, id, 1] {
            at = digits(&mut line, at, piece);
            line[at] = b' ';
            at += 1;
        }
        write(file, &line[..at - 1])
    }

    /// Without memory of its own, which may not be asked for here.
    fn digits(line: &mut [u8], at: usize, number: u32) -> usize {
        let length = number.checked_ilog10().unwrap_or_default() as usize + 1;
        let mut left = number;
        for place in line[at..at + length].iter_mut().rev() {
            *place = b'0' + u8::try_from(left % 10).unwrap_or_default();
            left /= 10;
        }
        at + length
    }

    fn write(file: &CStr, bytes: &[u8]) -> io::Result<()> {
        // SAFETY: plain system calls; the descriptor is closed again.
        unsafe {
            let descriptor = libc::open(file.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
            check(descriptor)?;
            let written = libc::write(descriptor, bytes.as_ptr().cast(), bytes.len());
            let error = io::Error::last_os_error();
            libc::close(descriptor);
            if written < 0 { Err(error) } else { Ok(()) }
        }
    }

    fn check(result: i32) -> io::Result<()> {
        if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn numbers_are_written_in_place() {
            let mut line = [0; 32];
            let end = super::digits(&mut line, 0, 0);
            let end = super::digits(&mut line, end, 4_294_967_295);
            assert_eq!(&line[..end], b"04294967295");
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nowhere {
    use super::{CStr, io};

    fn unsupported() -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    pub(in super::super) fn leave() -> io::Result<()> {
        unsupported()
    }

    pub(in super::super) fn join(_: i32, _: i32) -> io::Result<()> {
        unsupported()
    }

    pub(in super::super) fn mount(_: Option<&CStr>, _: &CStr, _: Option<&CStr>, _: u64, _: Option<&CStr>) -> io::Result<()> {
        unsupported()
    }

    pub(in super::super) fn bind(_: &CStr, _: &CStr) -> io::Result<()> {
        unsupported()
    }

    pub(in super::super) fn memory(_: &CStr, _: &CStr) -> io::Result<()> {
        unsupported()
    }

    pub(in super::super) fn move_mount(_: &CStr, _: &CStr) -> io::Result<()> {
        unsupported()
    }

    pub(in super::super) fn folder(_: &CStr) -> io::Result<()> {
        unsupported()
    }
}
