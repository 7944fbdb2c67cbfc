//! How much memory processes have. Linux alone tells; elsewhere it is nothing.

use std::fs;

/// The most that process `id` has had so far, in bytes.
pub(crate) fn peak(id: i32) -> u64 {
    let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) else { return 0 };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// What process `id` and those that descend from it have now, in bytes.
pub(crate) fn resident(id: i32) -> u64 {
    let (mut total, mut waiting) = (0, vec![id]);
    while let Some(id) = waiting.pop() {
        total += resident_of_one(id);
        waiting.extend(children(id));
    }
    total
}

fn resident_of_one(id: i32) -> u64 {
    let Ok(pages) = fs::read_to_string(format!("/proc/{id}/statm")) else { return 0 };
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default() * page_size()
}

fn children(id: i32) -> Vec<i32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{id}/task")) else { return Vec::new() };
    let lists = threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}

fn page_size() -> u64 {
    // SAFETY: plain system call.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}
