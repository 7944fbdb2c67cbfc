//! `sample-apps/worker-digest`: its tests in JavaScript and Python by `greenroom exec`, as somebody would run them, and the same in Rust.

use greenroom_test::{Room, Start};
use greenroom_tests::{Project, binary, exec_passes, pytest_passes, python};
use serde_json::{Value, json};

/// The app in a folder of its own with its packages; none where they cannot be had.
fn worker_digest() -> Option<Project> {
    Project::sample("worker-digest")
}

#[test]
fn in_javascript() {
    let Some(project) = worker_digest() else { return };
    project.link_client();
    exec_passes(&project, &["node", "--test", "test/digest.test.mjs"], &[]);
}

#[test]
fn in_python() {
    let Some(project) = worker_digest() else { return };
    let Some(python) = python() else { return };
    pytest_passes(&project, &python, "test");
}

/// The world of every test: midnight, no digest, and two feeds that say what is in the files of the sample app.
fn world(project: &Project) -> Room {
    let room = Start::new(project.path()).program(binary()).frozen_at("2027-01-01T00:00:00Z").start().expect("it starts");
    let feed = |name: &str| std::fs::read_to_string(project.file("test/feeds").join(name)).expect("the feed is there");
    let outbound = room.outbound();
    outbound.deny_others().expect("the rule is taken");
    outbound.reply("blog.cloudflare.com/rss/", 200, &feed("rss.xml")).expect("the rule is taken");
    outbound.reply("blog.rust-lang.org/feed.xml", 200, &feed("atom.xml")).expect("the rule is taken");
    room
}

fn digest(room: &Room, day: &str) -> Option<Value> {
    let answer = room.get(&format!("/{day}.json")).expect("an answer");
    (answer.status == 200).then(|| answer.json())
}

#[test]
fn in_rust() {
    let Some(project) = worker_digest() else { return };
    let room = world(&project);
    let branch = room.branch().unwrap();
    let ran = room.clock().advance("6h").unwrap().ran;
    assert_eq!(ran.iter().map(|ran| ran.label.as_str()).collect::<Vec<_>>(), ["app worker-digest: cron 0 6 * * *"]);
    assert_eq!(digest(&room, "2027-01-01").unwrap()["items"].as_array().unwrap().len(), 3);
    room.clock().advance("30days").unwrap();
    let kept = room.kv("DIGESTS").list("digest:", None).unwrap().keys;
    assert_eq!((kept.len(), &kept[0]["name"]), (30, &json!("digest:2027-01-02")));

    branch.restore().unwrap();
    assert_eq!(room.kv("DIGESTS").keys().unwrap(), Vec::<String>::new());
    room.faults().add(json!({ "service": "fetch", "resource": "blog.rust-lang.org", "status": 503 })).unwrap();
    room.clock().advance("6h").unwrap();
    let failed = json!([{ "feed": "https://blog.rust-lang.org/feed.xml", "why": "answered 503" }]);
    assert_eq!(digest(&room, "2027-01-01").unwrap()["failed"], failed);

    branch.restore().unwrap();
    let rule = json!({ "service": "kv", "operation": "put", "resource": "DIGESTS/digest:*", "action": "throttle", "first": 2 });
    let busy = room.faults().add(rule).unwrap();
    room.clock().advance("6h").unwrap();
    assert_eq!(digest(&room, "2027-01-01"), None);
    room.clock().advance("3s").unwrap();
    assert!(digest(&room, "2027-01-01").is_some());
    assert_eq!(room.faults().applied(&busy).unwrap(), 2);

    branch.restore().unwrap();
    room.clock().advance("5h 59m").unwrap();
    let morning = std::fs::read(project.file("test/morning.json")).expect("the recording is there");
    let replayed = room.events().replay(serde_json::from_slice(&morning).expect("it is JSON")).unwrap();
    assert_eq!((&replayed["failed"], &replayed["differences"]), (&json!(false), &json!([])));
    room.expect_event(json!({ "kind": "cron.tick", "outcome": "ok", "calls": [{ "service": "kv", "operation": "put" }] })).unwrap();
}
