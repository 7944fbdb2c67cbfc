//! The host's end of the socket to a guest, and the guest's process behind it.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use greenroom_channel::message::LogLevel;
use greenroom_channel::{Decoder, EXIT_BLOCKED, EXIT_CPU, EXIT_MEMORY};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::Child;
use tokio::task::JoinHandle;

use crate::instance::{Ended, Instance, InvokeError, Output, Services};
use crate::outbox::Outbox;

/// The two tasks that read from a guest and write to it.
pub(crate) struct Tasks {
    reader: JoinHandle<bool>,
    writer: JoinHandle<()>,
    outbox: Outbox,
    /// Set while something is on its way into the socket; it stays set where that failed.
    writing: Arc<AtomicBool>,
}

impl Tasks {
    /// Reads and writes until the guest's end is closed.
    pub(crate) fn spawn(
        instance: &Arc<Instance>,
        (reading, writing): (OwnedReadHalf, OwnedWriteHalf),
        decoder: Decoder,
        outbox: Outbox,
        services: Arc<dyn Services>,
        output: Arc<dyn Output>,
    ) -> Self {
        let under_way = Arc::new(AtomicBool::new(false));
        let reader = tokio::spawn(read(Arc::clone(instance), reading, decoder, services, output));
        let writer = tokio::spawn(write(outbox.clone(), writing, Arc::clone(&under_way)));
        Self { reader, writer, outbox, writing: under_way }
    }

    /// Takes everything that the guest sent before it ended. True: it has not read everything that was sent to it.
    pub(crate) async fn finish(self) -> bool {
        let reset = self.reader.await.unwrap_or(false);
        self.writer.abort();
        reset || self.writing.load(Ordering::Relaxed) || !self.outbox.take().is_empty()
    }
}

/// Reads frames until the guest's end is closed. True: the guest left something unread, which is what a reset means here
/// (<https://man7.org/linux/man-pages/man7/unix.7.html>, `ECONNRESET`).
async fn read(
    instance: Arc<Instance>,
    mut socket: OwnedReadHalf,
    mut decoder: Decoder,
    services: Arc<dyn Services>,
    output: Arc<dyn Output>,
) -> bool {
    loop {
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => instance.on_frame(frame, &services, &*output),
                Ok(None) => break,
                Err(error) => {
                    output.line(None, LogLevel::Error, &format!("the guest sent what is no frame: {error}"));
                    return false;
                }
            }
        }
        match socket.read_buf(decoder.room()).await {
            Ok(0) => return false,
            Err(error) => return error.kind() == ErrorKind::ConnectionReset,
            Ok(_) => {}
        }
    }
}

/// Writes what is queued until the guest's end is closed.
async fn write(outbox: Outbox, mut socket: OwnedWriteHalf, under_way: Arc<AtomicBool>) {
    loop {
        let bytes = outbox.take();
        if bytes.is_empty() {
            outbox.filled().await;
            continue;
        }
        under_way.store(true, Ordering::Relaxed);
        if socket.write_all(&bytes).await.is_err() {
            return;
        }
        under_way.store(false, Ordering::Relaxed);
    }
}

/// Waits for the process and says how it ended.
pub(crate) async fn reap(child: &mut Child) -> Ended {
    Ended(match child.wait().await {
        Ok(status) if status.code() == Some(EXIT_CPU) => InvokeError::Cpu,
        Ok(status) if status.code() == Some(EXIT_MEMORY) => InvokeError::Memory,
        Ok(status) if status.code() == Some(EXIT_BLOCKED) => InvokeError::Blocked,
        Ok(status) => InvokeError::Crashed(crate::process::describe(status)),
        Err(error) => InvokeError::Crashed(error.to_string()),
    })
}
