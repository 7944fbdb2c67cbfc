//! Bytes that no client should send, over real connections.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/toy.rs"]
mod toy;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;

use greenroom_aws_wire::{Strictness, serve};
use tokio::net::TcpListener;

/// A server of its own, on a thread that ends with the test.
fn server() -> SocketAddr {
    let (said, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            said.send(listener.local_addr().unwrap()).unwrap();
            serve(Arc::new(listener), Arc::new(toy::endpoint(Strictness::Parsed, "http://here".into()))).await;
        });
    });
    address.recv().unwrap()
}

const HEAD: &str = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-target: AmazonSQS.DeleteMessage\r\n";

/// What is answered to `head` and a body by a server that closes the connection after it.
fn answer(address: SocketAddr, head: &str, body: &[u8]) -> String {
    read(sent(address, &format!("connection: close\r\n{head}"), body))
}

/// The same where nothing more is ever sent.
fn answer_at_end(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let stream = sent(address, head, body);
    let _ = stream.shutdown(Shutdown::Write);
    read(stream)
}

fn sent(address: SocketAddr, head: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(format!("{HEAD}content-type: application/x-amz-json-1.0\r\n{head}\r\n").as_bytes()).unwrap();
    // It may be cut off; what was answered can be read all the same.
    let _ = stream.write_all(body);
    stream
}

fn read(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

fn well(address: SocketAddr) {
    let body = br#"{"QueueUrl":"q"}"#;
    let said = answer(address, &format!("content-length: {}\r\n", body.len()), body);
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
}

#[test]
fn a_body_of_a_hundred_megabytes_is_refused_after_it_was_sent() {
    let address = server();
    let body = vec![b' '; 100 * 1024 * 1024];
    let said = answer(address, &format!("content-length: {}\r\n", body.len()), &body);
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("#RequestEntityTooLargeException"), "{said}");
    let chunks = [b"6400000\r\n", &body[..], b"\r\n0\r\n\r\n"].concat();
    let said = answer(address, "transfer-encoding: chunked\r\n", &chunks);
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    // Who asks first is told before it sends.
    let said = answer(address, "expect: 100-continue\r\ncontent-length: 104857600\r\n", b"");
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    well(address);
}

#[test]
fn a_length_that_lies_harms_nobody_else() {
    let address = server();
    let body = br#"{"QueueUrl":"q"}"#;
    // More was promised than came.
    let said = answer_at_end(address, "content-length: 1000\r\n", body);
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{said}");
    // More came than was promised: the rest is no request.
    let said = answer_at_end(address, "content-length: 16\r\n", &[&body[..], b"rubbish\r\n\r\n"].concat());
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("HTTP/1.1 400"), "{said}");
    let said = answer(address, "content-length: 16\r\ncontent-length: 17\r\n", body);
    assert!(said.starts_with("HTTP/1.1 400"), "{said}");
    let said = answer(address, "content-length: -1\r\n", body);
    assert!(said.starts_with("HTTP/1.1 400"), "{said}");
    well(address);
}

#[test]
fn a_body_that_is_nested_without_end_is_refused() {
    let address = server();
    let nested = format!("{{\"QueueUrl\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
    let said = answer(address, &format!("content-length: {}\r\n", nested.len()), nested.as_bytes());
    assert!(said.starts_with("HTTP/1.1 400") && said.contains("SerializationException"), "{said}");
    well(address);
}

#[test]
fn heads_without_end_are_refused() {
    let address = server();
    let many: String = (0..300).map(|number| format!("x-{number}: y\r\n")).collect();
    assert!(answer(address, &many, b"").starts_with("HTTP/1.1 431"));
    let long = format!("x: {}\r\n", "y".repeat(1024 * 1024));
    let said = answer(address, &long, b"");
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
    well(address);
}
