//! WebSockets of guests. The host speaks the protocol; a guest has a stream of messages each way, as bytes that travel like any body.
//!
//! A message is `kind: u8 | length: u32, little-endian | payload`. [`bridge`] stands between such streams and a connection whose
//! handshake is over, whichever side of it the host is on.

mod messages;

use std::pin::Pin;

use bytes::Bytes;
use futures::{SinkExt, Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

pub use tokio_tungstenite::tungstenite::handshake::client::generate_key;
pub use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use messages::{Decoder, encode};

/// The largest message that is taken: <https://developers.cloudflare.com/workers/platform/limits/> (WebSocket message size, 32 MiB).
pub const MESSAGE_BYTES: usize = 32 * 1024 * 1024;

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

/// Carries messages both ways until either side ends. Gives what comes from the connection; an error in it is a connection that broke off
/// without a close message. Pings are answered here.
pub async fn bridge<S>(connection: S, side: Side, from_guest: Bodies) -> Bodies
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let role = if side == Side::Client { Role::Client } else { Role::Server };
    let config = WebSocketConfig::default().max_message_size(Some(MESSAGE_BYTES)).max_frame_size(Some(MESSAGE_BYTES));
    let socket = WebSocketStream::from_raw_socket(connection, role, Some(config)).await;
    let (sink, stream) = socket.split();
    let writing = tokio::spawn(write(sink, from_guest));
    let reading = AbortOnDrop(writing);
    stream
        .filter_map(move |received| {
            let _ = &reading;
            std::future::ready(incoming(received))
        })
        .boxed()
}

/// The writing half ends with the reading half: nobody is there to write to.
struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        // What the guest said last may still be on its way: it ends by itself when that is sent.
        if self.0.is_finished() {
            self.0.abort();
        }
    }
}

/// What a message of the connection is to the guest; none for those that the host answers.
fn incoming(received: Result<Message, Error>) -> Option<Result<Bytes, String>> {
    match received {
        Ok(message) => encode(message).map(Ok),
        // After the close messages of both sides nothing is missing.
        Err(Error::ConnectionClosed | Error::AlreadyClosed) => None,
        Err(error) => Some(Err(error.to_string())),
    }
}

/// Sends what the guest says. Ends when the guest does, or when nobody takes it.
async fn write<S>(mut sink: S, mut from_guest: Bodies)
where
    S: futures::Sink<Message, Error = Error> + Unpin,
{
    let mut decoder = Decoder::default();
    while let Some(Ok(bytes)) = from_guest.next().await {
        decoder.add(&bytes);
        while let Some(message) = decoder.next_message() {
            if sink.send(message).await.is_err() {
                return;
            }
        }
    }
    let _ = sink.close().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Bytes {
        encode(Message::text(text)).unwrap()
    }

    #[tokio::test]
    async fn messages_cross_both_ways_and_the_close_is_told() {
        let (ours, theirs) = tokio::io::duplex(1024);
        let to_server = futures::stream::iter([Ok(text("hello"))]).chain(futures::stream::pending());
        let mut from_server = bridge(ours, Side::Client, to_server.boxed()).await;
        let closing = encode(Message::Close(None)).unwrap();
        let to_client = futures::stream::iter([Ok(text("hi")), Ok(closing.clone())]);
        let mut from_client = bridge(theirs, Side::Server, to_client.boxed()).await;
        assert_eq!(from_client.next().await, Some(Ok(text("hello"))));
        assert_eq!(from_server.next().await, Some(Ok(text("hi"))));
        assert_eq!(from_server.next().await, Some(Ok(closing)));
    }

    #[tokio::test]
    async fn a_connection_that_breaks_off_is_an_error() {
        let (ours, theirs) = tokio::io::duplex(1024);
        let mut incoming = bridge(ours, Side::Server, futures::stream::pending().boxed()).await;
        drop(theirs);
        assert!(incoming.next().await.unwrap().is_err());
    }
}
