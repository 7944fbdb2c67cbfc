//! What the journal costs: the hot path by event, and lists at a million events. `cargo run --release -p greenroom-host --example journal`.

use std::time::Duration;

use greenroom_host::{
    Answer, Bounds, Captured, Clock, Event, EventKind, Headers, Host, Ids, Journal, Outcome, Payload, Profile, Query, Request, Text,
};

const EVENTS: u32 = 1_000_000;

fn main() {
    let folder = std::env::temp_dir().join(format!("greenroom-journal-{}", std::process::id()));
    let bounds = Bounds { size: 4 << 30, age: None };
    let journal = Journal::open(&folder, bounds, |problem| eprintln!("{problem}")).expect("a journal");
    let host = Host::new(Clock::real(), Ids::from_seed(1), Profile::Off, None).with_journal(journal.clone());
    let clock = &host.clock;
    let mut told = Duration::ZERO;
    for number in 0..EVENTS {
        let began = clock.uptime();
        happen(&host, number);
        told += clock.uptime().saturating_sub(began);
        // As requests come: what waits is not to grow without end.
        if number % 1000 == 0 {
            let _ = journal.position();
        }
    }
    println!("hot path: {:.0} ns an event", told.as_secs_f64() * 1e9 / f64::from(EVENTS));
    let lists = [
        ("newest 100", Query::default()),
        ("errors", Query { outcomes: vec!["error".into()], ..Query::default() }),
        ("of an app that is not there", Query { apps: vec!["other".into()], ..Query::default() }),
    ];
    for (what, query) in lists {
        let began = clock.uptime();
        let found = journal.list(&query, None, 100).entries.len();
        println!("{what}: {found} of {EVENTS} in {:.1} ms", (clock.uptime().saturating_sub(began)).as_secs_f64() * 1e3);
    }
    journal.flush();
    let size: u64 =
        std::fs::read_dir(&folder).expect("the folder is there").flatten().filter_map(|file| Some(file.metadata().ok()?.len())).sum();
    // Under another name and without the lock, which the first has until it is gone.
    let copy = folder.with_extension("copy");
    std::fs::rename(&folder, &copy).expect("it can be moved");
    std::fs::remove_file(copy.join("lock")).expect("it is there");
    let journal = Journal::open(&copy, bounds, |problem| eprintln!("{problem}")).expect("a journal");
    for what in ["the first list of the next run", "the second"] {
        let began = clock.uptime();
        let found = journal.list(&Query::default(), None, 100).entries.len();
        println!("{what}: {found} of {} MB in {:.1} ms", size >> 20, (clock.uptime().saturating_sub(began)).as_secs_f64() * 1e3);
    }
    let _ = std::fs::remove_dir_all(&copy);
}

/// A hello world, as the front door tells of it.
fn happen(host: &Host, number: u32) {
    let headers = Headers::packed("host: localhost".into(), |bytes| vec![("all".to_owned(), String::from_utf8_lossy(bytes).into_owned())]);
    let request = Request {
        method: "GET".into(),
        url: "http://localhost:8787/".into(),
        headers,
        extra: Text::default(),
        entry: Text::default(),
        body: None,
    };
    let (source, target) = ("http".into(), "app".into());
    let event = Event::new(host, EventKind::HttpRequest, &source, &target, "GET /".to_owned(), None).carrying(Payload::Request(request));
    let id = event.id;
    let journal = &host.journal;
    journal.append(event);
    journal.answered(id, Answer { status: 200, headers: Headers::default(), body: Some(Captured::of(&"hello".into(), 8192)) });
    let outcome = if number.is_multiple_of(100_000) { Outcome::error("no") } else { Outcome::Ok };
    journal.finish(id, outcome, Duration::from_micros(200));
    journal.over(id, None);
}
