//! Giving memory back to the system after a build.

/// Hands back what a build took and nothing needs any more: free pages of the allocator, which it would otherwise keep for the life of the
/// process, and pages of program text, which the next build reads from the page cache again.
pub(crate) fn release() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: `malloc_trim` takes no pointer and touches free memory only, under the allocator's own locks.
        unsafe { libc::malloc_trim(0) };
    }
    #[cfg(target_os = "linux")]
    drop_text();
}

/// Unmaps the pages of this program's code. Each is mapped again from the file when it next runs, without reading the disk.
#[cfg(target_os = "linux")]
fn drop_text() {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else {
        return;
    };
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    for (start, length) in maps.lines().filter_map(|line| text_range(line, &program.to_string_lossy())) {
        let start = std::ptr::with_exposed_provenance_mut(start);
        // SAFETY: the range is a private mapping of a file that is never writable (`r-xp`), so none of its pages differs from the file,
        // and whoever touches one, be it another thread this moment, gets the same bytes from the file.
        unsafe { libc::madvise(start, length, libc::MADV_DONTNEED) };
    }
}

/// Address and length of a mapping of the program's code, if the line of `/proc/self/maps` tells of one
/// (<https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html>).
#[cfg(target_os = "linux")]
fn text_range(line: &str, program: &str) -> Option<(usize, usize)> {
    let mut fields = line.split_ascii_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    if fields.next()? != "r-xp" || !line.ends_with(program) {
        return None;
    }
    let start = usize::from_str_radix(start, 16).ok()?;
    Some((start, usize::from_str_radix(end, 16).ok()?.checked_sub(start)?))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_the_programs_own_text_is_taken() {
        let line = "55e4d5a4b000-55e4d5a4d000 r-xp 00002000 fe:01 1234 /usr/bin/greenroom";
        assert_eq!(text_range(line, "/usr/bin/greenroom"), Some((0x55e4_d5a4_b000, 0x2000)));
        assert_eq!(text_range(line, "/usr/bin/other"), None);
        assert_eq!(text_range(&line.replace("r-xp", "rw-p"), "/usr/bin/greenroom"), None);
        assert_eq!(text_range("", "/usr/bin/greenroom"), None);
    }
}
