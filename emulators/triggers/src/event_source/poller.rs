//! One mapping at work.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::{Arc, MutexGuard};

use bytes::Bytes;
use greenroom_host::{Busy, Clock, Content, FunctionCall, Host, Parcel, Recipient, Reply, Undelivered};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use super::batch::Batch;
use super::pace::{Pace, Running};
use super::response::{self, Failed};
use super::settings::Settings;
use super::{EventSource, Record, Unread};

/// Who calls, as the journal has it.
const CALLER: &str = "event-source-mapping";

/// Something that whoever runs a mapping should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The source is not there any more; the mapping goes on when one of its name is.
    SourceGone(String),
    /// The function is not there, or it or the source refuses; it is tried again later.
    Refused(String),
    /// The answer says of no record what became of it, so all count as failed.
    Malformed(String),
}

/// Told of problems, as they come up.
pub type Tell = Arc<dyn Fn(&Settings, Problem) + Send + Sync>;

/// A mapping at work, until it is dropped. What the function has by then it finishes.
pub struct Poller {
    _stop: watch::Sender<()>,
}

impl Poller {
    /// Begins, with what pollers of the mapping before this one have left with the function. To be called where tasks can be spawned.
    #[must_use]
    pub fn start(host: Host, settings: Settings, source: Arc<dyn EventSource>, running: Running, tell: Tell) -> Self {
        let (stop, stopped) = watch::channel(());
        let label = format!("event source mapping {}", settings.id);
        running.pace().forgive();
        let work = Work { host, settings, source, tell, label, running };
        tokio::spawn(run(Arc::new(work), stopped));
        Self { _stop: stop }
    }
}

struct Work {
    host: Host,
    settings: Settings,
    source: Arc<dyn EventSource>,
    tell: Tell,
    label: String,
    running: Running,
}

/// What a function gets.
#[derive(Serialize)]
struct Event<'r> {
    #[serde(rename = "Records")]
    records: Vec<&'r Value>,
}

fn text(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value).expect("invariant: it is JSON").into()
}

async fn run(work: Arc<Work>, mut stopped: watch::Receiver<()>) {
    // What did not fit into the batch before.
    let mut rest = Vec::new();
    loop {
        let busy = tokio::select! {
            biased;
            _ = stopped.changed() => break,
            busy = work.next(rest.is_empty()) => busy,
        };
        match work.collect(&mut rest, busy, &mut stopped).await {
            Ok((batch, busy)) => work.hand_out(batch, busy).await,
            Err(Unread::Refused(reason)) => {
                work.pace().refused(work.host.clock.now());
                work.tell(Problem::Refused(reason));
            }
            Err(Unread::Gone(reason)) => {
                work.tell(Problem::SourceGone(reason));
                tokio::select! {
                    biased;
                    _ = stopped.changed() => break,
                    _there = work.source.back() => {}
                }
            }
        }
    }
    if !rest.is_empty() {
        work.source.failed(rest).await;
    }
}

impl Work {
    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.running.pace()
    }

    fn tell(&self, problem: Problem) {
        (self.tell)(&self.settings, problem);
    }

    /// Completes when there is something to do and the function may have it.
    async fn next(&self, from_source: bool) -> Busy {
        loop {
            self.room().await;
            let busy = if from_source { self.source.ready().await } else { self.host.clock.busy(self.label.clone()) };
            // It may have been refused while the source was waited for.
            if self.pace().pause(self.host.clock.now()).is_none() {
                return busy;
            }
        }
    }

    /// Completes when the function may have another batch.
    async fn room(&self) {
        loop {
            let freed = self.running.freed().notified();
            let now = self.host.clock.now();
            let (pause, room) = {
                let pace = self.pace();
                (pace.pause(now), pace.has_room(self.settings.most_at_once, now))
            };
            match pause {
                Some(until) => drop(self.host.clock.sleep_until(until, self.label.clone()).await),
                None if room => return,
                None => freed.await,
            }
        }
    }

    /// Takes records until the batch is full, or has been waited for long enough.
    async fn collect(&self, rest: &mut Vec<Record>, busy: Busy, stopped: &mut watch::Receiver<()>) -> Result<(Batch, Busy), Unread> {
        let mut batch = Batch::default();
        batch.fill(rest, self.settings.batch_size);
        self.take(&mut batch, rest).await?;
        if self.settings.window.is_zero() || batch.len() == 0 {
            return Ok((batch, busy));
        }
        let mut over = pin!(self.host.clock.sleep(self.settings.window, self.label.clone()));
        drop(busy);
        while rest.is_empty() && batch.len() < self.settings.batch_size {
            let _more = tokio::select! {
                biased;
                _ = stopped.changed() => break,
                more = self.source.ready() => more,
                busy = &mut over => return Ok((batch, busy)),
            };
            self.take(&mut batch, rest).await?;
        }
        Ok((batch, self.host.clock.busy(self.label.clone())))
    }

    /// Takes what is there at the moment and fits.
    async fn take(&self, batch: &mut Batch, rest: &mut Vec<Record>) -> Result<(), Unread> {
        while rest.is_empty() && batch.len() < self.settings.batch_size {
            match self.source.receive(self.settings.batch_size - batch.len()).await {
                Ok(records) => *rest = records,
                // What is there already is handed out first; it will be said again.
                Err(_) if batch.len() > 0 => break,
                Err(unread) => return Err(unread),
            }
            if rest.is_empty() {
                break;
            }
            batch.fill(rest, self.settings.batch_size);
        }
        Ok(())
    }

    /// Lets the function have what of a batch is wanted, without waiting for it.
    async fn hand_out(self: &Arc<Self>, batch: Batch, busy: Busy) {
        let wanted = |record: &Record| self.settings.filters.want(&record.document);
        let (wanted, unwanted): (Vec<_>, Vec<_>) = batch.records().into_iter().partition(wanted);
        if !unwanted.is_empty() {
            self.source.done(unwanted).await;
        }
        if wanted.is_empty() {
            return;
        }
        self.pace().begin(self.host.clock.now());
        let work = Arc::clone(self);
        tokio::spawn(async move {
            let clock = work.host.clock.clone();
            let all = async {
                drop(busy);
                let refused = work.deliver(wanted).await;
                work.pace().end(refused, work.host.clock.now());
                work.running.freed().notify_one();
            };
            clock.in_flight(work.label.clone(), all).await;
        });
    }

    /// Lets the function have a batch, and gives back to the source what it did not work off. Gives whether the function was refused.
    async fn deliver(&self, records: Vec<Record>) -> bool {
        let (verdict, refused) = match self.invoke(&records).await {
            Ok(reply) => self.verdict(reply, &records).await,
            Err(error) => {
                self.tell(Problem::Refused(error.to_string()));
                (Failed::All(None), true)
            }
        };
        if let Failed::All(Some(reason)) = &verdict {
            self.tell(Problem::Malformed(reason.clone()));
        }
        let failed = |record: &Record| match &verdict {
            Failed::None => false,
            Failed::All(_) => true,
            Failed::Some(ids) => ids.contains(&record.id),
        };
        let (failed, done): (Vec<_>, Vec<_>) = records.into_iter().partition(failed);
        if !done.is_empty() {
            self.source.done(done).await;
        }
        if !failed.is_empty() {
            self.source.failed(failed).await;
        }
        refused
    }

    async fn invoke(&self, records: &[Record]) -> Result<Reply, Undelivered> {
        let event = Event { records: records.iter().map(|record| &record.document).collect() };
        let trace = records.iter().find_map(|record| record.trace.clone());
        let call =
            FunctionCall { caller: CALLER.to_owned(), trace, reports_failures: self.settings.reports_failures, ..FunctionCall::default() };
        let parcel = Parcel {
            to: Recipient::Function(self.settings.function.clone()),
            cause: records.iter().find_map(|record| record.cause),
            summary: None,
            entry: text(&call),
            request: None,
            body: Some(Content::Whole(text(&event))),
        };
        // Whoever has it is in flight by itself, and may wait for time.
        Clock::waiting(self.host.delivery.deliver(parcel)).await
    }

    /// What the answer says of the records, and whether the function refused them all without having seen them.
    async fn verdict(&self, reply: Reply, records: &[Record]) -> (Failed, bool) {
        let function_failed = reply.headers.iter().any(|(name, _)| name == "x-amz-function-error");
        let body = match reply.body {
            Some(body) => body.whole().await.unwrap_or_default(),
            None => Bytes::new(),
        };
        if reply.status != 200 {
            // Too many at once is what happens in a day's work; anything else is worth a word.
            if reply.status != 429 {
                self.tell(Problem::Refused(String::from_utf8_lossy(&body).into_owned()));
            }
            return (Failed::All(None), true);
        }
        let ids: HashSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
        let verdict = match (function_failed, self.settings.reports_failures) {
            (true, _) => Failed::All(None),
            (false, true) => response::read(&body, &ids),
            (false, false) => Failed::None,
        };
        (verdict, false)
    }
}
