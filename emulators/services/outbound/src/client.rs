//! Connections to the outside: made when they are needed, kept while nobody uses them, always HTTP/1.1 as those of Workers.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use greenroom_host::Caller;
use http::{Method, Request};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower_service::Service;
use url::{Origin, Url};

use crate::FetchError;
use crate::line::{Dictation, Line, Socket};
use crate::rules::Rules;

/// How many connections are kept that nobody uses; the ones that waited longest are closed.
const MOST_IDLE: usize = 64;
/// What a server of TLS answers with to what is none: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
const TLS_ALERT: u8 = 21;

/// The bodies that are sent.
pub(crate) type OutBody = UnsyncBoxBody<Bytes, std::io::Error>;

/// A request as it goes over a connection.
pub(crate) struct Message {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// Request line and headers, as they go out.
    pub(crate) head: Vec<u8>,
    /// How long a body that comes as a stream will be, if that is known.
    pub(crate) length: Option<u64>,
    pub(crate) body: OutBody,
    /// Whose code sends it.
    pub(crate) caller: Option<Caller>,
}

/// Connections by where they lead. Cheap to clone; all clones share them.
#[derive(Clone)]
pub(crate) struct Connections {
    connector: HttpConnector,
    tls: TlsConnector,
    idle: Arc<Mutex<VecDeque<(Origin, Kept)>>>,
    /// Say which places are closed.
    rules: Rules,
}

/// A connection that takes one more request.
struct Kept {
    sender: SendRequest<OutBody>,
    told: Dictation,
    /// Our end of it.
    local: SocketAddr,
}

impl Connections {
    /// None yet.
    ///
    /// # Errors
    /// When no TLS can be had.
    pub(crate) fn new(rules: Rules) -> Result<Self, String> {
        let mut roots = rustls::RootCertStore::empty();
        // Certificates that cannot be read are no reason to trust none.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::trusting(roots, rules)
    }

    fn trusting(roots: rustls::RootCertStore, rules: Rules) -> Result<Self, String> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth();
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        Ok(Self { connector, tls: TlsConnector::from(Arc::new(config)), idle: Arc::default(), rules })
    }

    /// Sends `message` and gives the head of the answer; its body comes as it is read.
    pub(crate) async fn send(&self, message: Message) -> Result<http::Response<Incoming>, FetchError> {
        let Message { method, url, head, length, body, caller } = message;
        let origin = url.origin();
        // hyper frames bodies by this head; what goes over the wire is the other.
        let mut request = Request::builder().method(method).uri("/");
        if let Some(length) = length {
            request = request.header(http::header::CONTENT_LENGTH, length);
        }
        let mut request = request.body(body).map_err(|error| FetchError::Internal(error.to_string()))?;
        loop {
            let (mut kept, fresh) = match self.take(&origin) {
                Some(kept) => (kept, false),
                None => (self.open(&url).await?, true),
            };
            kept.told.next(head.clone());
            // Until the answer: who has the request by then has looked whose it is.
            let _calling = caller.as_ref().map(|caller| caller.over(kept.local));
            let mut error = match kept.sender.try_send_request(request).await {
                Ok(response) => {
                    if response.status() != http::StatusCode::SWITCHING_PROTOCOLS {
                        self.keep_when_ready(origin, kept);
                    }
                    return Ok(response);
                }
                Err(error) => error,
            };
            match error.take_message() {
                // The other side had closed it.
                Some(unsent) if !fresh => request = unsent,
                _ => return Err(failure(&error.into_error(), kept.told.answer())),
            }
        }
    }

    async fn open(&self, url: &Url) -> Result<Kept, FetchError> {
        let (socket, local) = self.connect(url).await?;
        let told = Dictation::default();
        let io = TokioIo::new(Line::new(socket, told.clone()));
        let (sender, connection) =
            hyper::client::conn::http1::handshake(io).await.map_err(|error| FetchError::Lost(with_causes(&error)))?;
        // What goes wrong with it is told to whoever uses it.
        tokio::spawn(connection.with_upgrades());
        Ok(Kept { sender, told, local })
    }

    /// A connection, and our end of it.
    async fn connect(&self, url: &Url) -> Result<(Box<dyn Socket>, SocketAddr), FetchError> {
        let lost = |error: &dyn std::error::Error| FetchError::Lost(with_causes(error));
        let uri = url.as_str().parse().map_err(|error: http::uri::InvalidUri| FetchError::Internal(error.to_string()))?;
        let socket = self.connector.clone().call(uri).await.map_err(|error| {
            let text = with_causes(&error);
            if text.contains("dns error") { FetchError::Internal(format!("DNS lookup failed: {text}")) } else { FetchError::Lost(text) }
        })?;
        let socket = socket.into_inner();
        let local = self.check(&socket, url)?;
        if url.scheme() != "https" {
            return Ok((Box::new(socket), local));
        }
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|error| FetchError::Internal(error.to_string()))?;
        match self.tls.connect(name, socket).await {
            Ok(socket) => Ok((Box::new(socket), local)),
            // A certificate that is not trusted, or no TLS at all; otherwise the connection broke off.
            Err(error) if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) => {
                Err(FetchError::Internal(with_causes(&error)))
            }
            Err(error) => Err(lost(&error)),
        }
    }

    /// Our end of a connection. One to a place that is closed is refused, in the way of a network that forbids it: before anything is sent.
    fn check(&self, socket: &TcpStream, url: &Url) -> Result<SocketAddr, FetchError> {
        let place = |address: std::io::Result<SocketAddr>| address.map_err(|error| FetchError::Lost(error.to_string()));
        let local = place(socket.local_addr())?;
        if self.rules.is_closed(local, place(socket.peer_addr())?) {
            let place = url.origin().ascii_serialization();
            return Err(FetchError::Internal(format!("{place} is where this run is driven, which is closed to the code of its apps")));
        }
        Ok(local)
    }

    fn take(&self, origin: &Origin) -> Option<Kept> {
        let mut idle = self.idle();
        idle.retain(|(_, kept)| !kept.sender.is_closed());
        let at = idle.iter().rposition(|(known, _)| known == origin)?;
        idle.remove(at).map(|(_, kept)| kept)
    }

    /// Once the answer's body is read, another request can follow; if it never is, the connection ends with it.
    fn keep_when_ready(&self, origin: Origin, mut kept: Kept) {
        let connections = self.clone();
        tokio::spawn(async move {
            if kept.sender.ready().await.is_ok() {
                let mut idle = connections.idle();
                idle.push_back((origin, kept));
                if idle.len() > MOST_IDLE {
                    idle.pop_front();
                }
            }
        });
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, VecDeque<(Origin, Kept)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What production tells apart: connections that fail, and everything that it logs and keeps to itself.
fn failure(error: &hyper::Error, answer: Option<u8>) -> FetchError {
    let text = with_causes(error);
    if error.is_parse() && answer != Some(TLS_ALERT) { FetchError::Internal(text) } else { FetchError::Lost(text) }
}

pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use http_body_util::{BodyExt, Empty};
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// Signed by itself, for `localhost`; made for these tests.
    fn certificate() -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(include_bytes!("../tests/localhost.cert.pem")).unwrap()
    }

    fn trusted() -> Connections {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate()).unwrap();
        Connections::trusting(roots, Rules::default()).unwrap()
    }

    async fn get(connections: &Connections, url: &str) -> Result<String, FetchError> {
        let url = Url::parse(url).unwrap();
        let head = crate::head::head(&Method::GET, &url, &[]);
        let body = Empty::new().map_err(|never: std::convert::Infallible| match never {}).boxed_unsync();
        let response = connections.send(Message { method: Method::GET, url, head, length: None, body, caller: None }).await?;
        Ok(String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
    }

    /// Answers each request on `socket` with what it got, until it has answered `most`.
    async fn echo(mut socket: impl Socket, most: usize) {
        for _ in 0..most {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let Ok(byte) = socket.read_u8().await else { return };
                head.push(byte);
            }
            let text = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", head.len());
            socket.write_all(&[text.as_bytes(), &head].concat()).await.unwrap();
        }
    }

    /// A server whose connections take `most` requests each; its port, and how many connections there were.
    async fn server(most: usize, tls: bool) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("../tests/localhost.key.pem")).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate()], key).unwrap()));
        let counted = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if !tls {
                        echo(socket, most).await;
                    } else if let Ok(socket) = acceptor.accept(socket).await {
                        echo(socket, most).await;
                    }
                });
            }
        });
        (port, count)
    }

    #[tokio::test]
    async fn a_connection_is_used_again_until_the_other_side_closes_it() {
        let (port, count) = server(3, false).await;
        let connections = trusted();
        let url = format!("http://127.0.0.1:{port}/a?b");
        for request in 1..=7 {
            assert_eq!(get(&connections, &url).await.unwrap(), format!("GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"), "{request}");
            // It is free again once the task that drives it has seen the end of the answer.
            while connections.idle().is_empty() && request % 3 != 0 {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(count.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn certificates_are_checked() {
        let (port, _) = server(1, true).await;
        let host = format!("localhost:{port}");
        assert!(get(&trusted(), &format!("https://{host}/")).await.unwrap().contains(&host));
        let nobody = Connections::trusting(rustls::RootCertStore::empty(), Rules::default()).unwrap();
        let error = get(&nobody, &format!("https://{host}/")).await.unwrap_err();
        assert!(matches!(&error, FetchError::Internal(why) if why.contains("certificate")), "{error:?}");
    }

    #[tokio::test]
    async fn what_speaks_another_protocol_is_told_apart_as_workerd_does_it() {
        let (secure, plain) = (server(1, true).await.0, server(1, false).await.0);
        let error = get(&trusted(), &format!("http://127.0.0.1:{secure}/")).await.unwrap_err();
        assert!(matches!(error, FetchError::Lost(_)), "{error:?}");
        let talker = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = talker.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut socket, _) = talker.accept().await.unwrap();
            socket.write_all(b"220 mail.test\r\n\r\n").await.unwrap();
            let _ = socket.read_to_end(&mut Vec::new()).await;
        });
        let error = get(&trusted(), &format!("https://127.0.0.1:{port}/")).await.unwrap_err();
        assert!(matches!(error, FetchError::Internal(_)), "{error:?}");
        assert!(get(&trusted(), &format!("http://127.0.0.1:{plain}/")).await.is_ok());
    }

    #[tokio::test]
    async fn a_connection_that_breaks_off_before_the_answer_is_lost() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            for said in [&b""[..], b"HTTP/1.1 200 O", b"HTTP/1.1 200 OK\r\na: b\r\n"] {
                let (mut socket, _) = listener.accept().await.unwrap();
                socket.read_u8().await.unwrap();
                socket.write_all(said).await.unwrap();
            }
        });
        for _ in 0..3 {
            let error = get(&trusted(), &format!("http://127.0.0.1:{port}/")).await.unwrap_err();
            assert!(matches!(error, FetchError::Lost(_)), "{error:?}");
        }
    }
}
