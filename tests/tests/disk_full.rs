//! A disk that is full in the middle of a batch: the run keeps its state on a small one of its own, which the test fills. Skipped, with a
//! message, where the system lets nobody mount a folder in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use greenroom_tests::{Project, Server, binary};
use serde_json::{Value, json};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: { QueueName: orders.fifo, FifoQueue: true, VisibilityTimeout: 600 }
";

/// Starts the program with a disk of 8 MB for what it keeps, in namespaces of its own.
const STARTS: &str = r#"#!/bin/sh
exec unshare -Urm sh -c 'mount -t tmpfs -o size=8m none .greenroom && exec "$0" "$@"' "$GREENROOM" "$@"
"#;

/// What is left of the disk: less than a batch takes.
const LEFT: u64 = 200_000;
/// Of each message.
const BYTES: usize = 40_000;

fn can_mount() -> bool {
    let tried = Command::new("unshare").args(["-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    match tried {
        Ok(output) if output.status.success() => true,
        Ok(output) => {
            eprintln!("skipped: a folder in memory cannot be mounted here: {}", String::from_utf8_lossy(&output.stderr));
            false
        }
        Err(error) => {
            eprintln!("skipped: there is no `unshare` on this machine: {error}");
            false
        }
    }
}

/// The disk, as the run sees it.
struct Disk(PathBuf);

impl Disk {
    fn of(server: &Server, project: &Project) -> Self {
        let inside = project.file(".greenroom");
        Self(Path::new("/proc").join(server.pid().to_string()).join("root").join(inside.strip_prefix("/").expect("it begins with `/`")))
    }

    /// Fills it but for some bytes.
    fn fill(&self) {
        let mut filler = File::create(self.0.join("filler")).expect("the disk takes another file");
        let piece = [0; 4096];
        while filler.write_all(&piece).is_ok() {}
        let size = filler.metadata().expect("the file is there").len();
        filler.set_len(size - LEFT).expect("a file can be made shorter");
    }

    fn empty(&self) {
        std::fs::remove_file(self.0.join("filler")).expect("the file is there");
    }
}

/// Sends a batch of ten; the answer, with the texts.
fn send(server: &Server, batch: usize) -> (u16, Value) {
    let entry = |at: usize| {
        let body = format!("{batch}.{at} {}", "x".repeat(BYTES));
        json!({ "Id": at.to_string(), "MessageBody": body, "MessageGroupId": "g", "MessageDeduplicationId": format!("{batch}.{at}") })
    };
    let input = json!({ "QueueUrl": "http://127.0.0.1/000000000000/orders.fifo", "Entries": (0..10).map(entry).collect::<Vec<_>>() });
    let answer = server.aws().sqs("SendMessageBatch", &input);
    (answer.status, answer.json())
}

/// How many messages there are of each batch.
fn received(server: &Server) -> BTreeMap<usize, usize> {
    let mut batches = BTreeMap::new();
    loop {
        let input = json!({ "QueueUrl": "http://127.0.0.1/000000000000/orders.fifo", "MaxNumberOfMessages": 10 });
        let answer = server.aws().sqs("ReceiveMessage", &input);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let Some(messages) = answer.json()["Messages"].as_array().cloned() else { return batches };
        for message in &messages {
            let (batch, _) = message["Body"].as_str().and_then(|body| body.split_once('.')).expect("a text of this test");
            *batches.entry(batch.parse().expect("a number")).or_default() += 1;
        }
        let entry = |(at, message): (usize, &Value)| json!({ "Id": at.to_string(), "ReceiptHandle": message["ReceiptHandle"] });
        let entries: Vec<_> = messages.iter().enumerate().map(entry).collect();
        let deleted = server.aws().sqs("DeleteMessageBatch", &json!({ "QueueUrl": input["QueueUrl"], "Entries": entries }));
        assert_eq!(deleted.json()["Successful"].as_array().map(Vec::len), Some(messages.len()), "{}", deleted.text());
    }
}

#[test]
fn a_batch_is_sent_whole_or_not_at_all() {
    if !can_mount() {
        return;
    }
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("starts", STARTS);
    std::fs::create_dir(project.file(".greenroom")).expect("the folder can be made");
    std::fs::set_permissions(project.file("starts"), PermissionsExt::from_mode(0o755)).expect("the mode can be set");
    let mut command = Command::new(project.file("starts"));
    command.env("GREENROOM", binary());
    let server = Server::launch_by(command, &project, &["--port", "0", "--aws-port", "0"]).unwrap_or_else(|errors| panic!("{errors}"));
    server.control().freeze("2027-01-01T00:00:00Z");
    let disk = Disk::of(&server, &project);
    assert_eq!(send(&server, 0).0, 200);
    disk.fill();
    let refused = std::thread::scope(|scope| {
        let server = &server;
        let batches: Vec<_> = (1..=4).map(|batch| scope.spawn(move || (batch, send(server, batch)))).collect();
        let answers = batches.into_iter().map(|batch| batch.join().expect("an answer comes"));
        answers.filter(|(_, (status, _))| *status != 200).collect::<Vec<_>>()
    });
    assert!(!refused.is_empty(), "the disk has no room for four batches");
    for (batch, (status, said)) in &refused {
        let message = said["message"].as_str().or(said["Message"].as_str()).unwrap_or_default();
        let is_failure = said["__type"].as_str().is_some_and(|kind| kind.ends_with("#InternalFailure"));
        assert!(*status == 500 && is_failure, "{batch}: {status} {said}");
        assert!(message.contains("disk is full") && message.ends_with("nothing of this request was done"), "{message}");
    }
    disk.empty();
    // The same ids once more: what failed does not count as sent.
    let again: BTreeSet<usize> = refused.iter().map(|(batch, _)| *batch).collect();
    for batch in &again {
        let (status, said) = send(&server, *batch);
        assert_eq!((status, said["Successful"].as_array().map(Vec::len)), (200, Some(10)), "{said}");
    }
    assert_eq!(received(&server), (0..=4).map(|batch| (batch, 10)).collect());
}
