//! Messages as bytes of a stream.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// The kinds, as `script/websocket_wire.js` has them.
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;

/// Kind and length.
const HEAD: usize = 5;

/// A message as the guest gets it; none for those that are the protocol's own affair.
pub(crate) fn encode(message: Message) -> Option<Bytes> {
    let (kind, payload) = match message {
        Message::Text(text) => (TEXT, Bytes::from(text)),
        Message::Binary(bytes) => (BINARY, bytes),
        Message::Close(frame) => (CLOSE, close_payload(frame)),
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return None,
    };
    let mut out = BytesMut::with_capacity(HEAD + payload.len());
    out.put_u8(kind);
    out.put_u32_le(u32::try_from(payload.len()).unwrap_or(u32::MAX));
    out.put(payload);
    Some(out.freeze())
}

/// The code, little-endian, and the reason; nothing for a close without a code.
fn close_payload(frame: Option<CloseFrame>) -> Bytes {
    let Some(frame) = frame else { return Bytes::new() };
    let mut out = BytesMut::new();
    out.put_u16_le(frame.code.into());
    out.put_slice(frame.reason.as_bytes());
    out.freeze()
}

/// Takes messages out of what a guest sends, however it is cut.
#[derive(Default)]
pub(crate) struct Decoder(BytesMut);

impl Decoder {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The next whole message.
    pub(crate) fn next_message(&mut self) -> Option<Message> {
        let (head, _) = self.0.split_first_chunk::<HEAD>()?;
        let [kind, length @ ..] = *head;
        let length = u32::from_le_bytes(length) as usize;
        if self.0.len() < HEAD + length {
            return None;
        }
        self.0.advance(HEAD);
        let payload = self.0.split_to(length).freeze();
        Some(match kind {
            TEXT => Message::text(String::from_utf8_lossy(&payload).into_owned()),
            CLOSE => Message::Close(close_frame(&payload)),
            _ => Message::Binary(payload),
        })
    }
}

fn close_frame(payload: &[u8]) -> Option<CloseFrame> {
    let (code, reason) = payload.split_first_chunk::<2>()?;
    let reason = String::from_utf8_lossy(reason).into_owned();
    Some(CloseFrame { code: CloseCode::from(u16::from_le_bytes(*code)), reason: reason.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_way_however_they_are_cut() {
        let close = Message::Close(Some(CloseFrame { code: CloseCode::from(4001), reason: "why".into() }));
        let messages = [Message::text("é"), Message::binary(vec![1, 2]), close, Message::Close(None)];
        let mut decoder = Decoder::default();
        let mut back = Vec::new();
        for byte in messages.iter().cloned().filter_map(encode).flatten() {
            decoder.add(&[byte]);
            back.extend(decoder.next_message());
        }
        assert_eq!(back, messages);
    }
}
