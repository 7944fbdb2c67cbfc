use std::sync::Mutex;

use greenroom_host::{Advance, Bound};

use super::*;

type Seen = Arc<Mutex<Vec<String>>>;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A schedule that notes what it delivers.
fn noting(clock: &Clock, crons: &[&str]) -> (Schedule, Seen) {
    let seen = Seen::default();
    let deliver: Deliver = {
        let (seen, clock) = (Arc::clone(&seen), clock.clone());
        Arc::new(move |tick| {
            assert_eq!(clock.now(), tick.due);
            seen.lock().unwrap().push(format!("{} {}", &tick.due.iso_8601()[5..16], tick.cron));
            Box::pin(std::future::ready(()))
        })
    };
    let mut schedule = Schedule::new(clock.clone(), "shop", deliver);
    schedule.set("shop", read(crons));
    (schedule, seen)
}

fn read(crons: &[&str]) -> Vec<Cron> {
    crons.iter().map(|cron| Cron::parse(cron).unwrap()).collect()
}

fn taken(seen: &Seen) -> Vec<String> {
    std::mem::take(&mut seen.lock().unwrap())
}

async fn advance(clock: &Clock, to: &str) -> u64 {
    clock.advance(Advance::To(at(to)), Bound::default()).await.unwrap().count
}

#[tokio::test]
async fn ticks_come_in_order_and_of_one_instant_in_the_order_of_the_list() {
    let clock = Clock::frozen(at("2027-01-01"));
    let (_schedule, seen) = noting(&clock, &["0 2 * * *", "0 1 * * *", "0 */2 * * *"]);
    advance(&clock, "2027-01-01T04:00").await;
    assert_eq!(taken(&seen), ["01-01T01:00 0 1 * * *", "01-01T02:00 0 2 * * *", "01-01T02:00 0 */2 * * *", "01-01T04:00 0 */2 * * *"]);
    let pending = clock.pending().await;
    let labels: Vec<_> = pending.iter().map(|pending| (pending.due.iso_8601()[5..16].to_owned(), pending.label.as_str())).collect();
    assert_eq!(
        labels,
        [
            ("01-01T06:00".to_owned(), "app shop: cron 0 */2 * * *"),
            ("01-02T01:00".to_owned(), "app shop: cron 0 1 * * *"),
            ("01-02T02:00".to_owned(), "app shop: cron 0 2 * * *"),
        ]
    );
}

#[tokio::test]
async fn the_one_that_has_waited_longest_is_not_the_first() {
    let clock = Clock::frozen(at("2027-01-01T23:50"));
    let (_schedule, seen) = noting(&clock, &["*/5 * * * *", "0 0 * * *"]);
    advance(&clock, "2027-01-02").await;
    assert_eq!(taken(&seen), ["01-01T23:55 */5 * * * *", "01-02T00:00 */5 * * * *", "01-02T00:00 0 0 * * *"]);
    let pending: Vec<_> = clock.pending().await.into_iter().map(|pending| pending.label).collect();
    assert_eq!(pending, ["app shop: cron */5 * * * *", "app shop: cron 0 0 * * *"]);
}

#[tokio::test]
async fn another_list_takes_the_place_of_the_first() {
    let clock = Clock::frozen(at("2027-01-01"));
    let (mut schedule, seen) = noting(&clock, &["0 1 * * *"]);
    schedule.set("shop", read(&["0 3 * * *"]));
    advance(&clock, "2027-01-02").await;
    assert_eq!(taken(&seen), ["01-01T03:00 0 3 * * *"]);
    drop(schedule);
    assert_eq!(advance(&clock, "2027-01-03").await, 0);
}

#[tokio::test]
async fn what_time_was_set_past_is_not_made_up() {
    let clock = Clock::frozen(at("2027-01-01"));
    let (_schedule, seen) = noting(&clock, &["0 1 * * *"]);
    advance(&clock, "2027-01-01T00:30").await;
    clock.freeze(Some(at("2027-06-01T00:30")));
    advance(&clock, "2027-06-01T01:30").await;
    assert_eq!(taken(&seen), ["06-01T01:00 0 1 * * *"]);
    clock.freeze(Some(at("2020-01-01")));
    advance(&clock, "2020-01-02").await;
    assert_eq!(taken(&seen), ["01-01T01:00 0 1 * * *"]);
}

#[tokio::test]
async fn time_waits_for_what_was_due_but_not_for_what_waits_for_time() {
    let clock = Clock::frozen(at("2027-01-01"));
    let seen = Seen::default();
    let deliver: Deliver = {
        let (seen, clock) = (Arc::clone(&seen), clock.clone());
        Arc::new(move |tick| {
            let (seen, clock) = (Arc::clone(&seen), clock.clone());
            Box::pin(async move {
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
                seen.lock().unwrap().push(format!("begun {}", tick.due.time_of_day()));
                drop(clock.sleep(Duration::from_secs(5400), "work").await);
                seen.lock().unwrap().push(format!("done {}", clock.now().time_of_day()));
            })
        })
    };
    let mut schedule = Schedule::new(clock.clone(), "shop", deliver);
    schedule.set("shop", read(&["0 * * * *"]));
    advance(&clock, "2027-01-01T02:30").await;
    assert_eq!(*seen.lock().unwrap(), ["begun 01:00:00", "begun 02:00:00", "done 02:30:00"]);
}

#[tokio::test]
async fn a_thousand_daily_ones_run_in_order() {
    let clock = Clock::frozen(at("2027-01-01"));
    let crons: Vec<String> = (0..1000).map(|index| format!("{} {} * * *", index * 7 % 60, index * 7 / 60 % 24)).collect();
    let (_schedule, seen) = noting(&clock, &crons.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(advance(&clock, "2027-01-04").await, 3000);
    let seen = taken(&seen);
    assert!(seen.len() == 3000 && seen.windows(2).all(|pair| pair[0][..11] <= pair[1][..11]), "{}", seen.len());
}
