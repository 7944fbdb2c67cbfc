//! Messages as bytes of a stream.

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::frames::{Message, Violation, opcode};

/// The kinds, as `script/websocket_wire.js` has them; those of messages are the opcodes of the protocol.
const FAILED: u8 = 15;

/// Kind and length.
const HEAD: usize = 5;

/// A message as the guest gets it; none for those that are the protocol's own affair.
pub(crate) fn encode((kind, payload): &Message) -> Option<Bytes> {
    matches!(*kind, opcode::TEXT | opcode::BINARY | opcode::CLOSE).then(|| packed(*kind, payload))
}

/// That the connection cannot go on, as the guest gets it: in the words in which workerd tells its code.
pub(crate) fn encode_violation(violation: &Violation) -> Bytes {
    let Violation { code, reason } = violation;
    let text = format!("WebSocket protocol error; protocolError.statusCode = {code}; protocolError.description = {reason}");
    packed(FAILED, text.as_bytes())
}

fn packed(kind: u8, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(HEAD + payload.len());
    out.put_u8(kind);
    out.put_u32_le(u32::try_from(payload.len()).unwrap_or(u32::MAX));
    out.put(payload);
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
        Some((kind, self.0.split_to(length).freeze()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_way_however_they_are_cut() {
        let messages = [(opcode::TEXT, "é".as_bytes()), (opcode::BINARY, &[1, 2]), (opcode::CLOSE, b"\x0f\xa1why"), (opcode::CLOSE, b"")];
        let messages = messages.map(|(kind, payload)| (kind, Bytes::from_static(payload)));
        let mut decoder = Decoder::default();
        let mut back = Vec::new();
        for byte in messages.iter().filter_map(encode).flatten() {
            decoder.add(&[byte]);
            back.extend(decoder.next_message());
        }
        assert_eq!(back, messages);
        assert_eq!(encode(&(opcode::PING, Bytes::new())), None);
    }
}
