//! CPU time by invocation: which of them the code that runs now is charged to.
//!
//! What a frame makes run (a handler, whatever awaits the answer to a call, microtasks included) is charged to the invocation that the frame
//! belongs to. What the event loop runs by itself, timers above all, is charged to all invocations that are open, in equal parts: the
//! engine does not say whose it is, and mostly one is open. Where only turns are limited, nothing is measured.

use crate::state::Shared;
use crate::watch::Watch;

/// Who is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// Nobody: nothing runs.
    Nobody,
    /// One invocation.
    Invocation(u32),
    /// All that are open.
    Everybody,
}

/// Measures what runs, and tells the watch how long it may.
pub(crate) struct Meter {
    watch: Watch,
    shared: Shared,
    limit_ms: u64,
    /// Whether the limit is for a whole invocation, not for each turn of the event loop.
    per_invocation: bool,
    account: Account,
    since: u64,
    turns: u64,
}

impl Meter {
    pub(crate) fn new(watch: Watch, shared: Shared, limit_ms: u64, per_invocation: bool) -> Self {
        Self { watch, shared, limit_ms, per_invocation, account: Account::Nobody, since: 0, turns: 0 }
    }

    /// Code of no invocation begins that may use `allowed_ms`.
    pub(crate) fn begin(&mut self, allowed_ms: u64) {
        self.turns += 1;
        self.watch.begin(self.turns, allowed_ms);
    }

    /// What runs from now on is charged to `account`.
    pub(crate) fn charge_to(&mut self, account: Account) {
        if self.per_invocation {
            let now = thread_cpu();
            self.settle(now);
            self.since = now;
            self.account = account;
            let allowed = self.allowed(account);
            self.begin(allowed);
        } else if self.account == Account::Nobody {
            self.account = account;
            self.begin(self.limit_ms);
        }
    }

    /// Nothing runs any more. Gives the exit code that says why code was stopped, if it was.
    pub(crate) fn end(&mut self) -> Option<i32> {
        if self.per_invocation {
            self.settle(thread_cpu());
        }
        self.account = Account::Nobody;
        self.watch.end();
        self.verdict()
    }

    /// The exit code that says why code was stopped, if it was.
    pub(crate) fn verdict(&self) -> Option<i32> {
        self.watch.verdict()
    }

    /// CPU time that may be used beyond what has been, in milliseconds.
    fn allowed(&self, account: Account) -> u64 {
        let left = |used: u64| self.limit_ms.saturating_sub(used / 1_000);
        match account {
            Account::Nobody => self.limit_ms,
            Account::Invocation(id) => left(self.shared.cpu_of(id)),
            Account::Everybody => {
                let open = u64::from(self.shared.open_invocations());
                if open == 0 { self.limit_ms } else { left(self.shared.most_cpu()).saturating_mul(open) }
            }
        }
    }

    fn settle(&mut self, now: u64) {
        let used = now.saturating_sub(self.since);
        match self.account {
            Account::Nobody => {}
            Account::Invocation(id) => self.shared.charge(id, used),
            Account::Everybody => self.shared.charge_all(used / u64::from(self.shared.open_invocations()).max(1)),
        }
        if self.shared.most_cpu() > self.limit_ms.saturating_mul(1_000) {
            self.watch.exceeds_cpu();
        }
    }
}

/// CPU time of this thread, in microseconds.
fn thread_cpu() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is valid for the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0) / 1_000
}
