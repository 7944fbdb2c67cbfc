//! Notifications of Amazon SNS. <https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html>, with the fields of
//! <https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html>; those of FIFO topics are numbered and not signed.

use serde_json::{Map, Value, json};

use super::{ACCOUNT, Inside, REGION};
use crate::catalogue::Draw;

pub(super) fn notification(draw: &Draw, inside: &Inside<'_>) -> Value {
    let at = draw.instant();
    let topic = format!("arn:aws:sns:{REGION}:{ACCOUNT}:orders{}", if inside.fifo { ".fifo" } else { "" });
    let site = format!("https://sns.{REGION}.amazonaws.com");
    let mut made = json!({ "Type": "Notification", "MessageId": draw.uuid() });
    if inside.fifo {
        made["SequenceNumber"] = format!("1000000000000{:07}", draw.number(10_000) * 1000).into();
    }
    made["TopicArn"] = topic.as_str().into();
    made["Message"] = inside.text.into();
    made["Timestamp"] = at.iso_8601().into();
    if !inside.fifo {
        made["SignatureVersion"] = "1".into();
        made["Signature"] = "RVhBTVBMRQ==".into();
        made["SigningCertURL"] = format!("{site}/SimpleNotificationService-{}.pem", draw.hex(32)).into();
    }
    made["UnsubscribeURL"] = format!("{site}/?Action=Unsubscribe&SubscriptionArn={topic}:{}", draw.uuid()).into();
    if !inside.attributes.is_empty() {
        let one = |(name, kind, value): &(String, String, String)| (name.clone(), json!({ "Type": kind, "Value": value }));
        made["MessageAttributes"] = Value::Object(inside.attributes.iter().map(one).collect::<Map<_, _>>());
    }
    made
}

/// The text, in lines as SNS writes it.
pub(super) fn written(made: &Value) -> String {
    lines(made, "  ", |value| match value {
        Value::Object(_) => lines(value, "    ", Value::to_string),
        other => other.to_string(),
    })
}

fn lines(object: &Value, indent: &str, value: impl Fn(&Value) -> String) -> String {
    let members = object.as_object().into_iter().flatten();
    let members: Vec<_> = members.map(|(name, member)| format!("{indent}{} : {}", Value::from(name.as_str()), value(member))).collect();
    format!("{{\n{}\n{}}}", members.join(",\n"), &indent[2..])
}
