//! Processes as the system shows them.

use std::path::Path;
use std::process::Command;

/// The processes that `parent` started and that still run, the oldest first.
#[must_use]
pub fn children(parent: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut found: Vec<_> =
        pids.filter_map(|pid| Some((stat(pid)?, pid))).filter(|(stat, _)| stat.parent == parent && stat.state != 'Z').collect();
    found.sort_by_key(|(stat, pid)| (stat.started, *pid));
    found.into_iter().map(|(_, pid)| pid).collect()
}

/// The same with what those started, and so on.
#[must_use]
pub fn descendants(parent: u32) -> Vec<u32> {
    children(parent).into_iter().flat_map(|child| std::iter::once(child).chain(descendants(child))).collect()
}

/// Those of `pids` that still run.
#[must_use]
pub fn pids_of_group(pids: &[u32]) -> Vec<u32> {
    pids.iter().copied().filter(|pid| stat(*pid).is_some_and(|stat| stat.state != 'Z')).collect()
}

/// The most memory that the process has had resident at any time, in bytes; 0 if it is gone.
#[must_use]
pub fn high_water(pid: u32) -> u64 {
    status(pid, "VmHWM:")
}

/// The memory that the process has resident now, in bytes; 0 if it is gone.
#[must_use]
pub fn resident(pid: u32) -> u64 {
    status(pid, "VmRSS:")
}

/// The CPU time that the process has used, in ticks of the system's clock; 0 if it is gone.
#[must_use]
pub fn cpu_ticks(pid: u32) -> u64 {
    stat(pid).map_or(0, |stat| stat.cpu)
}

/// The threads of the process, each with how often it waited for something and was woken; none if the process is gone.
#[must_use]
pub fn switches(pid: u32) -> Vec<(u32, u64)> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let ids = threads.flatten().filter_map(|thread| thread.file_name().to_str()?.parse::<u32>().ok());
    let count = |id: u32| {
        let text = std::fs::read_to_string(format!("/proc/{pid}/task/{id}/status")).ok()?;
        text.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?.trim().parse().ok()
    };
    ids.filter_map(|id| Some((id, count(id)?))).collect()
}

/// Whether every thread of the process is stopped.
#[must_use]
pub fn stands_still(pid: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return false };
    threads.flatten().all(|thread| read_stat(&thread.path()).is_some_and(|stat| stat.state == 'T'))
}

/// Sends a signal.
///
/// # Panics
/// If `kill` cannot be run.
pub fn kill(pid: u32, signal: &str) {
    // A process that is gone already is what the caller wants.
    let _ = Command::new("kill").args(["-s", signal, &pid.to_string()]).output().expect("kill runs");
}

/// Whether the process runs, and if not, how it ended, for messages.
pub(crate) fn fate(pid: u32) -> String {
    match stat(pid) {
        None => "is gone".to_owned(),
        Some(stat) if stat.state == 'Z' => match stat.ended & 0x7f {
            0 => format!("ended with exit code {}", stat.ended >> 8),
            signal => format!("was ended by signal {signal}"),
        },
        Some(_) => "runs".to_owned(),
    }
}

struct Stat {
    state: char,
    parent: u32,
    cpu: u64,
    started: u64,
    /// As `wait` gives it.
    ended: u64,
}

/// The fields of `/proc/PID/stat`: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
fn stat(pid: u32) -> Option<Stat> {
    read_stat(Path::new(&format!("/proc/{pid}")))
}

/// Of the folder of a process, or of one of its threads.
fn read_stat(folder: &Path) -> Option<Stat> {
    let text = std::fs::read_to_string(folder.join("stat")).ok()?;
    // The name before it may have anything in it; what follows starts with field 3.
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    let number = |field: usize| fields.get(field - 3)?.trim().parse::<u64>().ok();
    Some(Stat {
        state: fields.first()?.chars().next()?,
        parent: u32::try_from(number(4)?).ok()?,
        cpu: number(14)? + number(15)?,
        started: number(22)?,
        ended: number(52).unwrap_or(0),
    })
}

fn status(pid: u32, field: &str) -> u64 {
    let Ok(text) = std::fs::read_to_string(format!("/proc/{pid}/status")) else { return 0 };
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).map_or(0, |kib| kib * 1024)
}
