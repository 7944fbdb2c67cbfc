//! That the model finds what it is there for.

use crate::history::{Change, Changed, History, Message, Outcome, Received, Sent, Span, Witness};
use crate::model::check;
use crate::queues::Queue;

/// A history that is written down step by step; each step is over when the next begins, and takes no time.
#[derive(Default)]
struct Story {
    history: History,
    stamp: u64,
    now: u64,
}

impl Story {
    fn span(&mut self) -> Span {
        self.stamp += 2;
        Span { begun: self.stamp, ended: self.stamp + 1, earliest: self.now, latest: self.now }
    }

    /// A message whose text is its id.
    fn sent(mut self, id: &str, outcome: Outcome, sequence: u128) -> Self {
        let group = Some("g".to_owned());
        self.history.sent.push(Sent { round: 0, key: id.into(), group, body: id.into(), outcome, id: id.into(), sequence });
        self
    }

    fn received(mut self, messages: &[(&str, u64, u128)]) -> Self {
        let span = self.span();
        let message = |(id, count, sequence): &(&str, u64, u128)| Message {
            id: (*id).into(),
            body: (*id).into(),
            group: Some("g".into()),
            sequence: *sequence,
            count: *count,
            handle: format!("{id}-{count}"),
        };
        let messages = messages.iter().map(message).collect();
        self.history.received.push(Received { round: 0, span, hidden: 30_000, messages });
        self
    }

    fn changed(mut self, handle: &str, change: Change, outcome: Outcome) -> Self {
        let span = self.span();
        self.history.changed.push(Changed { handle: handle.into(), span, change, outcome });
        self
    }

    fn deleted(self, handle: &str) -> Self {
        self.changed(handle, Change::Deleted, Outcome::Done)
    }

    fn later(mut self, seconds: u64) -> Self {
        self.now += seconds * 1000;
        self
    }

    /// Lets the last receive begin when the one before did.
    fn at_once(mut self) -> Self {
        let [.., before, last] = &mut self.history.received[..] else { panic!("there are two") };
        last.span.begun = before.span.begun;
        self
    }

    fn found(&self, fifo: bool, faults: &'static str, witness: &Witness) -> Vec<String> {
        check(&Queue::new(0, fifo, faults), &self.history, witness)
    }

    /// Checks that this is found, and nothing else, whatever the queue.
    fn shows(&self, text: &str) {
        for fifo in [false, true] {
            let found = self.found(fifo, "", &Witness::default());
            assert!(!found.is_empty() && found.iter().all(|one| one.contains(text)), "{fifo}: {found:?}");
        }
    }
}

fn story() -> Story {
    Story::default().sent("a", Outcome::Done, 1).sent("b", Outcome::Done, 2)
}

#[test]
fn what_may_be_is_not_found() {
    let all_is_well = story().received(&[("a", 1, 1), ("b", 1, 2)]).deleted("a-1").later(30).received(&[("b", 2, 2)]).deleted("b-2");
    let given_back = story().received(&[("a", 1, 1), ("b", 1, 2)]).changed("a-1", Change::Hidden(0), Outcome::Done);
    let given_back = given_back.changed("b-1", Change::Hidden(0), Outcome::Done).received(&[("a", 2, 1), ("b", 2, 2)]);
    let given_back = given_back.deleted("a-2").deleted("b-2");
    let cut = story().received(&[("a", 1, 1), ("b", 1, 2)]).changed("a-1", Change::Deleted, Outcome::Cut).deleted("b-1");
    for story in [all_is_well, given_back, cut.received(&[("a", 2, 1)])] {
        for fifo in [false, true] {
            assert_eq!(story.found(fifo, "", &Witness::default()), Vec::<String>::new());
        }
    }
}

#[test]
fn what_is_lost_is_found() {
    story().received(&[("a", 1, 1)]).deleted("a-1").shows("b (b) is lost");
    let refused = story().received(&[("a", 1, 1), ("b", 1, 2)]).deleted("a-1").changed("b-1", Change::Deleted, Outcome::Refused);
    refused.shows("b (b) is lost");
}

#[test]
fn texts_that_should_not_be_there_are_found() {
    let all = |story: Story| story.received(&[("a", 1, 1), ("b", 1, 2), ("c", 1, 3)]).deleted("a-1").deleted("b-1").deleted("c-1");
    all(story()).shows("nobody has sent c");
    all(story().sent("c", Outcome::Refused, 0)).shows("c was refused and is there");
    let mut other = all(story().sent("c", Outcome::Done, 3));
    other.history.received[0].messages[2].id = "d".into();
    assert!(other.found(false, "", &Witness::default()).iter().any(|one| one.contains("c is there as c and as d")));
}

#[test]
fn what_is_seen_twice_is_found() {
    let hidden = || story().received(&[("a", 1, 1), ("b", 1, 2)]).later(29).received(&[("a", 2, 1)]);
    let ended = |story: Story| story.later(90).received(&[("a", 3, 1), ("b", 3, 2)]).deleted("a-3").deleted("b-3");
    assert!(ended(hidden()).found(false, "", &Witness::default()).iter().any(|one| one.contains("a (a) is somebody's")));
    assert_eq!(ended(hidden().at_once()).found(false, "", &Witness::default()).len(), 1);
    let shown = Witness { shown: [("a".to_owned(), 1)].into(), ..Witness::default() };
    assert_eq!(ended(hidden()).found(false, "L", &shown), Vec::<String>::new());
    assert_eq!(ended(hidden()).found(false, "L", &Witness::default()).len(), 1);
    let doubled = Witness { doubled: ["a".to_owned()].into(), ..Witness::default() };
    assert_eq!(ended(hidden()).found(false, "D", &doubled), Vec::<String>::new());
    let deleted = story().received(&[("b", 1, 2), ("a", 1, 1)]).deleted("a-1").deleted("b-1").later(90).received(&[("a", 2, 1)]);
    assert!(deleted.found(false, "", &Witness::default()).iter().any(|one| one.contains("a (a) was deleted")));
    let forgotten = story().received(&[("a", 1, 1), ("b", 1, 2)]).later(31).received(&[("a", 1, 1), ("b", 2, 2)]);
    forgotten.deleted("a-1").deleted("b-2").shows("a was received 1 times, and later 1 times");
}

#[test]
fn order_of_groups_is_held() {
    let found = |story: Story| story.found(true, "", &Witness::default());
    let wrong_way = story().received(&[("b", 1, 2), ("a", 1, 1)]).deleted("a-1").deleted("b-1");
    assert!(found(wrong_way).iter().any(|one| one.contains("a comes after a later one")));
    let left_out = story().received(&[("b", 1, 2)]).deleted("b-1").received(&[("a", 1, 1)]).deleted("a-1");
    assert_eq!(found(left_out), ["m00-.fifo: group g: b is received before a"]);
    let gap = story().sent("c", Outcome::Done, 3).received(&[("a", 1, 1), ("c", 1, 3)]).deleted("a-1").deleted("c-1");
    let gap = gap.received(&[("b", 1, 2)]).deleted("b-1");
    assert_eq!(found(gap), ["m00-.fifo: group g: c is received before b"]);
    let twice = story().received(&[("a", 1, 1)]).received(&[("b", 1, 2)]).deleted("a-1").deleted("b-1");
    assert!(found(twice).iter().any(|one| one.contains("a is somebody's and b is received")));
    let at_once = story().received(&[("a", 1, 1)]).received(&[("b", 1, 2)]).at_once().deleted("a-1").deleted("b-1");
    assert!(found(at_once).iter().any(|one| one.contains("a is somebody's and b is received")));
}
