//! How functions are called: concurrency, retries on the clock, destinations, what the journal has of it, and what outlives a restart.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/fake.rs"]
mod fake;
#[path = "support/world.rs"]
mod world;

use std::time::Duration;

use bytes::Bytes;
use greenroom_host::faults::{Action, Failure, Rule, Scope, When};
use greenroom_host::{Content, FunctionCall, Mishap, Outcome, Parcel, Profile, Query, Recipient};
use greenroom_lambda::{EventsDecl, FunctionDecl};
use serde_json::{Value, json};
use world::{World, key};

fn declared(name: &str, handler: &str) -> FunctionDecl {
    FunctionDecl { key: key(name), runtime: Some("python3.13".into()), handler: handler.into(), ..FunctionDecl::default() }
}

#[tokio::test]
async fn a_failing_event_is_retried_after_one_and_two_minutes_and_then_given_up() {
    let world = World::new(Profile::Production);
    let events = EventsDecl { qualifier: "$LATEST".into(), on_failure: Some(key("watcher").arn()), ..EventsDecl::default() };
    let failing = FunctionDecl { events: vec![events], ..declared("failing", "fails") };
    world.service.declare("app", vec![failing, declared("watcher", "echoes")]).await.unwrap();
    let answer = world.post("/2015-03-31/functions/failing/invocations", &[("x-amz-invocation-type", "Event")], r#"{"n":1}"#).await;
    assert_eq!(answer.status, 202);
    world.settle().await;
    assert_eq!(world.tries("failing"), 1);
    world.advance(Duration::from_secs(59)).await;
    assert_eq!(world.tries("failing"), 1);
    world.advance(Duration::from_secs(1)).await;
    assert_eq!(world.tries("failing"), 2);
    world.advance(Duration::from_secs(119)).await;
    assert_eq!((world.tries("failing"), world.tries("watcher")), (2, 0));
    world.advance(Duration::from_secs(1)).await;
    assert_eq!((world.tries("failing"), world.tries("watcher")), (3, 1));
    world.advance(Duration::from_secs(24 * 3600)).await;
    assert_eq!((world.tries("failing"), world.tries("watcher")), (3, 1));
    let record = world.payload("watcher");
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(record["requestContext"]["functionArn"], format!("{}:$LATEST", key("failing").arn()));
    assert_eq!(record["requestPayload"], json!({ "n": 1 }));
    assert_eq!(record["responseContext"], json!({ "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" }));
    assert_eq!(record["responsePayload"]["errorMessage"], "intended");
}

#[tokio::test]
async fn retries_share_a_request_id_and_count_their_attempts() {
    let world = World::new(Profile::Production);
    world.service.declare("app", vec![declared("failing", "fails")]).await.unwrap();
    world.post("/2015-03-31/functions/failing/invocations", &[("x-amz-invocation-type", "Event")], "{}").await;
    world.advance(Duration::from_secs(600)).await;
    let ids: Vec<String> = world.seen().iter().map(|(_, invocation)| invocation.request_id.clone()).collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let page = world.host.journal.list(&Query::default(), None, 10);
    let attempts: Vec<u32> = page.entries.iter().map(|entry| entry.event.attempt).collect();
    assert_eq!(attempts, [3, 2, 1]);
    assert!(page.entries.iter().all(|entry| matches!(entry.ending.outcome, Some(Outcome::Error { .. }))));
    assert_eq!(page.entries[0].event.summary, "invoke failing, nobody waits");
}

#[tokio::test]
async fn a_throttled_event_backs_off_from_a_second_to_five_minutes_until_it_is_too_old() {
    let world = World::new(Profile::Production);
    let events = EventsDecl { qualifier: "$LATEST".into(), age: Some(60), on_failure: Some(key("watcher").arn()), ..EventsDecl::default() };
    let busy = FunctionDecl { reserved: Some(1), events: vec![events], ..declared("busy", "waits") };
    world.service.declare("app", vec![busy, declared("watcher", "echoes")]).await.unwrap();
    let first = world.spawn_invoke("busy");
    world.until_tries("busy", 1).await;
    world.post("/2015-03-31/functions/busy/invocations", &[("x-amz-invocation-type", "Event")], r#"{"late":1}"#).await;
    world.settle().await;
    let due = |pending: &[greenroom_host::Pending]| pending.iter().find(|due| due.label.contains("busy")).map(|due| due.due);
    let mut waits = Vec::new();
    while let Some(at) = due(&world.host.clock.pending().await) {
        waits.push(at.since(world.host.clock.now()).as_secs());
        world.advance(at.since(world.host.clock.now())).await;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16]);
    assert_eq!(world.payload("watcher")["requestContext"]["condition"], "EventAgeExceeded");
    world.fake.gate.add_permits(1);
    assert_eq!(first.await.unwrap().status, 200);
}

#[tokio::test]
async fn reserved_and_account_concurrency_are_held() {
    let world = World::new(Profile::Production);
    let one = FunctionDecl { reserved: Some(1), ..declared("one", "waits") };
    world.service.declare("app", vec![one, declared("free", "echoes")]).await.unwrap();
    let first = world.spawn_invoke("one");
    world.until_tries("one", 1).await;
    let refused = world.post("/2015-03-31/functions/one/invocations", &[], "{}").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
    assert_eq!(world.post("/2015-03-31/functions/free/invocations", &[], "{}").await.status, 200);
    world.fake.gate.add_permits(1);
    assert_eq!(first.await.unwrap().json(), json!("waited"));
    world.fake.gate.add_permits(1);
    assert_eq!(world.post("/2015-03-31/functions/one/invocations", &[], "{}").await.status, 200);
    let throttled = world.host.journal.list(&Query::default(), None, 10);
    assert!(throttled.entries.iter().any(|entry| matches!(entry.ending.outcome, Some(Outcome::Throttled { .. }))));
}

#[tokio::test]
async fn a_function_whose_caller_is_gone_takes_its_room_until_it_ends() {
    let world = World::new(Profile::Production);
    let one = FunctionDecl { reserved: Some(1), ..declared("one", "waits") };
    world.service.declare("app", vec![one]).await.unwrap();
    let gone = world.spawn_invoke("one");
    world.until_tries("one", 1).await;
    gone.abort();
    assert!(gone.await.is_err_and(|error| error.is_cancelled()));
    let call = async || world.post("/2015-03-31/functions/one/invocations", &[], "{}").await.status;
    assert_eq!(call().await, 429);
    world.fake.gate.add_permits(2);
    let listed = || world.host.journal.list(&Query::default(), None, 10).entries;
    while !listed().iter().any(|entry| matches!(entry.ending.outcome, Some(Outcome::Ok))) {
        tokio::task::yield_now().await;
    }
    assert_eq!((call().await, world.tries("one")), (200, 2));
}

#[tokio::test]
async fn a_chain_that_calls_itself_is_ended_after_sixteen_times() {
    let world = World::new(Profile::Production);
    world.service.declare("app", vec![declared("loops", "shows")]).await.unwrap();
    let mut trace = String::new();
    for round in 1..=17 {
        let headers: &[(&str, &str)] = if round == 1 { &[] } else { &[("x-amzn-trace-id", trace.as_str())] };
        let answer = world.post("/2015-03-31/functions/loops/invocations", headers, "{}").await;
        if round == 17 {
            assert_eq!(answer.header("x-amzn-ErrorType").as_deref(), Some("RecursiveInvocationException"));
            return;
        }
        assert_eq!(answer.status, 200, "{round}");
        trace = answer.json()["trace"].as_str().unwrap().to_owned();
    }
}

#[tokio::test]
async fn calls_come_through_other_doors_and_are_answered_as_invoke_answers() {
    let world = World::new(Profile::Production);
    world.service.declare("app", vec![declared("shows", "shows"), declared("fails", "fails"), declared("gone", "missing")]).await.unwrap();
    let parcel = |name: &str, how: &FunctionCall| Parcel {
        to: Recipient::Function(key(name).arn()),
        cause: None,
        summary: None,
        entry: serde_json::to_vec(how).unwrap().into(),
        request: None,
        body: Some(Content::Whole(Bytes::from_static(b"{\"a\":1}"))),
    };
    let how = FunctionCall { caller: "sqs.amazonaws.com".into(), ..FunctionCall::default() };
    let reply = world.service.deliver(parcel("shows", &how)).await.unwrap();
    let header = |name: &str| reply.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((reply.status, header("x-amz-executed-version"), header("x-amz-function-error")), (200, Some("$LATEST"), None));
    let event = world.host.journal.list(&Query::default(), None, 1).entries.remove(0).event;
    assert_eq!((&*event.source, &*event.target, event.summary.as_str()), ("sqs.amazonaws.com", "app", "invoke shows"));
    let reply = world.service.deliver(parcel("fails", &how)).await.unwrap();
    assert!(reply.headers.contains(&("x-amz-function-error".into(), "Unhandled".into())));
    let reply = world.service.deliver(parcel("gone", &how)).await.unwrap();
    assert_eq!(reply.status, 502);
    assert!(reply.headers.contains(&("x-amzn-errortype".into(), "InvalidRuntimeException".into())));
    assert!(world.service.deliver(parcel("other", &how)).await.is_err());
    let later = FunctionCall { asynchronous: true, ..how };
    assert_eq!(world.service.deliver(parcel("shows", &later)).await.unwrap().status, 202);
    world.settle().await;
    assert_eq!(world.tries("shows"), 2);
}

fn rule(operation: &str, when: When, action: Action) -> Rule {
    let scope = Scope { service: Some("lambda".into()), operation: Some(operation.into()), ..Scope::default() };
    Rule { name: "rule".into(), scope, when, seed: 0, latency: Duration::ZERO, action }
}

async fn with_rule(name: &str, rule: Rule) -> World {
    let world = World::new(Profile::Production);
    world.service.declare("app", vec![declared(name, name)]).await.unwrap();
    world.host.faults.add("test", rule);
    world
}

fn outcome(world: &World) -> Outcome {
    world.host.journal.list(&Query::default(), None, 1).entries.remove(0).ending.outcome.unwrap()
}

#[tokio::test]
async fn faults_make_calls_fail_as_the_service_and_as_the_function_itself() {
    let fails = |code: Option<&str>, message: Option<&str>| {
        Action::Error(Failure { code: code.map(Into::into), message: message.map(Into::into), ..Failure::default() })
    };
    let world = with_rule("echoes", rule("invoke", When::Always, fails(None, Some("not today")))).await;
    let call = async || world.post("/2015-03-31/functions/echoes/invocations", &[], "{}").await;
    let answer = call().await;
    assert_eq!((answer.status, &answer.json()["Message"]), (500, &json!("not today")));
    world.host.faults.add("test", rule("invoke", When::Always, fails(Some("ENILimitReachedException"), None)));
    let answer = call().await;
    assert_eq!((answer.status, answer.header("x-amzn-errortype").as_deref()), (502, Some("ENILimitReachedException")));
    world.host.faults.add("test", rule("invoke", When::Always, Action::Throttle));
    let answer = call().await;
    assert_eq!((answer.status, &answer.json()["Reason"]), (429, &json!("ConcurrentInvocationLimitExceeded")));
    assert!(matches!(outcome(&world), Outcome::Throttled { .. }));
    world.host.faults.add("test", rule("invoke", When::Always, fails(Some("Unhandled"), Some("broken"))));
    let answer = call().await;
    assert_eq!((answer.status, answer.header("x-amz-function-error").as_deref()), (200, Some("Unhandled")));
    assert_eq!((&answer.json()["errorMessage"], world.tries("echoes")), (&json!("broken"), 0));
}

#[tokio::test]
async fn faults_lose_events_and_answers() {
    let world = with_rule("echoes", rule("invoke.async", When::Always, Action::Drop)).await;
    world.post("/2015-03-31/functions/echoes/invocations", &[("x-amz-invocation-type", "Event")], "{}").await;
    world.advance(Duration::from_secs(3600)).await;
    assert_eq!(world.tries("echoes"), 0);
    assert!(matches!(outcome(&world), Outcome::Dropped { .. }), "{:?}", outcome(&world));
    world.host.faults.add("test", rule("invoke", When::Always, Action::Drop));
    let answer = world.post("/2015-03-31/functions/echoes/invocations", &[], "{}").await;
    assert_eq!((answer.status, world.tries("echoes")), (0, 1), "it is done, and nobody learns of it");
    world.host.faults.add("test", rule("invoke", When::Always, Action::Duplicate));
    let answer = world.post("/2015-03-31/functions/echoes/invocations", &[], "{}").await;
    assert_eq!((answer.status, world.tries("echoes")), (200, 3));
}

#[tokio::test]
async fn events_that_faults_strike_are_tried_again() {
    let failure = Failure { code: Some("Unhandled".into()), ..Failure::default() };
    let world = with_rule("echoes", rule("invoke.async", When::First(1), Action::Error(failure))).await;
    let send = async || world.post("/2015-03-31/functions/echoes/invocations", &[("x-amz-invocation-type", "Event")], "{}").await;
    send().await;
    world.advance(Duration::from_secs(59)).await;
    assert_eq!(world.tries("echoes"), 0);
    world.advance(Duration::from_secs(1)).await;
    assert_eq!(world.tries("echoes"), 1);
    world.host.faults.add("test", rule("invoke.async", When::First(2), Action::Throttle));
    send().await;
    world.advance(Duration::from_secs(2)).await;
    assert_eq!(world.tries("echoes"), 1);
    world.advance(Duration::from_secs(1)).await;
    assert_eq!(world.tries("echoes"), 2);
}

#[tokio::test]
async fn faults_are_late_on_the_clock_and_reach_the_runtime() {
    let late = Rule { latency: Duration::from_secs(5), ..rule("invoke", When::Always, Action::Timeout) };
    let world = with_rule("waits", late).await;
    let first = world.spawn_invoke("waits");
    world.settle().await;
    world.advance(Duration::from_secs(4)).await;
    assert_eq!(world.tries("waits"), 0);
    world.fake.gate.add_permits(1);
    world.advance(Duration::from_secs(1)).await;
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(world.seen()[0].1.mishap, Some(Mishap::Timeout));
}

#[tokio::test]
async fn events_and_functions_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = World::in_folder(folder.path());
    first.create("kept", "fails").await;
    first.post("/2015-03-31/functions/kept/invocations", &[("x-amz-invocation-type", "Event")], r#"{"n":2}"#).await;
    first.settle().await;
    assert_eq!(first.tries("kept"), 1);
    let at = first.host.clock.now();
    drop(first);
    let second = World::in_folder(folder.path());
    second.host.clock.freeze(Some(at));
    second.settle().await;
    assert_eq!(second.tries("kept"), 0, "the retry is due in a minute");
    second.advance(Duration::from_secs(60)).await;
    assert_eq!(second.tries("kept"), 1);
    assert_eq!(second.payload("kept"), json!({ "n": 2 }));
}

#[tokio::test]
async fn the_next_run_removes_code_that_nobody_has() {
    let folder = tempfile::tempdir().unwrap();
    let first = World::in_folder(folder.path());
    first.create("kept", "echoes").await;
    let kept = std::fs::read_dir(folder.path().join("lambda")).unwrap().flatten().map(|entry| entry.path()).find(|path| path.is_dir());
    let kept = kept.expect("its code is unpacked");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("other.py", zip::write::SimpleFileOptions::default()).unwrap();
    let zip = Bytes::from(zip.finish().unwrap().into_inner());
    let other = first.service.unpacked(zip).await.unwrap();
    drop(first);
    let snapshot = folder.path().join("snapshots/one");
    std::fs::create_dir_all(&snapshot).unwrap();
    drop(World::in_folder(folder.path()));
    std::fs::remove_dir(&snapshot).unwrap();
    assert!(other.is_dir(), "a snapshot may have it");
    let third = World::in_folder(folder.path());
    let gone = async {
        while other.exists() || other.with_added_extension("zip").exists() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(300), gone).await.expect("it is removed");
    assert!(kept.is_dir());
    assert_eq!(third.post("/2015-03-31/functions/kept/invocations", &[], "{}").await.status, 200);
}

#[tokio::test]
async fn a_restored_state_has_its_own_events_and_functions() {
    let world = World::new(Profile::Production);
    world.create("before", "fails").await;
    world.post("/2015-03-31/functions/before/invocations", &[("x-amz-invocation-type", "Event")], "{}").await;
    world.settle().await;
    world
        .restore_after(async |world| {
            world.advance(Duration::from_secs(600)).await;
            assert_eq!(world.tries("before"), 3);
            world.create("after", "echoes").await;
        })
        .await;
    let listed: Value = world.get("/2015-03-31/functions").await.json();
    assert_eq!(listed["Functions"].as_array().unwrap().len(), 1, "{listed}");
    world.advance(Duration::from_secs(600)).await;
    assert_eq!(world.tries("before"), 5, "two retries are left in what was restored");
}

#[tokio::test]
async fn what_was_declared_goes_with_its_declaration_and_reloads() {
    let world = World::new(Profile::Production);
    world.service.declare("app", vec![declared("a", "shows"), declared("b", "shows")]).await.unwrap();
    world.service.declare("app", vec![declared("b", "shows")]).await.unwrap();
    let names: Vec<_> = world.service.list().await.unwrap().into_iter().map(|function| function.name).collect();
    assert_eq!(names, ["b"]);
    world.post("/2015-03-31/functions/b/invocations", &[], "{}").await;
    world.service.reload(&key("b")).await.unwrap();
    world.post("/2015-03-31/functions/b/invocations", &[], "{}").await;
    let revisions: Vec<String> = world.seen().iter().map(|(function, _)| function.revision.clone()).collect();
    assert!(revisions.len() == 2 && revisions[0] != revisions[1]);
}

#[tokio::test]
async fn where_nothing_can_be_sent_to_is_named_in_the_log() {
    let world = World::new(Profile::Production);
    let topic = "arn:aws:sns:us-east-1:000000000000:dead";
    let events = EventsDecl { qualifier: "$LATEST".into(), retries: Some(0), ..EventsDecl::default() };
    let failing = FunctionDecl { dead_letter: Some(topic.into()), events: vec![events], ..declared("failing", "fails") };
    world.service.declare("app", vec![failing]).await.unwrap();
    world.post("/2015-03-31/functions/failing/invocations", &[("x-amz-invocation-type", "Event")], "{}").await;
    world.settle().await;
    let entry = world.host.journal.list(&Query::default(), None, 1).entries.remove(0);
    let lines: Vec<&str> = entry.ending.logs.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(lines, [format!("the dead letter queue `{topic}` gets nothing: greenroom does not emulate sns yet")]);
}

#[tokio::test]
async fn a_version_whose_snapshot_fails_says_so() {
    let world = World::new(Profile::Production);
    for (name, state) in [("fails", "Failed"), ("echoes", "Active")] {
        world.create(name, name).await;
        let path = format!("/2015-03-31/functions/{name}");
        let on = r#"{"SnapStart":{"ApplyOn":"PublishedVersions"}}"#;
        assert_eq!(world.put(&format!("{path}/configuration"), on).await.status, 200);
        let published = world.post(&format!("{path}/versions"), &[], "{}").await;
        assert_eq!(published.json()["State"], state, "{:?}", published.body);
        let shown = world.get(&format!("{path}/configuration?Qualifier=1")).await.json();
        let reason = (state == "Failed").then_some("Error: intended");
        assert_eq!((shown["State"].as_str(), shown["StateReason"].as_str()), (Some(state), reason));
    }
}
