//! Bytes into frames and back. No input makes it panic; what is no frame is an error, after which the connection is of no use.

use bytes::{Buf, BytesMut};

use crate::frame::{Frame, FrameKind};

/// Longer than any frame that a well-behaved peer sends: code bundles are the largest.
const LONGEST: usize = 512 * 1024 * 1024;
const HEADER: usize = 9;
/// How much is made room for at once, in bytes. A frame keeps all of it for as long as somebody keeps the frame.
const ROOM: usize = 16 * 1024;
/// Room behind a large frame for the head of the next one, which moves to where that has room: so much is copied.
const TAIL: usize = 512;
/// With less room than this, more is made.
const LEAST_ROOM: usize = 2 * 1024;

/// Why bytes are no frame.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CodecError {
    /// A length that no frame has.
    #[error("a frame of {0} bytes")]
    Length(usize),
    /// A kind that does not exist.
    #[error("a frame of unknown kind {0}")]
    Kind(u8),
    /// A payload that ends too early or is not what its kind says.
    #[error("a malformed {0}")]
    Payload(&'static str),
}

/// Collects bytes until they are frames.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: BytesMut,
}

impl Decoder {
    /// The buffer to read into, with room for many small frames, or for what is missing of a large one.
    pub fn room(&mut self) -> &mut BytesMut {
        if self.buffer.capacity() - self.buffer.len() < LEAST_ROOM {
            self.buffer.reserve(ROOM);
        }
        &mut self.buffer
    }

    /// What has arrived and is no frame yet.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.buffer
    }

    /// The next whole frame, if there is one.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, CodecError> {
        let Some(head) = self.buffer.first_chunk::<HEADER>() else { return Ok(None) };
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if !(HEADER - 4..=LONGEST).contains(&length) {
            return Err(CodecError::Length(length));
        }
        let kind = FrameKind::from_byte(head[4]).ok_or(CodecError::Kind(head[4]))?;
        let id = u32::from_le_bytes([head[5], head[6], head[7], head[8]]);
        if self.buffer.len() < 4 + length {
            self.buffer.reserve(4 + length - self.buffer.len() + TAIL);
            return Ok(None);
        }
        let mut whole = self.buffer.split_to(4 + length);
        whole.advance(HEADER);
        Ok(Some(Frame { kind, id, payload: whole.freeze() }))
    }
}

/// Appends a frame whose payload `fill` writes.
pub fn encode(out: &mut Vec<u8>, kind: FrameKind, id: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.push(kind as u8);
    out.extend_from_slice(&id.to_le_bytes());
    fill(out);
    let length = u32::try_from(out.len() - start - 4).unwrap_or(u32::MAX);
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

/// Takes the parts of a payload in order.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(payload: &'a [u8], what: &'static str) -> Self {
        Self { rest: payload, what }
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(CodecError::Payload(self.what))?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, CodecError> {
        Ok(self.bytes(1)?[0])
    }

    pub(crate) fn u16(&mut self) -> Result<u16, CodecError> {
        let bytes = self.bytes(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, CodecError> {
        let bytes = self.bytes(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, CodecError> {
        let bytes = self.bytes(8)?.first_chunk().ok_or(CodecError::Payload(self.what))?;
        Ok(u64::from_le_bytes(*bytes))
    }

    /// Bytes preceded by their length as `u32`.
    pub(crate) fn block(&mut self) -> Result<&'a [u8], CodecError> {
        let length = self.u32()? as usize;
        self.bytes(length)
    }

    /// Text preceded by its length as `u32`.
    pub(crate) fn text(&mut self) -> Result<&'a str, CodecError> {
        std::str::from_utf8(self.block()?).map_err(|_| CodecError::Payload(self.what))
    }

    /// How many bytes have not been taken.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }
}

/// Appends bytes preceded by their length as `u32`.
pub(crate) fn put_block(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_whole_however_the_bytes_arrive() {
        let mut bytes = Vec::new();
        encode(&mut bytes, FrameKind::Data, 7, |out| out.extend_from_slice(b"hello"));
        encode(&mut bytes, FrameKind::End, 7, |_| {});
        let mut decoder = Decoder::default();
        let mut frames = Vec::new();
        for byte in bytes {
            decoder.buffer().extend_from_slice(&[byte]);
            frames.extend(decoder.next_frame().unwrap());
        }
        assert_eq!(frames[0], Frame { kind: FrameKind::Data, id: 7, payload: "hello".into() });
        assert_eq!((frames.len(), frames[1].kind), (2, FrameKind::End));
    }

    #[test]
    fn bytes_that_are_no_frame_are_an_error() {
        let mut decoder = Decoder::default();
        decoder.buffer().extend_from_slice(&[5, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(decoder.next_frame(), Err(CodecError::Kind(0)));
        let mut decoder = Decoder::default();
        decoder.buffer().extend_from_slice(&[0xff; 9]);
        assert_eq!(decoder.next_frame(), Err(CodecError::Length(0xffff_ffff)));
    }
}
