//! Listening, and one task per connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::Endpoint;

/// How long a client may take for a request's head. A real duration: it is about sockets, not about the emulated world.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// More headers than any client sends; hyper answers 431 beyond.
const MAX_HEADERS: usize = 256;

/// Takes connections until the future is dropped.
pub async fn serve(listener: Arc<TcpListener>, endpoint: Arc<Endpoint>) {
    loop {
        // A connection that failed before it was taken, or no descriptor left for now: the next one may do.
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        tokio::spawn(connection((stream, peer), Arc::clone(&endpoint)));
    }
}

async fn connection((stream, peer): (TcpStream, SocketAddr), endpoint: Arc<Endpoint>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let endpoint = Arc::clone(&endpoint);
        async move { endpoint.answer(request, peer).await.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::ConnectionReset)) }
    });
    // Errors here are the client's: it went away, or spoke no HTTP, or it is to get no answer. hyper has answered what can be answered.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
