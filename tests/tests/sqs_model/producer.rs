//! Who sends: until each message is acknowledged.

use serde_json::{Value, json};

use crate::history::{Outcome, Sent};
use crate::line::{Answer, Line, is_of};
use crate::queues::Queue;
use crate::run::{Dice, Run};

/// A message that is not acknowledged.
struct Unsent {
    key: String,
    group: Option<String>,
    attempt: usize,
}

impl Unsent {
    /// Each attempt has a text of its own, of any length.
    fn body(&self) -> String {
        format!("{}/{}/{}", self.key, self.attempt, "x".repeat(self.key.len() * self.attempt * 7 % 200))
    }

    fn entry(&self, at: usize, queue: &Queue) -> Value {
        let mut entry = json!({ "Id": at.to_string(), "MessageBody": self.body() });
        if let Some(group) = &self.group {
            entry["MessageGroupId"] = group.as_str().into();
        }
        if queue.fifo {
            entry["MessageDeduplicationId"] = self.key.as_str().into();
        }
        entry
    }
}

pub(crate) fn produce(run: &Run, queue: &Queue, producer: usize, sent: impl Fn()) {
    let mut line = Line::new(run);
    let beginning = [queue.number, producer, run.round].map(|number| number as u64);
    let mut dice = Dice::of(run.amount.seed, &beginning);
    for at in 0..run.amount.sends {
        let count = if dice.below(2) == 0 { 1 } else { 2 + dice.below(9) };
        let messages = (0..count).map(|n| {
            // Groups of one producer, groups of all, and in standard queues none.
            let group = match dice.below(4) {
                0 => Some("all-0".to_owned()),
                1 => Some("all-1".to_owned()),
                2 if !queue.fifo => None,
                own => Some(format!("{producer}-{own}")),
            };
            Unsent { key: format!("{}.{producer}.{}.{at}.{n}", queue.number, run.round), group, attempt: 1 }
        });
        let messages = messages.collect();
        send(run, queue, &mut line, messages);
        sent();
    }
}

fn send(run: &Run, queue: &Queue, line: &mut Line<'_>, mut messages: Vec<Unsent>) {
    while !messages.is_empty() {
        let mut entries: Vec<Value> = messages.iter().enumerate().map(|(at, message)| message.entry(at, queue)).collect();
        let is_alone = entries.len() == 1;
        let (operation, mut input) =
            if is_alone { ("SendMessage", entries.remove(0)) } else { ("SendMessageBatch", json!({ "Entries": entries })) };
        input["QueueUrl"] = queue.url().into();
        input.as_object_mut().expect("it is one").remove("Id");
        let (answer, _) = line.ask(operation, &input);
        let outcomes: Vec<_> = (0..messages.len()).map(|at| outcome(&answer, is_alone, at)).collect();
        let mut history = run.history(queue);
        history.cut += usize::from(matches!(answer, Answer::Cut));
        let mut left = Vec::new();
        for (message, (outcome, answer)) in messages.into_iter().zip(outcomes) {
            history.sent.push(Sent {
                round: run.round,
                key: message.key.clone(),
                group: message.group.clone(),
                body: message.body(),
                outcome,
                id: answer["MessageId"].as_str().unwrap_or_default().to_owned(),
                sequence: answer["SequenceNumber"].as_str().and_then(|number| number.parse().ok()).unwrap_or_default(),
            });
            if outcome != Outcome::Done {
                left.push(Unsent { attempt: message.attempt + 1, ..message });
            }
        }
        messages = left;
    }
}

/// What became of the entry at a place, and what is said of it.
fn outcome(answer: &Answer, is_alone: bool, at: usize) -> (Outcome, Value) {
    let Answer::Done(said) = answer else { return (refusal(answer), Value::Null) };
    if is_alone {
        return (Outcome::Done, said.clone());
    }
    let of = |list: &str| said[list].as_array().into_iter().flatten().find(|entry| is_of(entry, at));
    match (of("Successful"), of("Failed")) {
        (Some(entry), None) => (Outcome::Done, entry.clone()),
        (None, Some(entry)) if entry["Code"] == "InternalFailure" => (Outcome::Refused, Value::Null),
        other => panic!("the entry {at} of a batch came to {other:?}"),
    }
}

/// # Panics
/// At errors that nobody asked for.
fn refusal(answer: &Answer) -> Outcome {
    match answer {
        Answer::Refused(code) if code == "RequestThrottled" || code == "InternalFailure" => Outcome::Refused,
        Answer::Refused(code) => panic!("a send is refused with {code}"),
        _ => Outcome::Cut,
    }
}
