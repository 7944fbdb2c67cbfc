//! Gathering events for a subscriber until there are enough, or enough time has passed. The time is real: a process waits for them.

use std::time::Duration;

use greenroom_host::Host;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::deliver::Deliverer;
use super::request::Subscription;

/// One subscriber's queue. The task that empties it ends with it.
pub(super) struct Batcher {
    queue: mpsc::UnboundedSender<Item>,
}

enum Item {
    Event(String),
    Flush(oneshot::Sender<()>),
}

#[derive(Default)]
struct Batch {
    events: Vec<String>,
    bytes: usize,
    due: Option<Instant>,
}

impl Batcher {
    /// `patience`: how long the subscriber may take to accept a batch.
    pub(super) fn start(wants: &Subscription, host: &Host, patience: Duration) -> Self {
        let (queue, items) = mpsc::unbounded_channel();
        let deliverer = Deliverer::new(wants.destination.clone(), patience);
        tokio::spawn(run(items, wants.clone(), host.clone(), deliverer));
        Self { queue }
    }

    pub(super) fn add(&self, event: &Value) {
        let _ = self.queue.send(Item::Event(event.to_string()));
    }

    /// Everything that is there is delivered now; resolves when it is.
    pub(super) fn flush(&self) -> oneshot::Receiver<()> {
        let (done, flushed) = oneshot::channel();
        let _ = self.queue.send(Item::Flush(done));
        flushed
    }
}

async fn run(mut items: mpsc::UnboundedReceiver<Item>, wants: Subscription, host: Host, mut deliverer: Deliverer) {
    let (mut batch, mut lost) = (Batch::default(), Lost::default());
    loop {
        let due = batch.due;
        let item = tokio::select! {
            item = items.recv() => item,
            () = async { match due { Some(due) => tokio::time::sleep_until(due).await, None => std::future::pending().await } } => {
                batch.send(&mut deliverer, &mut lost, &host).await;
                continue;
            }
        };
        match item {
            None => return batch.send(&mut deliverer, &mut lost, &host).await,
            Some(Item::Flush(done)) => {
                batch.send(&mut deliverer, &mut lost, &host).await;
                let _ = done.send(());
            }
            Some(Item::Event(event)) => {
                batch.due.get_or_insert_with(|| Instant::now() + wants.within);
                batch.bytes += event.len();
                batch.events.push(event);
                if batch.events.len() >= wants.most_items || batch.bytes >= wants.most_bytes {
                    batch.send(&mut deliverer, &mut lost, &host).await;
                }
            }
        }
    }
}

/// What nobody has taken, until that is told.
#[derive(Default)]
struct Lost {
    bytes: usize,
    records: usize,
}

impl Lost {
    /// What the vendor tells before what comes next; none where nothing is lost.
    fn told(&self, host: &Host) -> Option<String> {
        let event = json!({
            "time": host.clock.now().iso_8601(), "type": "platform.logsDropped",
            "record": { "droppedBytes": self.bytes, "droppedRecords": self.records, "reason": SLOW },
        });
        (self.records > 0).then(|| event.to_string())
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-logsDropped>
const SLOW: &str = "Some logs were dropped because the downstream consumer is slower than the logs production rate";

impl Batch {
    async fn send(&mut self, deliverer: &mut Deliverer, lost: &mut Lost, host: &Host) {
        let Self { events, bytes, .. } = std::mem::take(self);
        if events.is_empty() {
            return;
        }
        let records = events.len();
        let all: Vec<_> = lost.told(host).into_iter().chain(events).collect();
        if deliverer.deliver(&all).await {
            *lost = Lost::default();
        } else {
            lost.bytes += bytes;
            lost.records += records;
        }
    }
}
