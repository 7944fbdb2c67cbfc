//! Those who wait for a message of a queue. They are woken, one for what has come; nobody looks again and again.

use std::collections::VecDeque;
use std::sync::Weak;

use greenroom_host::Busy;
use tokio::sync::oneshot;

use crate::service::Inner;

/// Who waits, in the order in which they came.
#[derive(Default)]
pub(crate) struct Waiters {
    waiting: VecDeque<oneshot::Sender<Wake>>,
}

/// Wakes one who waits. While he has it time is not moved on, and if he goes away without looking, the next one gets it.
pub(crate) struct Wake {
    _busy: Busy,
    pass_on: Option<(Weak<Inner>, u32)>,
}

impl Wake {
    pub(crate) fn new(busy: Busy, service: Weak<Inner>, queue: u32) -> Self {
        Self { _busy: busy, pass_on: Some((service, queue)) }
    }

    /// He has looked.
    pub(crate) fn taken(&mut self) {
        self.pass_on = None;
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        if let Some((service, queue)) = self.pass_on.take().and_then(|(service, queue)| Some((service.upgrade()?, queue))) {
            service.wake(queue);
        }
    }
}

impl Waiters {
    /// One more waits.
    pub(crate) fn wait(&mut self) -> oneshot::Receiver<Wake> {
        self.waiting.retain(|waiter| !waiter.is_closed());
        let (waiter, woken) = oneshot::channel();
        self.waiting.push_back(waiter);
        woken
    }

    /// Whether anybody waits.
    pub(crate) fn any(&self) -> bool {
        self.waiting.iter().any(|waiter| !waiter.is_closed())
    }

    /// Wakes the first who still waits.
    pub(crate) fn wake(&mut self, mut wake: Wake) {
        while let Some(waiter) = self.waiting.pop_front() {
            match waiter.send(wake) {
                Ok(()) => return,
                Err(back) => wake = back,
            }
        }
        // Nobody is left who could be told of it.
        wake.taken();
    }
}
