//! An extension by `lambda-extension`: it writes a line for each event that it is told of.

use lambda_extension::{Error, LambdaEvent, NextEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(|event: LambdaEvent| async move {
        match event.next {
            NextEvent::Invoke(event) => println!("extension: invoke {}", event.request_id),
            NextEvent::Shutdown(event) => println!("extension: shutdown {}", event.shutdown_reason),
        }
        Ok::<(), Error>(())
    }))
    .await
}
