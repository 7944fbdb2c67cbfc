//! Guests are processes: they end with the server, and one that crashes costs its own app a moment and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use greenroom_tests::{Client, Project, Reply, Server, cpu_ticks, kill, pids_of_group, wait_for};

const CODE: &str = r#"
    export default {
      async fetch(request) {
        switch (new URL(request.url).pathname) {
          case "/loop": console.log("looping"); await scheduler.wait(1); for (;;);
          case "/wait": console.log("waiting"); await scheduler.wait(3_600_000); break;
          case "/work": for (const end = Date.now() + 300, text = []; Date.now() < end;) text.push(Math.random().toString(36));
        }
        return new Response("fine");
      },
    };"#;

#[test]
fn ctrl_c_ends_the_server_at_once_and_leaves_no_process() {
    for signal in ["INT", "TERM"] {
        let mut server = Server::start(&Project::worker(CODE), &[]);
        assert_eq!(server.get("/").text(), "fine");
        let mut open = server.wire();
        open.ask("GET", "/wait");
        server.wait_message("waiting");
        let guests = server.guests();
        assert!(!guests.is_empty());
        server.signal(signal);
        assert_eq!(server.wait(), Some(0), "a request under way keeps nobody waiting");
        wait_for("all guests to end", || pids_of_group(&guests).is_empty().then_some(()));
    }
}

#[test]
fn guests_end_when_the_server_is_killed_even_in_an_endless_loop() {
    let mut server = Server::start(&Project::worker(CODE), &["--profile", "off"]);
    assert_eq!(server.get("/").text(), "fine");
    let mut stuck = server.wire();
    stuck.ask("GET", "/loop");
    server.wait_message("looping");
    let guests = server.guests();
    assert!(!guests.is_empty());
    server.signal("KILL");
    assert_eq!(server.wait(), None);
    wait_for("all guests to end", || pids_of_group(&guests).is_empty().then_some(()));
}

#[test]
fn a_request_in_a_guest_that_is_killed_is_told_how_and_the_next_one_is_answered() {
    let server = Server::start(&Project::worker(CODE), &[]);
    let signals = [("ABRT", "SIGABRT (abort in native code)"), ("KILL", "SIGKILL (from outside, or by the system for want of memory)")];
    for (index, (signal, words)) in signals.into_iter().enumerate() {
        let mut wire = server.wire();
        wire.ask("GET", "/wait");
        server.wait_count(index + 1, |line| line["message"] == "waiting");
        let guest = server.guests()[0];
        kill(guest, signal);
        let reply = wire.reply().expect("an answer");
        assert_eq!((reply.status, reply.text().trim_end().to_owned()), (503, format!("the guest's process was killed by {words}")));
        // Its socket closes before it is gone.
        wait_for("the guest to end", || pids_of_group(&[guest]).is_empty().then_some(()));
        server.wait_message(&format!("the guest's process was killed by {words}; a fresh guest takes over"));
        assert_eq!(server.get("/").text(), "fine");
    }
}

#[test]
fn twenty_crashes_in_a_row_are_each_got_over() {
    let server = Server::start(&Project::worker(CODE), &[]);
    for crash in 1..=20 {
        assert_eq!(server.get("/").text(), "fine");
        let guest = server.guests()[0];
        kill(guest, if crash % 2 == 0 { "KILL" } else { "ABRT" });
        wait_for("the guest to end", || pids_of_group(&[guest]).is_empty().then_some(()));
        server.wait_count(crash, |line| line["message"].as_str().is_some_and(|text| text.ends_with("a fresh guest takes over")));
        assert_eq!(server.get("/").text(), "fine");
    }
    wait_for("one guest and one spare", || (server.guests().len() == 2).then_some(()));
}

#[test]
fn spares_that_are_killed_are_not_missed() {
    let project = Project::worker(CODE);
    let server = Server::start(&project, &[]);
    wait_for("a spare", || (server.guests().len() == 2).then_some(()));
    kill(server.guests()[1], "KILL");
    wait_for("its end", || (server.guests().len() == 1).then_some(()));
    project.write("index.js", CODE.replace("fine", "reloaded"));
    server.wait_reloads(1);
    assert_eq!(server.get("/").text(), "reloaded");
}

#[test]
fn a_spare_that_dies_while_it_takes_over_is_replaced_too() {
    let server = Server::start(&Project::worker(CODE), &[]);
    let [serving, spare] = wait_for("a spare", || <[u32; 2]>::try_from(server.guests()).ok());
    // Stopped, it takes the code's place in line and never answers.
    kill(spare, "STOP");
    kill(serving, "KILL");
    server.wait_message(
        "the guest's process was killed by SIGKILL (from outside, or by the system for want of memory); a fresh guest takes over",
    );
    kill(spare, "KILL");
    assert_eq!(server.get("/").text(), "fine");
}

#[test]
fn a_request_that_a_dying_guest_has_not_taken_goes_to_the_next_one() {
    let server = Server::start(&Project::worker(CODE), &[]);
    let asks: [&[u8]; 2] = [b"GET /work HTTP/1.1\r\nhost: test\r\n\r\n", b"POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\nbody"];
    for ask in asks {
        let guest = server.guests()[0];
        kill(guest, "STOP");
        let mut wire = server.wire();
        wire.send(ask);
        // Answered at the door, after what came before it has gone to the guest.
        assert!(server.raw("GET / HTTP/1.1\r\nhost: no host\r\nconnection: close\r\n\r\n").starts_with("HTTP/1.1 400"));
        kill(guest, "KILL");
        let reply = wire.reply().expect("an answer");
        assert_eq!((reply.status, reply.text().as_str()), (200, "fine"));
        wait_for("the guest to end", || pids_of_group(&[guest]).is_empty().then_some(()));
    }
}

#[test]
fn a_crash_under_load_does_not_disturb_the_app_next_door() {
    let folder = Project::empty();
    for name in ["left", "right"] {
        folder.write(
            &format!("{name}/wrangler.jsonc"),
            format!(r#"{{ "name": "{name}", "main": "index.js", "compatibility_date": "2026-08-01" }}"#),
        );
        folder.write(&format!("{name}/index.js"), CODE.replace("fine", name));
    }
    let server = Server::start(&folder, &["left", "right"]);
    let (left, right) = (server.app("left"), server.app("right"));
    for crash in 1..=5 {
        let guest = busiest(&server, left);
        let loads = Load::on([left, right]);
        loads.go_on_for(50);
        kill(guest, "ABRT");
        server.wait_count(crash, |line| line["message"].as_str().is_some_and(|text| text.ends_with("a fresh guest takes over")));
        assert_eq!(left.get("/").text(), "left");
        loads.go_on_for(50);
        let [left_replies, right_replies] = loads.finish();
        assert!(right_replies.iter().all(|reply| reply.status == 200 && reply.text() == "right"), "the other app is undisturbed");
        for reply in left_replies.iter().filter(|reply| reply.status != 200) {
            assert_eq!((reply.status, reply.text().trim_end()), (503, "the guest's process was killed by SIGABRT (abort in native code)"));
        }
    }
    assert_eq!(server.count(|line| line["app"] == "right" && line["type"] == "log"), 0, "{}", server.transcript());
}

/// The guest that serves `app`: the one that requests to it make work, while the others have nothing to do, or soon have started.
fn busiest(server: &Server, app: Client) -> u32 {
    let before: Vec<_> = server.guests().into_iter().map(|pid| (pid, cpu_ticks(pid))).collect();
    loop {
        assert_eq!(app.get("/work").status, 200);
        let mut used: Vec<_> = before.iter().map(|(pid, before)| (cpu_ticks(*pid).saturating_sub(*before), *pid)).collect();
        used.sort_unstable();
        let [.., (second, _), (most, guest)] = used[..] else { panic!("two apps have two guests: {used:?}") };
        if most > 3 * second + 5 {
            return guest;
        }
    }
}

/// Requests without pause to several apps, one connection each.
struct Load<const N: usize> {
    threads: [JoinHandle<Vec<Reply>>; N],
    over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
}

impl<const N: usize> Load<N> {
    fn on(apps: [Client; N]) -> Self {
        let (over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let threads = apps.map(|app| {
            let (over, answered) = (Arc::clone(&over), Arc::clone(&answered));
            std::thread::spawn(move || {
                let (mut wire, mut replies) = (app.wire(), Vec::new());
                while !over.load(Ordering::Relaxed) {
                    replies.push(wire.ask("GET", "/").reply().expect("every request is answered"));
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                replies
            })
        });
        Self { threads, over, answered }
    }

    /// Waits for so many more answers.
    fn go_on_for(&self, more: usize) {
        let enough = self.answered.load(Ordering::Relaxed) + more;
        wait_for("more answers", || (self.answered.load(Ordering::Relaxed) >= enough).then_some(()));
    }

    fn finish(self) -> [Vec<Reply>; N] {
        self.over.store(true, Ordering::Relaxed);
        self.threads.map(|thread| thread.join().expect("the load goes through"))
    }
}
