//! Services that answer what they were asked, for trying clients.
//!
//! `cargo run -p greenroom-aws-wire --example toy -- [--strict]`

#[path = "../tests/support/toy.rs"]
mod toy;

use std::sync::Arc;

use greenroom_aws_wire::{Credentials, Strictness, serve};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let strict = std::env::args().any(|argument| argument == "--strict");
    let known = Credentials(vec![("test".to_owned(), "secret".to_owned())]);
    let strictness = if strict { Strictness::Strict(known) } else { Strictness::Parsed };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    println!("listening on {origin}");
    serve(Arc::new(listener), Arc::new(toy::endpoint(strictness, origin))).await;
}
