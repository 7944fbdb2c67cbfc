//! One connection to an SQS endpoint, with as little between it and the socket as can be.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Parsed by endpoints for account and region; nobody checks it.
const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=test/20270101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";

/// A client that has one request under way.
pub(crate) struct Client {
    address: String,
    /// None where the server has closed it.
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), stream: None, buffer: vec![0; 64 * 1024] }
    }

    /// Asks in AWS JSON 1.0, and gives the body of the answer.
    pub(crate) async fn ask(&mut self, operation: &str, body: &str) -> String {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(&self.address).await,
        };
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {}\r\nauthorization: {AUTHORIZATION}\r\nx-amz-target: AmazonSQS.{operation}\r\n\
             content-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        let (answer, stays) = self.read(&mut stream).await;
        self.stream = stays.then_some(stream);
        answer
    }

    /// The body of an answer, and whether the connection can be used again.
    async fn read(&mut self, stream: &mut TcpStream) -> (String, bool) {
        let mut got = 0;
        loop {
            let read = stream.read(&mut self.buffer[got..]).await.expect("it answers");
            got += read;
            let text = String::from_utf8_lossy(&self.buffer[..got]);
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let header = |name: &str| {
                    let named = |line: &&str| line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name));
                    head.lines().find(named).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
                };
                let length = header("content-length").and_then(|value| value.parse().ok()).unwrap_or(usize::MAX);
                if body.len() >= length || read == 0 {
                    assert!(head.split(' ').nth(1) == Some("200"), "{text}");
                    let closes = header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
                    return (body.to_owned(), !closes && head.starts_with("HTTP/1.1"));
                }
            }
            assert!(read > 0, "the connection ended in the middle of an answer: {text}");
            if got == self.buffer.len() {
                self.buffer.resize(got * 2, 0);
            }
        }
    }

    /// Makes the queue, and gives its URL.
    pub(crate) async fn queue(&mut self, name: &str) -> String {
        let made = self.ask("CreateQueue", &format!(r#"{{"QueueName":"{name}"}}"#)).await;
        let made: Value = serde_json::from_str(&made).expect("it answers in JSON");
        made["QueueUrl"].as_str().expect("a queue has a URL").to_owned()
    }
}

async fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).await.expect("the endpoint listens");
    stream.set_nodelay(true).expect("a socket");
    stream
}

/// The receipt handles in the answer to a receive.
pub(crate) fn handles(answer: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(answer).expect("it answers in JSON");
    let messages = answer["Messages"].as_array().into_iter().flatten();
    messages.filter_map(|message| message["ReceiptHandle"].as_str()).map(str::to_owned).collect()
}
