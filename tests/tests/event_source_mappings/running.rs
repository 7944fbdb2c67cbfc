//! Mappings of AWS's API at work: groups of FIFO queues, changes, limits, and what goes wrong.

use greenroom_tests::wait_for;
use serde_json::{Value, json};

use crate::rig::{MAPPINGS, Rig, arn, url};

fn batches(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
    expected.iter().map(|(at, orders)| (*at, (*orders).to_owned())).collect()
}

#[test]
fn groups_keep_their_order_and_one_batch_of_each_is_under_way() {
    let rig = Rig::new();
    rig.queue("orders.fifo", json!({}));
    for order in [
        json!({ "name": "a1", "takes": 5 }),
        json!({ "name": "a2", "fails": 1 }),
        json!({ "name": "b1", "takes": 5 }),
        json!({ "name": "b2", "throws": 1 }),
        json!({ "name": "a3" }),
        json!({ "name": "b3" }),
    ] {
        rig.send("orders.fifo", &order);
    }
    rig.map("orders.fifo", json!({ "BatchSize": 2 }));
    rig.advance("29s");
    let at_first = [(0, "a1 a2"), (0, "b1 b2")];
    assert_eq!(rig.batches(), batches(&at_first), "nothing of a group before what failed of it is seen again");
    assert_eq!(rig.held("orders.fifo"), (2, 3), "a1 is worked off; b1 failed with its batch");
    rig.advance("2m");
    assert_eq!(rig.batches(), batches(&[&at_first[..], &[(30, "a2 a3"), (30, "b1 b2"), (35, "b3")]].concat()));
    assert_eq!(rig.held("orders.fifo"), (0, 0));
    let refused = rig.try_map("orders.fifo", json!({ "MaximumBatchingWindowInSeconds": 5 }));
    assert_eq!((refused.status, refused.text().contains("Batching window is not supported for FIFO queues")), (400, true));
}

#[test]
fn a_function_that_takes_longer_than_messages_are_hidden_is_refused_by_a_change_too() {
    let rig = Rig::new();
    rig.queue("orders", json!({}));
    let mapping = rig.map("orders", json!({}));
    rig.sqs("SetQueueAttributes", &json!({ "QueueUrl": url("orders"), "Attributes": { "VisibilityTimeout": "19" } }));
    let refused = rig.try_update(&mapping, json!({ "FunctionName": "works", "BatchSize": 2 }));
    let told = "Queue visibility timeout: 19 seconds is less than Function timeout: 20 seconds";
    assert_eq!((refused.status, refused.text().contains(told)), (400, true), "{}", refused.text());
    rig.update(&mapping, json!({ "MaximumBatchingWindowInSeconds": 1 }));
    let kept = rig.server.aws().lambda("GET", &format!("{MAPPINGS}/{mapping}"), &Value::Null).json();
    assert_eq!((&kept["BatchSize"], &kept["MaximumBatchingWindowInSeconds"]), (&json!(10), &json!(1)), "what was refused changed nothing");
}

#[test]
fn a_source_feeds_a_function_once() {
    let rig = Rig::new();
    rig.queue("orders", json!({}));
    let stream = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks";
    let from_stream = json!({ "EventSourceArn": stream, "StartingPosition": "LATEST", "FunctionResponseTypes": [] });
    let queue =
        format!("An event source mapping with SQS arn (\\\" {} \\\") and function (\\\" works \\\") already exists.", arn("orders"));
    let other = format!("The event source arn (\\\" {stream} \\\") and function (\\\" works \\\") provided mapping already exists.");
    for (more, told) in [(json!({}), queue), (from_stream, other)] {
        let first = rig.map("orders", more.clone());
        let refused = rig.try_map("orders", more);
        let whole = format!("{told} Please update or delete the existing mapping with UUID {first}");
        assert_eq!((refused.status, refused.text().contains(&whole)), (409, true), "{}", refused.text());
    }
}

#[test]
fn a_mapping_is_changed_while_it_runs() {
    let rig = Rig::new();
    rig.queue("orders", json!({}));
    let mapping = rig.map("orders", json!({ "BatchSize": 1 }));
    rig.send("orders", &json!({ "name": "a", "takes": 10 }));
    rig.advance("0s");
    rig.update(&mapping, json!({ "Enabled": false }));
    for name in ["b", "c"] {
        rig.send("orders", &json!({ "name": name }));
    }
    rig.advance("10s");
    assert_eq!((rig.calls(), rig.held("orders")), (vec![(0, "a".to_owned(), "ok".to_owned())], (2, 0)), "what it had it has finished");
    rig.update(&mapping, json!({ "Enabled": true, "BatchSize": 2 }));
    rig.advance("0s");
    assert_eq!(rig.batches()[1..], batches(&[(10, "b c")]));
    rig.update(&mapping, json!({ "FilterCriteria": { "Filters": [{ "Pattern": r#"{"body":{"kind":["x"]}}"# }] } }));
    for order in [json!({ "name": "d" }), json!({ "name": "e", "kind": "x" })] {
        rig.send("orders", &order);
    }
    rig.advance("0s");
    assert_eq!((&rig.batches()[2..], rig.held("orders")), (&batches(&[(10, "e")])[..], (0, 0)), "what is not wanted is deleted");
    rig.unmap(&mapping);
    rig.send("orders", &json!({ "name": "f", "kind": "x" }));
    rig.advance("1m");
    assert_eq!((rig.calls().len(), rig.held("orders")), (3, (1, 0)));
}

#[test]
fn only_so_many_batches_at_once() {
    let rig = Rig::new();
    rig.queue("orders", json!({}));
    for name in ["a", "b", "c", "d", "e"] {
        rig.send("orders", &json!({ "name": name, "takes": 10 }));
    }
    let mapping = rig.map("orders", json!({ "BatchSize": 1, "ScalingConfig": { "MaximumConcurrency": 2 } }));
    rig.advance("15s");
    assert_eq!(rig.batches(), batches(&[(0, "a"), (0, "b"), (10, "c"), (10, "d")]));
    rig.send("orders", &json!({ "name": "f", "takes": 10 }));
    rig.update(&mapping, json!({ "ScalingConfig": { "MaximumConcurrency": 3 } }));
    rig.advance("1m");
    assert_eq!(rig.batches()[4..], batches(&[(15, "e"), (20, "f")]), "what it had before the change counts");
    assert_eq!(rig.held("orders"), (0, 0));
}

#[test]
fn a_queue_that_is_deleted_and_made_anew() {
    let rig = Rig::new();
    rig.queue("orders", json!({}));
    rig.map("orders", json!({}));
    rig.send("orders", &json!({ "name": "a", "takes": 10 }));
    rig.advance("0s");
    rig.sqs("DeleteQueue", &json!({ "QueueUrl": url("orders") }));
    rig.advance("1m");
    rig.server.wait_message("orders -> works: nothing is taken until the source is there again");
    rig.queue("orders", json!({}));
    rig.send("orders", &json!({ "name": "b" }));
    rig.advance("0s");
    assert_eq!(rig.batches(), batches(&[(0, "a"), (60, "b")]));
    assert_eq!(rig.held("orders"), (0, 0));
}

#[test]
fn a_function_that_is_throttled_is_left_alone_for_a_while() {
    let rig = Rig::new();
    rig.queue("orders", json!({}));
    let reserve = |method: &str, input: Value| {
        let answer = rig.server.aws().lambda(method, "/2017-10-31/functions/works/concurrency", &input);
        assert!(answer.status < 300, "{}", answer.text());
    };
    reserve("PUT", json!({ "ReservedConcurrentExecutions": 0 }));
    rig.map("orders", json!({ "BatchSize": 1 }));
    rig.send("orders", &json!({ "name": "a" }));
    rig.advance("0s");
    rig.send("orders", &json!({ "name": "b" }));
    rig.advance("10s");
    let throttled = |at: u64, name: &str| (at, name.to_owned(), "throttled".to_owned());
    assert_eq!(rig.calls(), [throttled(0, "a"), throttled(1, "b")], "after a second it is tried again");
    reserve("DELETE", Value::Null);
    rig.advance("1m");
    let done = |at: u64, name: &str| (at, name.to_owned(), "ok".to_owned());
    assert_eq!(rig.calls()[2..], [done(30, "a"), done(31, "b")], "messages are seen again when their visibility timeout is over");
    assert_eq!(rig.held("orders"), (0, 0));
}

#[test]
fn a_function_that_is_missing_gets_what_is_left_when_it_is_there_again() {
    let rig = Rig::new();
    rig.queue("orders", json!({}));
    rig.map("orders", json!({}));
    rig.advance("0s");
    rig.declare(false);
    let missing = |rig: &Rig| rig.server.aws().lambda("GET", "/2015-03-31/functions/works", &Value::Null).status == 404;
    wait_for("the function to be gone", || missing(&rig).then_some(()));
    rig.send("orders", &json!({ "name": "a" }));
    rig.advance("0s");
    rig.server.wait_message("orders -> works: nothing is handed over for a while: ");
    assert_eq!((rig.calls(), rig.held("orders")), (vec![], (0, 1)));
    rig.declare(true);
    wait_for("the function to be there", || (!missing(&rig)).then_some(()));
    rig.advance("30s");
    assert_eq!((rig.batches(), rig.held("orders")), (batches(&[(30, "a")]), (0, 0)));
}

#[test]
fn what_takes_too_long_every_time_is_given_up() {
    let rig = Rig::new();
    rig.queue("dead", json!({}));
    let policy = json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 2 }).to_string();
    rig.queue("orders", json!({ "RedrivePolicy": policy }));
    rig.map("orders", json!({}));
    rig.send("orders", &json!({ "name": "a", "takes": 25 }));
    rig.advance("2m");
    let late = |at: u64| (at, "a".to_owned(), "timeout".to_owned());
    assert_eq!(rig.calls(), [late(0), late(30)]);
    assert_eq!((rig.held("orders"), rig.held("dead")), ((0, 0), (1, 0)));
}
