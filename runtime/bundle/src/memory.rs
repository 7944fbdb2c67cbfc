//! Giving memory back to the system after a build.

/// Hands the allocator's free pages back to the operating system. A build takes tens of megabytes for a moment, which the allocator
/// would otherwise keep for the life of the process.
pub(crate) fn release() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: `malloc_trim` takes no pointer and touches free memory only, under the allocator's own locks.
        unsafe { libc::malloc_trim(0) };
    }
}
