//! `sns`, `s3` and `cloudwatchLog`.

use super::Event;
use crate::serverless::functions::Function;
use crate::serverless::{Service, names};
use crate::tree::{IntoNode, Maker, Node};

/// A topic by name is made; by ARN it is there.
pub(super) fn sns(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let at = event.at;
    let given = event.node.text().filter(|text| text.starts_with("arn:")).map(|_| event.node.clone());
    let by_reference = event.node.intrinsic().map(|_| event.node.clone());
    let arn = given.or(by_reference).or_else(|| event.get("arn").cloned());
    let name = event.node.text().map(str::to_owned).or_else(|| event.get("topicName").and_then(Node::scalar));
    let (topic, label) = match (arn, name) {
        (Some(arn), name) => {
            let label = name.unwrap_or_else(|| arn.to_json().to_string());
            (arn, label.rsplit(':').next().unwrap_or_default().to_owned())
        }
        (None, Some(name)) => {
            let id = format!("SNSTopic{}", names::plain(&name));
            if !service.resources.has(&id) {
                let properties = Maker::at(at).put("TopicName", name.as_str()).maybe("DisplayName", event.get("displayName"));
                service.add(&id, "AWS::SNS::Topic", properties);
            }
            (Node::make_ref(at, &id), name)
        }
        (None, None) => {
            event.missing(service, function, "topicName");
            return;
        }
    };
    let properties = Maker::at(at)
        .put("TopicArn", topic)
        .put("Protocol", "lambda")
        .put("Endpoint", &function.arn)
        .maybe("FilterPolicy", event.get("filterPolicy"))
        .maybe("FilterPolicyScope", event.get("filterPolicyScope"));
    service.add(&format!("{}SnsSubscription{}", function.normal, names::plain(&label)), "AWS::SNS::Subscription", properties);
}

/// A bucket, made unless it is there already, with a notification.
pub(super) fn s3(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let at = event.at;
    let Some(bucket) = event.named("bucket").and_then(Node::scalar) else {
        event.missing(service, function, "bucket");
        return;
    };
    let kind = event.get("event").cloned().unwrap_or_else(|| "s3:ObjectCreated:*".into_node(at));
    let id = format!("S3Bucket{}", names::plain(&bucket));
    if !service.resources.has(&id) {
        // What `provider.s3` says of a bucket by this key, which may give it another name.
        let settings = service.provider.at(&["s3", &bucket]).and_then(Node::object).cloned().unwrap_or_default();
        let name = settings.get("name").cloned().unwrap_or_else(|| bucket.as_str().into_node(at));
        service.add(&id, "AWS::S3::Bucket", Maker::at(at).put("BucketName", name));
    }
    let rules: Vec<Maker> = event.get("rules").map_or(&[][..], Node::one_or_more).iter().filter_map(rule).collect();
    let filter = (!rules.is_empty()).then(|| Maker::at(at).put("S3Key", Maker::at(at).put("Rules", rules)));
    let added: Vec<Node> = kind
        .one_or_more()
        .iter()
        .map(|kind| Maker::at(at).put("Event", kind).put("Function", &function.arn).maybe("Filter", filter.clone()).node())
        .collect();
    let Some(resource) = service.resources.get_mut(&id).and_then(Node::object_mut) else { return };
    let config = resource.object_at("Properties", at).object_at("NotificationConfiguration", at);
    let mut list = config.get("LambdaConfigurations").and_then(Node::items).map(<[Node]>::to_vec).unwrap_or_default();
    list.extend(added);
    config.set("LambdaConfigurations", list.into_node(at));
}

/// `- prefix: uploads/`.
fn rule(node: &Node) -> Option<Maker> {
    let entry = node.object()?.entries.first()?;
    Some(Maker::at(entry.at).put("Name", entry.key.as_str()).put("Value", &entry.node))
}

pub(super) fn log(service: &mut Service<'_>, function: &Function<'_>, event: &Event<'_>) {
    let number = service.next(format!("cloudwatchLog {}", function.key));
    let Some(group) = event.named("logGroup").cloned() else {
        event.missing(service, function, "logGroup");
        return;
    };
    let filter = event.get("filter").cloned().unwrap_or_else(|| "".into_node(event.at));
    let properties = Maker::at(event.at).put("LogGroupName", group).put("FilterPattern", filter).put("DestinationArn", &function.arn);
    service.add(&format!("{}LogsSubscriptionFilterCloudWatchLog{number}", function.normal), "AWS::Logs::SubscriptionFilter", properties);
}
