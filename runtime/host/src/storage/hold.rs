//! Making a storage stand still: what is asked of it meanwhile waits, and only whoever holds it reaches its connection.

use std::sync::mpsc;

use rusqlite::Connection;

use super::{Request, Storage, Thread};

/// Work of the holder. The connection is none while its file is being swapped.
type Job = Box<dyn FnOnce(&mut Option<Connection>) + Send>;

/// Sent to the storage's thread, which stands from when it gets it until the other end is dropped.
pub(crate) struct Holding {
    ready: mpsc::Sender<()>,
    jobs: mpsc::Receiver<Job>,
}

/// A storage that stands still until this is dropped.
pub(crate) struct Held {
    ready: mpsc::Receiver<()>,
    jobs: mpsc::Sender<Job>,
}

impl Holding {
    /// Runs the holder's work until it lets go. No transaction is open then: each ends with the request that it serves.
    pub(super) fn stand(self, slot: &mut Option<Connection>) {
        let _ = self.ready.send(());
        for job in self.jobs {
            job(slot);
        }
    }
}

impl Storage {
    /// Makes it stand still as soon as it is through with what was asked before; [`Held::wait`] says when.
    pub(crate) fn hold(&self) -> Held {
        let (ready, is_ready) = mpsc::channel();
        let (jobs, inbox) = mpsc::channel();
        // Where its thread has ended, `wait` says so.
        let _ = self.requests.send(Request::Hold(Holding { ready, jobs: inbox }));
        Held { ready: is_ready, jobs }
    }
}

impl Held {
    /// Returns when it stands; false where its thread has ended.
    pub(crate) fn wait(&self) -> bool {
        self.ready.recv().is_ok()
    }

    /// Begins `work` on its thread; what it returns comes from the receiver.
    pub(crate) fn begin<T: Send + 'static>(&self, work: impl FnOnce(&mut Option<Connection>) -> T + Send + 'static) -> mpsc::Receiver<T> {
        let (reply, answer) = mpsc::channel();
        let _ = self.jobs.send(Box::new(move |slot| drop(reply.send(work(slot)))));
        answer
    }
}

impl Thread {
    /// The storage, if anyone still has a handle on it.
    pub(crate) fn storage(&self) -> Option<Storage> {
        self.requests.upgrade().map(|requests| Storage { requests })
    }

    /// Whether it has ended, its file closed.
    pub(crate) fn is_over(&self) -> bool {
        self.handle.is_finished()
    }

    /// Returns when it has ended, its file closed.
    pub(crate) fn join(self) {
        let _ = self.handle.join();
    }
}
