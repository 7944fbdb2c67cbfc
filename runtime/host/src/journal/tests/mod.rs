mod disk;
mod indexes;

use super::*;
use crate::clock::{Clock, Timestamp};
use crate::event::{EventKind, Headers, Payload, Request, Text};
use crate::host::Host;
use crate::ids::Ids;
use crate::limits::Profile;

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
