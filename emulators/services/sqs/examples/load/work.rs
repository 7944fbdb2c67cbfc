//! What clients do again and again, and how long each time takes.

use std::time::Duration;

use greenroom_host::Clock;
use serde_json::{Value, json};
use tokio::net::UdpSocket;

use crate::client::{Client, handles};

/// As long as an order may be.
const BODY: usize = 100;

/// What a client does; each is a round that counts as one.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    Send,
    SendTen,
    /// Receives one message and deletes it.
    Take,
    /// Receives up to ten and deletes them together.
    TakeTen,
    /// Sends a message, and waits until the function that it feeds says that it was entered: by a datagram to the port in the message.
    Enter,
}

impl Work {
    pub(crate) fn read(name: &str) -> Option<Self> {
        Some(match name {
            "send" => Self::Send,
            "send-ten" => Self::SendTen,
            "take" => Self::Take,
            "take-ten" => Self::TakeTen,
            "enter" => Self::Enter,
            _ => return None,
        })
    }

    /// What is asked first, each time.
    pub(crate) fn asked(self, url: &str, entered: &UdpSocket) -> String {
        let send = |body: &str| json!({ "QueueUrl": url, "MessageBody": body }).to_string();
        let receive = |most: u64| json!({ "QueueUrl": url, "MaxNumberOfMessages": most }).to_string();
        match self {
            Self::Send => send(&"x".repeat(BODY)),
            Self::SendTen => batch(url),
            Self::Take => receive(1),
            Self::TakeTen => receive(10),
            Self::Enter => send(&entered.local_addr().expect("it is bound").port().to_string()),
        }
    }

    /// Does it once, with what [`Work::asked`] gave. Gives how many messages that was.
    pub(crate) async fn once(self, client: &mut Client, asked: &str, url: &str, entered: &UdpSocket) -> u64 {
        match self {
            Self::Send => {
                client.ask("SendMessage", asked).await;
                1
            }
            Self::SendTen => {
                client.ask("SendMessageBatch", asked).await;
                10
            }
            Self::Take | Self::TakeTen => take(client, asked, url).await,
            Self::Enter => {
                client.ask("SendMessage", asked).await;
                entered.recv(&mut [0; 16]).await.expect("the function says so");
                1
            }
        }
    }
}

/// Ten messages to send.
pub(crate) fn batch(url: &str) -> String {
    let entries: Vec<Value> = (0..10).map(|id| json!({ "Id": id.to_string(), "MessageBody": "x".repeat(BODY) })).collect();
    json!({ "QueueUrl": url, "Entries": entries }).to_string()
}

async fn take(client: &mut Client, receive: &str, url: &str) -> u64 {
    let taken = handles(&client.ask("ReceiveMessage", receive).await);
    assert!(!taken.is_empty(), "the queue is empty: fill it with more");
    if let [handle] = &taken[..] {
        client.ask("DeleteMessage", &json!({ "QueueUrl": url, "ReceiptHandle": handle }).to_string()).await;
        return 1;
    }
    let entries: Vec<Value> =
        taken.iter().enumerate().map(|(id, handle)| json!({ "Id": id.to_string(), "ReceiptHandle": handle })).collect();
    client.ask("DeleteMessageBatch", &json!({ "QueueUrl": url, "Entries": entries }).to_string()).await;
    taken.len() as u64
}

/// How long a receive that waits takes from the beginning of a send, and from its acknowledgement; so many times.
pub(crate) async fn wake(address: &str, clock: &Clock, url: &str, times: usize) -> Value {
    let (mut sender, mut receiver) = (Client::new(address), Client::new(address));
    let ask = json!({ "QueueUrl": url, "WaitTimeSeconds": 20 }).to_string();
    let send = json!({ "QueueUrl": url, "MessageBody": "x" }).to_string();
    let (mut whole, mut after) = (Vec::new(), Vec::new());
    for _ in 0..times {
        let sending = async {
            drop(clock.sleep(Duration::from_millis(20), "until it waits").await);
            let started = clock.uptime();
            sender.ask("SendMessage", &send).await;
            (started, clock.uptime())
        };
        let receiving = async {
            let got = handles(&receiver.ask("ReceiveMessage", &ask).await);
            let at = clock.uptime();
            for handle in got {
                receiver.ask("DeleteMessage", &json!({ "QueueUrl": url, "ReceiptHandle": handle }).to_string()).await;
            }
            at
        };
        let ((started, sent), received) = tokio::join!(sending, receiving);
        whole.push(received.saturating_sub(started));
        after.push(received.saturating_sub(sent));
    }
    let (p50, p99) = percentiles(&mut whole);
    let (after_p50, after_p99) = percentiles(&mut after);
    json!({ "p50": p50, "p99": p99, "afterP50": after_p50, "afterP99": after_p99 })
}

/// The middle and the hundredth that took longest, in milliseconds.
pub(crate) fn percentiles(took: &mut [Duration]) -> (f64, f64) {
    took.sort_unstable();
    let at = |share: usize| {
        took.get((took.len() * share / 100).min(took.len().saturating_sub(1))).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
    };
    (at(50), at(99))
}
