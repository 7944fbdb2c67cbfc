//! What a process gives back when it has nothing to do. Host and guests are one program of which each uses a part, and most of that part only
//! while it starts or loads code.

/// Unmaps what this process has touched of the program's code and constants, and gives back what is free of its heap. What is wanted again is
/// mapped again when it is touched, from memory that all processes of the program share. Takes some ten microseconds; a request after it some
/// hundred more.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: a plain call of the allocator, which may be made at any time on any thread.
    unsafe {
        libc::malloc_trim(0);
    }
    #[cfg(target_os = "linux")]
    linux::unmap_program();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::{c_int, c_void};

    pub(super) fn unmap_program() {
        // SAFETY: the callback is of the type that is asked for, and takes no data.
        unsafe { libc::dl_iterate_phdr(Some(unmap), std::ptr::null_mut()) };
    }

    /// Of the first object, which is the program itself; what follows are libraries.
    unsafe extern "C" fn unmap(info: *mut libc::dl_phdr_info, _: usize, _: *mut c_void) -> c_int {
        // SAFETY: the C library gives a valid object, whose table of segments lives as long as it does.
        let (base, segments) =
            unsafe { ((*info).dlpi_addr, std::slice::from_raw_parts((*info).dlpi_phdr, usize::from((*info).dlpi_phnum))) };
        for segment in segments.iter().filter(|segment| segment.p_type == libc::PT_LOAD && segment.p_flags & libc::PF_W == 0) {
            unmap_segment(base + segment.p_vaddr, segment.p_memsz);
        }
        1
    }

    /// `segment` is mapped from the program's file and never written to, so that nothing is lost.
    fn unmap_segment(start: u64, length: u64) {
        // SAFETY: a plain system call that asks for a number.
        let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
        // The pages at both ends may belong to a segment beside it as well.
        let (first, end) = (start.next_multiple_of(page), (start + length) / page * page);
        if first < end {
            // SAFETY: the pages are mapped from a file, privately and without being written to: what is read there next is the same.
            unsafe { libc::madvise(first as *mut c_void, usize::try_from(end - first).unwrap_or(0), libc::MADV_DONTNEED) };
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_mapped_of_the_program_becomes_less_and_works_on() {
        let mapped = || {
            let maps = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
            let field = |name: &str| -> u64 {
                maps.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix(" kB")?.parse().ok()).unwrap()
            };
            field("Rss:") - field("Anonymous:")
        };
        let before = mapped();
        super::give_back();
        assert!(mapped() < before);
    }
}
