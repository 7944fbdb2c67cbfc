//! The SQS API by itself, for trying clients and measuring.
//!
//! `cargo run -p greenroom-sqs --example sqs -- [--port 4566] [--data FOLDER] [--at 2027-01-01T00:00:00Z]`

use std::path::PathBuf;
use std::sync::Arc;

use greenroom_aws_wire::{Endpoint, Strictness, serve};
use greenroom_host::{Clock, Host, Ids, Profile, Timestamp};
use greenroom_sqs::Queues;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| arguments.iter().position(|known| known == name).and_then(|at| arguments.get(at + 1));
    let clock = match value("--at") {
        Some(at) => Clock::frozen(Timestamp::parse(at).expect("an instant")),
        None => Clock::real(),
    };
    let data = value("--data").map(PathBuf::from);
    let host = Host::new(clock, Ids::from_entropy().expect("randomness"), Profile::Relaxed, data);
    let listener = TcpListener::bind(("127.0.0.1", value("--port").map_or(0, |port| port.parse().expect("a port")))).await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let queues = Queues::open(host.clone()).expect("state");
    let endpoint = Endpoint::new(host, vec![queues.served()], Strictness::Parsed, origin.clone());
    println!("listening on {origin}");
    serve(Arc::new(listener), Arc::new(endpoint)).await;
}
