//! The Lambda API by itself, with functions that are not really run: for trying clients.
//!
//! `cargo run -p greenroom-lambda --example server -- [--port 4566] [--data FOLDER] [--strict] [--at 2027-01-01T00:00:00Z]`

#[path = "../tests/support/fake.rs"]
mod fake;

use std::path::PathBuf;
use std::sync::Arc;

use greenroom_aws_wire::{Credentials, Endpoint, Strictness, serve};
use greenroom_host::{Clock, Host, Ids, Profile, Timestamp};
use greenroom_lambda::LambdaService;
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
    let host = Host::new(clock, Ids::from_entropy().expect("randomness"), Profile::Production, data);
    let listener = TcpListener::bind(("127.0.0.1", value("--port").map_or(0, |port| port.parse().expect("a port")))).await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let fake = fake::Fake {
        report: Arc::new(|function, invocation| println!("invoked {} {}", function.name, invocation.request_id)),
        ..fake::Fake::default()
    };
    let strictness = if arguments.iter().any(|known| known == "--strict") {
        Strictness::Strict(Credentials(vec![("test".to_owned(), "test".to_owned())]))
    } else {
        Strictness::Parsed
    };
    let service = LambdaService::open(host.clone(), Arc::new(fake)).expect("state");
    let endpoint = Endpoint::new(host, vec![service.served()], strictness, origin.clone());
    println!("listening on {origin}");
    serve(Arc::new(listener), Arc::new(endpoint)).await;
}
