//! What waits costs nothing: a run with 1,000 queues and 100 mappings to a function neither sleeps for anything nor is woken.

use std::collections::BTreeMap;

use greenroom_tests::{Project, Server, cpu_ticks, descendants, switches, wait_for};
use serde_json::json;

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Works:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: works, Runtime: nodejs22.x, CodeUri: code/, Handler: index.handler, Timeout: 30 }
";

const QUEUES: usize = 1_000;
const MAPPINGS: usize = 100;
/// Looked at so often one after the other, which takes some seconds, nothing must have been woken. A part that looks at something again and
/// again never lets that be.
const LOOKS: usize = 10_000;

/// How often each thread of these processes was woken.
fn woken(pids: &[u32]) -> BTreeMap<u32, u64> {
    pids.iter().flat_map(|pid| switches(*pid)).collect()
}

#[test]
fn queues_and_mappings_that_wait_cost_nothing() {
    let project = Project::empty();
    project.write("template.yaml", TEMPLATE).write("code/index.mjs", "export const handler = async () => null;");
    let server = Server::start(&project, &["--aws-port", "0", "--ephemeral"]);
    for at in 0..QUEUES {
        let made = server.aws().sqs("CreateQueue", &json!({ "QueueName": format!("q{at}") }));
        assert_eq!(made.status, 200, "{}", made.text());
    }
    for at in 0..MAPPINGS {
        let source = format!("arn:aws:sqs:us-east-1:000000000000:q{at}");
        let input = json!({ "EventSourceArn": source, "FunctionName": "works" });
        let made = server.aws().lambda("POST", "/2015-03-31/event-source-mappings", &input);
        assert_eq!(made.status, 202, "{}", made.text());
    }
    assert_eq!(server.control().get("/v1/clock/pending")["pending"], json!([]));
    let all = [vec![server.pid()], descendants(server.pid())].concat();
    let (mut before, mut looks) = (BTreeMap::new(), 0);
    let ticks = wait_for("the run to come to rest", || {
        let now = woken(&all);
        looks = if now == before { looks + 1 } else { 0 };
        before = now;
        (looks == LOOKS).then(|| all.iter().map(|pid| cpu_ticks(*pid)).sum::<u64>())
    });
    println!("{} processes, {} threads, {ticks} ticks of CPU time so far", all.len(), before.len());
    // And it is not dead.
    let url = "http://127.0.0.1/000000000000/q0";
    let sent = server.aws().sqs("SendMessage", &json!({ "QueueUrl": url, "MessageBody": "a" }));
    assert_eq!(sent.status, 200, "{}", sent.text());
    wait_for("the function to be called", || {
        let calls = server.control().get("/v1/events?kind=invoke&outcome=ok");
        (calls["events"].as_array().map(Vec::len) == Some(1)).then_some(())
    });
}
