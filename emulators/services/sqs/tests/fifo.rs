//! FIFO queues.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::json;
use support::{World, arn, bodies};

#[tokio::test]
async fn a_group_is_given_in_order_and_only_once_at_a_time() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
    for (body, group) in [("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a"), ("b2", "b")] {
        world.send_fifo(&url, body, group, body).await;
    }
    let one = world.receive_with(&url, json!({ "MaxNumberOfMessages": 2 })).await;
    assert_eq!(bodies(&one), ["a1", "a2"]);
    assert!(one[0]["Attributes"]["SequenceNumber"].as_str().unwrap() < one[1]["Attributes"]["SequenceNumber"].as_str().unwrap());
    assert_eq!(one[0]["Attributes"]["SequenceNumber"].as_str().unwrap().len(), 20);
    assert_eq!(bodies(&world.receive(&url).await), ["b1", "b2"]);
    assert_eq!(world.receive(&url).await.len(), 0);
    world.delete(&url, &one[0]).await;
    assert_eq!(world.receive(&url).await.len(), 0);
    world.delete(&url, &one[1]).await;
    assert_eq!(bodies(&world.receive(&url).await), ["a3"]);
    world.advance(30).await;
    assert_eq!(bodies(&world.receive(&url).await), ["b1", "b2", "a3"]);
}

#[tokio::test]
async fn a_group_that_is_free_again_wakes_who_waits() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
    world.send_fifo(&url, "a1", "a", "1").await;
    world.send_fifo(&url, "a2", "a", "2").await;
    let first = world.receive_with(&url, json!({ "MaxNumberOfMessages": 1 })).await;
    let waiting = world.spawn("ReceiveMessage", json!({ "QueueUrl": url, "WaitTimeSeconds": 20 }));
    world.settle().await;
    world.delete(&url, &first[0]).await;
    assert_eq!(waiting.await.unwrap().1["Messages"][0]["Body"], "a2");
}

#[tokio::test]
async fn what_was_sent_in_the_last_five_minutes_is_not_sent_again() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true", "ContentBasedDeduplication": "true" })).await;
    let send = json!({ "QueueUrl": url, "MessageBody": "a", "MessageGroupId": "g" });
    let first = world.call("SendMessage", send.clone()).await;
    let again = world.call("SendMessage", send.clone()).await;
    assert_eq!((&first["MessageId"], &first["SequenceNumber"]), (&again["MessageId"], &again["SequenceNumber"]));
    let got = world.receive(&url).await;
    assert_eq!(got.len(), 1);
    assert_eq!(got[0]["Attributes"]["MessageDeduplicationId"], "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
    world.delete(&url, &got[0]).await;
    world.advance(299).await;
    world.call("SendMessage", send.clone()).await;
    assert_eq!(world.counts(&url).await, [0, 0, 0]);
    world.advance(1).await;
    world.call("SendMessage", send).await;
    assert_eq!(world.counts(&url).await, [1, 0, 0]);
}

#[tokio::test]
async fn deduplication_has_the_scope_that_the_queue_says() {
    let world = World::new();
    let attributes = json!({ "FifoQueue": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId" });
    let (wide, narrow) = (world.create("wide.fifo", json!({ "FifoQueue": "true" })).await, world.create("narrow.fifo", attributes).await);
    for url in [&wide, &narrow] {
        world.send_fifo(url, "a", "one", "id").await;
        world.send_fifo(url, "a", "other", "id").await;
    }
    assert_eq!((world.counts(&wide).await[0], world.counts(&narrow).await[0]), (1, 2));
}

#[tokio::test]
async fn a_receive_can_be_repeated_as_long_as_nothing_happens_to_its_messages() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
    world.send_fifo(&url, "a1", "a", "1").await;
    let ask = json!({ "ReceiveRequestAttemptId": "try-1" });
    let first = world.receive_with(&url, ask.clone()).await;
    world.advance(20).await;
    let again = world.receive_with(&url, ask.clone()).await;
    assert_eq!(first[0]["ReceiptHandle"], again[0]["ReceiptHandle"]);
    // The time begins anew.
    world.advance(20).await;
    assert_eq!(world.counts(&url).await, [0, 1, 0]);
    world
        .call("ChangeMessageVisibility", json!({ "QueueUrl": url, "ReceiptHandle": first[0]["ReceiptHandle"], "VisibilityTimeout": 100 }))
        .await;
    assert_eq!(world.receive_with(&url, ask).await.len(), 0);
}

#[tokio::test]
async fn handles_of_fifo_queues_end_with_the_time() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
    world.send_fifo(&url, "a1", "a", "1").await;
    let got = world.receive(&url).await;
    world.advance(30).await;
    let (code, text) = world.refused("DeleteMessage", json!({ "QueueUrl": url, "ReceiptHandle": got[0]["ReceiptHandle"] })).await;
    assert_eq!(code, "InvalidParameterValueException");
    assert!(text.ends_with("Reason: The receipt handle has expired."), "{text}");
}

#[tokio::test]
async fn a_message_that_is_given_up_frees_its_group() {
    let world = World::new();
    let dead = world.create("dead.fifo", json!({ "FifoQueue": "true" })).await;
    let policy = json!({ "deadLetterTargetArn": arn("dead.fifo"), "maxReceiveCount": 1 }).to_string();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true", "RedrivePolicy": policy })).await;
    world.send_fifo(&url, "a1", "a", "1").await;
    world.send_fifo(&url, "a2", "a", "2").await;
    world.receive_with(&url, json!({ "MaxNumberOfMessages": 1 })).await;
    world.advance(30).await;
    assert_eq!(bodies(&world.receive(&url).await), ["a2"]);
    let got = world.receive(&dead).await;
    assert_eq!((got[0]["Body"].as_str(), got[0]["Attributes"]["MessageGroupId"].as_str()), (Some("a1"), Some("a")));
}

#[tokio::test]
async fn what_fifo_queues_ask_for_is_asked_for() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
    let send = |more: serde_json::Value| {
        let mut message = json!({ "QueueUrl": url, "MessageBody": "a" });
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        message
    };
    let cases = [
        (
            json!({ "MessageDeduplicationId": "1" }),
            "MissingRequiredParameterException",
            "The request must contain the parameter MessageGroupId.",
        ),
        (
            json!({ "MessageGroupId": "g" }),
            "InvalidParameterValueException",
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
        ),
        (
            json!({ "MessageGroupId": "g h", "MessageDeduplicationId": "1" }),
            "InvalidParameterValueException",
            "Value g h for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation \
             characters. 1 to 128 in length.",
        ),
        (
            json!({ "MessageGroupId": "g", "MessageDeduplicationId": "1", "DelaySeconds": 2 }),
            "InvalidParameterValueException",
            "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
        ),
    ];
    for (more, code, text) in cases {
        assert_eq!(world.refused("SendMessage", send(more)).await, (code.to_owned(), text.to_owned()));
    }
}

#[tokio::test]
async fn the_delay_of_a_fifo_queue_is_that_of_messages_already_there() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true", "DelaySeconds": "100" })).await;
    world.send_fifo(&url, "a1", "a", "1").await;
    assert_eq!(world.counts(&url).await, [0, 0, 1]);
    world.call("SetQueueAttributes", json!({ "QueueUrl": url, "Attributes": { "DelaySeconds": "10" } })).await;
    world.advance(10).await;
    assert_eq!(world.counts(&url).await, [1, 0, 0]);
}

#[tokio::test]
async fn a_group_that_empties_while_a_message_is_written_gets_it() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
    for round in 0..3 {
        world.send_fifo(&url, "first", "a", &format!("first-{round}")).await;
        let got = world.receive(&url).await;
        let id = format!("second-{round}");
        tokio::join!(world.send_fifo(&url, "second", "a", &id), world.delete(&url, &got[0]));
        let got = world.receive(&url).await;
        assert_eq!(bodies(&got), ["second"]);
        assert_eq!(got[0]["Attributes"]["MessageGroupId"], "a");
        world.delete(&url, &got[0]).await;
    }
}

// <https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs.py>, run against AWS:
// `test_fifo_group_visibility_extends_with_change_message_visibility`.
#[tokio::test]
async fn a_group_gives_what_comes_before_the_first_that_is_in_flight() {
    for (held, given) in [(0, vec![]), (1, vec!["a1"]), (2, vec!["a1", "a2"])] {
        let world = World::new();
        let url = world.create("orders.fifo", json!({ "FifoQueue": "true", "VisibilityTimeout": "1" })).await;
        for body in ["a1", "a2", "a3"] {
            world.send_fifo(&url, body, "a", body).await;
        }
        let got = world.receive(&url).await;
        let longer = json!({ "QueueUrl": url, "ReceiptHandle": got[held]["ReceiptHandle"], "VisibilityTimeout": 4 });
        world.call("ChangeMessageVisibility", longer).await;
        world.advance(2).await;
        assert_eq!(bodies(&world.receive(&url).await), given, "{held}");
    }
}

// The same file: `test_fifo_message_group_visibility_after_terminate_visibility_timeout`, `…_after_partial_delete`.
#[tokio::test]
async fn a_group_of_which_a_part_is_in_flight() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
    for (body, group) in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")] {
        world.send_fifo(&url, body, group, body).await;
    }
    let got = world.receive_with(&url, json!({ "MaxNumberOfMessages": 2 })).await;
    assert_eq!(bodies(&got), ["a1", "a2"]);
    let handle = &got[0]["ReceiptHandle"];
    world.call("ChangeMessageVisibility", json!({ "QueueUrl": url, "ReceiptHandle": handle, "VisibilityTimeout": 0 })).await;
    let mut again = world.receive_with(&url, json!({ "MaxNumberOfMessages": 3 })).await;
    again.sort_by_key(|message| message["Body"].as_str().unwrap().to_owned());
    assert_eq!(bodies(&again), ["a1", "b1"]);
    // What comes after one that is in flight waits, though what came before is gone.
    world.delete(&url, &again[0]).await;
    assert_eq!(world.receive(&url).await.len(), 0);
    world.delete(&url, &got[1]).await;
    assert_eq!(bodies(&world.receive(&url).await), ["a3"]);
}

// `test_purge_queue_clears_fifo_deduplication_cache`, run against AWS.
#[tokio::test]
async fn a_purged_queue_forgets_what_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let url = {
        let world = World::in_folder(folder.path());
        let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
        world.send_fifo(&url, "first", "a", "1").await;
        world.call("PurgeQueue", json!({ "QueueUrl": url })).await;
        url
    };
    let world = World::in_folder(folder.path());
    world.send_fifo(&url, "second", "a", "1").await;
    world.send_fifo(&url, "third", "a", "1").await;
    assert_eq!(bodies(&world.receive(&url).await), ["second"]);
}

#[tokio::test]
async fn what_is_sent_again_while_its_queue_is_purged_is_no_fault() {
    let world = World::new();
    let url = world.create("orders.fifo", json!({ "FifoQueue": "true" })).await;
    let purge = json!({ "QueueUrl": url });
    tokio::join!(
        world.send_fifo(&url, "a", "g", "1"),
        world.send_fifo(&url, "a", "g", "1"),
        world.call("PurgeQueue", purge),
        world.send_fifo(&url, "b", "g", "1"),
    );
    world.settle().await;
    assert_eq!(bodies(&world.receive(&url).await), ["b"]);
}
