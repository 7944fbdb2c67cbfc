//! Listening, and one task per connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use greenroom_host::Diagnostic;
use http_body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use crate::door::FrontDoor;

/// How long a client may take for a request's head. A real duration: it is about sockets, not about the emulated world.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// More headers than any client sends; hyper answers 431 beyond.
const MAX_HEADERS: usize = 256;
/// How many ports after the wished one are tried.
const TRIES: u16 = 20;

/// A bound listener.
pub struct Listening {
    /// What [`serve`] takes.
    pub listener: TcpListener,
    /// Where it listens.
    pub address: SocketAddr,
    /// The wished port was taken, and this is another.
    pub moved: bool,
}

/// Binds `host:port`. If the port is taken and the user did not insist on it, the next free one.
///
/// # Errors
/// A port that is taken, or may not be used, or an address that is not this machine's.
pub async fn bind(host: IpAddr, port: u16, insists: bool) -> Result<Listening, Diagnostic> {
    let tries = if insists || port == 0 { 1 } else { TRIES };
    let mut last = None;
    for offset in 0..tries {
        let Some(wanted) = port.checked_add(offset) else { break };
        match TcpListener::bind((host, wanted)).await {
            Ok(listener) => {
                let address = listener.local_addr().map_err(|error| cannot_listen(host, wanted, &error))?;
                return Ok(Listening { listener, address, moved: offset > 0 });
            }
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => last = Some(cannot_listen(host, wanted, &error)),
            Err(error) => return Err(cannot_listen(host, wanted, &error)),
        }
    }
    Err(last.unwrap_or_else(|| Diagnostic::error(format!("no port from {port} on is free on {host}"))))
}

fn cannot_listen(host: IpAddr, port: u16, error: &std::io::Error) -> Diagnostic {
    use std::io::ErrorKind::{AddrInUse, AddrNotAvailable, PermissionDenied};
    let diagnostic = Diagnostic::error(format!("cannot listen on {host} port {port}: {error}"));
    match error.kind() {
        AddrInUse => diagnostic.hint("another program has that port: stop it, or choose another with `--port`"),
        PermissionDenied => diagnostic.hint("ports below 1024 need privileges: choose another with `--port`"),
        AddrNotAvailable => diagnostic.hint("`--host` must be an address of this machine"),
        _ => diagnostic,
    }
}

/// Takes connections for an app until the future is dropped.
pub async fn serve(listener: Arc<TcpListener>, door: Arc<FrontDoor>) {
    serve_with(listener, move |request, peer| {
        let door = Arc::clone(&door);
        async move { Some(door.answer(request, peer).await) }
    })
    .await;
}

/// Takes connections until the future is dropped, and lets `answer` answer their requests. Where it gives none, the connection ends without an
/// answer.
pub async fn serve_with<A, F, B>(listener: Arc<TcpListener>, answer: A)
where
    A: Fn(Request<Incoming>, SocketAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Option<Response<B>>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    loop {
        // A connection that failed before it was taken, or no descriptor left for now: the next one may do.
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(connection(stream, peer, answer.clone()));
    }
}

async fn connection<A, F, B>(stream: TcpStream, peer: SocketAddr, answer: A)
where
    A: Fn(Request<Incoming>, SocketAddr) -> F,
    F: Future<Output = Option<Response<B>>>,
    B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + 'static,
{
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let answered = answer(request, peer);
        async move { answered.await.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::ConnectionReset)) }
    });
    // Errors here are the client's: it went away, or spoke no HTTP, or it is to get no answer. hyper has answered what can be answered.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}
