//! Reading what a process prints: as it comes, and at once where what was printed before an answer must be known before the answer is.

use std::io::{PipeReader, PipeWriter, Read};
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::lines::{Cut, Frames, Lines, Message};

/// Where messages go.
pub(crate) type Writer = Arc<dyn Fn(&'static str, &str) + Send + Sync>;

/// One pipe that a process writes to.
pub(crate) struct Output {
    shared: Arc<dyn Drain>,
    task: tokio::task::JoinHandle<()>,
}

trait Drain: Send + Sync {
    /// True: nothing more comes.
    fn drain(&self) -> bool;
    /// What was begun and not ended is a message too.
    fn rest(&self);
}

struct Shared<C> {
    pipe: AsyncFd<PipeReader>,
    cut: Mutex<C>,
    writer: Writer,
}

impl Output {
    /// What is printed, line by line.
    pub(crate) fn lines(writer: Writer) -> std::io::Result<(Self, PipeWriter)> {
        Self::new::<Lines>(writer)
    }

    /// What is logged, message by message.
    pub(crate) fn frames(writer: Writer) -> std::io::Result<(Self, PipeWriter)> {
        Self::new::<Frames>(writer)
    }

    fn new<C: Cut>(writer: Writer) -> std::io::Result<(Self, PipeWriter)> {
        let (reader, theirs) = std::io::pipe()?;
        // SAFETY: plain system calls on a descriptor that is open here.
        let set = unsafe { libc::fcntl(reader.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
        if set < 0 {
            return Err(std::io::Error::last_os_error());
        }
        // SAFETY: a pipe's end owns its descriptor, and gives the same one for as long as it exists.
        let pipe = unsafe { AsyncFd::register_with_interest(reader, Interest::READABLE)? };
        let shared = Arc::new(Shared { pipe, cut: Mutex::new(C::default()), writer });
        let task = tokio::spawn(follow(Arc::clone(&shared)));
        Ok((Self { shared, task }, theirs))
    }

    /// Takes what has been printed until now.
    pub(crate) fn drain(&self) {
        self.shared.drain();
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.drain();
        self.shared.rest();
        self.task.abort();
    }
}

async fn follow<C: Cut>(shared: Arc<Shared<C>>) {
    loop {
        let Ok(mut ready) = shared.pipe.readable().await else { return };
        if shared.drain() {
            return;
        }
        ready.clear_ready();
    }
}

impl<C: Cut> Drain for Shared<C> {
    fn drain(&self) -> bool {
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tell = |(level, text): Message| (self.writer)(level, &text);
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.pipe.get_ref().read(&mut buffer) {
                Ok(0) => {
                    cut.rest(&mut tell);
                    return true;
                }
                Ok(count) => cut.take(&buffer[..count], &mut tell),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return error.kind() != std::io::ErrorKind::WouldBlock,
            }
        }
    }

    fn rest(&self) {
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        cut.rest(&mut |(level, text)| (self.writer)(level, &text));
    }
}
