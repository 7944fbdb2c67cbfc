//! The watch: a thread beside the isolate that ends what the isolate itself cannot.
//!
//! It ends the process when the host is gone (also while code loops for ever), when one turn of the event loop uses more CPU time than
//! it may, when a turn does not end and uses none at all, and when the process grows past its memory. The isolate is asked to stop first, so that what the code has printed so far is
//! still sent; if it does not stop within [`GRACE_MS`], the process ends there and then.
//!
//! While nothing runs, the thread gives back what code has needed and then sleeps without a timer, and a busy isolate pays one atomic store per turn.

use std::os::fd::RawFd;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use deno_core::v8;
use greenroom_channel::{EXIT_BLOCKED, EXIT_CPU, EXIT_MEMORY, EXIT_PROTOCOL};

use crate::engine;

/// How long the isolate may take to stop when asked.
const GRACE_MS: u64 = 1_000;
/// How often a busy isolate is looked at.
const INTERVAL_MS: i32 = 25;
/// Memory outside the engine's heap (code, stacks, buffers on the way) that no guest is blamed for.
const OVERHEAD: u64 = 64 * 1024 * 1024;
/// Looks without a turn in between after which the thread gives back what is not needed, and sleeps.
const IDLE_LOOKS: u32 = 20;

/// CPU time of the whole process between two looks, in microseconds, with which a turn stands still: what these looks cost is less.
const STILL_US: u64 = 500;
/// Looks in a row at a turn that stands still after which its code counts as blocked: 10 s. Looks and not time, so that nobody is blamed
/// for a machine that slept or was stopped.
const BLOCKED_LOOKS: u32 = 10_000 / INTERVAL_MS.unsigned_abs();
/// The same for code that was asked to stop.
const GRACE_LOOKS: u32 = 1_000 / INTERVAL_MS.unsigned_abs();

const NOTHING: u8 = 0;
const CPU: u8 = 1;
const MEMORY: u8 = 2;
const BLOCKED: u8 = 3;

/// What the isolate's thread and the watch share.
pub(crate) struct Watch {
    shared: Arc<Shared>,
}

struct Shared {
    /// Number of the turn that runs; 0 while none does. Odd steps so that two turns are never taken for one.
    turn: AtomicU64,
    /// CPU time that the running turn may use, in milliseconds.
    allowed: AtomicU64,
    /// Whether the thread sleeps until it is woken.
    asleep: AtomicBool,
    /// Why the isolate was asked to stop.
    exceeded: AtomicU8,
    /// Wakes the thread.
    wake: RawFd,
}

impl Watch {
    /// Starts the thread. `socket` is only waited on for its end, never read.
    pub(crate) fn start(isolate: v8::IsolateHandle, socket: RawFd, heap_bytes: usize) -> std::io::Result<Self> {
        // SAFETY: plain system call; the descriptor lives as long as the process.
        let wake = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if wake < 0 {
            return Err(std::io::Error::last_os_error());
        }
        let shared = Arc::new(Shared {
            turn: AtomicU64::new(0),
            allowed: AtomicU64::new(u64::MAX),
            asleep: AtomicBool::new(false),
            exceeded: AtomicU8::new(NOTHING),
            wake,
        });
        let clock = thread_clock()?;
        let memory = MemoryFile::open();
        let thread = Watcher { shared: Arc::clone(&shared), isolate, socket, clock, ceiling: heap_bytes as u64 + OVERHEAD, memory };
        std::thread::Builder::new().name("watch".to_owned()).stack_size(128 * 1024).spawn(move || thread.run())?;
        Ok(Self { shared })
    }

    /// A turn begins that may use `allowed_ms` of CPU time.
    pub(crate) fn begin(&self, number: u64, allowed_ms: u64) {
        self.shared.allowed.store(allowed_ms, Ordering::Relaxed);
        self.shared.turn.store(number, Ordering::SeqCst);
        if self.shared.asleep.swap(false, Ordering::SeqCst) {
            let one = 1_u64.to_ne_bytes();
            // SAFETY: writes eight bytes from a live array to a descriptor of ours.
            unsafe { libc::write(self.shared.wake, one.as_ptr().cast(), one.len()) };
        }
    }

    /// The turn is over.
    pub(crate) fn end(&self) {
        self.shared.turn.store(0, Ordering::SeqCst);
    }

    /// Says that more CPU time was used than there may be; the thread may not have seen it yet.
    pub(crate) fn exceeds_cpu(&self) {
        let _ = self.shared.exceeded.compare_exchange(NOTHING, CPU, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Says that the heap is full; to be called by the engine's own callback.
    pub(crate) fn heap_is_full(&self) -> impl Fn() + 'static {
        let shared = Arc::clone(&self.shared);
        move || shared.exceeded.store(MEMORY, Ordering::SeqCst)
    }

    /// The exit code that says why the isolate was stopped, if it was.
    pub(crate) fn verdict(&self) -> Option<i32> {
        match self.shared.exceeded.load(Ordering::SeqCst) {
            CPU => Some(EXIT_CPU),
            MEMORY => Some(EXIT_MEMORY),
            BLOCKED => Some(EXIT_BLOCKED),
            _ => None,
        }
    }
}

struct Watcher {
    shared: Arc<Shared>,
    isolate: v8::IsolateHandle,
    socket: RawFd,
    clock: libc::clockid_t,
    ceiling: u64,
    memory: MemoryFile,
}

impl Watcher {
    fn run(self) {
        let mut seen = Turn::begins(0, 0);
        let mut idle = 0;
        loop {
            let turn = self.shared.turn.load(Ordering::SeqCst);
            if turn == 0 {
                idle += 1;
            } else {
                idle = 0;
                if turn != seen.number {
                    seen = Turn::begins(turn, cpu_us(self.clock) / 1000);
                }
            }
            if turn != 0 {
                self.judge(&mut seen);
            }
            if idle == IDLE_LOOKS {
                greenroom_channel::rest::give_back();
            }
            if self.wait(idle > IDLE_LOOKS) {
                idle = 0;
            }
        }
    }

    fn judge(&self, turn: &mut Turn) {
        let used = (cpu_us(self.clock) / 1000).saturating_sub(turn.cpu_at_start);
        // Of the process: code may wait for what other threads compile for it.
        let still = turn.look(cpu_us(libc::CLOCK_PROCESS_CPUTIME_ID));
        let allowed = self.shared.allowed.load(Ordering::Relaxed);
        if self.shared.exceeded.load(Ordering::SeqCst) == NOTHING {
            if self.memory.resident() > self.ceiling {
                self.stop(MEMORY);
            } else if used > allowed {
                self.stop(CPU);
            } else if still > BLOCKED_LOOKS {
                turn.still = 0;
                self.stop(BLOCKED);
            }
        } else if still > GRACE_LOOKS || used > allowed.saturating_add(GRACE_MS) || self.memory.resident() > 2 * self.ceiling {
            self.end_process();
        }
    }

    fn stop(&self, why: u8) {
        self.shared.exceeded.store(why, Ordering::SeqCst);
        engine::terminate(&self.isolate);
        // The grace counts from here, whatever was allowed before.
        let used = self.shared.allowed.load(Ordering::Relaxed);
        if why == MEMORY {
            self.shared.allowed.store(used.min(GRACE_MS), Ordering::Relaxed);
        }
    }

    fn end_process(&self) {
        let code = match self.shared.exceeded.load(Ordering::SeqCst) {
            MEMORY => EXIT_MEMORY,
            BLOCKED => EXIT_BLOCKED,
            _ => EXIT_CPU,
        };
        // SAFETY: ends the process; nothing after it runs.
        unsafe { libc::_exit(code) }
    }

    /// Waits until the host is gone (then ends the process), until woken, or for the interval. Says whether it was woken.
    fn wait(&self, asleep: bool) -> bool {
        let mut timeout = INTERVAL_MS;
        if asleep {
            self.shared.asleep.store(true, Ordering::SeqCst);
            // A turn that began before the store did not see it.
            if self.shared.turn.load(Ordering::SeqCst) == 0 {
                timeout = -1;
            }
        }
        let mut descriptors = [
            // `POLLRDHUP` besides the `POLLHUP` that is always reported: either way the host's end is closed.
            libc::pollfd { fd: self.socket, events: libc::POLLRDHUP, revents: 0 },
            libc::pollfd { fd: self.shared.wake, events: libc::POLLIN, revents: 0 },
        ];
        // SAFETY: the array is valid for both entries during the call.
        unsafe { libc::poll(descriptors.as_mut_ptr(), 2, timeout) };
        if descriptors[0].revents != 0 {
            // SAFETY: ends the process; nothing after it runs.
            unsafe { libc::_exit(EXIT_PROTOCOL) }
        }
        let woken = descriptors[1].revents != 0;
        if woken {
            let mut count = [0_u8; 8];
            // SAFETY: reads eight bytes into a live array.
            unsafe { libc::read(self.shared.wake, count.as_mut_ptr().cast(), count.len()) };
        }
        self.shared.asleep.store(false, Ordering::SeqCst);
        woken
    }
}

struct Turn {
    number: u64,
    cpu_at_start: u64,
    /// Of the process, in microseconds.
    cpu_at_last_look: u64,
    /// Looks in a row at which it stood still.
    still: u32,
}

impl Turn {
    const fn begins(number: u64, cpu_ms: u64) -> Self {
        Self { number, cpu_at_start: cpu_ms, cpu_at_last_look: 0, still: 0 }
    }

    /// Looks at the CPU time of the process; gives how often in a row next to none had been used since the look before.
    const fn look(&mut self, cpu_us: u64) -> u32 {
        self.still = if cpu_us - self.cpu_at_last_look < STILL_US { self.still + 1 } else { 0 };
        self.cpu_at_last_look = cpu_us;
        self.still
    }
}

/// The CPU clock of the calling thread.
fn thread_clock() -> std::io::Result<libc::clockid_t> {
    let mut clock = 0;
    // SAFETY: `clock` is valid for the call; the calling thread exists.
    let failed = unsafe { libc::pthread_getcpuclockid(libc::pthread_self(), &raw mut clock) };
    if failed == 0 { Ok(clock) } else { Err(std::io::Error::from_raw_os_error(failed)) }
}

/// What a CPU clock shows, in microseconds.
fn cpu_us(clock: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for the call.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0) / 1_000
}

/// `/proc/self/statm`, opened while the process may still open files.
struct MemoryFile(Option<std::fs::File>);

impl MemoryFile {
    fn open() -> Self {
        Self(std::fs::File::open("/proc/self/statm").ok())
    }

    /// Memory of this process that is its own, in bytes: what is resident less what it shares with files.
    fn resident(&self) -> u64 {
        let mut text = [0_u8; 128];
        let Some(read) = self.0.as_ref().and_then(|file| file.read_at(&mut text, 0).ok()) else { return 0 };
        let text = std::str::from_utf8(&text[..read]).unwrap_or_default();
        let mut pages = text.split(' ').skip(1).map_while(|field| field.parse::<u64>().ok());
        let (resident, shared) = (pages.next().unwrap_or(0), pages.next().unwrap_or(0));
        resident.saturating_sub(shared) * 4096
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_looks_in_a_row_count_as_standing_still() {
        let mut turn = Turn::begins(1, 5);
        assert_eq!([9_000, 9_020, 9_040, 10_000, 10_020].map(|cpu| turn.look(cpu)), [0, 1, 2, 0, 1]);
    }
}
