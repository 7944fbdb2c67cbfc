//! The Lambda API by itself, for trying clients: with functions that are not really run or, with `--real`, with those that are.
//!
//! `cargo run -p greenroom-lambda --example server -- [--port 4566] [--data FOLDER] [--strict] [--real] [--at 2027-01-01T00:00:00Z]`

#[path = "../tests/support/fake.rs"]
mod fake;

use std::path::PathBuf;
use std::sync::Arc;

use greenroom_aws_wire::{Credentials, Endpoint, Strictness, serve};
use greenroom_host::{Clock, FunctionRuntime, Host, Ids, Profile, Timestamp};
use greenroom_lambda::LambdaService;
use greenroom_lambda_api::{LambdaRuntime, Options};
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
    let has = |name: &str| arguments.iter().any(|known| known == name);
    let strictness =
        if has("--strict") { Strictness::Strict(Credentials(vec![("test".to_owned(), "test".to_owned())])) } else { Strictness::Parsed };
    let runtime: Arc<dyn FunctionRuntime> =
        if has("--real") { Arc::new(LambdaRuntime::new(&host, Options::default()).expect("a runtime")) } else { Arc::new(fake) };
    let service = LambdaService::open(host.clone(), runtime).expect("state");
    let endpoint = Endpoint::new(host, vec![service.served()], strictness, origin.clone());
    println!("listening on {origin}");
    serve(Arc::new(listener), Arc::new(endpoint)).await;
}
