//! Apps that are read again because somebody asks, not because a file was seen to change.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

/// What became of it: whether another version serves now, or what is wrong with the files.
pub(crate) type Reloaded = Result<bool, String>;

/// Whoever keeps an app current is asked here. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Reloads {
    asks: mpsc::UnboundedSender<oneshot::Sender<Reloaded>>,
    asked: Arc<Mutex<Asked>>,
}

/// Takes what is asked of one app; by default of none.
#[derive(Default)]
pub(crate) struct Asked(Option<mpsc::UnboundedReceiver<oneshot::Sender<Reloaded>>>);

impl Default for Reloads {
    fn default() -> Self {
        let (asks, asked) = mpsc::unbounded_channel();
        Self { asks, asked: Arc::new(Mutex::new(Asked(Some(asked)))) }
    }
}

impl Reloads {
    /// Asks, and waits until it is done. None: nobody keeps the app current.
    pub(crate) async fn ask(&self) -> Option<Reloaded> {
        let (answer, answered) = oneshot::channel();
        self.asks.send(answer).ok()?;
        answered.await.ok()
    }

    /// The other end, for whoever keeps the app current.
    pub(crate) fn take(&self) -> Asked {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Asked {
    /// The next who asks; he waits for the answer.
    pub(crate) async fn next(&mut self) -> oneshot::Sender<Reloaded> {
        match &mut self.0 {
            Some(asked) => match asked.recv().await {
                Some(asks) => asks,
                None => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }
}
