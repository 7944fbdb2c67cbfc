//! The guest's end of the channel: one socket, used by one thread.
//!
//! Before code is loaded the socket is read with blocking calls, since nothing else happens; afterwards the event loop polls it. A
//! synchronous call reads it with blocking calls again and keeps what else arrives for later.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::task::{Context, Poll};

use greenroom_channel::{Decoder, Frame, FrameKind, encode};
use tokio::io::unix::AsyncFd;

/// Bytes that one read asks for.
const READ: usize = 64 * 1024;
/// With more than this in the queue, sending begins before the turn is over.
const EAGER: usize = 64 * 1024;
/// A buffer that has grown past this is given back once it is empty.
const KEPT: usize = 1024 * 1024;

/// The connection to the host.
pub(crate) struct Link {
    socket: UnixStream,
    decoder: Decoder,
    /// Frames that arrived while a synchronous call waited for another.
    kept: VecDeque<Frame>,
    out: Vec<u8>,
    sent: usize,
}

impl Link {
    pub(crate) fn new(socket: UnixStream) -> Self {
        Self { socket, decoder: Decoder::default(), kept: VecDeque::new(), out: Vec::new(), sent: 0 }
    }

    /// A second descriptor of the socket, for the event loop to wait on.
    pub(crate) fn watch(&self) -> io::Result<AsyncFd<UnixStream>> {
        // SAFETY: the clone's descriptor is open for as long as the `AsyncFd` owns it, and nothing else closes it.
        Ok(unsafe { AsyncFd::register(self.socket.try_clone()?) }?)
    }

    /// Switches between blocking calls and polling.
    pub(crate) fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.socket.set_nonblocking(nonblocking)
    }

    /// Queues a frame; it is on its way after [`Self::poll_flush`] or [`Self::flush`].
    pub(crate) fn send(&mut self, kind: FrameKind, id: u32, fill: impl FnOnce(&mut Vec<u8>)) {
        encode(&mut self.out, kind, id, fill);
        if self.out.len() - self.sent > EAGER {
            self.begin_sending();
        }
    }

    /// Sends what the socket takes at once, so that the host begins with what is there and less of it gathers. What goes wrong is seen by
    /// whoever sends the rest.
    fn begin_sending(&mut self) {
        if let Ok(written) = self.socket.write(&self.out[self.sent..]) {
            self.sent += written;
        }
        if self.sent == self.out.len() {
            self.emptied();
        }
    }

    /// Waits for the next frame. `None`: the host is gone.
    pub(crate) fn receive(&mut self) -> io::Result<Option<Frame>> {
        loop {
            if let Some(frame) = self.take()? {
                return Ok(Some(frame));
            }
            if self.fill()? == 0 {
                return Ok(None);
            }
        }
    }

    /// Sends `kind` and waits for the answer to it, whatever else arrives. `None`: the host is gone.
    pub(crate) fn call_sync(&mut self, id: u32, fill: impl FnOnce(&mut Vec<u8>)) -> io::Result<Option<Frame>> {
        self.send(FrameKind::CallSync, id, fill);
        self.set_nonblocking(false)?;
        let answer = self.wait_for(id);
        self.set_nonblocking(true)?;
        answer
    }

    fn wait_for(&mut self, id: u32) -> io::Result<Option<Frame>> {
        self.flush()?;
        loop {
            while let Some(frame) = self.decoder.next_frame().map_err(io::Error::other)? {
                if frame.id == id && matches!(frame.kind, FrameKind::Result | FrameKind::ResultError) {
                    return Ok(Some(frame));
                }
                self.kept.push_back(frame);
            }
            if self.fill()? == 0 {
                return Ok(None);
            }
        }
    }

    /// The next frame that has arrived already.
    pub(crate) fn take(&mut self) -> io::Result<Option<Frame>> {
        if let Some(frame) = self.kept.pop_front() {
            return Ok(Some(frame));
        }
        self.decoder.next_frame().map_err(io::Error::other)
    }

    /// Reads once what has arrived. `Ok(0)`: the host is gone.
    fn fill(&mut self) -> io::Result<usize> {
        let buffer = self.decoder.buffer();
        let filled = buffer.len();
        buffer.resize(filled + READ, 0);
        loop {
            match self.socket.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => {
                    buffer.truncate(filled + *result.as_ref().unwrap_or(&0));
                    return result;
                }
            }
        }
    }

    /// Reads what has arrived. Ready: something has; `false` in it: the host is gone.
    pub(crate) fn poll_fill(&mut self, watch: &AsyncFd<UnixStream>, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        loop {
            let Poll::Ready(guard) = watch.poll_read_ready(cx) else { return Poll::Pending };
            let mut guard = guard?;
            match self.fill() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => guard.clear_ready(),
                Err(error) => return Poll::Ready(Err(error)),
                Ok(read) => {
                    // A read that did not fill the buffer has emptied the socket.
                    if read < READ {
                        guard.clear_ready();
                    }
                    return Poll::Ready(Ok(read > 0));
                }
            }
        }
    }

    /// Sends what is queued, as far as the socket takes it.
    pub(crate) fn poll_flush(&mut self, watch: &AsyncFd<UnixStream>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.out.len() {
            match self.socket.write(&self.out[self.sent..]) {
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.forget_sent();
                    match watch.poll_write_ready(cx) {
                        Poll::Ready(guard) => guard?.clear_ready(),
                        Poll::Pending => return Poll::Pending,
                    }
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        self.emptied();
        Poll::Ready(Ok(()))
    }

    /// Sends everything, waiting as long as it takes. Only while the socket blocks.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.socket.write_all(&self.out[self.sent..])?;
        self.emptied();
        Ok(())
    }

    /// Gives back what has been sent. Under load the queue may never be empty, and would keep all that ever went through it.
    fn forget_sent(&mut self) {
        if self.sent > KEPT {
            self.out.drain(..self.sent);
            self.sent = 0;
            self.out.shrink_to(self.out.len().max(KEPT));
        }
    }

    fn emptied(&mut self) {
        self.sent = 0;
        self.out.clear();
        // One large body must not keep its memory for ever.
        if self.out.capacity() > KEPT {
            self.out = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synchronous_call_keeps_what_else_arrives() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut link = Link::new(ours);
        let mut bytes = Vec::new();
        encode(&mut bytes, FrameKind::Cancel, 4, |_| {});
        encode(&mut bytes, FrameKind::Result, 9, |out| out.extend_from_slice(b"yes"));
        theirs.write_all(&bytes).unwrap();
        assert_eq!(&link.call_sync(9, |_| {}).unwrap().unwrap().payload[..], b"yes");
        assert_eq!(link.take().unwrap().unwrap().kind, FrameKind::Cancel);
    }

    #[test]
    fn a_queue_that_is_never_empty_forgets_what_it_has_sent() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _context = runtime.enter();
        let mut link = Link::new(ours);
        link.set_nonblocking(true).unwrap();
        let watch = link.watch().unwrap();
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let (part, mut taken) = (vec![7; KEPT], vec![0; KEPT]);
        // One part more is always queued than the other side takes.
        link.send(FrameKind::Data, 1, |out| out.extend_from_slice(&part));
        for _ in 0..64 {
            link.send(FrameKind::Data, 1, |out| out.extend_from_slice(&part));
            let mut left = KEPT;
            while left > 0 {
                let _ = link.poll_flush(&watch, &mut cx);
                left -= theirs.read(&mut taken[..left]).unwrap();
            }
        }
        assert!(link.out.capacity() < 8 * KEPT, "{} bytes are kept", link.out.capacity());
    }

    #[test]
    fn the_end_of_the_host_is_seen() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        assert_eq!(Link::new(ours).receive().unwrap(), None);
    }
}
