//! Puts load on a running SQS endpoint over HTTP, with a client that costs little. Prints one line of JSON.
//!
//! `load ADDRESS WORK --queue NAME [--clients 32] [--seconds 5]`: `WORK` is `send`, `send-ten`, `take` (receive and delete), `take-ten` or
//! `enter` (a function of the queue answers by a datagram); messages per second, and milliseconds that one round takes.
//! `load ADDRESS fill --queue NAME --count N` sends so many by ten. `load ADDRESS wake --queue NAME [--count 200]`: long polls.
//!
//! `tests/bench/sqs.mjs` calls it.

mod client;
mod work;

use std::sync::Arc;
use std::time::Duration;

use greenroom_host::Clock;
use serde_json::{Value, json};
use tokio::net::UdpSocket;

use client::Client;
use work::{Work, batch, percentiles, wake};

/// How many connections fill a queue.
const FILLERS: usize = 16;

struct Arguments(Vec<String>);

impl Arguments {
    fn text(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|known| known == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn number(&self, name: &str, or: usize) -> usize {
        self.text(name).map_or(or, |text| text.parse().expect("a number"))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments = Arguments(std::env::args().skip(1).collect());
    let [address, what] = [0, 1].map(|at| arguments.0.get(at).expect("an address, and what to do").clone());
    let clock = Clock::real();
    let url = Client::new(&address).queue(arguments.text("--queue").expect("--queue")).await;
    let result = match what.as_str() {
        "fill" => fill(&address, &url, arguments.number("--count", 1000)).await,
        "wake" => wake(&address, &clock, &url, arguments.number("--count", 200)).await,
        other => {
            let work = Work::read(other).expect("work that is known");
            let seconds = Duration::from_secs(arguments.number("--seconds", 5) as u64);
            rate(&address, &url, &clock, arguments.number("--clients", 32), seconds, work).await
        }
    };
    println!("{result}");
}

async fn fill(address: &str, url: &str, count: usize) -> Value {
    let batch: Arc<str> = batch(url).into();
    let clients = (0..FILLERS).map(|number| {
        let (mut client, batch) = (Client::new(address), Arc::clone(&batch));
        let batches = count / 10 / FILLERS + usize::from(count / 10 % FILLERS > number);
        tokio::spawn(async move {
            for _ in 0..batches {
                client.ask("SendMessageBatch", &batch).await;
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.expect("all are sent");
    }
    json!({ "sent": count / 10 * 10 })
}

/// Lets so many clients work for so long.
async fn rate(address: &str, url: &str, clock: &Clock, clients: usize, time: Duration, work: Work) -> Value {
    let started = clock.uptime();
    let tasks = (0..clients).map(|_| {
        let (mut client, url, clock) = (Client::new(address), url.to_owned(), clock.clone());
        tokio::spawn(async move {
            let entered = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
            let asked = work.asked(&url, &entered);
            let (mut count, mut took) = (0, Vec::new());
            while clock.uptime().saturating_sub(started) < time {
                let before = clock.uptime();
                count += work.once(&mut client, &asked, &url, &entered).await;
                took.push(clock.uptime().saturating_sub(before));
            }
            (count, took)
        })
    });
    let (mut count, mut took) = (0, Vec::new());
    for task in tasks.collect::<Vec<_>>() {
        let (more, times) = task.await.expect("a client works to the end");
        count += more;
        took.extend(times);
    }
    let (p50, p99) = percentiles(&mut took);
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = count as f64 / clock.uptime().saturating_sub(started).as_secs_f64();
    json!({ "rate": rate, "p50": p50, "p99": p99 })
}
