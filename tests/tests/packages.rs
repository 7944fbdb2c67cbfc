//! Packages from npm that people use in Workers, bundled and run, unmodified. Skipped, with a line that says so, where no registry is
//! reached.

use std::net::TcpStream;

use greenroom_tests::{Project, Server, Site, SiteRequest, repository, respond};
use serde_json::{Value, json};

/// The spec with its packages; none where they cannot be had.
fn packages() -> Option<Project> {
    let project = Project::copy_of(&repository().join("tests/specs/packages"));
    project.install().then_some(project)
}

#[test]
fn common_packages_of_npm_do_what_they_do_on_workerd() {
    let Some(project) = packages() else { return };
    let server = Server::start(&project, &["--ephemeral"]);
    assert_eq!(server.errors(), "", "nothing to warn of");
    let recorded = std::fs::read(project.file("expected.json")).expect("the answers of workerd are recorded");
    let expected: serde_json::Map<String, Value> = serde_json::from_slice(&recorded).expect("they are JSON");
    assert_eq!(server.get("/").json().as_array().map(Vec::len), Some(expected.len() + 1), "each package but `aws` is recorded");
    let differences: Vec<String> = expected.iter().flat_map(|(name, answers)| differences(&server, name, answers)).collect();
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

/// What a package answers otherwise than on workerd.
fn differences(server: &Server, name: &str, expected: &Value) -> Vec<String> {
    let seen = server.get(&format!("/{name}")).json();
    let expected = expected.as_object().expect("a package answers with an object");
    let differing = expected.iter().filter(|(what, value)| seen.get(what.as_str()) != Some(value));
    differing.map(|(what, value)| format!("{name}, {what}: workerd {value}, here {}", seen.get(what).unwrap_or(&seen))).collect()
}

#[test]
fn the_aws_sdk_signs_its_requests_and_reads_the_answers() {
    let Some(project) = packages() else { return };
    let site = Site::start(aws);
    let server = Server::start(&project, &["--ephemeral"]);
    let reply = server.get(&format!("/aws?endpoint={}", site.url()));
    let no_parser = |status: u16| json!(["ReferenceError", "DOMParser is not defined", status]);
    let expected = json!({
        "put": "\"5d41\"",
        "got": ["hello", "text/plain", { "from": "worker" }],
        "listed": no_parser(200),
        "missing": no_parser(404),
        "item": { "id": { "S": "1" }, "count": { "N": "5" } },
        "refused": ["ResourceNotFoundException", "Requested resource not found", 400],
        "sent": "m-1",
    });
    assert_eq!((reply.status, reply.json()), (200, expected), "{}", reply.text());

    let seen = site.seen();
    assert_eq!(seen.len(), 8, "four for S3, three for DynamoDB, one for SQS, and none sent twice: {seen:#?}");
    for request in &seen {
        let authorization = request.header("authorization").unwrap_or_default();
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{request:?}");
        assert!(authorization.contains("SignedHeaders=") && authorization.contains(";host;"), "{authorization}");
        assert_eq!(authorization.rsplit("Signature=").next().map(str::len), Some(64), "{authorization}");
        assert!(request.header("x-amz-date").is_some_and(|date| date.len() == "20260101T000000Z".len()), "{request:?}");
    }
    let put = &seen[0];
    assert_eq!((put.method.as_str(), put.path.as_str()), ("PUT", "/bucket/a%20key.txt?x-id=PutObject"));
    // SHA-256 and CRC-32 of `hello`.
    let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    assert_eq!((put.body.as_slice(), put.header("x-amz-content-sha256")), (b"hello".as_slice(), Some(digest)));
    assert_eq!(put.header("x-amz-checksum-crc32"), Some("NhCmhg=="));
}

/// As much of AWS as the spec asks for.
fn aws(request: &SiteRequest, stream: &mut TcpStream) {
    let body = String::from_utf8_lossy(&request.body).into_owned();
    match (request.header("x-amz-target"), request.path.as_str()) {
        (Some("DynamoDB_20120810.GetItem"), _) if body.contains("missing") => {
            let error =
                br#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}"#;
            respond(stream, "400 Bad Request", "content-type: application/x-amz-json-1.0\r\n", error);
        }
        (Some("DynamoDB_20120810.GetItem"), _) => respond(stream, "200 OK", "", br#"{"Item":{"id":{"S":"1"},"count":{"N":"5"}}}"#),
        (Some("DynamoDB_20120810.PutItem"), _) => respond(stream, "200 OK", "", b"{}"),
        (Some("AmazonSQS.SendMessage"), _) => {
            respond(stream, "200 OK", "", br#"{"MessageId":"m-1","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}"#);
        }
        (None, path) if path.contains("missing") => respond(stream, "404 Not Found", "", b"<Error><Code>NoSuchKey</Code></Error>"),
        (None, path) if path.contains("list-type=2") => respond(stream, "200 OK", "", b"<ListBucketResult></ListBucketResult>"),
        (None, _) if request.method == "PUT" => respond(stream, "200 OK", "etag: \"5d41\"\r\n", b""),
        _ => respond(stream, "200 OK", "content-type: text/plain\r\nx-amz-meta-from: worker\r\n", b"hello"),
    }
}
