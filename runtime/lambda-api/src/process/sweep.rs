//! Ending what has left the group of its instance.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often all processes are looked at, at most. A second time is the rule where the first one found something.
const PASSES: u32 = 20;
/// How long a program may take to be in place before it is looked at again, in real time.
const BETWEEN: Duration = Duration::from_millis(1);

/// What a process is to an instance.
#[derive(Debug, PartialEq)]
enum Process {
    Its,
    Another,
    /// It is becoming another program at this moment, and cannot be told from others.
    Changing,
}

/// Ends what has left its group, by what only processes of this instance have in their environment. Linux alone tells.
///
/// Whoever started a program goes on as soon as its descriptors are closed, which is before it has its environment; and what is ended may have
/// started another just before, with a number that was looked at already. So it goes on until there is nothing left.
pub(crate) fn sweep(marker: &str) {
    for _ in 0..PASSES {
        let found: Vec<_> = processes().map(|(id, path)| (id, look(&path, marker))).filter(|(_, what)| *what != Process::Another).collect();
        if found.is_empty() {
            return;
        }
        for (id, _) in found.iter().filter(|(_, what)| *what == Process::Its) {
            // SAFETY: plain system call.
            unsafe { libc::kill(*id, libc::SIGKILL) };
        }
        wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "the system's own work is waited for, whatever the run's clock says")]
fn wait() {
    std::thread::sleep(BETWEEN);
}

fn processes() -> impl Iterator<Item = (i32, PathBuf)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
}

fn look(process: &Path, marker: &str) -> Process {
    match std::fs::read(process.join("environ")) {
        Ok(environment) if environment.is_empty() && is_changing(process) => Process::Changing,
        Ok(environment) if environment.split(|byte| *byte == 0).any(|variable| variable == marker.as_bytes()) => Process::Its,
        _ => Process::Another,
    }
}

fn is_changing(process: &Path) -> bool {
    std::fs::read_to_string(process.join("stat")).is_ok_and(|stat| has_no_environment_yet(&stat))
}

/// Whether the place of its environment is not known yet: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>. What has ended and
/// threads of the system never have one.
fn has_no_environment_yet(stat: &str) -> bool {
    const KERNEL_THREAD: u64 = 0x0020_0000;
    // The name may have spaces and brackets in it. What comes after it is counted from the third field, the state.
    let Some((_, fields)) = stat.rsplit_once(") ") else { return false };
    let fields: Vec<_> = fields.split_ascii_whitespace().collect();
    let number = |field: usize| fields.get(field - 3).and_then(|text| text.parse::<u64>().ok());
    let lives = !matches!(fields.first(), None | Some(&("Z" | "X" | "x")));
    lives && number(9).is_some_and(|flags| flags & KERNEL_THREAD == 0) && number(51) == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of 52 fields.
    fn stat(name: &str, state: &str, flags: u64, end: u64) -> String {
        let between = "0 ".repeat(41);
        format!("7 ({name}) {state} 1 7 7 0 -1 {flags} {between}{end} 0\n")
    }

    #[test]
    fn a_process_without_an_environment_yet_is_told_from_others() {
        assert!(has_no_environment_yet(&stat("sleep", "R", 0x40_0000, 0)));
        assert!(has_no_environment_yet(&stat("a ) b (", "R", 0x40_0000, 0)));
        assert!(!has_no_environment_yet(&stat("sleep", "S", 0x40_0000, 140_722_000)));
        assert!(!has_no_environment_yet(&stat("sleep", "Z", 0x40_0000, 0)));
        assert!(!has_no_environment_yet(&stat("kthreadd", "S", 0x20_8040, 0)));
        assert!(!has_no_environment_yet("7 (sleep"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_has_the_marker_is_ended_and_nothing_else() {
        let start = |value: &str| {
            let mut command = std::process::Command::new("sleep");
            command.arg("1000").env_clear().env("GREENROOM_SWEPT", value).spawn().expect("sleep starts")
        };
        let marker = format!("GREENROOM_SWEPT={}", std::process::id());
        let (mut its, mut other) = (start(&std::process::id().to_string()), start("other"));
        sweep(&marker);
        assert!(!its.wait().expect("it has ended").success());
        assert!(other.try_wait().expect("it is a child").is_none());
        other.kill().and_then(|()| other.wait().map(drop)).expect("it ends");
    }
}
