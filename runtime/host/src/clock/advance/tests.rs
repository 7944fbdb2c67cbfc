use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;

use super::*;
use crate::clock::{Flight, Member, Pending, Stillness};

const START: Timestamp = Timestamp(1_000_000);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What was noted, with the second at which it was.
type Notes = Arc<Mutex<Vec<(u64, &'static str)>>>;

fn note(notes: &Notes, clock: &Clock, what: &'static str) {
    notes.lock().unwrap().push((clock.now().since(START).as_secs(), what));
}

fn sleeper(clock: &Clock, notes: &Notes, after: u64, what: &'static str) {
    let (clock, notes) = (clock.clone(), Arc::clone(notes));
    tokio::spawn(async move {
        let _busy = clock.sleep(seconds(after), what).await;
        note(&notes, &clock, what);
    });
}

#[tokio::test]
async fn what_is_due_runs_in_order_each_at_its_instant() {
    let (clock, notes) = (Clock::frozen(START), Notes::default());
    for (after, what) in [(30, "c"), (10, "a"), (20, "b"), (90, "late")] {
        sleeper(&clock, &notes, after, what);
    }
    let advanced = clock.advance(Advance::By(seconds(60)), Bound::default()).await.unwrap();
    assert_eq!(*notes.lock().unwrap(), [(10, "a"), (20, "b"), (30, "c")]);
    assert_eq!((advanced.count, advanced.to, advanced.stopped), (3, START + seconds(60), None));
    assert_eq!(advanced.ran[0], Ran { label: "a".to_owned(), count: 1, first: START + seconds(10), last: START + seconds(10) });
    assert_eq!(clock.pending().await, [Pending { due: START + seconds(90), label: "late".to_owned() }]);
}

#[tokio::test]
async fn what_falls_due_because_of_it_runs_too() {
    let (clock, notes) = (Clock::frozen(START), Notes::default());
    tokio::spawn({
        let (clock, notes) = (clock.clone(), Arc::clone(&notes));
        async move {
            for _ in 0..3 {
                let _busy = clock.sleep(seconds(10), "again").await;
                note(&notes, &clock, "again");
            }
        }
    });
    clock.advance(Advance::By(seconds(25)), Bound::default()).await.unwrap();
    assert_eq!(*notes.lock().unwrap(), [(10, "again"), (20, "again")]);
}

#[tokio::test]
async fn next_runs_what_is_due_at_one_instant() {
    let (clock, notes) = (Clock::frozen(START), Notes::default());
    for (after, what) in [(10, "a"), (10, "b"), (20, "c")] {
        sleeper(&clock, &notes, after, what);
    }
    let advanced = clock.advance(Advance::Next, Bound::default()).await.unwrap();
    assert_eq!((advanced.to, advanced.count), (START + seconds(10), 2));
    clock.advance(Advance::Next, Bound::default()).await.unwrap();
    let nothing = clock.advance(Advance::Next, Bound::default()).await.unwrap();
    assert_eq!((nothing.to, nothing.count), (START + seconds(20), 0));
    assert_eq!(*notes.lock().unwrap(), [(10, "a"), (10, "b"), (20, "c")]);
}

#[tokio::test]
async fn time_waits_for_what_is_in_flight_but_not_for_what_waits_for_time() {
    let (clock, notes) = (Clock::frozen(START), Notes::default());
    let (go, gate) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn({
        let (clock, notes) = (clock.clone(), Arc::clone(&notes));
        let scope = clock.clone();
        async move {
            let work = async {
                gate.await.unwrap();
                note(&notes, &clock, "begun");
                drop(clock.sleep(seconds(5), "in the middle").await);
                note(&notes, &clock, "done");
            };
            scope.in_flight("work", work).await;
        }
    });
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        go.send(()).unwrap();
    });
    clock.advance(Advance::By(seconds(60)), Bound::default()).await.unwrap();
    assert_eq!(*notes.lock().unwrap(), [(0, "begun"), (5, "done")]);
}

#[tokio::test]
async fn what_never_ends_is_named() {
    let clock = Clock::frozen(START);
    let _busy = clock.busy("a request to example.com");
    let bound = Bound { settle: Duration::from_millis(20), ..Bound::default() };
    let advanced = clock.advance(Advance::By(seconds(60)), bound).await.unwrap();
    assert_eq!((advanced.stopped, advanced.to), (Some(Stopped::Wall), START));
    assert_eq!(advanced.busy, ["a request to example.com"]);
}

#[tokio::test]
async fn what_the_outside_does_not_answer_can_be_left_behind() {
    let (clock, notes) = (Clock::frozen(START), Notes::default());
    sleeper(&clock, &notes, 30, "timeout");
    let waits = |flight: Flight| {
        let clock = clock.clone();
        tokio::spawn(async move { clock.in_flight(flight, std::future::pending::<()>()).await })
    };
    let outside = waits(Flight::outside("GET example.com"));
    tokio::task::yield_now().await;
    let bound = Bound { settle: Duration::from_millis(20), despite_outside: true, ..Bound::default() };
    let advanced = clock.advance(Advance::By(seconds(60)), bound).await.unwrap();
    assert_eq!((advanced.stopped, advanced.left, advanced.busy), (None, vec!["GET example.com".to_owned()], vec![]));
    assert_eq!(*notes.lock().unwrap(), [(30, "timeout")]);
    // Not so what is this program's own.
    let inside = waits("a call".into());
    tokio::task::yield_now().await;
    let advanced = clock.advance(Advance::By(seconds(60)), bound).await.unwrap();
    assert_eq!((advanced.stopped, advanced.busy), (Some(Stopped::Wall), vec!["GET example.com".to_owned(), "a call".to_owned()]));
    drop((outside, inside));
}

#[tokio::test]
async fn timers_without_delay_are_counted_and_named() {
    /// A guest whose timers never end.
    struct Restless;
    impl Member for Restless {
        fn label(&self) -> String {
            "an older version of app notes".to_owned()
        }
        fn set(&self, _: Option<Timestamp>) {}
        fn run_due(&self) {}
        fn is_stirred(&self) -> bool {
            true
        }
        fn still(self: Arc<Self>, most: u64) -> BoxFuture<'static, Option<Stillness>> {
            Box::pin(std::future::ready(most.checked_add(1).map(|ran| Stillness { ran, ..Stillness::default() })))
        }
        fn timers(self: Arc<Self>) -> BoxFuture<'static, Option<Stillness>> {
            self.still(0)
        }
    }
    let clock = Clock::frozen(START);
    let guest: Arc<dyn Member> = Arc::new(Restless);
    clock.join(&guest);
    let advanced = clock.advance(Advance::By(seconds(60)), Bound { count: 100, ..Bound::default() }).await.unwrap();
    assert_eq!((advanced.stopped, advanced.to), (Some(Stopped::Count), START));
    assert_eq!(advanced.busy, ["an older version of app notes: timers without delay, which set each other again and again"]);
}

#[tokio::test]
async fn too_many_due_things_are_too_many() {
    let clock = Clock::frozen(START);
    tokio::spawn({
        let clock = clock.clone();
        async move {
            loop {
                drop(clock.sleep(Duration::from_millis(1), "tick").await);
            }
        }
    });
    let advanced = clock.advance(Advance::By(seconds(60)), Bound { count: 100, ..Bound::default() }).await.unwrap();
    assert_eq!((advanced.stopped, advanced.count), (Some(Stopped::Count), 100));
    assert_eq!(advanced.to, START + Duration::from_millis(100));
}

#[tokio::test]
async fn who_sets_the_time_ends_an_advance() {
    for resumes in [false, true] {
        let clock = Clock::frozen(START);
        tokio::spawn({
            let clock = clock.clone();
            async move {
                drop(clock.sleep(seconds(10), "turns").await);
                if resumes {
                    clock.resume();
                } else {
                    clock.freeze(Some(Timestamp(5)));
                }
            }
        });
        let advanced = clock.advance(Advance::By(seconds(60)), Bound::default()).await.unwrap();
        assert_eq!((advanced.stopped, advanced.count), (Some(Stopped::Turned), 1));
        assert_eq!(clock.frozen_at(), (!resumes).then_some(Timestamp(5)));
    }
}

#[tokio::test]
async fn only_a_frozen_clock_moves_and_only_forwards() {
    let clock = Clock::real();
    assert_eq!(clock.advance(Advance::Next, Bound::default()).await, Err(AdvanceError::Running));
    let now = clock.freeze(Some(START));
    let to = Timestamp(START.0 - 1);
    assert_eq!(clock.advance(Advance::To(to), Bound::default()).await, Err(AdvanceError::Backwards { now, to }));
    let year = seconds(365 * 86_400);
    assert_eq!(clock.advance(Advance::By(year * 10_000), Bound::default()).await, Err(AdvanceError::TooFar));
    assert_eq!(clock.now(), START);
}

#[tokio::test]
async fn freezing_later_runs_what_is_due_by_then() {
    let (clock, notes) = (Clock::frozen(START), Notes::default());
    sleeper(&clock, &notes, 10, "a");
    tokio::task::yield_now().await;
    clock.freeze(Some(START + seconds(20)));
    clock.settle(seconds(1)).await.unwrap();
    assert_eq!(*notes.lock().unwrap(), [(20, "a")]);
}

#[tokio::test]
async fn a_clock_that_runs_again_wakes_sleepers_by_itself() {
    let (clock, notes) = (Clock::frozen(Timestamp(0)), Notes::default());
    sleeper(&clock, &notes, 10, "long ago");
    tokio::task::yield_now().await;
    clock.resume();
    clock.settle(seconds(1)).await.unwrap();
    assert_eq!(notes.lock().unwrap().len(), 1);
}

/// A guest with one timer, which starts another when it runs.
struct Guest {
    now: AtomicU64,
    due: Mutex<Vec<Timestamp>>,
    ran: Mutex<Vec<u64>>,
    stirred: AtomicBool,
}

impl Member for Guest {
    fn label(&self) -> String {
        "app notes".to_owned()
    }

    fn set(&self, frozen: Option<Timestamp>) {
        self.now.store(frozen.map_or(0, |at| at.0), Ordering::Relaxed);
    }

    fn run_due(&self) {
        let now = Timestamp(self.now.load(Ordering::Relaxed));
        let mut due = self.due.lock().unwrap();
        if due.first().is_some_and(|due| *due <= now) {
            self.ran.lock().unwrap().push(now.since(START).as_secs());
            due[0] = now + seconds(7);
        }
        self.stirred.store(true, Ordering::Relaxed);
    }

    fn is_stirred(&self) -> bool {
        self.stirred.load(Ordering::Relaxed)
    }

    fn still(self: Arc<Self>, _most: u64) -> BoxFuture<'static, Option<Stillness>> {
        self.stirred.store(false, Ordering::Relaxed);
        self.timers()
    }

    fn timers(self: Arc<Self>) -> BoxFuture<'static, Option<Stillness>> {
        let due = self.due.lock().unwrap().clone();
        Box::pin(std::future::ready(Some(Stillness { timers: due.len(), due, ran: 0 })))
    }
}

#[tokio::test]
async fn timers_of_guests_run_among_the_rest() {
    let (clock, notes) = (Clock::frozen(START), Notes::default());
    let guest = Arc::new(Guest {
        now: AtomicU64::new(0),
        due: Mutex::new(vec![START + seconds(5)]),
        ran: Mutex::default(),
        stirred: AtomicBool::new(false),
    });
    clock.join(&(Arc::clone(&guest) as Arc<dyn Member>));
    assert_eq!(guest.now.load(Ordering::Relaxed), START.0);
    sleeper(&clock, &notes, 12, "host");
    let advanced = clock.advance(Advance::By(seconds(20)), Bound::default()).await.unwrap();
    assert_eq!(*guest.ran.lock().unwrap(), [5, 12, 19]);
    assert_eq!(*notes.lock().unwrap(), [(12, "host")]);
    assert_eq!(advanced.ran.iter().map(|ran| (ran.label.as_str(), ran.count)).collect::<Vec<_>>(), [("app notes: timer", 3), ("host", 1)]);
    assert_eq!(guest.now.load(Ordering::Relaxed), advanced.to.0);
    drop(guest);
    assert!(clock.pending().await.is_empty());
}
