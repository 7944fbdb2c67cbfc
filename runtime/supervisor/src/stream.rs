//! Bodies on the host's side: what comes from a guest with credit given back as it is taken, what goes to a guest as credit allows.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;
use greenroom_channel::{CALL_STREAM, FrameKind, WINDOW};
use greenroom_host::Clock;
use tokio::sync::{Semaphore, mpsc};

use crate::outbox::Outbox;

/// No single frame is larger, so that no body keeps the others waiting.
const CHUNK: usize = 64 * 1024;

enum Item {
    Data(Bytes),
    End,
    Fail(String),
}

/// A body that comes from a guest. Dropping it tells the guest that no more is wanted; if it is an answer's, that its client is gone.
pub struct BodyReceiver {
    id: u32,
    items: mpsc::UnboundedReceiver<Item>,
    outbox: Outbox,
    over: bool,
}

impl Stream for BodyReceiver {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        let Poll::Ready(item) = self.items.poll_recv(cx) else { return Poll::Pending };
        Poll::Ready(match item {
            Some(Item::Data(bytes)) => {
                let taken = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                self.outbox.send(FrameKind::Credit, self.id, |out| out.extend_from_slice(&taken.to_le_bytes()));
                Some(Ok(bytes))
            }
            Some(Item::End) => {
                self.over = true;
                None
            }
            Some(Item::Fail(why)) => {
                self.over = true;
                Some(Err(why))
            }
            // The guest ended in the middle of it.
            None => {
                self.over = true;
                Some(Err("the guest ended in the middle of the body".to_owned()))
            }
        })
    }
}

impl Drop for BodyReceiver {
    fn drop(&mut self) {
        if !self.over {
            let kind = if self.id & CALL_STREAM == 0 { FrameKind::Cancel } else { FrameKind::Stop };
            self.outbox.send(kind, self.id, |_| {});
        }
    }
}

/// The bodies that are under way on one connection.
#[derive(Default)]
pub(crate) struct Streams {
    incoming: Mutex<HashMap<u32, mpsc::UnboundedSender<Item>>>,
    outgoing: Mutex<HashMap<u32, Arc<Semaphore>>>,
}

impl Streams {
    /// Expects a body from the guest.
    pub(crate) fn receive(&self, id: u32, outbox: &Outbox) -> BodyReceiver {
        let (sender, items) = mpsc::unbounded_channel();
        lock(&self.incoming).insert(id, sender);
        BodyReceiver { id, items, outbox: outbox.clone(), over: false }
    }

    /// Sends a body to the guest. Returns when all of it is sent, or the guest wants no more.
    pub(crate) async fn send<S>(&self, id: u32, outbox: &Outbox, mut body: S)
    where
        S: Stream<Item = Result<Bytes, String>> + Unpin,
    {
        let credit = Arc::new(Semaphore::new(WINDOW));
        lock(&self.outgoing).insert(id, Arc::clone(&credit));
        loop {
            match futures::StreamExt::next(&mut body).await {
                Some(Ok(bytes)) => {
                    if !send_chunks(id, outbox, &credit, bytes).await {
                        break;
                    }
                }
                Some(Err(why)) => {
                    outbox.send(FrameKind::Fail, id, |out| out.extend_from_slice(why.as_bytes()));
                    break;
                }
                None => {
                    outbox.send(FrameKind::End, id, |_| {});
                    break;
                }
            }
        }
        lock(&self.outgoing).remove(&id);
    }

    pub(crate) fn on_data(&self, id: u32, bytes: Bytes) {
        if let Some(sender) = lock(&self.incoming).get(&id) {
            let _ = sender.send(Item::Data(bytes));
        }
    }

    pub(crate) fn on_end(&self, id: u32) {
        if let Some(sender) = lock(&self.incoming).remove(&id) {
            let _ = sender.send(Item::End);
        }
    }

    pub(crate) fn on_fail(&self, id: u32, why: String) {
        if let Some(sender) = lock(&self.incoming).remove(&id) {
            let _ = sender.send(Item::Fail(why));
        }
    }

    pub(crate) fn on_credit(&self, id: u32, bytes: usize) {
        if let Some(credit) = lock(&self.outgoing).get(&id) {
            credit.add_permits(bytes.min(Semaphore::MAX_PERMITS / 2));
        }
    }

    pub(crate) fn on_stop(&self, id: u32) {
        if let Some(credit) = lock(&self.outgoing).remove(&id) {
            credit.close();
        }
    }

    /// The guest is gone: nobody waits for it any longer.
    pub(crate) fn close(&self) {
        lock(&self.incoming).clear();
        for (_, credit) in lock(&self.outgoing).drain() {
            credit.close();
        }
    }
}

async fn send_chunks(id: u32, outbox: &Outbox, credit: &Semaphore, mut bytes: Bytes) -> bool {
    while !bytes.is_empty() {
        let part = bytes.split_to(bytes.len().min(CHUNK));
        let permits = credit.acquire_many(u32::try_from(part.len()).unwrap_or(u32::MAX));
        // The guest takes more when it likes, which may be when time has gone on.
        let Ok(permits) = Clock::waiting(permits).await else { return false };
        permits.forget();
        outbox.send(FrameKind::Data, id, |out| out.extend_from_slice(&part));
    }
    true
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;

    #[tokio::test]
    async fn a_sender_stops_at_the_window_until_credit_comes() {
        let (streams, outbox) = (Arc::new(Streams::default()), Outbox::default());
        let body = futures::stream::iter([Ok(Bytes::from(vec![0; WINDOW + 1]))]);
        let sending = tokio::spawn({
            let (streams, outbox) = (Arc::clone(&streams), outbox.clone());
            async move { streams.send(3, &outbox, body).await }
        });
        tokio::task::yield_now().await;
        assert_eq!(payload_bytes(&outbox.take()), WINDOW);
        streams.on_credit(3, 1);
        sending.await.unwrap();
        assert_eq!(payload_bytes(&outbox.take()), 1);
    }

    #[tokio::test]
    async fn a_receiver_gives_credit_for_what_it_takes_and_says_when_it_stops() {
        let (streams, outbox) = (Streams::default(), Outbox::default());
        let id = 5 | CALL_STREAM;
        let mut body = streams.receive(id, &outbox);
        streams.on_data(id, Bytes::from_static(b"abc"));
        assert_eq!(body.next().await, Some(Ok(Bytes::from_static(b"abc"))));
        assert_eq!(kinds(&outbox.take()), [FrameKind::Credit]);
        drop(body);
        assert_eq!(kinds(&outbox.take()), [FrameKind::Stop]);
    }

    fn frames(bytes: &[u8]) -> Vec<greenroom_channel::Frame> {
        let mut decoder = greenroom_channel::Decoder::default();
        decoder.buffer().extend_from_slice(bytes);
        std::iter::from_fn(|| decoder.next_frame().unwrap()).collect()
    }

    fn kinds(bytes: &[u8]) -> Vec<FrameKind> {
        frames(bytes).iter().map(|frame| frame.kind).collect()
    }

    fn payload_bytes(bytes: &[u8]) -> usize {
        frames(bytes).iter().map(|frame| frame.payload.len()).sum()
    }
}
