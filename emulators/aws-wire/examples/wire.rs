//! How many requests per second the wire carries when an operation costs nothing: one thread serves, one asks over many connections.
//! Where the system tells it (Linux), what a request costs the serving thread stands beside that: it is the same on a machine that is busy
//! with other things.
//!
//! `cargo run --release -p greenroom-aws-wire --example wire -- [seconds] [connections]`

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement, by the machine's own clock")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use greenroom_aws_wire::{Answer, ApiError, Context, Endpoint, Entry, Model, Operation, Strictness, Tabled, serve};
use greenroom_host::{Clock, Host, Ids, Profile};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const MODEL: &str = "service sqs json-1.0 2012-11-05 AmazonSQS
also query
namespace http://queue.amazonaws.com/doc/2012-11-05/
operation SendMessage POST / 200 Input Output
operation ReceiveMessage POST / 200 Input Received
structure Input
  QueueUrl! String
  MessageBody String
  DelaySeconds Integer
  MessageAttributes Attributes form=MessageAttribute
map Attributes String Attribute flattened key=Name value=Value
structure Attribute
  DataType! String
  StringValue String
structure Output
  MD5OfMessageBody String
  MessageId String
structure Received
  Messages Messages
list Messages Message flattened item=Message
structure Message
  MessageId String
  ReceiptHandle String
  MD5OfBody String
  Body String
string String
integer Integer";

struct Nothing;
struct SendMessage;
struct ReceiveMessage;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    queue_url: String,
    message_body: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    #[serde(rename = "MD5OfMessageBody")]
    md5: &'static str,
    message_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Received {
    messages: Vec<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    #[serde(rename = "MessageId")]
    id: &'static str,
    receipt_handle: &'static str,
    #[serde(rename = "MD5OfBody")]
    md5: &'static str,
    body: &'static str,
}

const ID: &str = "219f8380-5770-4cc2-8c3e-5c715e145f5e";
const MD5: &str = "acbd18db4cc2f85cedef654fccc4a4d8";

impl Operation<Nothing> for SendMessage {
    const NAME: &'static str = "SendMessage";
    type Input = Input;

    async fn call(_: Arc<Nothing>, _: Context, input: Input) -> Result<Answer, ApiError> {
        assert!(!input.queue_url.is_empty() && input.message_body.is_some());
        Ok(Answer::of(&Output { md5: MD5, message_id: ID }))
    }
}

impl Operation<Nothing> for ReceiveMessage {
    const NAME: &'static str = "ReceiveMessage";
    type Input = Input;

    async fn call(_: Arc<Nothing>, _: Context, _: Input) -> Result<Answer, ApiError> {
        let message = || Message { id: ID, receipt_handle: ID, md5: MD5, body: "{\"order\":1,\"said\":\"some \\\"words\\\"\"}" };
        Ok(Answer::of(&Received { messages: (0..10).map(|_| message()).collect() }))
    }
}

const TABLE: &[Entry<Nothing>] = &[Entry::of::<SendMessage>(), Entry::of::<ReceiveMessage>()];

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=test/20261126/us-east-1/sqs/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=2fb900f3054c0350ac24b786c02b7479e82cdb8942a65409d07853b0afef6618";

fn request(operation: &str, body: &str) -> Vec<u8> {
    format!(
        "POST / HTTP/1.1\r\nhost: 127.0.0.1:4566\r\nx-amz-target: AmazonSQS.{operation}\r\ncontent-type: application/x-amz-json-1.0\r\n\
         user-agent: Boto3/1.44.8 md/Botocore#1.44.8\r\nx-amzn-query-mode: true\r\nx-amz-date: 20261126T120000Z\r\n\
         authorization: {AUTHORIZATION}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn form(operation: &str, body: &str) -> Vec<u8> {
    let body = format!("Action={operation}&Version=2012-11-05&{body}");
    format!(
        "POST / HTTP/1.1\r\nhost: 127.0.0.1:4566\r\ncontent-type: application/x-www-form-urlencoded; charset=utf-8\r\n\
         x-amz-date: 20261126T120000Z\r\nauthorization: {AUTHORIZATION}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn main() {
    let argument = |at: usize, usual: u64| std::env::args().nth(at).map_or(usual, |text| text.parse().unwrap());
    let (seconds, connections) = (argument(1, 3), argument(2, 32));
    let (said, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let own = std::fs::read_link("/proc/thread-self").map(|own| Path::new("/proc").join(own).join("schedstat"));
            said.send((listener.local_addr().unwrap(), own.unwrap_or_default())).unwrap();
            let host = Host::new(Clock::real(), Ids::from_seed(1), Profile::Relaxed, None);
            let service = Tabled { state: Arc::new(Nothing), model: Model::parse(&[MODEL]).unwrap(), table: TABLE, page: |_, _, _| None };
            let endpoint = Endpoint::new(host, vec![Arc::new(service)], Strictness::Parsed, "http://here".into());
            serve(Arc::new(listener), Arc::new(endpoint)).await;
        });
    });
    let (address, serving) = address.recv().unwrap();
    let url = "\"QueueUrl\":\"http://127.0.0.1:4566/000000000000/orders\"";
    let small = format!(
        "{{{url},\"MessageBody\":\"{{\\\"order\\\":1}}\",\"MessageAttributes\":{{\"kind\":{{\"DataType\":\"String\",\"StringValue\":\"new\"}}}}}}"
    );
    let large = format!("{{{url},\"MessageBody\":\"{}\"}}", "x".repeat(256 * 1024));
    let fields = "QueueUrl=http%3A%2F%2F127.0.0.1%3A4566%2F000000000000%2Forders&MessageBody=%7B%22order%22%3A1%7D\
        &MessageAttribute.1.Name=kind&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=new";
    let cases = [
        ("SendMessage", request("SendMessage", &small)),
        ("SendMessage, 256 KiB", request("SendMessage", &large)),
        ("ReceiveMessage, ten", request("ReceiveMessage", &format!("{{{url}}}"))),
        ("SendMessage, query", form("SendMessage", fields)),
        ("ReceiveMessage, ten, query", form("ReceiveMessage", "QueueUrl=http%3A%2F%2F127.0.0.1%3A4566%2F000000000000%2Forders")),
    ];
    for (name, bytes) in cases {
        let before = busy(&serving);
        let (count, took) = ask(address, bytes, Duration::from_secs(seconds), connections);
        let rate = count * 1000 / u64::try_from(took.as_millis()).unwrap();
        let each = (busy(&serving) - before).checked_div(count).unwrap_or_default();
        println!("{name:30} {rate:8} requests/s {:4}.{} µs of CPU each", each / 1000, each % 1000 / 100);
    }
}

fn ask(address: std::net::SocketAddr, bytes: Vec<u8>, long: Duration, connections: u64) -> (u64, Duration) {
    let (bytes, count, start) = (Arc::new(bytes), Arc::new(AtomicU64::new(0)), Instant::now());
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let (bytes, count) = (Arc::clone(&bytes), Arc::clone(&count));
                tokio::spawn(async move {
                    let mut stream = TcpStream::connect(address).await.unwrap();
                    stream.set_nodelay(true).unwrap();
                    let mut buffer = vec![0; 64 * 1024];
                    while start.elapsed() < long {
                        stream.write_all(&bytes).await.unwrap();
                        answered(&mut stream, &mut buffer).await;
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
    (count.load(Ordering::Relaxed), start.elapsed())
}

/// For how many nanoseconds the thread has been running.
fn busy(schedstat: &Path) -> u64 {
    let text = std::fs::read_to_string(schedstat).unwrap_or_default();
    text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or_default()
}

/// Reads one answer.
async fn answered(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut have = 0;
    loop {
        have += stream.read(&mut buffer[have..]).await.unwrap();
        let Some(end) = buffer[..have].windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end]).unwrap().to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        if have >= end + 4 + length.parse::<usize>().unwrap() {
            return;
        }
    }
}
