//! Whose statement is being prepared or run: ours, which may do anything, or a guest's, which goes through the authorizer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use greenroom_host::Clock;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthContext, Authorization};

use crate::authorizer::{Verdict, judge};
use crate::limits::Bounds;

/// Instructions of SQLite's machine between two looks at the time.
const STEPS_BETWEEN_LOOKS: i32 = 20_000;

/// Set before a guest's statement and reset after it. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    guest: AtomicBool,
    /// The last refusal was of a transaction statement.
    transaction: AtomicBool,
    /// A statement was prepared that may give a table another name.
    renames: AtomicBool,
    /// When the running query is to be interrupted, in milliseconds of the clock's uptime; 0 while none runs.
    deadline: AtomicU64,
}

impl Gate {
    /// Puts limits, the authorizer and the watch over long queries on a connection.
    pub(crate) fn install(&self, connection: &Connection, clock: &Clock, bounds: &Bounds) -> rusqlite::Result<()> {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        bounds.set(connection)?;
        let gate = self.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| gate.authorize(&context)))?;
        let (gate, clock) = (self.clone(), clock.clone());
        let late = move || {
            let deadline = gate.shared.deadline.load(Ordering::Relaxed);
            deadline != 0 && milliseconds(clock.uptime()) >= deadline
        };
        connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(late))
    }

    /// Runs `work` with the guest's rights.
    pub(crate) fn guest<T>(&self, work: impl FnOnce() -> T) -> T {
        self.shared.transaction.store(false, Ordering::Relaxed);
        self.shared.guest.store(true, Ordering::Relaxed);
        let result = work();
        self.shared.guest.store(false, Ordering::Relaxed);
        result
    }

    /// Runs `work`, in which every statement that is still running at `deadline` (of the clock's uptime) is interrupted.
    pub(crate) fn until<T>(&self, deadline: Duration, work: impl FnOnce() -> T) -> T {
        self.shared.deadline.store(milliseconds(deadline).max(1), Ordering::Relaxed);
        let result = work();
        self.shared.deadline.store(0, Ordering::Relaxed);
        result
    }

    /// Whether a statement that may rename a table was prepared since the last time that this was asked.
    pub(crate) fn took_rename(&self) -> bool {
        self.shared.renames.swap(false, Ordering::Relaxed)
    }

    /// Whether the last refusal was of a statement that begins or ends a transaction.
    pub(crate) fn refused_transaction(&self) -> bool {
        self.shared.transaction.load(Ordering::Relaxed)
    }

    fn authorize(&self, context: &AuthContext<'_>) -> Authorization {
        if !self.shared.guest.load(Ordering::Relaxed) {
            return Authorization::Allow;
        }
        match judge(context) {
            Verdict::Allow => Authorization::Allow,
            Verdict::Deny => Authorization::Deny,
            Verdict::Rename => {
                self.shared.renames.store(true, Ordering::Relaxed);
                Authorization::Allow
            }
            Verdict::Transaction => {
                self.shared.transaction.store(true, Ordering::Relaxed);
                Authorization::Deny
            }
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
