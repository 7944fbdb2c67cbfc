//! Event notifications of Amazon S3. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>

use serde_json::{Value, json};

use super::super::lambda::extended;
use super::{Inside, REGION, encoded};
use crate::catalogue::Draw;

/// The version of the structure; since 2.4 it is one for all kinds of events.
const VERSION: &str = "2.6";

pub(super) fn notification(draw: &Draw, inside: &Inside<'_>) -> Value {
    let owner = || format!("A{}", draw.hex(13).to_uppercase());
    let key = inside.name.map_or_else(|| format!("orders/{}.json", draw.number(10_000)), encoded);
    json!({ "Records": [{
        "eventVersion": VERSION,
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": draw.instant().iso_8601(),
        "eventName": "ObjectCreated:Put",
        "userIdentity": { "principalId": format!("AWS:{}", owner()) },
        "requestParameters": { "sourceIPAddress": "192.0.2.1" },
        "responseElements": { "x-amz-request-id": draw.hex(16).to_uppercase(), "x-amz-id-2": extended(draw) },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "orders",
            "bucket": { "name": "orders", "ownerIdentity": { "principalId": owner() }, "arn": "arn:aws:s3:::orders" },
            "object": {
                "key": key,
                "size": inside.text.len(),
                "eTag": inside.digest,
                "sequencer": format!("00{}", draw.hex(16).to_uppercase()),
            },
        },
    }] })
}
