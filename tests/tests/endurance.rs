//! Many reloads under load: no request fails, and no memory stays behind. `GREENROOM_RELOADS` says how many (100).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use greenroom_tests::{Client, Project, Server, resident, wait_for};

const MIB: u64 = 1024 * 1024;
/// What the host may grow by from the first fifth of the reloads to their end.
const HOST_BOUND: u64 = 8 * MIB;
/// What two guests of the same code may differ by.
const GUEST_BOUND: u64 = 8 * MIB;
/// There are soon no more guests: the one that serves, the spare, and old ones that have requests of a millisecond to finish.
const GUESTS: usize = 12;

fn code(version: usize) -> String {
    format!("export default {{ async fetch(request) {{ await scheduler.wait(1); return new Response(\"version {version}\"); }} }};")
}

#[test]
fn reloads_under_load_fail_no_request_and_leave_no_memory_behind() {
    let reloads = std::env::var("GREENROOM_RELOADS").ok().and_then(|count| count.parse().ok()).unwrap_or(100_usize);
    let project = Project::worker(&code(0));
    let server = Server::start(&project, &[]);
    let over = Arc::new(AtomicBool::new(false));
    let loads: Vec<_> = (0..4).map(|_| load(server.client(), Arc::clone(&over))).collect();
    let mut early = None;
    for version in 1..=reloads {
        project.write("index.js", code(version));
        server.wait_reloads(version);
        assert_eq!(server.get("/").text(), format!("version {version}"));
        wait_for("old guests to end", || (server.guests().len() <= GUESTS).then_some(()));
        if version == reloads.div_ceil(5) {
            early = Some((resident(server.pid()), settled_guest(&server)));
        }
    }
    let late = (resident(server.pid()), settled_guest(&server));
    over.store(true, Ordering::Relaxed);
    let answered: usize = loads.into_iter().map(|load| load.join().expect("no request fails")).sum();
    assert!(answered >= reloads, "{answered} requests during {reloads} reloads");
    let early = early.expect("invariant: a fifth of the reloads is among them");
    println!(
        "{reloads} reloads, {answered} requests; host {} to {} KiB, guest {} to {} KiB",
        early.0 / 1024,
        late.0 / 1024,
        early.1 / 1024,
        late.1 / 1024
    );
    assert!(late.0 < early.0 + HOST_BOUND, "the host grew from {} to {} MiB", early.0 / MIB, late.0 / MIB);
    assert!(late.1 < early.1 + GUEST_BOUND, "guests grew from {} to {} MiB", early.1 / MIB, late.1 / MIB);
}

/// Waits until the old guests have ended, and gives the memory of the larger of the two that are left.
fn settled_guest(server: &Server) -> u64 {
    let guests = wait_for("one guest and one spare", || Some(server.guests()).filter(|guests| guests.len() == 2));
    guests.into_iter().map(resident).max().unwrap_or(0)
}

/// Requests without pause on one connection; the count of those that were answered well, which is all.
fn load(app: Client, over: Arc<AtomicBool>) -> std::thread::JoinHandle<usize> {
    std::thread::spawn(move || {
        let (mut wire, mut answered) = (app.wire(), 0);
        while !over.load(Ordering::Relaxed) {
            let reply = wire.ask("GET", "/").reply().expect("every request is answered");
            assert!(reply.status == 200 && reply.text().starts_with("version "), "{} {}", reply.status, reply.text());
            answered += 1;
        }
        answered
    })
}
