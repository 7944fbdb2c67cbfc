//! What the AWS SDK for Rust says of a function: `client ENDPOINT FUNCTION PAYLOAD` prints a line of what each operation answered.

use std::error::Error;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{InvocationType, LogType};
use aws_smithy_http_client::Builder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [endpoint, function, payload] = arguments.as_slice() else { return Err("usage: client ENDPOINT FUNCTION PAYLOAD".into()) };
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(Builder::new().build_http())
        .build();
    let client = Client::from_conf(config);

    let listed = client.list_functions().send().await?;
    let names: Vec<&str> = listed.functions().iter().filter_map(|function| function.function_name()).collect();
    println!("listed {}", names.join(" "));

    let answer = client.invoke().function_name(function).payload(Blob::new(payload.as_bytes())).log_type(LogType::Tail).send().await?;
    let text = String::from_utf8(answer.payload().map(|blob| blob.as_ref().to_vec()).unwrap_or_default())?;
    let version = answer.executed_version().unwrap_or_default();
    println!("invoked {} {version} {} {text}", answer.status_code(), answer.log_result().is_some());

    let taken = client.invoke().function_name(function).payload(Blob::new("{}")).invocation_type(InvocationType::Event).send().await?;
    println!("taken {}", taken.status_code());

    let mut stream = client.invoke_with_response_stream().function_name(function).payload(Blob::new(payload.as_bytes())).send().await?;
    let mut streamed = Vec::new();
    while let Some(event) = stream.event_stream.recv().await? {
        if let Ok(chunk) = event.as_payload_chunk() {
            streamed.extend_from_slice(chunk.payload().map(Blob::as_ref).unwrap_or_default());
        }
    }
    println!("streamed {}", String::from_utf8(streamed)?);

    let error = client.invoke().function_name("nobody").send().await.err().ok_or("nobody is invoked")?.into_service_error();
    println!("refused {} {}", error.is_resource_not_found_exception(), error.meta().message().unwrap_or_default());
    let error = client.update_function_configuration().function_name(function).timeout(901).send().await.err().ok_or("901 s are taken")?;
    let error = error.into_service_error();
    println!("refused {} {}", error.meta().code().unwrap_or_default(), error.meta().message().unwrap_or_default());
    Ok(())
}
