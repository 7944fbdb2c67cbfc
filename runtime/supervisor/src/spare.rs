//! Spares: guest processes that are up, have evaluated what needs no code, and wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use greenroom_channel::message::{Load, Loaded, LogLevel, Prepare};
use greenroom_channel::{Decoder, FrameKind};
use greenroom_host::{Clock, Member};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::Child;
use tokio::sync::oneshot;

use crate::instance::{Instance, InvokeError, Output, Services};
use crate::outbox::Outbox;
use crate::process::{GuestCommand, start};
use crate::socket::{Tasks, reap};

/// The number that the next guest gets.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// A guest that waits for code.
pub(crate) struct Spare {
    child: Child,
    socket: UnixStream,
    decoder: Decoder,
}

impl Spare {
    /// Starts one and waits until it is ready.
    pub(crate) async fn start(command: &GuestCommand, prepare: &Prepare) -> std::io::Result<Self> {
        let (child, socket) = start(command)?;
        let outbox = Outbox::default();
        let text = serde_json::to_vec(prepare)?;
        outbox.send(FrameKind::Prepare, 0, |out| out.extend_from_slice(&text));
        let mut spare = Self { child, socket, decoder: Decoder::default() };
        tokio::io::AsyncWriteExt::write_all(&mut spare.socket, &outbox.take()).await?;
        spare.ready().await?;
        Ok(spare)
    }

    async fn ready(&mut self) -> std::io::Result<()> {
        loop {
            if let Some(frame) = self.decoder.next_frame().map_err(std::io::Error::other)? {
                return if frame.kind == FrameKind::Ready {
                    Ok(())
                } else {
                    Err(std::io::Error::other(format!("{:?} from a guest that should be ready", frame.kind)))
                };
            }
            if self.socket.read_buf(self.decoder.room()).await? == 0 {
                let mut said = String::new();
                if let Some(stderr) = &mut self.child.stderr {
                    stderr.read_to_string(&mut said).await?;
                }
                let InvokeError::Crashed(how) = reap(&mut self.child).await.0 else {
                    return Err(std::io::Error::other("the guest was ended"));
                };
                return Err(std::io::Error::other(format!("the guest {how} before it was ready: {}", said.trim())));
            }
        }
    }

    /// Whether its process still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Gives it code. The receiver says whether the code could be loaded; it is closed without a word if the guest ended.
    pub(crate) fn load(
        mut self,
        head: &Load,
        contents: &[Bytes],
        services: Arc<dyn Services>,
        output: Arc<dyn Output>,
        clock: &Clock,
    ) -> (Arc<Instance>, oneshot::Receiver<Loaded>) {
        let (loaded, receiver) = oneshot::channel();
        let outbox = Outbox::default();
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let head = Load { guest: number, ..head.clone() };
        let pid = self.child.id().unwrap_or(0);
        let instance = Arc::new(Instance::new(&head.app, (pid, number), outbox.clone(), loaded, clock.clone(), Arc::clone(&output)));
        // The time comes before the code, which may ask for it while it is loaded.
        clock.join(&(Arc::clone(&instance) as Arc<dyn Member>));
        outbox.send(FrameKind::Load, 0, |out| head.encode(contents, out));
        let tasks = Tasks::spawn(&instance, self.socket.into_split(), self.decoder, outbox, services, Arc::clone(&output));
        let stderr = self.child.stderr.take();
        tokio::spawn({
            let instance = Arc::clone(&instance);
            async move {
                let said = tokio::spawn(pass_on(stderr, output));
                let ended = reap(&mut self.child).await;
                let left_unread = tasks.finish().await;
                let _ = said.await;
                instance.has_ended(ended, left_unread);
            }
        });
        (instance, receiver)
    }
}

/// What native code writes to standard error is shown as the guest's.
async fn pass_on(stderr: Option<tokio::process::ChildStderr>, output: Arc<dyn Output>) {
    let Some(stderr) = stderr else { return };
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        output.line(None, LogLevel::Error, &line);
    }
}

/// Starts a guest, waits until it is ready and ends it.
///
/// # Errors
/// Why it did not become ready, with what it wrote.
pub async fn try_guest(command: &GuestCommand, prepare: &Prepare) -> std::io::Result<()> {
    Spare::start(command, prepare).await.map(drop)
}
