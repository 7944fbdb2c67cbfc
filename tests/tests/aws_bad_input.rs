//! What no client should send to AWS's endpoint, by the real binary: each is answered in AWS's words, and the next request is served.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html>

use std::process::Command;

use greenroom_tests::{Client, Project, Reply, Server, python_for_aws, repository};
use serde_json::json;

const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.0");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const SEND: (&str, &str) = ("x-amz-target", "AmazonSQS.SendMessage");

fn served(options: &[&str]) -> (Server, Client) {
    let project = Project::empty();
    project.write(
        "template.yaml",
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Orders:\n    Type: AWS::SQS::Queue\n    Properties: { QueueName: orders }\n",
    );
    let server = Server::start(&project, &[&["--aws-port", "0", "--ephemeral"], options].concat());
    let address = server.aws().url().trim_start_matches("http://").parse().expect("the endpoint has an address");
    (server, Client::new(address))
}

fn post(client: Client, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    client.try_request("POST", "/", headers, body).expect("it is answered")
}

/// A message is sent, so all is well.
fn well(client: Client) {
    let body = json!({ "QueueUrl": "orders", "MessageBody": "a" }).to_string();
    let sent = post(client, &[JSON, SEND], body.as_bytes());
    assert!(sent.status == 200 && sent.json()["MD5OfMessageBody"] == "0cc175b9c0f1b6a831c399e269772661", "{}", sent.text());
}

#[test]
fn bodies_that_are_no_json_of_the_operation() {
    let (_server, client) = served(&[]);
    let nested = format!("{{\"QueueUrl\":\"orders\",\"MessageBody\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
    let cases = [
        "<SendMessage><QueueUrl>orders</QueueUrl></SendMessage>",
        "{\"QueueUrl\":",
        "[]",
        "\"orders\"",
        "\u{0}",
        r#"{"QueueUrl":"\ud800"}"#,
        &nested,
    ];
    for body in cases {
        let refused = post(client, &[JSON, SEND], body.as_bytes());
        assert_eq!((refused.status, &refused.json()["__type"]), (400, &json!("com.amazon.coral.service#SerializationException")), "{body}");
        assert_eq!(refused.header("x-amzn-query-error"), Some("SerializationException;Sender"));
    }
    // Bytes that are no text.
    assert_eq!(
        post(client, &[JSON, SEND], b"{\"QueueUrl\":\"\xff\xfe\"}").json()["__type"],
        "com.amazon.coral.service#SerializationException"
    );
    // What nobody knows is passed over, as by all of AWS's services.
    let more = json!({ "QueueUrl": "orders", "MessageBody": "a", "Unheard": { "of": [1] } }).to_string();
    assert_eq!(post(client, &[JSON, SEND], more.as_bytes()).status, 200);
    well(client);
}

#[test]
fn operations_that_are_not_there() {
    let (_server, client) = served(&[]);
    let unknown = json!({ "__type": "com.amazon.coral.service#UnknownOperationException" });
    for target in ["AmazonSQS.Unheard", "AmazonSQS.", "SendMessage", "DynamoDB_20120810.SendMessage"] {
        let signed = "AWS4-HMAC-SHA256 Credential=test/20270101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
        let refused = post(client, &[JSON, ("x-amz-target", target), ("authorization", signed)], b"{}");
        assert_eq!((refused.status, refused.json()), (400, unknown.clone()), "{target}");
    }
    let other = post(client, &[JSON, ("x-amz-target", "DynamoDB_20120810.ListTables")], b"{}");
    assert_eq!(
        (other.status, other.text().contains("greenroom does not emulate the service DynamoDB_20120810")),
        (501, true),
        "{}",
        other.text()
    );
    let said = |body: &str| {
        let refused = post(client, &[FORM], format!("{body}&Version=2012-11-05&QueueUrl=orders").as_bytes());
        (refused.status, refused.text())
    };
    let (status, text) = said("Action=Unheard");
    assert!(status != 200 && !text.contains("panicked"), "{status} {text}");
    let refused = client.try_request("POST", "/000000000000/orders", &[FORM], b"Action=Unheard").expect("it is answered");
    assert!(
        refused.status == 400
            && refused.text().contains("<Code>InvalidAction</Code><Message>The action Unheard is not valid for this endpoint.</Message>"),
        "{}",
        refused.text()
    );
    for action in ["CreateQueue", "ListQueues"] {
        let refused = client.get(&format!("/000000000000/orders?Action={action}&QueueName=x"));
        assert!(refused.status == 400 && refused.text().contains("<Code>InvalidAction</Code>"), "{}", refused.text());
    }
    let refused = client.try_request("POST", "/000000000000/orders", &[FORM], b"MessageBody=a").expect("it is answered");
    assert!(refused.status == 400 && refused.text().contains("<Code>MissingAction</Code>"), "{}", refused.text());
    well(client);
}

#[test]
fn bodies_that_are_too_large_or_other_than_their_length() {
    let (server, client) = served(&[]);
    let mut body = br#"{"QueueUrl":"orders","MessageBody":""#.to_vec();
    body.resize(100 * 1024 * 1024, b'x');
    let refused = post(client, &[JSON, SEND], &body);
    assert_eq!((refused.status, &refused.json()["__type"]), (413, &json!("com.amazon.coral.service#RequestEntityTooLargeException")));
    drop(body);
    let head = |length: &str| {
        format!(
            "POST / HTTP/1.1\r\nhost: {}\r\nx-amz-target: {}\r\ncontent-type: {}\r\ncontent-length: {length}\r\n\r\n",
            client.address(),
            SEND.1,
            JSON.1
        )
    };
    let body = json!({ "QueueUrl": "orders", "MessageBody": "a" }).to_string();
    // More was promised than comes.
    let mut wire = client.wire();
    wire.send(head("1000")).send(&body).finish();
    let said = wire.rest();
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{said}");
    // Less was promised: what is left over is no request.
    let mut wire = client.wire();
    wire.send(head("10")).send(&body);
    let said = wire.rest();
    assert!(said.starts_with("HTTP/1.1 400") && said.contains("SerializationException"), "{said}");
    for length in ["-1", "ten", "18446744073709551616", "10, 11"] {
        let mut wire = client.wire();
        wire.send(head(length));
        let said = wire.rest();
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{length}: {said}");
    }
    well(client);
    assert!(!server.errors().contains("panicked"), "{}", server.errors());
}

#[test]
fn signatures_that_are_not_right() {
    let (server, client) = served(&["--auth", "strict"]);
    let body = json!({ "QueueUrl": "orders", "MessageBody": "a" }).to_string();
    let refused = |headers: &[(&str, &str)], path: &str| {
        let refused = client.try_request("POST", path, &[&[JSON, SEND], headers].concat(), body.as_bytes()).expect("it is answered");
        assert_eq!(refused.status, 403, "{}", refused.text());
        let kind = refused.json()["__type"].as_str().unwrap_or_default().rsplit('#').next().unwrap_or_default().to_owned();
        (kind, refused.json()["message"].as_str().unwrap_or_default().to_owned())
    };
    let kind = |authorization: &str| refused(&[("authorization", authorization), ("x-amz-date", "20270101T000000Z")], "/").0;
    assert_eq!(refused(&[], "/"), ("MissingAuthenticationTokenException".into(), "Request is missing Authentication Token".into()));
    assert_eq!(kind("Bearer x"), "MissingAuthenticationTokenException");
    assert_eq!(kind("AWS4-HMAC-SHA256"), "IncompleteSignatureException");
    assert_eq!(kind("AWS4-HMAC-SHA256 Credential=test, SignedHeaders=host, Signature=0"), "IncompleteSignatureException");
    let scope = "Credential=test/20270101/us-east-1/sqs/aws4_request";
    assert_eq!(kind(&format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=x-amz-date, Signature=0")), "InvalidSignatureException");
    assert_eq!(kind(&format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=none")), "InvalidSignatureException");
    assert_eq!(
        kind("AWS4-HMAC-SHA256 Credential=who/20270101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"),
        "UnrecognizedClientException"
    );
    let (_, said) = refused(&[("authorization", "AWS test:c2lnbmF0dXJl")], "/");
    assert!(said.contains("signatures of version 2 are not accepted"), "{said}");
    let (_, said) = refused(&[], "/?AWSAccessKeyId=test&Signature=x&SignatureVersion=2");
    assert!(said.contains("signatures of version 2 are not accepted"), "{said}");
    let (_, said) = refused(
        &[],
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20270101%2Fus-east-1%2Fsqs%2Faws4_request&X-Amz-Date=%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0",
    );
    assert!(said.starts_with("Date must be in ISO-8601"), "{said}");
    let form = client.try_request("POST", "/", &[FORM], b"Action=ListQueues&Version=2012-11-05").expect("it is answered");
    assert!(form.status == 403 && form.text().contains("<Code>MissingAuthenticationToken</Code>"), "{}", form.text());

    let Some(python) = python_for_aws() else { return };
    let script = repository().join("tests/sqs/strict.py");
    let mut command = Command::new(python);
    command.arg(script).env("AWS_ENDPOINT_URL", server.aws().url()).env("AWS_DEFAULT_REGION", "us-east-1");
    let output = command.output().expect("Python runs");
    assert!(
        output.status.success() && output.stdout.ends_with(b"ok\n"),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
