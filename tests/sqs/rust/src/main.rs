//! What the AWS SDK for Rust makes of queues: `sqs-client ENDPOINT` prints a line of what each step came to.

use std::error::Error;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use aws_smithy_http_client::Builder;

type Told = Result<(), Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Told {
    let endpoint = std::env::args().nth(1).ok_or("usage: sqs-client ENDPOINT")?;
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(Builder::new().build_http())
        .build();
    let client = Client::from_conf(config);
    standard(&client).await?;
    fifo(&client).await?;
    queues(&client).await
}

fn bodies(messages: &[Message]) -> String {
    messages.iter().filter_map(Message::body).collect::<Vec<_>>().join(" ")
}

async fn standard(client: &Client) -> Told {
    let made = client.create_queue().queue_name("orders").attributes(QueueAttributeName::VisibilityTimeout, "5").send().await?;
    let url = made.queue_url().ok_or("a queue has a URL")?;
    let text = MessageAttributeValue::builder().data_type("String").string_value("häß").build()?;
    let bytes = MessageAttributeValue::builder().data_type("Binary").binary_value(Blob::new([0, 1, 255])).build()?;
    let message = client.send_message().queue_url(url).message_body("hällo").message_attributes("text", text);
    let sent = message.message_attributes("bytes", bytes).send().await?;
    let receive = client.receive_message().queue_url(url).message_attribute_names("All");
    let got = receive.message_system_attribute_names(MessageSystemAttributeName::All).send().await?;
    let [message] = got.messages() else { return Err("one message is received".into()) };
    let binary = message.message_attributes().and_then(|all| all.get("bytes")?.binary_value().map(Blob::as_ref)).unwrap_or_default();
    println!("received {} {} {binary:?}", message.body().unwrap_or_default(), message.message_id() == sent.message_id());
    let handle = message.receipt_handle().ok_or("what is received has a handle")?;
    client.change_message_visibility().queue_url(url).receipt_handle(handle).visibility_timeout(0).send().await?;
    let again = client.receive_message().queue_url(url).send().await?;
    println!("again {}", bodies(again.messages()));
    let handle = again.messages().first().and_then(Message::receipt_handle).ok_or("it is received again")?;
    client.delete_message().queue_url(url).receipt_handle(handle).send().await?;

    let entry = |at: usize| SendMessageBatchRequestEntry::builder().id(at.to_string()).message_body(format!("b{at}")).build();
    let entries = (0..10).map(entry).collect::<Result<Vec<_>, _>>()?;
    let batch = client.send_message_batch().queue_url(url).set_entries(Some(entries)).send().await?;
    let got = client.receive_message().queue_url(url).max_number_of_messages(10).send().await?;
    println!("batch {} {}", batch.successful().len(), got.messages().len());
    let handles = got.messages().iter().filter_map(Message::receipt_handle).chain(["forged"]).skip(1).enumerate();
    let entry = |(at, handle): (usize, &str)| DeleteMessageBatchRequestEntry::builder().id(at.to_string()).receipt_handle(handle).build();
    let deleted =
        client.delete_message_batch().queue_url(url).set_entries(Some(handles.map(entry).collect::<Result<_, _>>()?)).send().await?;
    let codes: Vec<_> = deleted.failed().iter().map(|failed| failed.code()).collect();
    println!("deleted {} {codes:?}", deleted.successful().len());
    Ok(())
}

async fn fifo(client: &Client) -> Told {
    let made = client.create_queue().queue_name("orders.fifo").attributes(QueueAttributeName::FifoQueue, "true");
    let made = made.attributes(QueueAttributeName::ContentBasedDeduplication, "true").send().await?;
    let url = made.queue_url().ok_or("a queue has a URL")?;
    let mut numbers = Vec::new();
    for (group, body) in [("a", "a1"), ("a", "a1"), ("a", "a2"), ("b", "b1")] {
        let sent = client.send_message().queue_url(url).message_group_id(group).message_body(body).send().await?;
        numbers.push(sent.sequence_number().ok_or("a FIFO queue numbers")?.to_owned());
    }
    println!("numbers {} {}", numbers[0] == numbers[1], numbers[1] < numbers[2] && numbers[2] < numbers[3]);
    let receive = |most| client.receive_message().queue_url(url).max_number_of_messages(most).send();
    let (first, second) = (receive(1).await?, receive(10).await?);
    println!("groups {}, {}", bodies(first.messages()), bodies(second.messages()));
    let handle = first.messages().first().and_then(Message::receipt_handle).ok_or("what is received has a handle")?;
    client.delete_message().queue_url(url).receipt_handle(handle).send().await?;
    println!("then {}", bodies(receive(10).await?.messages()));
    Ok(())
}

async fn queues(client: &Client) -> Told {
    let listed = client.list_queues().queue_name_prefix("orders").send().await?;
    println!("listed {}", listed.queue_urls().len());
    let url = listed.queue_urls().first().ok_or("a queue is there")?;
    client.tag_queue().queue_url(url).tags("team", "a").send().await?;
    let tags = client.list_queue_tags().queue_url(url).send().await?;
    println!("tags {:?}", tags.tags().and_then(|tags| tags.get("team")));
    client.purge_queue().queue_url(url).send().await?;
    let error = client.purge_queue().queue_url(url).send().await.err().ok_or("it is purged twice")?.into_service_error();
    println!("refused {} {}", error.is_purge_queue_in_progress(), error.meta().message().unwrap_or_default());
    let count = QueueAttributeName::ApproximateNumberOfMessages;
    let counts = client.get_queue_attributes().queue_url(url).attribute_names(count.clone()).send().await?;
    println!("left {:?}", counts.attributes().and_then(|all| all.get(&count)));
    client.delete_queue().queue_url(url).send().await?;
    let error = client.send_message().queue_url(url).message_body("x").send().await.err().ok_or("it is gone")?.into_service_error();
    println!("refused {} {}", error.is_queue_does_not_exist(), error.meta().message().unwrap_or_default());
    Ok(())
}
