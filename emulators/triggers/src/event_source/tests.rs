use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use greenroom_host::{
    Advance, Bound, Busy, Clock, Content, Delivery, Host, Ids, Parcel, Profile, Recipient, Reply, Timestamp, Undelivered,
};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc, oneshot};

use super::response::{self, Failed};
use super::{EventSource, Filters, Poller, Problem, Record, Running, Settings, Tell, Unread};

/// A queue that tests fill.
#[derive(Default)]
struct Queue {
    waiting: Mutex<VecDeque<Record>>,
    done: Mutex<Vec<String>>,
    failed: Mutex<Vec<String>>,
    news: Notify,
    gone: Mutex<bool>,
    clock: Mutex<Option<Clock>>,
}

impl Queue {
    fn send(&self, id: &str, body: &str) {
        let document = json!({ "messageId": id, "body": body });
        let record = Record { id: id.into(), handle: id.into(), document, cause: None, trace: None };
        self.waiting.lock().unwrap().push_back(record);
        self.news.notify_waiters();
    }

    fn settled(&self) -> (Vec<String>, Vec<String>) {
        (self.done.lock().unwrap().clone(), self.failed.lock().unwrap().clone())
    }
}

fn ids(records: &[Record]) -> impl Iterator<Item = String> {
    records.iter().map(|record| record.id.clone())
}

impl EventSource for Queue {
    fn ready(&self) -> BoxFuture<'_, Busy> {
        Box::pin(async {
            loop {
                let news = self.news.notified();
                if !self.waiting.lock().unwrap().is_empty() || *self.gone.lock().unwrap() {
                    return self.clock.lock().unwrap().as_ref().unwrap().busy("a message");
                }
                news.await;
            }
        })
    }

    fn back(&self) -> BoxFuture<'_, Busy> {
        Box::pin(async {
            loop {
                let news = self.news.notified();
                if !*self.gone.lock().unwrap() {
                    return self.clock.lock().unwrap().as_ref().unwrap().busy("the queue is there");
                }
                news.await;
            }
        })
    }

    fn receive(&self, most: usize) -> BoxFuture<'_, Result<Vec<Record>, Unread>> {
        let mut waiting = self.waiting.lock().unwrap();
        let count = most.min(10).min(waiting.len());
        let gone = *self.gone.lock().unwrap();
        let taken = waiting.drain(..count).collect();
        Box::pin(std::future::ready(if gone { Err(Unread::Gone("the queue is gone".into())) } else { Ok(taken) }))
    }

    fn done(&self, records: Vec<Record>) -> BoxFuture<'_, ()> {
        self.done.lock().unwrap().extend(ids(&records));
        Box::pin(std::future::ready(()))
    }

    fn failed(&self, records: Vec<Record>) -> BoxFuture<'_, ()> {
        self.failed.lock().unwrap().extend(ids(&records));
        Box::pin(std::future::ready(()))
    }
}

/// What the function was called with, and what is to be answered.
type Called = (Value, oneshot::Sender<Reply>);

/// A function that tests answer for. It is in flight by itself, but for the time in which the test has not answered.
struct Function(mpsc::UnboundedSender<Called>, Clock);

impl Delivery for Function {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<Reply, Undelivered>> {
        assert_eq!(parcel.to, Recipient::Function("arn:f".into()));
        let (called, clock) = (self.0.clone(), self.1.clone());
        let call = async move {
            let body = parcel.body.unwrap().whole().await.unwrap();
            let (answer, answered) = oneshot::channel();
            called.send((serde_json::from_slice(&body).unwrap(), answer)).unwrap();
            Clock::waiting(answered).await.map_err(|_| Undelivered::Gone)
        };
        Box::pin(async move { clock.in_flight("function f", call).await })
    }
}

fn reply(status: u16, failed: bool, body: &str) -> Reply {
    let headers = failed.then(|| ("x-amz-function-error".to_owned(), "Unhandled".to_owned())).into_iter().collect();
    Reply { status, reason: String::new(), headers, body: Some(Content::Whole(body.to_owned().into())) }
}

fn tell(problems: &Arc<Mutex<Vec<Problem>>>) -> Tell {
    let told = Arc::clone(problems);
    Arc::new(move |_: &Settings, problem| told.lock().unwrap().push(problem))
}

/// A mapping at work.
struct Rig {
    clock: Clock,
    queue: Arc<Queue>,
    calls: mpsc::UnboundedReceiver<Called>,
    problems: Arc<Mutex<Vec<Problem>>>,
    host: Host,
    running: Running,
    poller: Poller,
}

fn settings(mapping: &Value) -> Settings {
    let mut shown = json!({ "UUID": "m", "State": "Enabled", "FunctionArn": "arn:f", "BatchSize": 10 });
    shown.as_object_mut().unwrap().extend(mapping.as_object().unwrap().clone());
    Settings::read(shown.as_object().unwrap()).unwrap().unwrap()
}

impl Rig {
    fn start(mapping: &Value) -> Self {
        let clock = Clock::frozen(Timestamp(0));
        let (sender, calls) = mpsc::unbounded_channel();
        let host =
            Host::new(clock.clone(), Ids::from_seed(1), Profile::Relaxed, None).with_delivery(Arc::new(Function(sender, clock.clone())));
        let queue = Arc::new(Queue { clock: Mutex::new(Some(clock.clone())), ..Queue::default() });
        let (problems, running) = (Arc::default(), Running::default());
        let poller = Poller::start(host.clone(), settings(mapping), Arc::clone(&queue) as _, running.clone(), tell(&problems));
        Self { clock, queue, calls, problems, host, running, poller }
    }

    /// Other settings, and so another poller.
    fn change(&mut self, mapping: &Value) {
        let (queue, running) = (Arc::clone(&self.queue), self.running.clone());
        self.poller = Poller::start(self.host.clone(), settings(mapping), queue, running, tell(&self.problems));
    }

    /// The next call: the ids of its records, and how it is answered.
    async fn call(&mut self) -> (Vec<String>, oneshot::Sender<Reply>) {
        let (event, answer) = self.calls.recv().await.unwrap();
        let ids = event["Records"].as_array().unwrap().iter().map(|record| record["messageId"].as_str().unwrap().to_owned());
        (ids.collect(), answer)
    }

    /// Lets what can happen happen.
    async fn settle(&self) {
        self.advance(Duration::ZERO).await;
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(Advance::By(by), Bound::default()).await.unwrap();
    }
}

#[tokio::test]
async fn a_batch_is_what_is_there_and_what_was_worked_off_is_done() {
    let mut rig = Rig::start(&json!({}));
    for n in 0..12 {
        rig.queue.send(&format!("m{n}"), "x");
    }
    let (first, answer) = rig.call().await;
    let (second, other) = rig.call().await;
    assert_eq!((first.len(), second.len()), (10, 2));
    answer.send(reply(200, false, "null")).ok();
    other.send(reply(200, true, r#"{"errorMessage":"no"}"#)).ok();
    rig.settle().await;
    assert_eq!(rig.queue.settled(), (first, second));
    assert_eq!(rig.problems.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_window_waits_for_a_full_batch() {
    let mut rig = Rig::start(&json!({ "BatchSize": 3, "MaximumBatchingWindowInSeconds": 20 }));
    rig.queue.send("a", "x");
    rig.advance(Duration::from_secs(19)).await;
    rig.queue.send("b", "x");
    rig.settle().await;
    assert!(rig.calls.try_recv().is_err(), "the window is still open");
    rig.advance(Duration::from_secs(1)).await;
    let (first, _answer) = rig.call().await;
    assert_eq!(first, ["a", "b"]);
    for id in ["c", "d", "e"] {
        rig.queue.send(id, "x");
    }
    assert_eq!(rig.call().await.0, ["c", "d", "e"], "a full batch does not wait");
}

#[tokio::test]
async fn a_batch_is_closed_before_it_is_too_long() {
    let mut rig = Rig::start(&json!({}));
    for n in 0..8 {
        rig.queue.send(&format!("m{n}"), &"x".repeat(1_000_000));
    }
    assert_eq!(rig.call().await.0.len(), 6);
    assert_eq!(rig.call().await.0, ["m6", "m7"]);
}

#[tokio::test]
async fn what_filters_do_not_want_is_dropped() {
    let filters = json!({ "Filters": [{ "Pattern": r#"{"body":{"kind":["a"]}}"# }, { "Pattern": r#"{"body":["plain"]}"# }] });
    let mut rig = Rig::start(&json!({ "FilterCriteria": filters }));
    for (id, body) in [("1", r#"{"kind":"a"}"#), ("2", r#"{"kind":"b"}"#), ("3", "plain"), ("4", "other")] {
        rig.queue.send(id, body);
    }
    assert_eq!(rig.call().await.0, ["1", "3"]);
    assert_eq!(rig.queue.settled().0, ["2", "4"]);
    let wrong = json!({ "Filters": [{ "Pattern": "{\"body\": 1}" }] });
    assert_eq!(Filters::read(Some(&wrong)).unwrap_err().to_string(), "Invalid filter pattern definition.");
}

#[tokio::test]
async fn the_function_says_what_failed() {
    let mut rig = Rig::start(&json!({ "FunctionResponseTypes": ["ReportBatchItemFailures"] }));
    rig.queue.send("a", "x");
    rig.queue.send("b", "x");
    let (_, answer) = rig.call().await;
    answer.send(reply(200, false, r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#)).ok();
    rig.settle().await;
    assert_eq!(rig.queue.settled(), (vec!["a".into()], vec!["b".into()]));
    rig.queue.send("c", "x");
    rig.call().await.1.send(reply(200, false, r#"{"batchItemFailures":[{"itemIdentifier":"z"}]}"#)).ok();
    rig.settle().await;
    assert_eq!(rig.queue.settled().1, ["b", "c"]);
    let reason = "no message of the batch has the `itemIdentifier` \"z\"".to_owned();
    assert_eq!(*rig.problems.lock().unwrap(), [Problem::Malformed(reason)]);
}

#[test]
fn answers_that_are_malformed_fail_the_batch() {
    let ids = HashSet::from(["a", "b"]);
    let read = |answer: &str| response::read(answer.as_bytes(), &ids);
    for fine in ["null", "{}", r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#, r#""text""#] {
        assert_eq!(read(fine), Failed::None, "{fine}");
    }
    let malformed = [
        "",
        "not json",
        r#"{"batchItemFailures":{}}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":7}]}"#,
        r#"{"batchItemFailures":[{"id":"a"}]}"#,
        r#"{"batchItemFailures":["a"]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"c"}]}"#,
    ];
    for answer in malformed {
        assert!(matches!(read(answer), Failed::All(Some(_))), "{answer}");
    }
}

#[tokio::test]
async fn a_function_that_is_busy_is_left_alone_for_a_while() {
    let mut rig = Rig::start(&json!({ "BatchSize": 1 }));
    rig.queue.send("a", "x");
    rig.call().await.1.send(reply(429, false, r#"{"Reason":"x"}"#)).ok();
    rig.settle().await;
    rig.queue.send("b", "x");
    rig.settle().await;
    assert!(rig.calls.try_recv().is_err(), "it was refused a moment ago");
    rig.advance(Duration::from_secs(1)).await;
    rig.call().await.1.send(reply(429, false, "{}")).ok();
    rig.queue.send("c", "x");
    rig.advance(Duration::from_millis(1_999)).await;
    assert!(rig.calls.try_recv().is_err(), "the second time it takes twice as long");
    rig.advance(Duration::from_millis(1)).await;
    assert_eq!(rig.call().await.0, ["c"]);
    assert_eq!(rig.queue.settled().1, ["a", "b"]);
}

#[tokio::test]
async fn only_so_many_batches_at_once() {
    for (mapping, most) in [(json!({ "ScalingConfig": { "MaximumConcurrency": 2 } }), 2), (json!({}), 5)] {
        let mut mapping = mapping;
        mapping["BatchSize"] = 1.into();
        let mut rig = Rig::start(&mapping);
        for n in 0..8 {
            rig.queue.send(&n.to_string(), "x");
        }
        rig.settle().await;
        let mut open = Vec::new();
        while let Ok(call) = rig.calls.try_recv() {
            open.push(call.1);
        }
        assert_eq!(open.len(), most);
        open.pop().unwrap().send(reply(200, false, "{}")).ok();
        rig.settle().await;
        assert!(rig.calls.try_recv().is_ok(), "one is over, so the next begins");
        assert!(rig.calls.try_recv().is_err());
    }
}

#[tokio::test]
async fn what_the_function_has_counts_when_the_settings_change() {
    let most = |most: usize| json!({ "BatchSize": 1, "ScalingConfig": { "MaximumConcurrency": most } });
    let mut rig = Rig::start(&most(2));
    for n in 0..8 {
        rig.queue.send(&n.to_string(), "x");
    }
    rig.settle().await;
    let mut open = vec![rig.call().await.1, rig.call().await.1];
    rig.change(&most(3));
    rig.settle().await;
    open.push(rig.call().await.1);
    assert!(rig.calls.try_recv().is_err());
    open.remove(0).send(reply(200, false, "{}")).ok();
    rig.settle().await;
    assert!(rig.calls.try_recv().is_ok(), "one is over, so the next begins");
    assert!(rig.calls.try_recv().is_err());
}

#[tokio::test]
async fn a_mapping_that_stops_lets_the_function_finish() {
    let mut rig = Rig::start(&json!({}));
    rig.queue.send("a", "x");
    let (_, answer) = rig.call().await;
    drop(rig.poller);
    rig.queue.send("b", "x");
    answer.send(reply(200, false, "{}")).ok();
    tokio::task::yield_now().await;
    rig.clock.advance(Advance::By(Duration::ZERO), Bound::default()).await.unwrap();
    assert_eq!(rig.queue.settled().0, ["a"]);
    assert!(rig.calls.try_recv().is_err());
}

#[tokio::test]
async fn a_source_that_is_gone_is_waited_for() {
    let mut rig = Rig::start(&json!({}));
    *rig.queue.gone.lock().unwrap() = true;
    rig.queue.send("a", "x");
    rig.settle().await;
    assert_eq!(*rig.problems.lock().unwrap(), [Problem::SourceGone("the queue is gone".into())]);
    *rig.queue.gone.lock().unwrap() = false;
    rig.queue.send("b", "x");
    let (ids, answer) = rig.call().await;
    answer.send(reply(200, false, "{}")).ok();
    rig.settle().await;
    assert_eq!(ids, ["b"]);
    assert_eq!(rig.queue.settled().0, ["b"]);
}
