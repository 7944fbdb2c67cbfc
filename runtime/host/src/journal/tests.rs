use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Mutex;

use super::*;
use crate::clock::{Clock, Timestamp};
use crate::event::{EventKind, Headers, Payload, Request, Text};
use crate::host::Host;
use crate::ids::Ids;
use crate::limits::Profile;

const FOR_EVER: Bounds = Bounds { size: 1 << 30, age: None };

fn host() -> Host {
    Host::new(Clock::frozen(Timestamp(1)), Ids::from_seed(1), Profile::Off, None)
}

fn event(host: &Host) -> Event {
    Event::new(host, EventKind::HttpRequest, &"http".into(), &"app".into(), "GET /".into(), None)
}

fn request() -> Payload {
    let headers = Headers::new(vec![("a".into(), "b".into())]);
    Payload::Request(Request {
        method: "POST".into(),
        url: "http://x/".into(),
        headers,
        extra: "{}".into(),
        entry: Text::default(),
        body: None,
    })
}

fn call() -> ServiceCall {
    ServiceCall {
        service: "kv".into(),
        binding: "KV".into(),
        operation: "get".into(),
        resource: "id".into(),
        args: r#"{"key":"a"}"#.into(),
        sent: 11,
        received: 0,
        took: Duration::ZERO,
        error: None,
        faults: Vec::new(),
        order: 0,
    }
}

/// Appends an event that says `summary` and is over at once.
fn happen(host: &Host, journal: &Journal, summary: &str, outcome: Outcome) -> EventId {
    let event = Event { summary: summary.to_owned(), ..event(host) };
    let id = event.id;
    journal.append(event);
    journal.finish(id, outcome, Duration::from_millis(3));
    journal.over(id, None);
    id
}

fn newest(journal: &Journal, most: usize) -> Vec<Entry> {
    journal.list(&Query::default(), None, most).entries
}

fn summaries(page: &Page) -> Vec<&str> {
    page.entries.iter().map(|entry| entry.event.summary.as_str()).collect()
}

type Said = Arc<Mutex<Vec<String>>>;

fn open(folder: &Path, bounds: Bounds) -> (Journal, Said) {
    let said = Said::default();
    let told = Arc::clone(&said);
    let journal = Journal::open(folder, bounds, move |problem| told.lock().unwrap().push(problem.message)).unwrap();
    (journal, said)
}

/// Ends a journal, and waits until its folder is free: its thread may be using it.
fn close(journal: Journal, folder: &Path) {
    journal.flush();
    drop(journal);
    let lock = File::open(folder.join("lock")).unwrap();
    lock.lock().unwrap();
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    segment::files(folder).unwrap().into_iter().map(|(_, path)| path).collect()
}

#[test]
fn what_becomes_of_an_event_is_added_to_its_entry() {
    let host = host();
    let journal = host.journal.clone();
    let events = [event(&host), event(&host), event(&host)];
    for event in &events {
        journal.append(event.clone());
    }
    journal.call(events[1].id, ServiceCall { order: 5, ..call() });
    journal.call(events[1].id, ServiceCall { order: 4, operation: "put".into(), ..call() });
    journal.finish(events[1].id, Outcome::Ok, Duration::from_millis(3));
    let entries = newest(&journal, 2);
    assert_eq!(entries[1].event.id, events[1].id);
    assert_eq!(entries[1].ending.outcome, Some(Outcome::Ok));
    assert_eq!(entries[1].ending.calls.iter().map(|call| &*call.operation).collect::<Vec<_>>(), ["put", "get"]);
    assert_eq!(entries[0].ending.outcome, None);
}

#[test]
fn an_entry_is_json_and_back_before_and_after_it_is_written_down() {
    let host = host();
    let journal = host.journal.clone();
    let event = event(&host).carrying(request());
    let id = event.id;
    journal.append(event);
    journal.body(id, Captured::of(&"body".into(), 10));
    journal.call(id, call());
    journal.log(id, LogLine { level: "info".into(), text: "said".into() });
    journal.answered(id, Answer { status: 201, headers: Headers::default(), body: None });
    journal.answer_body(id, Captured::of(&"answer".into(), 3));
    journal.cold(id, Duration::from_millis(1));
    journal.fault(id, "late".into());
    journal.finish(id, Outcome::error("no"), Duration::from_millis(3));
    let before = journal.find(id).unwrap();
    journal.over(id, Some(Duration::from_micros(7)));
    let entry = journal.find(id).unwrap();
    assert_eq!(Entry { ending: Ending { cpu: entry.ending.cpu, ..before.ending }, ..before }, entry);
    let json = serde_json::to_value(&entry).unwrap();
    assert_eq!((&json["at"], &json["payload"]["request"]["body"]["text"]), (&"1970-01-01T00:00:00.001Z".into(), &"body".into()));
    assert_eq!(json["response"]["body"], serde_json::json!({ "text": "ans", "size": 6 }));
    assert_eq!((&json["took_us"], &json["cpu_us"], &json["cold_us"]), (&3000.into(), &7.into(), &1000.into()));
    assert_eq!(serde_json::from_value::<Entry>(json).unwrap(), entry);
    // What comes when all was over is added all the same.
    journal.log(id, LogLine { level: "warn".into(), text: "late".into() });
    journal.answer_body(id, Captured::of(&"whole".into(), 10));
    journal.body(id, Captured::of(&"another".into(), 10));
    let late = serde_json::to_value(journal.find(id).unwrap()).unwrap();
    assert_eq!((&late["logs"][1]["text"], &late["response"]["body"]["text"]), (&"late".into(), &"whole".into()));
    assert_eq!(late["payload"]["request"]["body"]["text"], "another");
}

#[test]
fn an_event_hands_down_its_trace_and_depth() {
    let host = host();
    let first = Event { depth: 3, ..event(&host) };
    host.journal.append(first.clone());
    let handed = Lineage { app: "app".into(), trace: first.trace, depth: 3 };
    assert_eq!(host.journal.lineage(first.id), Some(handed.clone()));
    let second = Event::new(&host, EventKind::ServiceCall, &"AUTH".into(), &"app".into(), "AUTH.f()".into(), Some(first.id));
    assert_eq!((second.cause, second.trace, second.depth), (Some(first.id), first.trace, 3));
    assert_eq!(host.journal.lineage(second.id), None);
    // Also after many others, for as long as it runs.
    for _ in 0..5000 {
        happen(&host, &host.journal, "other", Outcome::Ok);
    }
    assert_eq!(host.journal.lineage(first.id), Some(handed));
}

#[test]
fn lists_are_filtered_and_paged() {
    let host = host();
    let journal = &host.journal;
    for at in 0..10 {
        host.clock.freeze(Some(Timestamp(at)));
        happen(&host, journal, &format!("n{at}"), if at % 2 == 0 { Outcome::Ok } else { Outcome::error("od\"d") });
    }
    let other = Event { target: "other".into(), kind: EventKind::CronTick, ..event(&host) };
    journal.append(other.clone());
    let list = |query: Query| journal.list(&query, None, 100);
    let all = Query::default;
    assert_eq!(list(all()).entries.len(), 11);
    assert_eq!(summaries(&list(Query { outcomes: vec!["error".into()], since: Some(Timestamp(3)), ..all() })), ["n9", "n7", "n5", "n3"]);
    assert_eq!(summaries(&list(Query { until: Some(Timestamp(2)), ..all() })), ["n1", "n0"]);
    assert_eq!(list(Query { outcomes: vec![RUNNING.into()], ..all() }).entries.len(), 1);
    assert_eq!(list(Query { apps: vec!["other".into()], ..all() }).entries.len(), 1);
    assert_eq!(list(Query { apps: vec!["nobody".into()], ..all() }).entries.len(), 0);
    assert_eq!(list(Query { kinds: vec![EventKind::CronTick, EventKind::ServiceCall], ..all() }).entries.len(), 1);
    assert_eq!(list(Query { trace: Some(other.trace), ..all() }).entries.len(), 1);
    assert_eq!(list(Query { text: Some("od\"d".into()), ..all() }).entries.len(), 5);
    let odd = Query { text: Some("od\"d".into()), ..all() };
    let (mut before, mut pages) = (None, Vec::new());
    loop {
        let page = journal.list(&odd, before, 2);
        pages.push(summaries(&page).join(" "));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(pages, ["n9 n7", "n5 n3", "n1"]);
}

#[test]
fn who_follows_sees_every_end_once_and_in_order() {
    let host = host();
    let journal = &host.journal;
    happen(&host, journal, "before", Outcome::Ok);
    let position = journal.position();
    let slow = event(&host);
    journal.append(slow.clone());
    happen(&host, journal, "first", Outcome::Ok);
    let mut follow = journal.follow();
    let (found, seen) = journal.ended_since(position, &Query::default(), 10);
    assert_eq!((found.len(), seen), (1, position + 1));
    follow.borrow_and_update();
    journal.finish(slow.id, Outcome::Canceled, Duration::ZERO);
    assert_eq!(journal.position(), seen + 1);
    assert!(follow.has_changed().unwrap());
    let (found, seen) = journal.ended_since(seen, &Query::default(), 10);
    assert_eq!((found[0].event.id, found[0].ending.outcome.clone()), (slow.id, Some(Outcome::Canceled)));
    assert_eq!(journal.ended_since(seen, &Query::default(), 10), (vec![], seen));
    let failed = Query { outcomes: vec!["error".into()], ..Query::default() };
    happen(&host, journal, "fine", Outcome::Ok);
    happen(&host, journal, "bad", Outcome::error(""));
    let (found, _) = journal.ended_since(seen, &failed, 10);
    assert_eq!(found.iter().map(|entry| entry.event.summary.as_str()).collect::<Vec<_>>(), ["bad"]);
}

#[test]
fn a_chain_is_an_event_with_all_that_it_caused() {
    let host = host();
    let journal = &host.journal;
    let mut ids = vec![event(&host)];
    journal.append(ids[0].clone());
    for cause in [0, 0, 1] {
        let caused = Event::new(&host, EventKind::ServiceCall, &"app".into(), &"app".into(), "f()".into(), Some(ids[cause].id));
        journal.append(caused.clone());
        ids.push(caused);
    }
    happen(&host, journal, "unrelated", Outcome::Ok);
    let chain = |of: usize| journal.chain(ids[of].id).into_iter().map(|entry| entry.event.id).collect::<Vec<_>>();
    assert_eq!(chain(0), ids.iter().map(|event| event.id).collect::<Vec<_>>());
    assert_eq!(chain(1), [ids[1].id, ids[3].id]);
    assert_eq!(journal.trace(ids[0].trace).len(), 4);
}

#[test]
fn the_next_run_goes_on_with_what_the_one_before_left() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let (journal, _) = open(folder.path(), FOR_EVER);
    let first = happen(&host, &journal, "first", Outcome::Ok);
    let carried = event(&host).carrying(request());
    journal.append(carried.clone());
    journal.body(carried.id, Captured::of(&"body".into(), 10));
    journal.finish(carried.id, Outcome::Ok, Duration::ZERO);
    let abandoned = event(&host);
    journal.append(abandoned.clone());
    close(journal, folder.path());
    let (journal, said) = open(folder.path(), FOR_EVER);
    happen(&host, &journal, "second", Outcome::Ok);
    let all = newest(&journal, 10);
    assert_eq!(all.iter().map(|entry| entry.event.id).collect::<Vec<_>>()[1..], [abandoned.id, carried.id, first]);
    assert_eq!(all[1].ending.outcome, Some(Outcome::Dropped { message: "the program ended before it was over".into() }));
    let Payload::Request(request) = &all[2].event.payload else { panic!("it is a request") };
    assert_eq!(request.body.as_ref().and_then(Captured::text), Some("body"));
    assert_eq!(journal.list(&Query { outcomes: vec!["dropped".into()], ..Query::default() }, None, 10).entries.len(), 1);
    assert_eq!(journal.list(&Query { text: Some("first".into()), ..Query::default() }, None, 10).entries.len(), 1);
    // An older one can be added to as well.
    journal.log(first, LogLine { level: "info".into(), text: "late".into() });
    assert_eq!(journal.find(first).unwrap().ending.logs.len(), 1);
    assert_eq!((journal.position(), said.lock().unwrap().len()), (1, 0));
}

#[test]
fn a_journal_that_a_crash_cut_off_is_kept_up_to_the_last_whole_event() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let (journal, _) = open(folder.path(), FOR_EVER);
    happen(&host, &journal, "whole", Outcome::Ok);
    close(journal, folder.path());
    let path = segments(folder.path()).remove(0);
    let whole = std::fs::read(&path).unwrap();
    let line = br#"{"event":{"id":"00000000000100000000000000000000","#;
    for tail in [&line[..], &line[..1], &[0; 100], b"{}}\n", b"\n"] {
        std::fs::write(&path, [&whole, tail].concat()).unwrap();
        let (journal, said) = open(folder.path(), FOR_EVER);
        assert_eq!(summaries(&journal.list(&Query::default(), None, 10)), ["whole"]);
        assert_eq!(journal.position(), 0);
        close(journal, folder.path());
        assert_eq!(std::fs::read(&path).unwrap(), whole);
        let said = said.lock().unwrap();
        assert!(said.len() == 1 && said[0].starts_with("the journal broke off in the middle of an event"), "{said:?}");
        // It is said once.
        let (journal, said) = open(folder.path(), FOR_EVER);
        assert_eq!(newest(&journal, 10).len(), 1);
        close(journal, folder.path());
        assert_eq!(*said.lock().unwrap(), Vec::<String>::new());
    }
    // Cut anywhere in the last line, the line before is there.
    for end in [whole.len() - 1, whole.len() - 2, whole.len() / 2 + 20] {
        std::fs::write(&path, &whole[..end]).unwrap();
        let (journal, _) = open(folder.path(), FOR_EVER);
        let all = newest(&journal, 10);
        assert!(all.len() <= 1 && all.iter().all(|entry| entry.event.summary == "whole"), "{end}: {all:?}");
        close(journal, folder.path());
    }
}

#[test]
fn no_two_runs_write_into_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let (first, _) = open(folder.path(), FOR_EVER);
    happen(&host, &first, "first", Outcome::Ok);
    first.flush();
    let (second, said) = open(folder.path(), FOR_EVER);
    happen(&host, &second, "second", Outcome::Ok);
    assert_eq!(summaries(&second.list(&Query::default(), None, 10)), ["second"]);
    assert_eq!((second.position(), segments(folder.path()).len()), (1, 1));
    assert_eq!(*said.lock().unwrap(), ["another run keeps its journal here; events of this one are kept in memory"]);
}

#[test]
fn a_run_without_events_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = open(&path, FOR_EVER);
    assert_eq!(newest(&journal, 10), []);
    journal.flush();
    assert!(!path.exists());
}

#[test]
fn size_is_bounded_on_disk_and_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let size = 64 * 1024;
    let (on_disk, _) = open(folder.path(), Bounds { size, age: None });
    let in_memory = Journal::in_memory(Some(Bounds { size, age: None })).unwrap();
    for journal in [&on_disk, &in_memory] {
        let running = event(&host);
        journal.append(running.clone());
        for number in 0..1000 {
            happen(&host, journal, &format!("n{number}"), Outcome::Ok);
        }
        let all = newest(journal, 10_000);
        assert!((50..500).contains(&all.len()), "{}", all.len());
        assert_eq!(all[0].event.summary, "n999");
        let kept: BTreeSet<_> = all.iter().map(|entry| entry.event.summary.clone()).collect();
        assert_eq!(kept.len(), all.len());
        assert_eq!(journal.find(running.id), None);
        // What is no longer there is no place to write to.
        journal.finish(running.id, Outcome::Ok, Duration::ZERO);
    }
    close(on_disk, folder.path());
    let files: u64 = segments(folder.path()).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(files <= size + size / 16, "{files}");
    let (smaller, _) = open(folder.path(), Bounds { size: size / 4, age: None });
    drop(newest(&smaller, 1));
    let files: u64 = segments(folder.path()).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(files <= size / 4 + size / 16, "{files}");
}

#[test]
fn what_is_too_old_goes() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let bounds = Bounds { age: Some(Duration::from_secs(60)), ..FOR_EVER };
    let (journal, _) = open(folder.path(), bounds);
    happen(&host, &journal, "old", Outcome::Ok);
    close(journal, folder.path());
    let long_ago = std::time::UNIX_EPOCH + Duration::from_secs(1);
    File::options().append(true).open(&segments(folder.path())[0]).unwrap().set_modified(long_ago).unwrap();
    let (journal, _) = open(folder.path(), bounds);
    happen(&host, &journal, "new", Outcome::Ok);
    assert_eq!(summaries(&journal.list(&Query::default(), None, 10)), ["new"]);
    assert_eq!(segments(folder.path()).len(), 1);
}

#[test]
fn a_disk_that_takes_no_more_leaves_events_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let host = host();
    let path = folder.path().join("journal");
    // Of a size at which every event is a segment of its own.
    let (journal, said) = open(&path, Bounds { size: 160_000, age: None });
    for number in 0..50 {
        happen(&host, &journal, &"kept ".repeat(1000), Outcome::Ok);
        assert!(!newest(&journal, 1)[0].event.summary.is_empty());
        if number == 10 {
            std::fs::remove_dir_all(&path).unwrap();
        }
    }
    assert!(said.lock().unwrap()[0].starts_with("the journal cannot be written: "));
}
