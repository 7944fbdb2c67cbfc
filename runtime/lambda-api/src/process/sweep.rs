//! Ending what has left the group of its instance.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long processes are looked at, in real time, before those that cannot be told from others are given up: a program is in place much
/// sooner, also where the machine has more to do than it can.
const LONGEST: Duration = Duration::from_secs(5);
/// They are looked at so often at least: this program itself may be what had to wait.
const FEWEST: u32 = 100;
/// How long until they are looked at again: at first, and at most.
const BETWEEN: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// What a process is to an instance.
#[derive(Debug, PartialEq)]
enum Process {
    Its,
    Another,
    /// It is becoming another program at this moment, and cannot be told from others.
    Changing,
}

/// Ends what instances leave behind, on a thread of its own: nobody waits for it. When it is dropped, all of that has ended.
pub(crate) struct Sweeper {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    marker: String,
    /// Kept until the job is done.
    _held: Box<dyn Send>,
}

impl Sweeper {
    pub(crate) fn start() -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let thread = std::thread::Builder::new().name("lambda-sweep".to_owned()).spawn(move || work(&waiting))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Ends every process that has `marker` in its environment: only those of one instance do. `held` is what keeps it so.
    pub(crate) fn sweep(&self, marker: String, held: impl Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // It listens as long as this is there.
            let _ = jobs.send(Job { marker, _held: Box::new(held) });
        }
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        drop(self.jobs.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn work(waiting: &mpsc::Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let jobs: Vec<Job> = std::iter::once(first).chain(waiting.try_iter()).collect();
        end(&jobs.iter().map(|job| job.marker.as_bytes()).collect::<Vec<_>>());
    }
}

/// Ends what has left its group, by what only processes of these instances have in their environment. Linux alone tells.
///
/// Whoever started a program goes on as soon as its descriptors are closed, which is before it has its environment; and what is ended may have
/// started another just before, with a number that was looked at already. So it goes on until there is nothing left.
#[expect(clippy::disallowed_methods, reason = "it is about the system's processes, on a thread that nothing waits for")]
fn end(markers: &[&[u8]]) {
    let (began, mut between, mut looks) = (Instant::now(), BETWEEN.0, 0);
    while looks < FEWEST || began.elapsed() < LONGEST {
        let found: Vec<_> =
            processes().map(|(id, path)| (id, look(&path, markers))).filter(|(_, what)| *what != Process::Another).collect();
        if found.is_empty() {
            return;
        }
        for (id, _) in found.iter().filter(|(_, what)| *what == Process::Its) {
            // SAFETY: plain system call.
            unsafe { libc::kill(*id, libc::SIGKILL) };
        }
        looks += 1;
        std::thread::sleep(between);
        between = BETWEEN.1.min(between * 2);
    }
}

fn processes() -> impl Iterator<Item = (i32, PathBuf)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
}

fn look(process: &Path, markers: &[&[u8]]) -> Process {
    match std::fs::read(process.join("environ")) {
        Ok(environment) if environment.is_empty() && is_changing(process) => Process::Changing,
        Ok(environment) if environment.split(|byte| *byte == 0).any(|variable| markers.contains(&variable)) => Process::Its,
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
        let sweeper = Sweeper::start().expect("a thread");
        sweeper.sweep(marker, ());
        assert!(!its.wait().expect("it has ended").success());
        assert!(other.try_wait().expect("it is a child").is_none());
        other.kill().and_then(|()| other.wait().map(drop)).expect("it ends");
    }
}
