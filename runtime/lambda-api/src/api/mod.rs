//! The server that an instance's processes talk to: each instance has one of its own, on a port of the loopback device.
//!
//! What may be called when, and the words in which everything else is refused, are those of the vendor's own emulator
//! (<https://github.com/aws/aws-lambda-runtime-interface-emulator>, `internal/lambda/rapi`).

mod answer;
mod extension;
mod response;
mod router;
mod runtime;
mod signal;
mod state;
mod subscribe;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};

pub(crate) use answer::ApiResponse;
pub(crate) use signal::{Answer, Fault, Party, Signal, Stopped, StreamedAnswer};
use state::State;
pub(crate) use state::{Current, Phase};

use crate::extensions::Extensions;
use crate::log::Log;

/// The server's side of one instance.
pub(crate) struct Api {
    state: Mutex<State>,
    /// Wakes whoever waits for the next invocation.
    changed: Notify,
    signals: mpsc::UnboundedSender<Signal>,
    pub(crate) extensions: Extensions,
    log: Arc<Log>,
}

/// Ends the server when it is dropped.
pub(crate) struct Server {
    task: tokio::task::JoinHandle<()>,
    /// `127.0.0.1:9001`
    pub(crate) address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Api {
    /// An instance that has just been started; what happens there is told to `signals`.
    pub(crate) fn new(log: Arc<Log>, extensions: Extensions, signals: mpsc::UnboundedSender<Signal>) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), changed: Notify::new(), signals, extensions, log })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, signal: Signal) {
        // Nobody listens any more where the instance has been ended.
        let _ = self.signals.send(signal);
    }

    /// Serves until the server is dropped.
    pub(crate) async fn serve(self: &Arc<Self>) -> std::io::Result<Server> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let api = Arc::clone(self);
        let task = tokio::spawn(async move {
            // Connections end with the instance: with the set, which is dropped with this task.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                let _ = stream.set_nodelay(true);
                let api = Arc::clone(&api);
                connections.spawn(async move {
                    let service = service_fn(move |request| {
                        let api = Arc::clone(&api);
                        async move { Ok::<_, std::convert::Infallible>(router::route(&api, request).await) }
                    });
                    let _ = hyper::server::conn::http1::Builder::new()
                        .pipeline_flush(true)
                        // As the vendor's server spells them: small runtimes look for exactly that.
                        .title_case_headers(true)
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Ok(Server { task, address })
    }
}
