//! Making, setting, listing, purging and deleting queues.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::{Value, json};
use support::{World, arn};

#[tokio::test]
async fn a_queue_is_made_once_and_has_one_set_of_attributes() {
    let world = World::new();
    let url = world.create("orders", json!({ "DelaySeconds": "1" })).await;
    assert_eq!(world.create("orders", json!({ "DelaySeconds": "1", "VisibilityTimeout": "30" })).await, url);
    let (code, text) = world.refused("CreateQueue", json!({ "QueueName": "orders", "Attributes": { "DelaySeconds": "2" } })).await;
    assert_eq!(code, "QueueNameExists");
    assert_eq!(text, "A queue already exists with the same name and a different value for attribute DelaySeconds");
    let got = world.call("GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": ["All"] })).await;
    let expected = json!({
        "ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0", "ApproximateNumberOfMessagesNotVisible": "0",
        "CreatedTimestamp": "1798761600", "DelaySeconds": "1", "LastModifiedTimestamp": "1798761600", "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600", "QueueArn": arn("orders"), "ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    });
    assert_eq!(got["Attributes"], expected);
    assert_eq!(world.call("GetQueueUrl", json!({ "QueueName": "orders" })).await["QueueUrl"], json!(url));
    assert_eq!(world.refused("GetQueueUrl", json!({ "QueueName": "other" })).await.0, "QueueDoesNotExist");
}

#[tokio::test]
async fn what_queues_cannot_be_is_refused() {
    let world = World::new();
    world.create("plain", json!({})).await;
    world.create("there.fifo", json!({ "FifoQueue": "true" })).await;
    let redrive = |target: &str, count: Value| json!({ "RedrivePolicy": json!({ "deadLetterTargetArn": target, "maxReceiveCount": count }).to_string() });
    let cases = [
        ("a b", json!({}), "InvalidParameterValueException", "Can only include alphanumeric characters"),
        ("q.fifo", json!({}), "InvalidParameterValueException", "Can only include alphanumeric characters"),
        ("q", json!({ "FifoQueue": "true" }), "InvalidParameterValueException", "must end with .fifo suffix"),
        ("q", json!({ "FifoQueue": "false" }), "InvalidAttributeName", "Unknown Attribute FifoQueue."),
        ("q", json!({ "ContentBasedDeduplication": "true" }), "InvalidAttributeName", "Unknown Attribute ContentBasedDeduplication."),
        ("q", json!({ "DeduplicationScope": "queue" }), "InvalidAttributeName", "only when FifoQueue is set to true"),
        ("q", json!({ "VisibilityTimeout": "43201" }), "InvalidAttributeValue", "Invalid value for the parameter VisibilityTimeout."),
        ("q", json!({ "DelaySeconds": "-1" }), "InvalidAttributeValue", "Invalid value for the parameter DelaySeconds."),
        ("q", json!({ "MaximumMessageSize": "1048577" }), "InvalidAttributeValue", "Invalid value for the parameter MaximumMessageSize."),
        ("q", json!({ "Policy": "no" }), "InvalidAttributeValue", "Invalid value for the parameter Policy."),
        ("q", redrive(&arn("none"), json!(3)), "InvalidParameterValueException", "Dead letter target does not exist."),
        (
            "q",
            redrive(&arn("plain"), json!(0)),
            "InvalidParameterValueException",
            "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000",
        ),
        ("q", redrive(&arn("there.fifo"), json!(3)), "InvalidParameterValueException", "must be same type of queue as the source"),
    ];
    for (name, attributes, code, text) in cases {
        let (got, said) = world.refused("CreateQueue", json!({ "QueueName": name, "Attributes": attributes })).await;
        assert!(got == code && said.contains(text), "{name} {attributes}: {got}: {said}");
    }
    let attributes = json!({ "FifoQueue": "true", "RedrivePolicy": redrive(&arn("plain"), json!(3))["RedrivePolicy"] });
    let (_, said) = world.refused("CreateQueue", json!({ "QueueName": "q.fifo", "Attributes": attributes })).await;
    assert!(said.contains("must be same type of queue as the source"), "{said}");
}

#[tokio::test]
async fn a_dead_letter_queue_says_whose_messages_it_takes() {
    let world = World::new();
    let allow = json!({ "redrivePermission": "byQueue", "sourceQueueArns": [arn("one")] }).to_string();
    world.create("dead", json!({ "RedriveAllowPolicy": allow })).await;
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1 }).to_string();
    world.create("one", json!({ "RedrivePolicy": policy })).await;
    let other = json!({ "QueueName": "other", "Attributes": { "RedrivePolicy": policy } });
    assert!(world.refused("CreateQueue", other).await.1.contains("does not allow this source queue"));
}

#[tokio::test]
async fn names_are_free_a_minute_after_a_queue_was_deleted() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    world.send(&url, "a").await;
    world.call("DeleteQueue", json!({ "QueueUrl": url })).await;
    assert_eq!(world.refused("SendMessage", json!({ "QueueUrl": url, "MessageBody": "a" })).await.0, "QueueDoesNotExist");
    assert_eq!(world.refused("CreateQueue", json!({ "QueueName": "orders" })).await.0, "QueueDeletedRecently");
    world.advance(60).await;
    world.create("orders", json!({})).await;
    assert_eq!(world.counts(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_queue_is_purged_once_a_minute() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    world.send(&url, "a").await;
    world.send(&url, "b").await;
    world.receive_with(&url, json!({ "MaxNumberOfMessages": 1 })).await;
    world.call("PurgeQueue", json!({ "QueueUrl": url })).await;
    assert_eq!(world.counts(&url).await, [0, 0, 0]);
    let (code, text) = world.refused("PurgeQueue", json!({ "QueueUrl": url })).await;
    assert_eq!(
        (code.as_str(), text.as_str()),
        ("PurgeQueueInProgress", "Only one PurgeQueue operation on orders is allowed every 60 seconds.")
    );
    world.send(&url, "c").await;
    world.advance(60).await;
    assert_eq!(world.counts(&url).await, [1, 0, 0]);
    world.call("PurgeQueue", json!({ "QueueUrl": url })).await;
}

#[tokio::test]
async fn lists_come_in_pages() {
    let world = World::new();
    for name in ["b1", "a1", "a2", "a3"] {
        world.create(name, json!({})).await;
    }
    let urls = |names: &[&str]| json!(names.iter().map(|name| format!("http://127.0.0.1:4566/000000000000/{name}")).collect::<Vec<_>>());
    assert_eq!(world.call("ListQueues", json!({})).await, json!({ "QueueUrls": urls(&["a1", "a2", "a3", "b1"]) }));
    let first = world.call("ListQueues", json!({ "QueueNamePrefix": "a", "MaxResults": 2 })).await;
    assert_eq!(first["QueueUrls"], urls(&["a1", "a2"]));
    let rest = world.call("ListQueues", json!({ "QueueNamePrefix": "a", "MaxResults": 2, "NextToken": first["NextToken"] })).await;
    assert_eq!(rest, json!({ "QueueUrls": urls(&["a3"]) }));
    assert_eq!(world.call("ListQueues", json!({ "QueueNamePrefix": "z" })).await, json!({}));
}

#[tokio::test]
async fn tags_and_permissions_are_kept() {
    let world = World::new();
    let url = world.create("orders", json!({})).await;
    world.call("TagQueue", json!({ "QueueUrl": url, "Tags": { "a": "1", "b": "2" } })).await;
    world.call("UntagQueue", json!({ "QueueUrl": url, "TagKeys": ["a"] })).await;
    assert_eq!(world.call("ListQueueTags", json!({ "QueueUrl": url })).await, json!({ "Tags": { "b": "2" } }));
    let permit = json!({ "QueueUrl": url, "Label": "one", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"] });
    world.call("AddPermission", permit.clone()).await;
    let (_, text) = world.refused("AddPermission", permit).await;
    assert_eq!(text, "Value one for parameter Label is invalid. Reason: Already exists.");
    let got = world.call("GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": ["Policy"] })).await;
    let policy: Value = serde_json::from_str(got["Attributes"]["Policy"].as_str().unwrap()).unwrap();
    assert_eq!((&policy["Version"], &policy["Statement"][0]["Action"]), (&json!("2008-10-17"), &json!("SQS:SendMessage")));
    world.call("RemovePermission", json!({ "QueueUrl": url, "Label": "one" })).await;
    assert_eq!(world.call("GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": ["Policy"] })).await, json!({}));
    let (_, text) = world.refused("RemovePermission", json!({ "QueueUrl": url, "Label": "one" })).await;
    assert_eq!(text, "Value one for parameter Label is invalid. Reason: can't find label.");
    // A policy whose one statement stands without a list gets the other one, too.
    let policy = json!({ "Version": "2012-10-17", "Statement": { "Sid": "own", "Effect": "Allow", "Principal": "*", "Action": "sqs:*" } });
    world.call("SetQueueAttributes", json!({ "QueueUrl": url, "Attributes": { "Policy": policy.to_string() } })).await;
    let permit = json!({ "QueueUrl": url, "Label": "one", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"] });
    world.call("AddPermission", permit).await;
    let got = world.call("GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": ["Policy"] })).await;
    let policy: Value = serde_json::from_str(got["Attributes"]["Policy"].as_str().unwrap()).unwrap();
    assert_eq!((&policy["Statement"][0]["Sid"], &policy["Statement"][1]["Sid"]), (&json!("own"), &json!("one")));
}

#[tokio::test]
async fn urls_mean_queues_whatever_their_host() {
    let world = World::new();
    world.create("orders", json!({})).await;
    let send = |url: &str| json!({ "QueueUrl": url, "MessageBody": "a" });
    let legacy = "https://us-east-1.queue.amazonaws.com/000000000000/orders";
    // A name alone is one of the caller's own queues: <https://github.com/localstack/localstack>, `test_posting_to_queue_via_queue_name`.
    for url in ["http://localhost:1/000000000000/orders", "https://sqs.us-east-1.amazonaws.com/000000000000/orders", legacy, "orders"] {
        world.call("SendMessage", send(url)).await;
    }
    let cases = [
        ("http://127.0.0.1:4566/111111111111/orders", "QueueDoesNotExist"),
        ("https://sqs.eu-west-1.amazonaws.com/000000000000/orders", "QueueDoesNotExist"),
        ("https://eu-west-1.queue.amazonaws.com/000000000000/orders", "QueueDoesNotExist"),
        ("http://whatever-incorrect-queue-address", "QueueDoesNotExist"),
        ("http://127.0.0.1:4566/orders", "InvalidAddress"),
        ("http://127.0.0.1:4566/", "InvalidAddress"),
        ("127.0.0.1:4566/000000000000/orders", "InvalidAddress"),
        ("", "MissingRequiredParameterException"),
    ];
    for (url, code) in cases {
        assert_eq!(world.refused("SendMessage", send(url)).await.0, code, "{url}");
    }
}
