//! Requests to one app: whole ones, and connections on which each piece is seen as it arrives.

use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use serde_json::Value;

use crate::http;
use crate::server::PATIENCE;

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body, transfer coding removed.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {} {}", self.status, self.text()))
    }

    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All headers of that name.
    #[must_use]
    pub fn headers_of(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// Sends requests to one address. Cheap to copy to other threads.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    address: SocketAddr,
}

impl Client {
    /// For what listens at `address`.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Where it sends to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `GET`.
    ///
    /// # Panics
    /// If no answer comes.
    #[must_use]
    pub fn get(&self, path: &str) -> Reply {
        self.try_request("GET", path, &[], b"").unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    /// Any request; `Err` if the connection broke.
    ///
    /// # Errors
    /// What the connection says.
    pub fn try_request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Reply> {
        let mut wire = self.try_wire()?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head += &format!("host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            head += &format!("content-length: {}\r\n", body.len());
        }
        // A server may answer, and close, before it has read everything.
        let sent = wire.try_send(head + "\r\n").and_then(|()| wire.try_send(body));
        let mut reply = wire.head().map_err(|error| sent.err().unwrap_or(error))?;
        if method != "HEAD" {
            reply.body = http::body(&mut wire.stream, &reply.headers)?;
        }
        Ok(reply)
    }

    /// A connection of its own.
    ///
    /// # Panics
    /// If none can be made.
    #[must_use]
    pub fn wire(&self) -> Wire {
        self.try_wire().expect("the server listens")
    }

    /// The same; `Err` if none can be made.
    ///
    /// # Errors
    /// What the system says.
    pub fn try_wire(self) -> std::io::Result<Wire> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Wire { stream: BufReader::with_capacity(128 * 1024, stream) })
    }
}

/// One connection, read and written piece by piece.
pub struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    /// Writes bytes as they are.
    ///
    /// # Panics
    /// If the other side takes none.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.try_send(bytes).expect("the server reads");
        self
    }

    /// The same; `Err` if the other side takes none.
    ///
    /// # Errors
    /// What the connection says.
    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.stream.get_mut().write_all(bytes.as_ref())
    }

    /// Writes from another thread, so that what comes back meanwhile can be read.
    ///
    /// # Panics
    /// If the connection cannot be shared.
    pub fn send_meanwhile(&mut self, bytes: Vec<u8>) {
        let mut stream = self.stream.get_ref().try_clone().expect("a socket can be shared");
        // The other side may want no more of it; what it answers says so.
        std::thread::spawn(move || stream.write_all(&bytes));
    }

    /// A request without a body.
    ///
    /// # Panics
    /// If the other side takes none.
    pub fn ask(&mut self, method: &str, path: &str) -> &mut Self {
        self.send(format!("{method} {path} HTTP/1.1\r\nhost: greenroom.test\r\n\r\n"))
    }

    /// Status and headers of the next answer.
    ///
    /// # Errors
    /// What the connection says.
    ///
    /// # Panics
    /// If it is no answer.
    pub fn head(&mut self) -> std::io::Result<Reply> {
        let (first, headers) = http::head(&mut self.stream)?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok(Reply { status: status.unwrap_or_else(|| panic!("no status: {first}")), headers, body: Vec::new() })
    }

    /// The next answer with its body.
    ///
    /// # Errors
    /// What the connection says, also when it breaks off in the middle of the body.
    pub fn reply(&mut self) -> std::io::Result<Reply> {
        let mut reply = self.head()?;
        reply.body = http::body(&mut self.stream, &reply.headers)?;
        Ok(reply)
    }

    /// The next chunk of a chunked body; none at its end.
    ///
    /// # Errors
    /// What the connection says, also when it breaks off.
    pub fn chunk(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        http::chunk(&mut self.stream)
    }

    /// Everything until the other side closes.
    #[must_use]
    pub fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let _ = self.stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Says that no more will be written; what comes back can still be read.
    ///
    /// # Panics
    /// If the connection is gone.
    pub fn finish(&mut self) {
        self.stream.get_ref().shutdown(Shutdown::Write).expect("the connection is open");
    }
}
