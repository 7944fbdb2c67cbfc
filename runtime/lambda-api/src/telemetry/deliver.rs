//! Bringing events to a subscriber: as a request, or as lines over a connection.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::request::Destination;

/// How often it is tried. A subscriber may not listen yet when it subscribes.
const ATTEMPTS: u32 = 3;
/// How long it is waited before it is tried again: what fails on this machine fails at once.
const AGAIN: Duration = Duration::from_millis(50);
/// One subscriber's connection.
pub(super) struct Deliverer {
    to: Destination,
    /// How long the subscriber may take.
    patience: Duration,
    http: Option<SendRequest<Full<Bytes>>>,
    tcp: Option<TcpStream>,
}

impl Deliverer {
    pub(super) fn new(to: Destination, patience: Duration) -> Self {
        Self { to, patience, http: None, tcp: None }
    }

    /// False: nobody took them. They are lost, as in production.
    pub(super) async fn deliver(&mut self, events: &[String]) -> bool {
        for _ in 0..ATTEMPTS {
            if matches!(tokio::time::timeout(self.patience, self.attempt(events)).await, Ok(Ok(()))) {
                return true;
            }
            (self.http, self.tcp) = (None, None);
            tokio::time::sleep(AGAIN).await;
        }
        false
    }

    async fn attempt(&mut self, events: &[String]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        match self.to.clone() {
            Destination::Http { port, path, method } => {
                let body = Full::new(Bytes::from(format!("[{}]", events.join(","))));
                let request = Request::builder().method(method).uri(path).header("host", format!("sandbox.localdomain:{port}"));
                let request = request.header("content-type", "application/json").body(body)?;
                let answer = self.connection(port).await?.send_request(request).await?;
                let _ = answer.into_body().collect().await?;
            }
            Destination::Tcp { port } => {
                if self.tcp.is_none() {
                    self.tcp = Some(TcpStream::connect(("127.0.0.1", port)).await?);
                }
                let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
                self.tcp.as_mut().ok_or("no connection")?.write_all(lines.as_bytes()).await?;
            }
        }
        Ok(())
    }

    async fn connection(&mut self, port: u16) -> Result<&mut SendRequest<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
        if self.http.as_ref().is_none_or(SendRequest::is_closed) {
            let stream = TcpStream::connect(("127.0.0.1", port)).await?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            // It ends when the sender is dropped.
            tokio::spawn(connection);
            self.http = Some(sender);
        }
        let sender = self.http.as_mut().ok_or("no connection")?;
        sender.ready().await?;
        Ok(sender)
    }
}
