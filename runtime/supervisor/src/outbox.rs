//! Frames on their way to a guest: collected by everybody, written by one task in as few writes as the wake-ups allow.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use greenroom_channel::{FrameKind, encode};
use tokio::sync::Notify;

/// The frames that wait for the socket. Cheap to clone; all clones are one outbox.
#[derive(Clone, Default)]
pub(crate) struct Outbox {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    bytes: Mutex<Vec<u8>>,
    filled: Notify,
    /// How many frames there were so far, but for questions.
    sent: AtomicU64,
}

impl Outbox {
    /// Queues a frame.
    pub(crate) fn send(&self, kind: FrameKind, id: u32, fill: impl FnOnce(&mut Vec<u8>)) {
        self.shared.sent.fetch_add(1, Ordering::Relaxed);
        self.ask(kind, id, fill);
    }

    /// How many frames were queued so far that can make something run.
    pub(crate) fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::Relaxed)
    }

    /// Queues a frame that makes nothing run.
    pub(crate) fn ask(&self, kind: FrameKind, id: u32, fill: impl FnOnce(&mut Vec<u8>)) {
        let was_empty = {
            let mut bytes = self.shared.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            let was_empty = bytes.is_empty();
            encode(&mut bytes, kind, id, fill);
            was_empty
        };
        if was_empty {
            self.shared.filled.notify_one();
        }
    }

    /// Everything that is queued.
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.shared.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns when something may be queued.
    pub(crate) async fn filled(&self) {
        self.shared.filled.notified().await;
    }
}
