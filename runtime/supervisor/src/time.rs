//! A guest among those who follow the clock: it is told the time, and asked for its timers once nothing of it runs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_channel::FrameKind;
use greenroom_channel::message::{Time, TimerList};
use greenroom_host::{Member, Stillness, Timestamp};
use tokio::sync::oneshot;

use crate::instance::Instance;

/// What the host knows of a guest's time.
#[derive(Default)]
pub(crate) struct GuestTime {
    /// The app, for messages.
    label: String,
    /// What the guest is to the app, where it is not the one that serves.
    former: OnceLock<&'static str>,
    last: AtomicU32,
    asked: Mutex<HashMap<u32, oneshot::Sender<Stillness>>>,
    /// What it said when nothing of it ran, and how many frames it had been sent by then.
    still: Mutex<Option<(u64, Stillness)>>,
}

impl GuestTime {
    pub(crate) fn of(app: &str) -> Self {
        Self { label: format!("app {app}"), ..Self::default() }
    }

    /// What the guest is called where people read it.
    pub(crate) fn label(&self) -> String {
        self.former.get().map_or_else(|| self.label.clone(), |former| format!("{former} of {}", self.label))
    }

    /// Another guest serves in its place.
    pub(crate) fn is_former(&self, what: &'static str) {
        let _ = self.former.set(what);
    }

    /// The guest has answered a question.
    pub(crate) fn on_timers(&self, question: u32, list: TimerList) {
        if let Some(answer) = lock(&self.asked).remove(&question) {
            let due = list.due.into_iter().map(Timestamp).collect();
            let _ = answer.send(Stillness { due, timers: list.count as usize, ran: list.ran });
        }
    }

    /// Nobody will answer any more.
    pub(crate) fn close(&self) {
        lock(&self.asked).clear();
    }
}

impl Instance {
    /// Asks for its timers: at once, or as [`Member::still`] does with so many. None: it has ended.
    async fn ask_timers(&self, most: Option<u64>) -> Option<Stillness> {
        let time = self.time();
        let question = time.last.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        lock(&time.asked).insert(question, answer);
        self.outbox().ask(FrameKind::Timers, question, |out| out.extend(most.into_iter().flat_map(u64::to_le_bytes)));
        if self.is_over() {
            time.close();
        }
        answered.await.ok()
    }

    async fn until_still(&self, most: u64) -> Option<Stillness> {
        let mut ran = 0;
        loop {
            let sent = self.outbox().sent();
            if let Some((_, still)) = lock(&self.time().still).as_ref().filter(|(then, _)| *then == sent) {
                return (!self.is_over()).then(|| Stillness { ran, ..still.clone() });
            }
            let answer = self.ask_timers(Some(most - ran)).await?;
            ran += answer.ran;
            if ran > most {
                return Some(Stillness { ran, ..answer });
            }
            // Unless it was given something meanwhile.
            if self.outbox().sent() == sent {
                *lock(&self.time().still) = Some((sent, answer));
            }
        }
    }
}

impl Member for Instance {
    fn label(&self) -> String {
        self.time().label()
    }

    fn set(&self, frozen: Option<Timestamp>) {
        let time = frozen.map_or(Time::Runs, |at| Time::Stands(at.0));
        self.outbox().send(FrameKind::Clock, 0, |out| time.encode(out));
    }

    fn run_due(&self) {
        self.outbox().send(FrameKind::RunDue, 0, |_| {});
    }

    fn is_stirred(&self) -> bool {
        let sent = self.outbox().sent();
        !self.is_over() && lock(&self.time().still).as_ref().is_none_or(|(then, _)| *then != sent)
    }

    fn still(self: Arc<Self>, most: u64) -> BoxFuture<'static, Option<Stillness>> {
        async move { self.until_still(most).await }.boxed()
    }

    fn timers(self: Arc<Self>) -> BoxFuture<'static, Option<Stillness>> {
        async move { self.ask_timers(None).await }.boxed()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
