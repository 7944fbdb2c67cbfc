//! Gathering events for a subscriber until there are enough, or enough time has passed. The time is real: a process waits for them.

use serde_json::Value;
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
    pub(super) fn start(wants: &Subscription, _name: &str) -> Self {
        let (queue, items) = mpsc::unbounded_channel();
        tokio::spawn(run(items, wants.clone()));
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

async fn run(mut items: mpsc::UnboundedReceiver<Item>, wants: Subscription) {
    let mut deliverer = Deliverer::new(wants.destination.clone());
    let mut batch = Batch::default();
    loop {
        let due = batch.due;
        let item = tokio::select! {
            item = items.recv() => item,
            () = async { match due { Some(due) => tokio::time::sleep_until(due).await, None => std::future::pending().await } } => {
                batch.send(&mut deliverer).await;
                continue;
            }
        };
        match item {
            None => return batch.send(&mut deliverer).await,
            Some(Item::Flush(done)) => {
                batch.send(&mut deliverer).await;
                let _ = done.send(());
            }
            Some(Item::Event(event)) => {
                batch.due.get_or_insert_with(|| Instant::now() + wants.within);
                batch.bytes += event.len();
                batch.events.push(event);
                if batch.events.len() >= wants.most_items || batch.bytes >= wants.most_bytes {
                    batch.send(&mut deliverer).await;
                }
            }
        }
    }
}

impl Batch {
    async fn send(&mut self, deliverer: &mut Deliverer) {
        if !self.events.is_empty() {
            deliverer.deliver(&self.events).await;
        }
        *self = Self::default();
    }
}
