//! Tables, streams and buckets.

use serde::Serialize;
use serde_json::Value;

use super::LambdaProject;
use super::messaging::rest;
use super::props::Props;
use crate::sources::Place;

/// A table of DynamoDB.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub table_name: String,
    /// Its ARN.
    pub arn: String,
    /// The ARN of its stream, where it has one.
    pub stream_arn: Option<String>,
    /// What the stream's records hold: `NEW_AND_OLD_IMAGES` and the like.
    pub stream_view_type: Option<String>,
    /// Every other property, as the vendor names it.
    pub attributes: Vec<(String, Value)>,
    /// Where it is declared.
    pub place: Place,
}

/// A stream of Kinesis.
#[derive(Debug, Clone, Serialize)]
pub struct Stream {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub stream_name: String,
    /// Its ARN.
    pub arn: String,
    /// How many shards it has.
    pub shard_count: u32,
    /// Where it is declared.
    pub place: Place,
}

/// A bucket.
#[derive(Debug, Clone, Serialize)]
pub struct Bucket {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub bucket_name: String,
    /// Its ARN.
    pub arn: String,
    /// Who is told of what.
    pub notifications: Vec<BucketNotification>,
    /// Whether EventBridge is told of everything.
    pub event_bridge: bool,
    /// Every other property, as the vendor names it.
    pub attributes: Vec<(String, Value)>,
    /// Where it is declared.
    pub place: Place,
}

/// Who is told of what happens in a bucket.
#[derive(Debug, Clone, Serialize)]
pub struct BucketNotification {
    /// `s3:ObjectCreated:*` and the like.
    pub event: String,
    /// ARN of a function, queue or topic.
    pub target_arn: String,
    /// What a key must start with.
    pub prefix: Option<String>,
    /// What a key must end in.
    pub suffix: Option<String>,
}

pub(super) fn read_table(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let stream = props.object("StreamSpecification");
    let view = stream.as_ref().and_then(|stream| stream.text("StreamViewType"));
    if let Some(stream) = &stream {
        stream.no_effect(&["ResourcePolicy"]);
    }
    project.tables.push(Table {
        logical_id: props.id.clone(),
        table_name: props.physical_name(),
        arn: props.attribute("Arn"),
        stream_arn: stream.is_some().then(|| props.attribute("StreamArn")),
        stream_view_type: view,
        attributes: rest(props, &["TableName", "StreamSpecification", "Tags"]),
        place: props.place(),
    });
}

pub(super) fn read_stream(props: &Props<'_, '_>, project: &mut LambdaProject) {
    project.streams.push(Stream {
        logical_id: props.id.clone(),
        stream_name: props.physical_name(),
        arn: props.attribute("Arn"),
        shard_count: props.within("ShardCount", 1, 10_000, "").unwrap_or(4),
        place: props.place(),
    });
    props.no_effect(&["Name", "RetentionPeriodHours", "StreamEncryption", "StreamModeDetails", "Tags"]);
}

/// Lists of notifications: the list, the property that names the target.
const NOTIFICATIONS: &[(&str, &str)] =
    &[("LambdaConfigurations", "Function"), ("QueueConfigurations", "Queue"), ("TopicConfigurations", "Topic")];

pub(super) fn read_bucket(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let config = props.object("NotificationConfiguration");
    let mut notifications = Vec::new();
    for (list, target) in NOTIFICATIONS {
        for entry in config.as_ref().map(|config| config.objects(list)).unwrap_or_default() {
            notifications.push(notification(&entry, target));
        }
    }
    project.buckets.push(Bucket {
        logical_id: props.id.clone(),
        bucket_name: props.physical_name(),
        arn: props.attribute("Arn"),
        notifications,
        event_bridge: config.is_some_and(|config| config.get("EventBridgeConfiguration").is_some()),
        attributes: rest(props, &["BucketName", "NotificationConfiguration", "Tags"]),
        place: props.place(),
    });
}

fn notification(entry: &Props<'_, '_>, target: &str) -> BucketNotification {
    let key = entry.object("Filter").and_then(|filter| filter.object("S3Key"));
    let rules = key.map(|key| key.objects("Rules")).unwrap_or_default();
    for rule in &rules {
        rule.no_effect(&["Name", "Value"]);
    }
    let rule = |name: &str| {
        rules.iter().find(|rule| rule.text("Name").is_some_and(|text| text.eq_ignore_ascii_case(name))).and_then(|rule| rule.text("Value"))
    };
    BucketNotification {
        event: entry.text("Event").unwrap_or_default(),
        target_arn: entry.text(target).unwrap_or_default(),
        prefix: rule("prefix"),
        suffix: rule("suffix"),
    }
}
