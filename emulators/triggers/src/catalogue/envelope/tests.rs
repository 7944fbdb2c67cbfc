use greenroom_host::Ids;
use serde_json::Value;

use super::*;

const ORDER: &str = r#"{"id":7}"#;

/// A member, where it is a text.
fn text<'a>(made: &'a Value, path: &str) -> &'a str {
    made.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn inside(text: &str) -> Inside<'_> {
    Inside { text, digest: "d751713988987e9331980363e24189ce", name: None, attributes: &[], fifo: false }
}

fn around(envelope: Envelope, inside: &Inside<'_>, changes: &[&str]) -> Result<(String, Value), String> {
    let changes: Vec<_> = changes.iter().map(|change| Change::parse(change).unwrap()).collect();
    let written = envelope.around(&Draw::new(Ids::from_seed(1)), inside, &changes).map_err(|error| error.to_string())?;
    let read = serde_json::from_str(&written).unwrap();
    Ok((written, read))
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_notification_of_sns() {
    let (written, made) = around(Envelope::Sns, &inside(ORDER), &["Subject=new"]).unwrap();
    assert!(written.starts_with("{\n  \"Type\" : \"Notification\",\n  \"MessageId\" : \"") && written.ends_with("\"new\"\n}"), "{written}");
    let fields = "Type MessageId TopicArn Message Timestamp SignatureVersion Signature SigningCertURL UnsubscribeURL Subject";
    assert_eq!(keys(&made).join(" "), fields);
    assert_eq!((text(&made, "/Message"), text(&made, "/Subject")), (ORDER, "new"));

    let attributes = [("total".to_owned(), "Number".to_owned(), "5".to_owned())];
    let fifo = Inside { attributes: &attributes, fifo: true, ..inside(ORDER) };
    let (written, made) = around(Envelope::Sns, &fifo, &[]).unwrap();
    assert_eq!(keys(&made).join(" "), "Type MessageId SequenceNumber TopicArn Message Timestamp UnsubscribeURL MessageAttributes");
    assert!(text(&made, "/TopicArn").ends_with(":orders.fifo") && text(&made, "/SequenceNumber").len() == 20);
    let end = "  \"MessageAttributes\" : {\n    \"total\" : {\"Type\":\"Number\",\"Value\":\"5\"}\n  }\n}";
    assert!(written.ends_with(end), "{written}");
}

#[test]
fn a_notification_of_s3() {
    let named = Inside { name: Some("my photos/Zoë.png"), ..inside(ORDER) };
    let (_, made) = around(Envelope::S3, &named, &["Records.0.eventName=ObjectCreated:Copy"]).unwrap();
    let record = &made["Records"][0];
    let fields = "eventVersion eventSource awsRegion eventTime eventName userIdentity requestParameters responseElements s3";
    assert_eq!(keys(record).join(" "), fields);
    assert_eq!(keys(&record["s3"]["object"]).join(" "), "key size eTag sequencer");
    assert_eq!((text(record, "/s3/object/key"), text(record, "/eventName")), ("my+photos/Zo%C3%AB.png", "ObjectCreated:Copy"));
    assert_eq!((&record["s3"]["object"]["size"], text(record, "/s3/object/eTag")), (&8.into(), "d751713988987e9331980363e24189ce"));
}

#[test]
fn an_event_of_event_bridge() {
    let (_, made) = around(Envelope::EventBridge, &inside(ORDER), &["detail-type=order paid"]).unwrap();
    assert_eq!(keys(&made).join(" "), "version id detail-type source account time region resources detail");
    assert_eq!((&made["detail"]["id"], text(&made, "/detail-type")), (&7.into(), "order paid"));
    let time = text(&made, "/time");
    assert!(time.len() == 20 && time.ends_with('Z'), "{time}");
    for none in ["[1]", "hello", ""] {
        let refused = around(Envelope::EventBridge, &inside(none), &[]).unwrap_err();
        assert_eq!(refused, "what EventBridge sends has a JSON object as its `detail`, and the body is none");
    }
}
