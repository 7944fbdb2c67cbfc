//! Queues that feed functions, by the real binary: batches, failures that a function reports, dead letters, filters, the mappings of the
//! API.

mod rig;
mod running;

use greenroom_tests::{Project, Server, greenroom};
use serde_json::{Value, json};

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Dead:
    Type: AWS::SQS::Queue
    Properties: { QueueName: orders-dead }
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      VisibilityTimeout: 60
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 }
  Works:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: works
      Runtime: nodejs22.x
      CodeUri: code/
      Handler: index.handler
      Timeout: 60
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: !GetAtt Orders.Arn
            BatchSize: 10
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: { Filters: [{ Pattern: '{\"body\":{\"kind\":[{\"anything-but\":\"ignored\"}]}}' }] }
";

/// Says which orders failed: those that are bad.
const WORKS: &str = r#"export async function handler(event) {
  const failed = event.Records.filter((record) => JSON.parse(record.body).kind === "bad");
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
}
"#;

fn started() -> (Project, Server) {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("code/index.mjs", WORKS);
    let server = Server::start(&project, &["--aws-port", "0"]);
    run(&project, &["clock", "freeze", "--at", "2027-01-01"]);
    (project, server)
}

fn run(project: &Project, arguments: &[&str]) -> String {
    let finished = greenroom(project, arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {}", finished.stderr);
    finished.stdout
}

/// Lets everything happen that happens by then.
fn advance(project: &Project, by: &str) {
    run(project, &["clock", "advance", by, "--max-settle", "5m", "--max-wall", "5m"]);
}

/// Visible and hidden messages of a queue.
fn held(project: &Project, queue: &str) -> (u64, u64) {
    let text = run(project, &["sqs", "list", "--json"]);
    let listed: Value = serde_json::from_str(&text).expect("it prints JSON");
    let all = listed.as_array().or_else(|| listed["queues"].as_array()).expect("a list of queues");
    let found = all.iter().find(|one| one["name"] == queue).unwrap_or_else(|| panic!("no `{queue}` in {listed}"));
    (found["visible"].as_u64().expect("a count"), found["inFlight"].as_u64().expect("a count"))
}

fn send(project: &Project, kind: &str) {
    run(project, &["sqs", "send", "orders", &json!({ "kind": kind }).to_string()]);
}

#[test]
fn what_fails_three_times_is_given_up_and_comes_back_to_mended_code() {
    let (project, server) = started();
    for kind in ["good", "bad", "ignored"] {
        send(&project, kind);
    }
    advance(&project, "0s");
    assert_eq!(held(&project, "orders"), (0, 1), "one failed and is hidden, the others are worked off");
    for _ in 0..2 {
        advance(&project, "60s");
        assert_eq!(held(&project, "orders-dead"), (0, 0));
    }
    advance(&project, "60s");
    assert_eq!((held(&project, "orders"), held(&project, "orders-dead")), ((0, 0), (1, 0)));

    project.write("code/index.mjs", WORKS.replace("=== \"bad\"", "=== \"worse\""));
    server.wait_message("reloaded works in ");
    run(&project, &["sqs", "redrive", "orders-dead"]);
    advance(&project, "1m");
    assert_eq!((held(&project, "orders"), held(&project, "orders-dead")), ((0, 0), (0, 0)));
}

/// What `greenroom events generate aws sqs` prints.
fn made_up(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let text = run(project, &[&["events", "generate", "aws", "sqs"], arguments].concat());
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn batches_that_are_made_up_reach_the_function_without_the_queue() {
    let (project, _server) = started();
    project.write("bad.json", r#"{"kind":"bad"}"#);
    let asked =
        [r#"{"kind":"good"}"#, "@bad.json", "--records", "4", "--queue", "orders", "--attribute", "total:Number=5", "--receive-count", "2"];
    let made = made_up(&project, &[&asked[..], &["--seed", "3"]].concat());
    assert_eq!(made, made_up(&project, &[&asked[..], &["--seed", "3"]].concat()));
    let records = made[0]["payload"]["data"]["Records"].as_array().expect("records");
    let bodies: Vec<_> = records.iter().map(|record| record["body"].as_str().unwrap_or_default()).collect();
    assert_eq!(bodies, [r#"{"kind":"good"}"#, r#"{"kind":"bad"}"#, r#"{"kind":"good"}"#, r#"{"kind":"bad"}"#]);
    let record = &records[1];
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "2");
    let number = json!({ "stringListValues": [], "binaryListValues": [], "dataType": "Number", "stringValue": "5" });
    assert_eq!(record["messageAttributes"], json!({ "total": number }));
    // As `md5sum` has it.
    assert_eq!(record["md5OfBody"], "9edba3abbd18453dcee4e58a5f08abd4");
    let failed: Vec<_> = [1, 3].map(|place: usize| json!({ "itemIdentifier": records[place]["messageId"] })).into();

    project.write("batch.jsonl", made[0].to_string());
    let sent: Value = serde_json::from_str(&run(&project, &["events", "send", "batch.jsonl", "--to", "works", "--json"])).expect("JSON");
    assert_eq!(sent["result"], json!({ "batchItemFailures": failed }));
    project
        .write("payload.json", run(&project, &[&["events", "generate", "aws", "sqs"], &asked[..], &["--seed", "3", "--payload"]].concat()));
    let answer: Value = serde_json::from_str(&run(&project, &["lambda", "invoke", "works", "--payload", "@payload.json"])).expect("JSON");
    assert_eq!(answer, sent["result"]);
    assert_eq!(held(&project, "orders"), (0, 0));
}

#[test]
fn messages_come_by_other_services_and_from_fifo_queues() {
    let project = Project::empty();
    let record = |arguments: &[&str]| made_up(&project, arguments)[0]["payload"]["data"]["Records"][0].clone();
    let inside = |record: &Value| serde_json::from_str::<Value>(record["body"].as_str().expect("a text")).expect("JSON in it");
    let fifo = record(&["hello", "--queue", "arn:aws:sqs:eu-west-1:111122223333:shop.fifo", "--group", "a", "--dedup", "b"]);
    let attributes = &fifo["attributes"];
    assert_eq!((&attributes["MessageGroupId"], &attributes["MessageDeduplicationId"]), (&json!("a"), &json!("b")));
    assert_eq!((attributes["SequenceNumber"].as_str().map(str::len), &fifo["awsRegion"]), (Some(20), &json!("eu-west-1")));
    assert_eq!(fifo["eventSourceARN"], "arn:aws:sqs:eu-west-1:111122223333:shop.fifo");

    let sns = record(&["hello", "--via", "sns", "--attribute", "kind=new", "--envelope", "Subject=news"]);
    let told = inside(&sns);
    assert_eq!((&told["Type"], &told["Message"], &told["Subject"]), (&json!("Notification"), &json!("hello"), &json!("news")));
    assert_eq!((&told["MessageAttributes"]["kind"]["Value"], &sns["messageAttributes"]), (&json!("new"), &json!({})));
    project.write("cat 1.png", "meow");
    let object = inside(&record(&["@cat 1.png", "--via", "s3"]))["Records"][0]["s3"]["object"].clone();
    assert_eq!(
        (&object["key"], &object["size"], &object["eTag"]),
        (&json!("cat+1.png"), &json!(4), &json!("4a4be40c96ac6314e91d93f38043a634"))
    );
    let event = inside(&record(&[r#"{"id":7}"#, "--via", "eventbridge", "--envelope", "detail-type=order paid"]));
    assert_eq!((&event["detail"], &event["detail-type"]), (&json!({ "id": 7 }), &json!("order paid")));
}

#[test]
fn messages_that_cannot_be_made_up_are_told() {
    let project = Project::empty();
    for (arguments, words) in [
        (&["aws", "sqs", "hello", "--via", "eventbridge"][..], "has a JSON object as its `detail`, and the body is none"),
        (&["aws", "sqs", "--dedup", "a"], "messages of a standard queue have no deduplication id"),
        (&["aws", "sqs", "--attribute", "kind"], "`kind` is no attribute"),
        (&["aws", "sqs", "{}", "--via", "s3", "--attribute", "a=b"], "S3 and EventBridge send messages without attributes"),
        (&["aws", "sqs", "@nothing.json"], "`nothing.json` cannot be read"),
        (&["aws", "queue"], "`aws` has no events of the kind `queue` that can be made up; there are `sqs`"),
        (&["workers", "fetch", "--records", "2"], "what messages say is for `aws sqs`, not for `workers fetch`"),
    ] {
        let told = greenroom(&project, &[&["events", "generate"], arguments].concat());
        assert!(told.code == Some(1) && told.stderr.contains(words), "{arguments:?}: {}", told.stderr);
    }
}
