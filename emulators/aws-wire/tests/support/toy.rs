//! Services that answer what they were asked: the wire by itself, for trying clients. Each speaks something else.

use std::sync::Arc;

use futures::future::BoxFuture;
use greenroom_aws_wire::{Answer, ApiError, Context, Endpoint, Model, Payload, Service, Strictness};
use greenroom_host::{Clock, Host, Ids, Profile};
use serde_json::{Value, json};

const QUEUES: &str = include_str!("queues.model");
const METRICS: &str = include_str!("metrics.model");
const OBJECTS: &str = include_str!("objects.model");

/// A service whose answers are made by a function.
struct Toy {
    model: Model,
    answer: fn(&str, &Context, &Value) -> Result<Answer, ApiError>,
}

impl Service for Toy {
    fn model(&self) -> &Model {
        &self.model
    }

    fn call(&self, operation: &str, context: Context, input: Value) -> Option<BoxFuture<'static, Result<Answer, ApiError>>> {
        let answered = (self.answer)(operation, &context, &input);
        Some(Box::pin(async move { answered }))
    }
}

/// The endpoint of all of them.
pub(crate) fn endpoint(strictness: Strictness, origin: String) -> Endpoint {
    let host = Host::new(Clock::real(), Ids::from_seed(1), Profile::Relaxed, None);
    let toy = |model: &str, answer| -> Arc<dyn Service> { Arc::new(Toy { model: Model::parse(&[model]).expect("a model"), answer }) };
    let services = vec![toy(QUEUES, queues), toy(METRICS, metrics), toy(OBJECTS, objects)];
    Endpoint::new(host, services, strictness, origin)
}

/// Says as the message's id how it understood the request.
fn queues(operation: &str, context: &Context, input: &Value) -> Result<Answer, ApiError> {
    if input["QueueUrl"] == "http://nowhere/gone" {
        let error = ApiError::new("QueueDoesNotExist", 400, "The specified queue does not exist.");
        return Err(error.in_query("The specified queue does not exist for this wsdl version."));
    }
    Ok(match operation {
        "SendMessage" => Answer::of(&json!({ "MessageId": input.to_string(), "SequenceNumber": context.region })),
        "ReceiveMessage" => Answer::of(&json!({ "Messages": [{
            "MessageId": "1", "Body": "a<b>\r\n\"c\" & \u{e9}",
            "Attributes": { "SentTimestamp": "1" },
            "MessageAttributes": { "kind": { "DataType": "Binary", "BinaryValue": "AQI=" } },
        }] })),
        _ => Answer::empty(),
    })
}

/// Says as label how it understood the request.
fn metrics(operation: &str, _: &Context, input: &Value) -> Result<Answer, ApiError> {
    if input["MetricName"] == "absent" {
        return Err(ApiError::new("ResourceNotFound", 404, "There is none."));
    }
    Ok(match operation {
        "GetMetricStatistics" => Answer::of(&json!({
            "Label": input.to_string(),
            "Datapoints": [{ "Timestamp": 1_795_694_400, "Average": 2.0, "Unit": "Count" }],
        })),
        _ => Answer::empty(),
    })
}

/// Gives back what it was given, in its headers.
fn objects(operation: &str, context: &Context, input: &Value) -> Result<Answer, ApiError> {
    Ok(match operation {
        "PutObject" => {
            let said = format!("{}/{} {} {}", input["Bucket"], input["Key"], context.payload.len(), input["Metadata"]);
            let checksum = context.header("x-amz-checksum-crc32");
            Answer::of(&json!({ "ETag": said.replace('"', "'"), "ChecksumCRC32": checksum }))
        }
        "GetObject" if input["Key"] == "gone" => return Err(ApiError::new("NoSuchKey", 404, "The specified key does not exist.")),
        "GetObject" => {
            let members = json!({ "LastModified": 1_795_694_400, "Metadata": { "a": "b" }, "ContentType": "text/plain" });
            Answer::of(&members).with_payload(Payload::Bytes("hello".into()))
        }
        "GetBucketTagging" => Answer::of(&json!({ "TagSet": [{ "Key": "a&b", "Value": "1" }, { "Key": "c", "Value": "2" }] })),
        _ => Answer::empty(),
    })
}
