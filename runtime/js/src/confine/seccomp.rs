//! seccomp: system calls that a guest never makes fail. <https://docs.kernel.org/userspace-api/seccomp_filter.html>
//!
//! A list of what is denied, not of what is allowed: which calls an engine and its allocator make changes with their versions.

use libc::{sock_filter, sock_fprog};

/// Programs, sockets, other processes, the system's own configuration.
const DENIED: &[libc::c_long] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_kill,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_open_by_handle_at,
];

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

/// Offsets in `struct seccomp_data`.
const NUMBER_AT: u32 = 0;
const ARCHITECTURE_AT: u32 = 4;
/// Calls of the x32 interface have this bit: the same calls under other numbers.
const X32: u32 = 0x4000_0000;

const LOAD: u16 = 0x20;
const JUMP_IF_EQUAL: u16 = 0x15;
const JUMP_IF_GREATER_OR_EQUAL: u16 = 0x35;
const RETURN: u16 = 0x06;

const ALLOW: u32 = 0x7fff_0000;
const DENY: u32 = 0x0005_0000 | libc::EPERM.unsigned_abs();

/// Restricts all threads of the process.
pub(super) fn restrict() -> std::io::Result<()> {
    let mut filter = program();
    let length = u16::try_from(filter.len()).map_err(std::io::Error::other)?;
    let program = sock_fprog { len: length, filter: filter.as_mut_ptr() };
    // SAFETY: `program` and the filter that it points to are valid during the call, which copies them.
    let failed =
        unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_TSYNC, &raw const program) };
    if failed == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

fn program() -> Vec<sock_filter> {
    let count = u8::try_from(DENIED.len()).expect("invariant: the list is short");
    let mut filter = vec![
        step(LOAD, 0, 0, ARCHITECTURE_AT),
        // Another architecture's calls: all denied.
        step(JUMP_IF_EQUAL, 0, count + 3, ARCHITECTURE),
        step(LOAD, 0, 0, NUMBER_AT),
        step(JUMP_IF_GREATER_OR_EQUAL, count + 1, 0, X32),
    ];
    for (index, number) in (0_u8..).zip(DENIED) {
        filter.push(step(JUMP_IF_EQUAL, count - index, 0, u32::try_from(*number).expect("invariant: numbers of calls are small")));
    }
    filter.push(step(RETURN, 0, 0, ALLOW));
    filter.push(step(RETURN, 0, 0, DENY));
    filter
}

fn step(code: u16, if_true: u8, if_false: u8, value: u32) -> sock_filter {
    sock_filter { code, jt: if_true, jf: if_false, k: value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the filter makes of a call.
    fn verdict(architecture: u32, number: u32) -> u32 {
        let (program, mut at, mut loaded) = (program(), 0, 0);
        loop {
            let step = &program[at];
            let holds = match step.code {
                LOAD => {
                    loaded = if step.k == NUMBER_AT { number } else { architecture };
                    at += 1;
                    continue;
                }
                RETURN => return step.k,
                JUMP_IF_EQUAL => loaded == step.k,
                _ => loaded >= step.k,
            };
            at += 1 + usize::from(if holds { step.jt } else { step.jf });
        }
    }

    #[test]
    fn what_is_listed_is_denied_and_nothing_else() {
        let number = |call: libc::c_long| u32::try_from(call).unwrap();
        for call in DENIED {
            assert_eq!(verdict(ARCHITECTURE, number(*call)), DENY, "{call}");
        }
        for call in [libc::SYS_read, libc::SYS_write, libc::SYS_mmap, libc::SYS_openat, libc::SYS_clone, libc::SYS_futex] {
            assert_eq!(verdict(ARCHITECTURE, number(call)), ALLOW, "{call}");
            assert_eq!(verdict(ARCHITECTURE, number(call) | X32), DENY);
            assert_eq!(verdict(ARCHITECTURE ^ 1, number(call)), DENY);
        }
    }
}
