//! Queues under load: 20 of them, each with 8 who send and 8 who receive, with faults, and a server that is killed twice and started again
//! on the same state. What the clients saw is held against a model: nothing that was acknowledged is lost, groups of FIFO queues keep their
//! order, and no message is seen by two at once unless a fault says so. `GREENROOM_ROUNDS` says how many rounds (4), `GREENROOM_SEED` from
//! which number the dice are made.

mod consumer;
mod history;
mod line;
mod model;
mod model_tests;
mod producer;
mod queues;
mod run;
mod witness;

use std::sync::mpsc;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, SystemTime};

use greenroom_tests::{Project, Server};
use serde_json::json;

use crate::consumer::{Manner, consume};
use crate::history::{Outcome, Witness};
use crate::producer::produce;
use crate::queues::Queue;
use crate::run::{Amount, Run};

/// Who sends to each queue, and as many receive.
const CLIENTS: usize = 8;
/// Messages that a round leaves in flight are seen in the next, but for those that were hidden for longer.
const PAUSE: u64 = 31_000;
/// So often what is left is asked for at the end.
const LAST_ROUNDS: usize = 40;

struct Served {
    project: Project,
    server: Server,
    /// Time begins here, in milliseconds since 1970: ahead of the machine's time, so that it never goes back.
    start: u64,
}

impl Served {
    fn new(queues: &[Queue], seed: u64) -> Self {
        let project = Project::empty();
        project.write("template.json", queues::template(queues)).write("greenroom.toml", queues::rules(seed));
        let tomorrow = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default() + Duration::from_secs(24 * 60 * 60);
        let server = start(&project);
        Self { project, server, start: u64::try_from(tomorrow.as_millis()).unwrap_or(u64::MAX) }
    }

    /// Stops time where the run has got to, and lets clients in.
    fn open(&self, run: &Run) {
        self.server.control().post("/v1/clock/freeze", json!({ "at": self.start + run.now() }));
        run.publish(self.server.aws().address());
    }

    fn kill_and_start_again(&mut self, run: &Run) {
        self.server.signal("KILL");
        self.server.wait();
        self.server = start(&self.project);
        self.open(run);
    }

    fn advance(&self, run: &Run, by: u64) {
        run.advance(by, || {
            let report = self.server.control().advance(&format!("{by}ms"));
            assert!(report["stopped"].is_null(), "time comes to rest: {report}");
        });
    }

    /// How many messages there are.
    fn held(&self) -> u64 {
        let list = self.server.control().get("/v1/sqs");
        let queues = list["queues"].as_array().expect("a list of queues");
        let counts = queues.iter().flat_map(|queue| ["visible", "inFlight", "delayed"].map(|name| queue[name].as_u64().expect("a count")));
        counts.sum()
    }
}

fn start(project: &Project) -> Server {
    Server::start(project, &["--aws-port", "0", "--journal-size", "4GB"])
}

/// Who receives in one round: of each queue half in either manner, or all in the last.
fn receivers<'s, 'e>(scope: &'s Scope<'s, 'e>, run: &'e Run, queues: &'e [Queue], which: Manner) -> Vec<ScopedJoinHandle<'s, ()>> {
    let is_long = |consumer: usize| consumer.is_multiple_of(2);
    let all = queues.iter().flat_map(|queue| (0..CLIENTS).map(move |consumer| (queue, consumer)));
    let chosen = all.filter(|(_, consumer)| which == Manner::Last || is_long(*consumer) == (which == Manner::Long));
    chosen.map(|(queue, consumer)| scope.spawn(move || consume(run, queue, consumer, which))).collect()
}

fn join(clients: Vec<ScopedJoinHandle<'_, ()>>) {
    for client in clients {
        client.join().expect("a client ends well");
    }
}

fn round(served: &mut Served, run: &Run, queues: &[Queue], kills: bool) {
    run.set_all_sent(false);
    std::thread::scope(|scope| {
        let (sent, told) = mpsc::channel();
        let all = queues.iter().flat_map(|queue| (0..CLIENTS).map(move |producer| (queue, producer)));
        let producers: Vec<_> = all
            .map(|(queue, producer)| {
                let sent = sent.clone();
                scope.spawn(move || produce(run, queue, producer, || sent.send(()).expect("somebody listens")))
            })
            .collect();
        let (long, short) = (receivers(scope, run, queues, Manner::Long), receivers(scope, run, queues, Manner::Short));
        if kills {
            let half = producers.len() * run.amount.sends / 2;
            assert_eq!(told.iter().take(half).count(), half, "half of it is sent");
            served.kill_and_start_again(run);
        }
        join(producers);
        run.set_all_sent(true);
        join(short);
        served.advance(run, PAUSE);
        while !long.iter().all(ScopedJoinHandle::is_finished) {
            served.advance(run, 1_000);
        }
        join(long);
    });
}

/// Takes what is left, until there is nothing.
fn empty(served: &Served, run: &mut Run, queues: &[Queue]) {
    for _ in 0..LAST_ROUNDS {
        run.round += 1;
        let run = &*run;
        std::thread::scope(|scope| join(receivers(scope, run, queues, Manner::Last)));
        if served.held() == 0 {
            return;
        }
        served.advance(run, 2 * PAUSE);
    }
    panic!("{} messages cannot be received", served.held());
}

fn print_figures(run: &Run, queues: &[Queue], witness: &Witness) {
    let (mut sent, mut refused, mut received, mut changed, mut cut) = (0, 0, 0, 0, 0);
    for queue in queues {
        let history = run.history(queue);
        sent += history.sent.iter().filter(|sent| sent.outcome == Outcome::Done).count();
        refused += history.sent.iter().filter(|sent| sent.outcome == Outcome::Refused).count();
        received += history.received.iter().map(|receive| receive.messages.len()).sum::<usize>();
        changed += history.changed.len();
        cut += history.cut;
    }
    let (doubled, shown) = (witness.doubled.len(), witness.shown.len());
    println!(
        "{sent} messages acknowledged, {refused} refused, {received} received, {changed} deletes and changes, {cut} requests cut off, \
         {doubled} messages doubled and {shown} shown to others by faults"
    );
}

#[test]
fn nothing_acknowledged_is_lost_whatever_happens() {
    let amount = Amount::of_environment();
    let queues = Queue::all();
    let mut run = Run::new(amount, queues.len());
    let mut served = Served::new(&queues, amount.seed);
    served.open(&run);
    let mut witness = Witness::default();
    for at in 0..amount.rounds {
        run.round = at;
        let kills = at == amount.rounds / 3 || at == 2 * amount.rounds / 3;
        if kills {
            witness.unsure.insert(at);
        }
        round(&mut served, &run, &queues, kills);
    }
    empty(&served, &mut run, &queues);
    witness::ask(&mut witness, served.server.control());
    print_figures(&run, &queues, &witness);
    let found: Vec<String> = queues.iter().flat_map(|queue| model::check(queue, &run.history(queue), &witness)).collect();
    assert!(found.is_empty(), "{} things that must not be: {:#?}", found.len(), &found[..found.len().min(20)]);
}
