//! One connection of the HTTP client. `hyper` speaks the protocol but writes every name in lower case, and lengths at the end; this
//! stands between it and the socket and writes the head that `head.rs` makes in place of each that comes.

use std::io::{IoSlice, Result};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Whatever bytes go through.
pub(crate) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket for S {}

const END: &[u8] = b"\r\n\r\n";

/// What a connection and whoever sends requests over it tell each other.
#[derive(Default)]
struct Told {
    /// The head of the next request.
    head: Option<Bytes>,
    /// The first byte of what came back for it.
    answer: Option<u8>,
}

/// Tells a [`Line`] what to send. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Dictation(Arc<Mutex<Told>>);

impl Dictation {
    /// The next request has this head.
    pub(crate) fn next(&self, head: Vec<u8>) {
        *self.told() = Told { head: Some(head.into()), answer: None };
    }

    /// What the answer to it began with, if anything came.
    pub(crate) fn answer(&self) -> Option<u8> {
        self.told().answer
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection whose heads are dictated.
pub(crate) struct Line {
    socket: Box<dyn Socket>,
    told: Dictation,
    /// How much of the end of a head has been seen, while one is being replaced.
    replacing: Option<usize>,
    /// What is to be written before anything else.
    ours: Bytes,
}

impl Line {
    pub(crate) fn new(socket: Box<dyn Socket>, told: Dictation) -> Self {
        Self { socket, told, replacing: None, ours: Bytes::new() }
    }

    fn write_ours(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        while !self.ours.is_empty() {
            let written = ready!(Pin::new(&mut self.socket).poll_write(cx, &self.ours))?;
            if written == 0 {
                return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into()));
            }
            self.ours.advance(written);
        }
        Poll::Ready(Ok(()))
    }

    /// Leaves out a head; gives how much of `bytes` that was.
    fn skip(&mut self, mut seen: usize, bytes: &[u8]) -> usize {
        for (index, byte) in bytes.iter().enumerate() {
            seen = if *byte == END[seen] { seen + 1 } else { usize::from(*byte == END[0]) };
            if seen == END.len() {
                self.replacing = None;
                return index + 1;
            }
        }
        self.replacing = Some(seen);
        bytes.len()
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let line = &mut *self;
        if line.replacing.is_none() {
            let head = line.told.told().head.take();
            if let Some(head) = head {
                (line.ours, line.replacing) = (head, Some(0));
            }
        }
        if let Some(seen) = line.replacing {
            return Poll::Ready(Ok(line.skip(seen, bytes)));
        }
        ready!(line.write_ours(cx))?;
        Pin::new(&mut line.socket).poll_write(cx, bytes)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        let first = parts.iter().find(|part| !part.is_empty()).map_or(&[][..], |part| part);
        self.poll_write(cx, first)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.write_ours(cx))?;
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.write_ours(cx))?;
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        if let Some(first) = buffer.filled().get(before) {
            self.told.told().answer.get_or_insert(*first);
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn heads_are_replaced_in_whatever_pieces_they_come() {
        let (ours, mut theirs) = tokio::io::duplex(1024);
        let told = Dictation::default();
        let mut line = Line::new(Box::new(ours), told.clone());
        for pieces in [&["GET / HTTP/1.1\r\na: b\r\n\r\nbody"][..], &["GET / HTTP/1.1\r\na: b\r\n\r", "\nbo", "dy"]] {
            told.next(b"HEAD\r\n\r\n".to_vec());
            for piece in pieces {
                line.write_all(piece.as_bytes()).await.unwrap();
            }
            line.flush().await.unwrap();
            let mut seen = [0; 12];
            theirs.read_exact(&mut seen).await.unwrap();
            assert_eq!(&seen, b"HEAD\r\n\r\nbody");
        }
    }
}
