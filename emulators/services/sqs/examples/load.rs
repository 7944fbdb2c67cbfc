//! Measures a running SQS endpoint over HTTP, with a client that costs little.
//!
//! `cargo run --release -p greenroom-sqs --example load -- 127.0.0.1:4566 [--clients 32] [--seconds 5] [--fill 0]`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use greenroom_host::Clock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the endpoint listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, buffer: vec![0; 64 * 1024] }
    }

    /// Asks, and gives the body of the answer.
    async fn ask(&mut self, operation: &str, body: &str) -> String {
        let head = format!(
            "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-target: AmazonSQS.{operation}\r\ncontent-type: application/x-amz-json-1.0\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(head.as_bytes()).await.expect("it is sent");
        let mut got = 0;
        loop {
            got += self.stream.read(&mut self.buffer[got..]).await.expect("it answers");
            let text = String::from_utf8_lossy(&self.buffer[..got]);
            let Some((head, rest)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok()).unwrap_or_default();
            if rest.len() >= length {
                assert!(head.starts_with("HTTP/1.1 200"), "{text}");
                return rest.to_owned();
            }
            if got == self.buffer.len() {
                self.buffer.resize(got * 2, 0);
            }
        }
    }
}

fn url(queue: &str) -> String {
    format!("http://127.0.0.1/000000000000/{queue}")
}

fn handles(answer: &str) -> Vec<String> {
    answer.split("\"ReceiptHandle\":\"").skip(1).filter_map(|part| part.split('"').next().map(str::to_owned)).collect()
}

/// Runs `work` with so many clients for so long; how often it was done in a second.
async fn rate<F, W>(address: &str, clients: usize, clock: &Clock, seconds: u64, work: F) -> f64
where
    F: Fn(Client, Arc<AtomicU64>) -> W,
    W: Future<Output = ()> + Send + 'static,
{
    let done = Arc::new(AtomicU64::new(0));
    let started = clock.uptime();
    let mut tasks = Vec::new();
    for _ in 0..clients {
        tasks.push(tokio::spawn(work(Client::open(address).await, Arc::clone(&done))));
    }
    drop(clock.sleep(Duration::from_secs(seconds), "measuring").await);
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let count = done.load(Ordering::Relaxed) as f64;
    count / clock.uptime().saturating_sub(started).as_secs_f64()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, or: u64| {
        let at = arguments.iter().position(|known| known == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(or)
    };
    let address = arguments.get(1).expect("an address").clone();
    let (clients, seconds, fill) =
        (usize::try_from(number("--clients", 32)).expect("a number"), number("--seconds", 5), number("--fill", 0));
    let clock = Clock::real();
    let queue = format!("load-{}", clock.now().0);
    let mut one = Client::open(&address).await;
    one.ask("CreateQueue", &format!(r#"{{"QueueName":"{queue}"}}"#)).await;
    let message = "x".repeat(100);
    let entries: Vec<String> = (0..10).map(|id| format!(r#"{{"Id":"{id}","MessageBody":"{message}"}}"#)).collect();
    let batch = format!(r#"{{"QueueUrl":"{}","Entries":[{}]}}"#, url(&queue), entries.join(","));
    for _ in 0..fill / 10 {
        one.ask("SendMessageBatch", &batch).await;
    }
    let send = format!(r#"{{"QueueUrl":"{}","MessageBody":"{message}"}}"#, url(&queue));
    let sends = rate(&address, clients, &clock, seconds, |mut client, done| {
        let send = send.clone();
        async move {
            loop {
                client.ask("SendMessage", &send).await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    println!("send, {clients} clients: {:.0}/s", sends.await);
    let batches = rate(&address, clients, &clock, seconds, |mut client, done| {
        let batch = batch.clone();
        async move {
            loop {
                client.ask("SendMessageBatch", &batch).await;
                done.fetch_add(10, Ordering::Relaxed);
            }
        }
    });
    println!("send by ten, {clients} clients: {:.0} messages/s", batches.await);
    let url = url(&queue);
    let taken = rate(&address, clients, &clock, seconds, |mut client, done| {
        let url = url.clone();
        async move {
            loop {
                for handle in handles(&client.ask("ReceiveMessage", &format!(r#"{{"QueueUrl":"{url}"}}"#)).await) {
                    client.ask("DeleteMessage", &format!(r#"{{"QueueUrl":"{url}","ReceiptHandle":"{handle}"}}"#)).await;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    });
    println!("receive and delete, {clients} clients: {:.0}/s", taken.await);
    wake_up(&address, &clock, &queue).await;
}

/// How long a receive that waits needs from the beginning of a send.
async fn wake_up(address: &str, clock: &Clock, queue: &str) {
    let queue = format!("{queue}-wake");
    let (mut sender, mut receiver) = (Client::open(address).await, Client::open(address).await);
    sender.ask("CreateQueue", &format!(r#"{{"QueueName":"{queue}"}}"#)).await;
    let ask = format!(r#"{{"QueueUrl":"{}","WaitTimeSeconds":20}}"#, url(&queue));
    let send = format!(r#"{{"QueueUrl":"{}","MessageBody":"x"}}"#, url(&queue));
    let mut took = Vec::new();
    for _ in 0..200 {
        let sending = async {
            drop(clock.sleep(Duration::from_millis(5), "until it waits").await);
            let started = clock.uptime();
            sender.ask("SendMessage", &send).await;
            (started, clock.uptime())
        };
        let receiving = async {
            receiver.ask("ReceiveMessage", &ask).await;
            clock.uptime()
        };
        let ((started, sent), received) = tokio::join!(sending, receiving);
        took.push((received.saturating_sub(started), received.saturating_sub(sent)));
    }
    took.sort();
    println!("wake-up: p50 {:?} from the send, p99 {:?}", took[100].0, took[197].0);
    took.sort_by_key(|(_, after)| *after);
    println!("wake-up after the acknowledgement: p50 {:?}, p99 {:?}", took[100].1, took[197].1);
}
