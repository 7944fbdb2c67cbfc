//! WebSockets of guests. The host speaks the protocol; a guest has a stream of messages each way, as bytes that travel like any body.
//!
//! A message is `kind: u8 | length: u32, little-endian | payload`, the kind that of its frame. [`bridge`] stands between such streams and a
//! connection whose handshake is over, whichever side of it the host is on.

mod frames;
mod messages;

use std::pin::Pin;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub use tokio_tungstenite::tungstenite::handshake::client::generate_key;
pub use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use frames::{Frames, Message, frame, opcode};
use messages::{Decoder, encode, encode_violation};

/// The largest message that is taken: <https://developers.cloudflare.com/workers/platform/limits/> (WebSocket message size, 32 MiB).
pub const MESSAGE_BYTES: usize = 32 * 1024 * 1024;

/// What a connection has to say by itself (answers to pings, why it ends) waits in a queue of this length.
const OWN_MESSAGES: usize = 16;

/// Bytes that come or go piece by piece.
pub type Bodies = Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// Which side of the connection the host is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It asked for the connection.
    Client,
    /// It was asked.
    Server,
}

impl Side {
    /// <https://datatracker.ietf.org/doc/html/rfc6455#section-5.3>: what a client sends is masked. The mask is there for the sake of proxies
    /// that take frames for requests, so one that does not change serves.
    fn mask(self) -> Option<[u8; 4]> {
        (self == Self::Client).then_some([0x9d, 0x3a, 0xc4, 0x71])
    }
}

/// Carries messages both ways until either side ends. Gives what comes from the connection; an error in it is a connection that broke off
/// without a close message. Pings are answered here. Needs a runtime.
pub fn bridge<S>(connection: S, side: Side, from_guest: Bodies) -> Bodies
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (reading, writing) = tokio::io::split(connection);
    let (say, own) = mpsc::channel(OWN_MESSAGES);
    let writer = tokio::spawn(write(writing, side, from_guest, own));
    let reader = Reader { connection: reading, frames: Frames::default(), say: Some(say), writer };
    futures::stream::unfold(reader, |mut reader| async move { reader.next().await.map(|item| (item, reader)) }).boxed()
}

/// Reads what comes from the connection, until nothing more can come.
struct Reader<S> {
    connection: ReadHalf<S>,
    frames: Frames,
    /// What the connection has to say by itself; gone with the last message.
    say: Option<mpsc::Sender<Message>>,
    writer: JoinHandle<()>,
}

impl<S: AsyncRead + Send> Reader<S> {
    /// The next thing that the guest has to know.
    async fn next(&mut self) -> Option<Result<Bytes, String>> {
        while let Some(say) = &self.say {
            let message = match self.frames.next_message() {
                Ok(Some(message)) => message,
                Ok(None) => match self.connection.read_buf(self.frames.buffer()).await {
                    Ok(0) => return Some(self.last(Err("the connection ended without a close message".to_owned()))),
                    Ok(_) => continue,
                    Err(error) => return Some(self.last(Err(error.to_string()))),
                },
                Err(violation) => {
                    let _ = say.send((opcode::CLOSE, violation.payload())).await;
                    return Some(self.last(Ok(encode_violation(&violation))));
                }
            };
            match (message.0, encode(&message)) {
                // Whoever pings and does not read is not answered for a while.
                (opcode::PING, _) => drop(say.try_send((opcode::PONG, message.1))),
                (opcode::CLOSE, Some(bytes)) => return Some(self.last(Ok(bytes))),
                (_, Some(bytes)) => return Some(Ok(bytes)),
                (_, None) => {}
            }
        }
        self.until_over().await;
        None
    }

    /// The guest may still have to answer a close message: that nothing more comes is told when it has, or when nobody is there to hear it.
    async fn until_over(&mut self) {
        let mut late = [0; 512];
        loop {
            tokio::select! {
                _ = &mut self.writer => return,
                read = self.connection.read(&mut late) => if !matches!(read, Ok(1..)) { return },
            }
        }
    }

    fn last(&mut self, item: Result<Bytes, String>) -> Result<Bytes, String> {
        self.say = None;
        item
    }
}

/// Sends what the guest says, and what the connection itself has to say, until a close message or the end of what the guest says; then the
/// connection ends.
async fn write<S: AsyncWrite + Send>(mut connection: WriteHalf<S>, side: Side, mut from_guest: Bodies, mut own: mpsc::Receiver<Message>) {
    let mut decoder = Decoder::default();
    loop {
        let messages = tokio::select! {
            Some(message) = own.recv() => vec![message],
            bytes = from_guest.next() => {
                let Some(Ok(bytes)) = bytes else { break };
                decoder.add(&bytes);
                std::iter::from_fn(|| decoder.next_message()).collect()
            }
        };
        let closes = messages.iter().any(|(opcode, _)| *opcode == opcode::CLOSE);
        if send(&mut connection, side, messages).await.is_err() {
            return;
        }
        if closes {
            // The answer to it may still come.
            while own.recv().await.is_some() {}
            break;
        }
    }
    let _ = connection.shutdown().await;
}

/// Sends messages, the last of them a close message if there is one.
async fn send<S: AsyncWrite + Send>(connection: &mut WriteHalf<S>, side: Side, messages: Vec<Message>) -> std::io::Result<()> {
    for (opcode, payload) in messages {
        connection.write_all(&frame(opcode, &payload, side.mask())).await?;
        if opcode == opcode::CLOSE {
            break;
        }
    }
    connection.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, payload: &[u8]) -> Bytes {
        encode(&(kind, Bytes::copy_from_slice(payload))).unwrap()
    }

    fn said(messages: Vec<Bytes>) -> Bodies {
        futures::stream::iter(messages.into_iter().map(Ok)).chain(futures::stream::pending()).boxed()
    }

    #[tokio::test]
    async fn messages_cross_both_ways_and_the_close_is_told() {
        let (ours, theirs) = tokio::io::duplex(1024);
        let (hello, hi, closing) = (message(opcode::TEXT, b"hello"), message(opcode::TEXT, b"hi"), message(opcode::CLOSE, b""));
        let mut from_server = bridge(ours, Side::Client, said(vec![hello.clone()]));
        let mut from_client = bridge(theirs, Side::Server, said(vec![hi.clone(), closing.clone()]));
        assert_eq!(from_client.next().await, Some(Ok(hello)));
        assert_eq!(from_server.next().await, Some(Ok(hi)));
        assert_eq!(from_server.next().await, Some(Ok(closing)));
    }

    #[tokio::test]
    async fn a_close_can_be_answered_by_whoever_is_told_of_it() {
        let (ours, theirs) = tokio::io::duplex(1024);
        let closing = message(opcode::CLOSE, b"\x03\xe8");
        let mut from_server = bridge(ours, Side::Client, said(vec![closing.clone()]));
        let (answer, answers) = mpsc::channel(1);
        let answers = futures::stream::unfold(answers, |mut answers| async move { answers.recv().await.map(|item| (Ok(item), answers)) });
        let mut from_client = bridge(theirs, Side::Server, answers.boxed());
        assert_eq!(from_client.next().await, Some(Ok(closing.clone())));
        let mut end = Box::pin(from_client.next());
        assert!(futures::poll!(&mut end).is_pending());
        answer.send(closing.clone()).await.unwrap();
        assert_eq!(from_server.next().await, Some(Ok(closing)));
        assert_eq!(end.await, None);
    }

    #[tokio::test]
    async fn a_connection_that_breaks_off_is_an_error() {
        let (ours, theirs) = tokio::io::duplex(1024);
        let mut incoming = bridge(ours, Side::Server, futures::stream::pending().boxed());
        drop(theirs);
        assert!(incoming.next().await.unwrap().is_err());
        assert_eq!(incoming.next().await, None);
    }

    #[tokio::test]
    async fn a_violation_is_told_to_both_sides() {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        let mut incoming = bridge(ours, Side::Server, futures::stream::pending().boxed());
        theirs.write_all(&[0x83, 0]).await.unwrap();
        let told = incoming.next().await.unwrap().unwrap();
        assert!(told.ends_with(b"protocolError.statusCode = 1002; protocolError.description = Unknown opcode 3"), "{told:?}");
        let mut answer = Vec::new();
        theirs.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, *frame(opcode::CLOSE, b"\x03\xeaUnknown opcode 3", None));
    }

    #[tokio::test]
    async fn a_guest_that_says_no_more_ends_the_connection_without_a_close_message() {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        let _incoming = bridge(ours, Side::Server, futures::stream::empty().boxed());
        let mut answer = Vec::new();
        theirs.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, b"");
    }
}
