//! A request of each operation in which nothing is wrong, and what has to be there for it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{World, arn};

/// Makes what the requests are about, and gives them by operation.
pub(crate) async fn fill(world: &World) -> BTreeMap<&'static str, Value> {
    let dead = world.create("dead", json!({})).await;
    let stuck = world.create("stuck", json!({})).await;
    let redrive = |to: &str| json!({ "RedrivePolicy": json!({ "deadLetterTargetArn": arn(to), "maxReceiveCount": 3 }).to_string() });
    let url = world.create("orders", redrive("dead")).await;
    world.create("other", redrive("stuck")).await;
    world.send(&url, "a").await;
    let handle = world.receive(&url).await[0]["ReceiptHandle"].clone();
    world.call("AddPermission", json!({ "QueueUrl": url, "Label": "there", "AWSAccountIds": ["111111111111"], "Actions": ["*"] })).await;
    for body in ["b", "c", "d"] {
        world.send(&stuck, body).await;
    }
    let move_on = json!({ "SourceArn": arn("stuck"), "DestinationArn": arn("other"), "MaxNumberOfMessagesPerSecond": 1 });
    let task = world.call("StartMessageMoveTask", move_on).await["TaskHandle"].clone();
    world.settle().await;
    let attributes = json!({ "kind": { "DataType": "String", "StringValue": "new" } });
    let system = json!({ "AWSTraceHeader": { "DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793" } });
    let message = json!({ "Id": "a", "MessageBody": "b", "MessageAttributes": attributes, "MessageSystemAttributes": system });
    let all = json!(["All"]);
    BTreeMap::from([
        ("AddPermission", json!({ "QueueUrl": url, "Label": "new", "AWSAccountIds": ["111111111111"], "Actions": ["SendMessage"] })),
        ("CancelMessageMoveTask", json!({ "TaskHandle": task })),
        ("ChangeMessageVisibility", json!({ "QueueUrl": url, "ReceiptHandle": handle, "VisibilityTimeout": 10 })),
        (
            "ChangeMessageVisibilityBatch",
            json!({ "QueueUrl": url, "Entries": [{ "Id": "a", "ReceiptHandle": handle, "VisibilityTimeout": 10 }] }),
        ),
        ("CreateQueue", json!({ "QueueName": "new", "Attributes": { "DelaySeconds": "1" }, "tags": { "team": "a" } })),
        ("DeleteMessage", json!({ "QueueUrl": url, "ReceiptHandle": handle })),
        ("DeleteMessageBatch", json!({ "QueueUrl": url, "Entries": [{ "Id": "a", "ReceiptHandle": handle }] })),
        ("DeleteQueue", json!({ "QueueUrl": url })),
        ("GetQueueAttributes", json!({ "QueueUrl": url, "AttributeNames": all })),
        ("GetQueueUrl", json!({ "QueueName": "orders", "QueueOwnerAWSAccountId": "000000000000" })),
        ("ListDeadLetterSourceQueues", json!({ "QueueUrl": dead, "MaxResults": 5 })),
        ("ListMessageMoveTasks", json!({ "SourceArn": arn("stuck"), "MaxResults": 1 })),
        ("ListQueueTags", json!({ "QueueUrl": url })),
        ("ListQueues", json!({ "QueueNamePrefix": "o", "MaxResults": 5 })),
        ("PurgeQueue", json!({ "QueueUrl": url })),
        (
            "ReceiveMessage",
            json!({ "QueueUrl": url, "AttributeNames": all, "MessageSystemAttributeNames": all, "MessageAttributeNames": all,
                "MaxNumberOfMessages": 1, "VisibilityTimeout": 1, "WaitTimeSeconds": 0, "ReceiveRequestAttemptId": "try" }),
        ),
        ("RemovePermission", json!({ "QueueUrl": url, "Label": "there" })),
        (
            "SendMessage",
            json!({ "QueueUrl": url, "MessageBody": "b", "DelaySeconds": 1, "MessageAttributes": attributes,
                "MessageSystemAttributes": system, "MessageGroupId": "g" }),
        ),
        ("SendMessageBatch", json!({ "QueueUrl": url, "Entries": [message] })),
        ("SetQueueAttributes", json!({ "QueueUrl": url, "Attributes": { "DelaySeconds": "1" } })),
        ("StartMessageMoveTask", json!({ "SourceArn": arn("dead"), "DestinationArn": arn("orders"), "MaxNumberOfMessagesPerSecond": 5 })),
        ("TagQueue", json!({ "QueueUrl": url, "Tags": { "team": "a" } })),
        ("UntagQueue", json!({ "QueueUrl": url, "TagKeys": ["team"] })),
    ])
}
