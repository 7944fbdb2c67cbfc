//! A server elsewhere, for code under test to fetch from.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use crate::http;

/// A request that a site has received.
#[derive(Debug, Clone)]
pub struct SiteRequest {
    /// `GET`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, transfer coding removed.
    pub body: Vec<u8>,
}

/// A server that answers each request on a connection of its own. Runs until the test's process ends.
pub struct Site {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<SiteRequest>>>,
}

impl Site {
    /// `answer` writes the whole response to the connection, which is closed after it.
    ///
    /// # Panics
    /// If no port can be had.
    #[must_use]
    pub fn start(answer: impl Fn(&SiteRequest, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                std::thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    let Some(request) = read(&mut reader) else { return };
                    log.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
                    answer(&request, reader.get_mut());
                });
            }
        });
        Self { address, seen }
    }

    /// `http://…` without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it has been asked so far.
    #[must_use]
    pub fn seen(&self) -> Vec<SiteRequest> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl SiteRequest {
    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<SiteRequest> {
    let (first, headers) = http::head(reader).ok()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let body = http::body(reader, &headers).ok()?;
    Some(SiteRequest { method, path, headers, body })
}

/// Writes a response with these headers (each line with its end) and this body.
pub fn respond(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}
