//! Frames of the protocol as they come in, by workerd's rules, which are laxer than the standard's: text need not be UTF-8, a client need
//! not mask, any code may close. What it refuses, and in which words, is in `WebSocketImpl::receive` of
//! <https://github.com/capnproto/capnproto/blob/v2/c%2B%2B/src/kj/compat/http.c%2B%2B>.

use bytes::{Buf, Bytes, BytesMut};

use crate::MESSAGE_BYTES;

/// <https://datatracker.ietf.org/doc/html/rfc6455#section-11.8>
pub(crate) mod opcode {
    pub(crate) const CONTINUATION: u8 = 0;
    pub(crate) const TEXT: u8 = 1;
    pub(crate) const BINARY: u8 = 2;
    pub(crate) const CLOSE: u8 = 8;
    pub(crate) const PING: u8 = 9;
    pub(crate) const PONG: u8 = 10;
}
use opcode::{BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT};

/// How much room is made at once for what comes, in bytes, and with how much less more is made.
const ROOM: usize = 4 * 1024;
const LEAST_ROOM: usize = 512;

/// <https://datatracker.ietf.org/doc/html/rfc6455#section-7.4.1>
const PROTOCOL_ERROR: u16 = 1002;
const TOO_LARGE: u16 = 1009;

/// Bits of the first byte of a frame and of the second.
const FIN: u8 = 0x80;
const COMPRESSED: u8 = 0x40;
const RESERVED: u8 = 0x30;
const CONTROL: u8 = 0x08;
const MASKED: u8 = 0x80;

/// What stands for a length where it is too large for seven bits: so many bytes that follow have it.
const TWO_BYTES: u8 = 0x7e;
const EIGHT_BYTES: u8 = 0x7f;

/// A whole message: opcode and payload.
pub(crate) type Message = (u8, Bytes);

/// Why a connection cannot go on: the code and the reason of the close frame that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Violation {
    fn protocol(reason: impl Into<String>) -> Self {
        Self { code: PROTOCOL_ERROR, reason: reason.into() }
    }

    /// The payload of that close frame: <https://datatracker.ietf.org/doc/html/rfc6455#section-5.5>.
    pub(crate) fn payload(&self) -> Bytes {
        const REASON_BYTES: usize = 123;
        let reason = &self.reason[..self.reason.floor_char_boundary(REASON_BYTES)];
        [&self.code.to_be_bytes(), reason.as_bytes()].concat().into()
    }
}

/// What the head of a frame says.
struct Head {
    first: u8,
    opcode: u8,
    mask: Option<[u8; 4]>,
    payload: u64,
    length: usize,
}

impl Head {
    /// The head at the beginning of `bytes`, once all of it is there.
    fn of(bytes: &[u8]) -> Option<Self> {
        let (&[first, second], rest) = bytes.split_first_chunk()?;
        let (payload, rest) = match second & !MASKED {
            TWO_BYTES => rest.split_first_chunk().map(|(length, rest)| (u64::from(u16::from_be_bytes(*length)), rest))?,
            EIGHT_BYTES => rest.split_first_chunk().map(|(length, rest)| (u64::from_be_bytes(*length), rest))?,
            short => (u64::from(short), rest),
        };
        let (mask, rest) = match second & MASKED {
            0 => (None, rest),
            _ => rest.split_first_chunk().map(|(mask, rest)| (Some(*mask), rest))?,
        };
        Some(Self { first, opcode: first & 0x0f, mask, payload, length: bytes.len() - rest.len() })
    }

    fn is_last(&self) -> bool {
        self.first & FIN != 0
    }

    fn is_data(&self) -> bool {
        self.opcode & CONTROL == 0
    }
}

/// Takes messages out of what a connection sends, however it is cut.
#[derive(Default)]
pub(crate) struct Frames {
    bytes: BytesMut,
    /// The opcode and the beginning of a message of which more frames are to come.
    begun: Option<(u8, BytesMut)>,
}

impl Frames {
    /// Where what comes from the connection is put, with room for more.
    pub(crate) fn buffer(&mut self) -> &mut BytesMut {
        if self.bytes.capacity() - self.bytes.len() < LEAST_ROOM {
            self.bytes.reserve(ROOM);
        }
        &mut self.bytes
    }

    /// The next whole message, if it is there.
    pub(crate) fn next_message(&mut self) -> Result<Option<Message>, Violation> {
        while let Some(head) = Head::of(&self.bytes) {
            let length = self.check(&head)?;
            let missing = (head.length + length).saturating_sub(self.bytes.len());
            if missing > 0 {
                self.bytes.reserve(missing);
                return Ok(None);
            }
            self.bytes.advance(head.length);
            let mut payload = self.bytes.split_to(length);
            if let Some(mask) = head.mask {
                payload.iter_mut().zip(mask.into_iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
            }
            if let Some(message) = self.take(&head, payload)? {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// What can be said of a frame by its head alone; gives the length of its payload.
    fn check(&self, head: &Head) -> Result<usize, Violation> {
        if head.first & RESERVED != 0 {
            return Err(Violation::protocol("Received frame had RSV bits 2 or 3 set"));
        }
        let most = MESSAGE_BYTES - self.begun.as_ref().map_or(0, |(_, begun)| begun.len());
        let length = usize::try_from(head.payload).unwrap_or(usize::MAX);
        if length > most {
            return Err(Violation { code: TOO_LARGE, reason: format!("Message is too large: {} > {most}", head.payload) });
        }
        match (head.opcode, &self.begun) {
            (CONTINUATION, None) => return Err(Violation::protocol("Unexpected continuation frame")),
            (1..CONTROL, Some(_)) => return Err(Violation::protocol("Missing continuation frame")),
            _ => {}
        }
        if !head.is_last() && !head.is_data() {
            return Err(Violation::protocol("Received fragmented control frame"));
        }
        if head.first & COMPRESSED != 0 {
            return Err(Violation::protocol(
                "Received a WebSocket frame whose compression bit was set, but the compression extension was not negotiated for this \
                 connection.",
            ));
        }
        Ok(length)
    }

    /// The message that a frame makes whole.
    fn take(&mut self, head: &Head, payload: BytesMut) -> Result<Option<Message>, Violation> {
        let (opcode, payload) = match self.begun.take_if(|_| head.is_data()) {
            Some((opcode, mut begun)) => {
                begun.extend_from_slice(&payload);
                (opcode, begun)
            }
            None => (head.opcode, payload),
        };
        if !head.is_last() {
            self.begun = Some((opcode, payload));
            return Ok(None);
        }
        match opcode {
            TEXT | BINARY | CLOSE | PING | PONG => Ok(Some((opcode, payload.freeze()))),
            other => Err(Violation::protocol(format!("Unknown opcode {other}"))),
        }
    }
}

/// One frame with a whole message; of the opcode no more than its four bits. `mask`: what a client has to mask it with.
pub(crate) fn frame(opcode: u8, payload: &[u8], mask: Option<[u8; 4]>) -> Bytes {
    const LONGEST_HEAD: usize = 14;
    let mut out = Vec::with_capacity(LONGEST_HEAD + payload.len());
    let masked = if mask.is_some() { MASKED } else { 0 };
    out.push(FIN | (opcode & 0x0f));
    match payload.len() {
        length @ 0..=125 => out.push(masked | u8::try_from(length).expect("invariant: below 126")),
        length => match u16::try_from(length) {
            Ok(length) => {
                out.push(masked | TWO_BYTES);
                out.extend_from_slice(&length.to_be_bytes());
            }
            Err(_) => {
                out.push(masked | EIGHT_BYTES);
                out.extend_from_slice(&(length as u64).to_be_bytes());
            }
        },
    }
    match mask {
        None => out.extend_from_slice(payload),
        Some(mask) => {
            out.extend_from_slice(&mask);
            out.extend(payload.iter().zip(mask.into_iter().cycle()).map(|(byte, mask)| byte ^ mask));
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u8, Vec<u8>)>, Violation> {
        let mut frames = Frames::default();
        let mut found = Vec::new();
        for byte in bytes {
            frames.buffer().extend_from_slice(&[*byte]);
            while let Some((opcode, payload)) = frames.next_message()? {
                found.push((opcode, payload.to_vec()));
            }
        }
        Ok(found)
    }

    fn refused(bytes: &[u8]) -> (u16, String) {
        let Violation { code, reason } = read(bytes).unwrap_err();
        (code, reason)
    }

    #[test]
    fn what_is_written_is_read_however_it_is_cut() {
        for length in [0, 1, 125, 126, 65535, 65536] {
            let payload = vec![7; length];
            for mask in [None, Some([1, 2, 3, 4])] {
                assert_eq!(read(&frame(BINARY, &payload, mask)), Ok(vec![(BINARY, payload.clone())]), "{length} {mask:?}");
            }
        }
    }

    #[test]
    fn parts_make_a_message_with_pings_between_them() {
        let bytes = [&[TEXT, 1, b'a'][..], &frame(PING, b"p", None), &[FIN, 1, b'b']].concat();
        assert_eq!(read(&bytes), Ok(vec![(PING, b"p".to_vec()), (TEXT, b"ab".to_vec())]));
    }

    #[test]
    fn what_the_protocol_forbids_is_refused_in_the_vendors_words() {
        let protocol = |reason: &str| (1002, reason.to_owned());
        assert_eq!(refused(&[0xa1, 0]), protocol("Received frame had RSV bits 2 or 3 set"));
        assert!(refused(&[0xc1, 0]).1.contains("compression extension was not negotiated"));
        assert_eq!(refused(&[0x83, 0]), protocol("Unknown opcode 3"));
        assert_eq!(refused(&[0x09, 0]), protocol("Received fragmented control frame"));
        assert_eq!(refused(&[0x80, 0]), protocol("Unexpected continuation frame"));
        assert_eq!(refused(&[0x01, 0, 0x81, 0]), protocol("Missing continuation frame"));
    }

    #[test]
    fn a_message_is_as_large_as_the_limit_and_no_larger() {
        let head = |length: u64| [&[0x82, 127][..], &length.to_be_bytes()].concat();
        assert_eq!(read(&head(MESSAGE_BYTES as u64)), Ok(vec![]));
        assert_eq!(refused(&head(MESSAGE_BYTES as u64 + 1)), (1009, "Message is too large: 33554433 > 33554432".to_owned()));
        assert_eq!(refused(&[&[0x02, 1, 0][..], &head(MESSAGE_BYTES as u64)].concat()).1, "Message is too large: 33554432 > 33554431");
    }
}
