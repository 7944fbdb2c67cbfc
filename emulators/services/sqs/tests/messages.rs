//! Sending, receiving and deleting in standard queues.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::json;
use support::{World, arn, bodies};

#[tokio::test]
async fn a_message_is_sent_received_and_deleted() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    assert_eq!(url, "http://127.0.0.1:4566/000000000000/orders");
    let attributes = json!({ "timestamp": { "DataType": "Number", "StringValue": "1493147359900" } });
    let sent = world
        .call("SendMessage", json!({ "QueueUrl": url, "MessageBody": "This is a test message", "MessageAttributes": attributes }))
        .await;
    assert_eq!(sent["MD5OfMessageBody"], "fafb00f5732ab283681e124bf8747ed1");
    assert_eq!(sent["MD5OfMessageAttributes"], "235c5c510d26fb653d073faed50ae77c");
    let got = world.receive(&url).await;
    assert_eq!(got.len(), 1);
    assert_eq!((&got[0]["MessageId"], &got[0]["MD5OfBody"]), (&sent["MessageId"], &sent["MD5OfMessageBody"]));
    assert_eq!(got[0]["MessageAttributes"]["timestamp"]["StringValue"], "1493147359900");
    assert_eq!(got[0]["Attributes"]["ApproximateReceiveCount"], "1");
    assert_eq!(got[0]["Attributes"]["SentTimestamp"], "1798761600000");
    assert_eq!(world.receive(&url).await.len(), 0);
    assert_eq!(world.counts(&url).await, [0, 1, 0]);
    world.delete(&url, &got[0]).await;
    assert_eq!(world.counts(&url).await, [0, 0, 0]);
    world.advance(31).await;
    assert_eq!(world.receive(&url).await.len(), 0);
    // Twice is no error.
    world.delete(&url, &got[0]).await;
}

#[tokio::test]
async fn what_is_not_deleted_is_seen_again() {
    let world = World::new();
    let url = world.create("orders", json!({ "VisibilityTimeout": "10" })).await;
    world.send(&url, "a").await;
    let first = world.receive(&url).await;
    world.advance(9).await;
    assert_eq!(world.counts(&url).await, [0, 1, 0]);
    world.advance(1).await;
    assert_eq!(world.counts(&url).await, [1, 0, 0]);
    let again = world.receive(&url).await;
    assert_eq!(again[0]["Attributes"]["ApproximateReceiveCount"], "2");
    assert_ne!(first[0]["ReceiptHandle"], again[0]["ReceiptHandle"]);
    // The older handle deletes nothing, and is no error.
    world.delete(&url, &first[0]).await;
    assert_eq!(world.counts(&url).await, [0, 1, 0]);
    // One whose time is over does, as long as nobody else has received it.
    world.advance(10).await;
    world.delete(&url, &again[0]).await;
    assert_eq!(world.counts(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn visibility_is_changed_up_to_twelve_hours_from_the_receive() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    world.send(&url, "a").await;
    let got = world.receive(&url).await;
    let change = |seconds: i64| json!({ "QueueUrl": url, "ReceiptHandle": got[0]["ReceiptHandle"], "VisibilityTimeout": seconds });
    world.call("ChangeMessageVisibility", change(100)).await;
    world.advance(99).await;
    assert_eq!(world.counts(&url).await, [0, 1, 0]);
    let (code, text) = world.refused("ChangeMessageVisibility", change(43_200)).await;
    assert_eq!(code, "InvalidParameterValueException");
    assert!(text.ends_with("Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."), "{text}");
    world.call("ChangeMessageVisibility", change(43_101)).await;
    world.call("ChangeMessageVisibility", change(0)).await;
    assert_eq!(world.counts(&url).await, [1, 0, 0]);
}

// <https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs.py>, run against AWS:
// `test_change_message_visibility_after_visibility_timeout_expiration`, `test_terminate_visibility_timeout_after_receive`,
// `test_change_visibility_on_deleted_message_raises_invalid_parameter_value`.
#[tokio::test]
async fn every_handle_of_a_message_that_is_there_changes_its_visibility() {
    let world = World::new();
    let url = world.create("orders", json!({ "VisibilityTimeout": "1" })).await;
    world.send(&url, "a").await;
    let first = world.receive(&url).await.remove(0);
    let change = |message: &serde_json::Value, seconds: i64| json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds });
    world.advance(2).await;
    world.call("ChangeMessageVisibility", change(&first, 2)).await;
    assert_eq!(world.counts(&url).await, [0, 1, 0]);
    world.advance(2).await;
    let second = world.receive_with(&url, json!({ "VisibilityTimeout": 30 })).await.remove(0);
    world.call("ChangeMessageVisibility", change(&first, 0)).await;
    assert_eq!(world.counts(&url).await, [1, 0, 0]);
    world.delete(&url, &second).await;
    let (code, text) = world.refused("ChangeMessageVisibility", change(&second, 42)).await;
    assert_eq!(code, "InvalidParameterValueException");
    let handle = second["ReceiptHandle"].as_str().unwrap();
    let said = "Message does not exist or is not available for visibility timeout change.";
    assert_eq!(text, format!("Value {handle} for parameter ReceiptHandle is invalid. Reason: {said}"));
}

#[tokio::test]
async fn twelve_hours_count_from_the_latest_receive() {
    let world = World::new();
    let url = world.create("orders", json!({ "VisibilityTimeout": "43200" })).await;
    world.send(&url, "a").await;
    for _ in 0..2 {
        let got = world.receive(&url).await;
        world.advance(43_199).await;
        let change = |seconds: i64| json!({ "QueueUrl": url, "ReceiptHandle": got[0]["ReceiptHandle"], "VisibilityTimeout": seconds });
        // An extension does not begin them anew.
        world.call("ChangeMessageVisibility", change(1)).await;
        assert!(world.refused("ChangeMessageVisibility", change(2)).await.1.contains("beyond the limit [43200 seconds]"));
        world.advance(1).await;
    }
}

#[tokio::test]
async fn messages_are_delayed_by_themselves_or_by_their_queue() {
    let world = World::new();
    let url = world.create("orders", json!({ "DelaySeconds": "5" })).await;
    world.send(&url, "queue").await;
    world.call("SendMessage", json!({ "QueueUrl": url, "MessageBody": "own", "DelaySeconds": 60 })).await;
    world.call("SendMessage", json!({ "QueueUrl": url, "MessageBody": "none", "DelaySeconds": 0 })).await;
    assert_eq!(world.counts(&url).await, [1, 0, 2]);
    let pending = world.host.clock.pending().await;
    assert_eq!(pending.len(), 1, "{pending:?}");
    assert_eq!((pending[0].due.0, pending[0].label.as_str()), (1_798_761_605_000, "sqs orders: a message is seen"));
    world.advance(5).await;
    assert_eq!(bodies(&world.receive(&url).await), ["queue", "none"]);
    world.advance(55).await;
    assert_eq!(bodies(&world.receive_with(&url, json!({ "VisibilityTimeout": 0 })).await), ["queue", "own", "none"]);
    let (_, text) = world.refused("SendMessage", json!({ "QueueUrl": url, "MessageBody": "x", "DelaySeconds": 901 })).await;
    assert!(text.contains("Value 901 for parameter DelaySeconds is invalid."), "{text}");
}

#[tokio::test]
async fn messages_that_are_too_old_are_gone() {
    let world = World::new();
    let url = world.create("orders", json!({ "MessageRetentionPeriod": "60" })).await;
    world.send(&url, "a").await;
    world.advance(30).await;
    world.send(&url, "b").await;
    world.advance(30).await;
    assert_eq!(bodies(&world.receive(&url).await), ["b"]);
    world.advance(30).await;
    assert_eq!(world.counts(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_receive_waits_until_a_message_comes_or_is_seen_again() {
    let world = World::new();
    let url = world.create("orders", json!({ "VisibilityTimeout": "7" })).await;
    let ask = json!({ "QueueUrl": url, "WaitTimeSeconds": 20, "MaxNumberOfMessages": 10 });
    let waiting = world.spawn("ReceiveMessage", ask.clone());
    world.settle().await;
    world.send(&url, "a").await;
    let (_, got) = waiting.await.unwrap();
    assert_eq!(got["Messages"][0]["Body"], "a");
    let waiting = world.spawn("ReceiveMessage", ask.clone());
    world.advance(7).await;
    let (_, got) = waiting.await.unwrap();
    assert_eq!(got["Messages"][0]["Body"], "a");
    world.delete(&url, &got["Messages"][0]).await;
    let waiting = world.spawn("ReceiveMessage", ask.clone());
    world.advance(20).await;
    assert_eq!(waiting.await.unwrap(), (200, json!({})));
    let waiting = world.spawn("ReceiveMessage", ask);
    world.settle().await;
    world.call("DeleteQueue", json!({ "QueueUrl": url })).await;
    let (status, got) = waiting.await.unwrap();
    assert_eq!((status, got["__type"].as_str().unwrap()), (400, "com.amazonaws.sqs#QueueDoesNotExist"));
}

#[tokio::test]
async fn each_message_wakes_one_who_waits() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    let ask = json!({ "QueueUrl": url, "WaitTimeSeconds": 20 });
    let waiting: Vec<_> = (0..3).map(|_| world.spawn("ReceiveMessage", ask.clone())).collect();
    world.settle().await;
    let entries: Vec<_> = (0..3).map(|at| json!({ "Id": at.to_string(), "MessageBody": at.to_string() })).collect();
    world.call("SendMessageBatch", json!({ "QueueUrl": url, "Entries": entries })).await;
    let mut got = Vec::new();
    for waiting in waiting {
        got.push(waiting.await.unwrap().1["Messages"][0]["Body"].as_str().unwrap().to_owned());
    }
    got.sort();
    assert_eq!(got, ["0", "1", "2"]);
}

#[tokio::test]
async fn batches_say_what_became_of_each_entry() {
    let world = World::new();
    let url = world.create("orders", json!({ "MaximumMessageSize": "1024" })).await;
    let entries =
        json!([{ "Id": "a", "MessageBody": "x" }, { "Id": "b", "MessageBody": "x".repeat(1025) }, { "Id": "c", "MessageBody": "\u{1}" }]);
    let sent = world.call("SendMessageBatch", json!({ "QueueUrl": url, "Entries": entries })).await;
    assert_eq!(sent["Successful"].as_array().unwrap().len(), 1);
    let text = "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.";
    assert_eq!(sent["Failed"][0], json!({ "Id": "b", "SenderFault": true, "Code": "InvalidParameterValue", "Message": text }));
    assert_eq!(sent["Failed"][1]["Code"], "InvalidMessageContents");
    let refused = [
        (json!([]), "EmptyBatchRequest"),
        (json!([{ "Id": "a", "MessageBody": "x" }, { "Id": "a", "MessageBody": "x" }]), "BatchEntryIdsNotDistinct"),
        (json!([{ "Id": "a b", "MessageBody": "x" }]), "InvalidBatchEntryId"),
        ((0..11).map(|at| json!({ "Id": at.to_string(), "MessageBody": "x" })).collect(), "TooManyEntriesInBatchRequest"),
    ];
    for (entries, code) in refused {
        assert_eq!(world.refused("SendMessageBatch", json!({ "QueueUrl": url, "Entries": entries })).await.0, code);
    }
    let big = world.create("big", json!({})).await;
    let entries: Vec<_> = (0..2).map(|at| json!({ "Id": at.to_string(), "MessageBody": "x".repeat(524_289) })).collect();
    let (code, text) = world.refused("SendMessageBatch", json!({ "QueueUrl": big, "Entries": entries })).await;
    assert_eq!(code, "BatchRequestTooLong");
    assert_eq!(text, "Batch requests cannot be longer than 1048576 bytes. You have sent 1048578 bytes.");
}

#[tokio::test]
async fn handles_are_refused_that_are_forged_or_of_another_queue() {
    let world = World::new();
    let (one, other) = (world.create("one", json!({})).await, world.create("other", json!({})).await);
    world.send(&one, "a").await;
    let got = world.receive(&one).await;
    let handle = got[0]["ReceiptHandle"].clone();
    for handle in [json!("forged"), handle] {
        let (code, text) = world.refused("DeleteMessage", json!({ "QueueUrl": other, "ReceiptHandle": handle })).await;
        assert_eq!(code, "ReceiptHandleIsInvalid");
        assert_eq!(text, format!("The input receipt handle {handle} is not a valid receipt handle."));
        let change = json!({ "QueueUrl": other, "ReceiptHandle": handle, "VisibilityTimeout": 1 });
        assert_eq!(world.refused("ChangeMessageVisibility", change).await.0, "ReceiptHandleIsInvalid");
        let entries = json!([{ "Id": "a", "ReceiptHandle": handle }]);
        let deleted = world.call("DeleteMessageBatch", json!({ "QueueUrl": other, "Entries": entries })).await;
        assert_eq!((&deleted["Failed"][0]["Code"], &deleted["Successful"]), (&json!("ReceiptHandleIsInvalid"), &json!(null)));
    }
    // One that was changed in one letter.
    let forged = got[0]["ReceiptHandle"].as_str().unwrap().replacen("AQEB", "AQEC", 1);
    assert_eq!(world.refused("DeleteMessage", json!({ "QueueUrl": one, "ReceiptHandle": forged })).await.0, "ReceiptHandleIsInvalid");
    assert_eq!(world.counts(&one).await, [0, 1, 0]);
}

#[tokio::test]
async fn what_is_received_too_often_goes_to_the_dead_letter_queue_and_back() {
    let world = World::new();
    let dead = world.create("dead", json!({})).await;
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": "3" }).to_string();
    let url = world.create("orders", json!({ "VisibilityTimeout": "10", "RedrivePolicy": policy })).await;
    world.send(&url, "a").await;
    for _ in 0..3 {
        assert_eq!(world.receive(&url).await.len(), 1);
        world.advance(10).await;
    }
    assert_eq!(world.receive(&url).await.len(), 0);
    assert_eq!((world.counts(&url).await, world.counts(&dead).await), ([0, 0, 0], [1, 0, 0]));
    let got = world.receive_with(&dead, json!({ "VisibilityTimeout": 0 })).await;
    assert_eq!(got[0]["Attributes"]["DeadLetterQueueSourceArn"], arn("orders"));
    assert_eq!(got[0]["Attributes"]["ApproximateReceiveCount"], "4");
    assert_eq!(got[0]["Attributes"]["SentTimestamp"], "1798761600000");
    let sources = world.call("ListDeadLetterSourceQueues", json!({ "QueueUrl": dead })).await;
    assert_eq!(sources["queueUrls"], json!([url]));

    let started = world.call("StartMessageMoveTask", json!({ "SourceArn": arn("dead") })).await;
    assert!(started["TaskHandle"].is_string());
    world.advance(1).await;
    assert_eq!((world.counts(&url).await, world.counts(&dead).await), ([1, 0, 0], [0, 0, 0]));
    let tasks = world.call("ListMessageMoveTasks", json!({ "SourceArn": arn("dead") })).await;
    assert_eq!(
        (&tasks["Results"][0]["Status"], &tasks["Results"][0]["ApproximateNumberOfMessagesMoved"]),
        (&json!("COMPLETED"), &json!(1))
    );
    let back = world.receive(&url).await;
    assert_eq!(back[0]["Attributes"]["ApproximateReceiveCount"], "1");
    assert_ne!(back[0]["MessageId"], got[0]["MessageId"]);
}

#[tokio::test]
async fn a_move_task_keeps_to_its_rate_and_can_be_stopped() {
    let world = World::new();
    let dead = world.create("dead", json!({})).await;
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1 }).to_string();
    let url = world.create("orders", json!({ "RedrivePolicy": policy })).await;
    for at in 0..10 {
        world.send(&dead, &at.to_string()).await;
    }
    let ask = json!({ "SourceArn": arn("dead"), "DestinationArn": arn("orders"), "MaxNumberOfMessagesPerSecond": 2 });
    let started = world.call("StartMessageMoveTask", ask.clone()).await;
    world.advance(2).await;
    assert_eq!((world.counts(&url).await[0], world.counts(&dead).await[0]), (6, 4));
    let (code, text) = world.refused("StartMessageMoveTask", ask).await;
    assert_eq!(code, "InvalidParameterValueException", "{text}");
    let stopped = world.call("CancelMessageMoveTask", json!({ "TaskHandle": started["TaskHandle"] })).await;
    assert_eq!(stopped["ApproximateNumberOfMessagesMoved"], 6);
    world.advance(10).await;
    assert_eq!(world.counts(&dead).await[0], 4);
    assert_eq!(
        world.refused("StartMessageMoveTask", json!({ "SourceArn": arn("orders") })).await.1,
        "Source queue must be configured as a Dead Letter Queue."
    );
}

#[tokio::test]
async fn groups_of_a_standard_queue_share_fairly() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    let send = |body: String, group: &str| json!({ "QueueUrl": url, "MessageBody": body, "MessageGroupId": group });
    for at in 0..20 {
        world.call("SendMessage", send(format!("noisy {at}"), "noisy")).await;
    }
    assert_eq!(world.receive(&url).await.len(), 10);
    world.call("SendMessage", send("quiet".to_owned(), "quiet")).await;
    let got = world.receive_with(&url, json!({ "MaxNumberOfMessages": 1 })).await;
    assert_eq!(bodies(&got), ["quiet"]);
}
