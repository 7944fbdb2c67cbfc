//! Who receives: deletes most of it, leaves some of it, hides some of it for longer.

use serde_json::{Value, json};

use crate::history::{Change, Changed, Message, Outcome, Received};
use crate::line::{Answer, Line, is_of};
use crate::queues::{HIDDEN, Queue};
use crate::run::{Dice, Run};

/// How a consumer goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Asks again and again.
    Short,
    /// Waits until there is something.
    Long,
    /// Asks again and again, and deletes all it gets.
    Last,
}

pub(crate) fn consume(run: &Run, queue: &Queue, consumer: usize, manner: Manner) {
    let mut line = Line::new(run);
    let beginning = [queue.number, consumer, run.round, 1].map(|number| number as u64);
    let mut dice = Dice::of(run.amount.seed, &beginning);
    loop {
        let is_last = run.all_sent();
        let hidden = if dice.below(4) == 0 { HIDDEN + 15 } else { HIDDEN };
        let mut ask = json!({ "QueueUrl": queue.url(), "MaxNumberOfMessages": 1 + dice.below(10), "AttributeNames": ["All"] });
        if hidden != HIDDEN {
            ask["VisibilityTimeout"] = hidden.into();
        }
        if manner == Manner::Long && !is_last {
            ask["WaitTimeSeconds"] = 20.into();
        }
        let messages = match receive(run, queue, &mut line, &ask, hidden) {
            Some(messages) if messages.is_empty() && is_last => return,
            Some(messages) => messages,
            None => continue,
        };
        let handles: Vec<String> = messages.into_iter().map(|message| message.handle).collect();
        let mut hands = Hands { run, queue, line: &mut line };
        match dice.below(10) {
            _ if manner == Manner::Last => hands.delete(handles),
            0 => {}
            1 => handles.into_iter().step_by(2).for_each(|handle| hands.delete(vec![handle])),
            2 => handles.into_iter().for_each(|handle| hands.hide(handle, 60)),
            3 => handles.into_iter().for_each(|handle| hands.hide(handle, 0)),
            _ => hands.delete(handles),
        }
    }
}

/// What is received, and written down; none where nothing is known of it.
fn receive(run: &Run, queue: &Queue, line: &mut Line<'_>, ask: &Value, hidden: u64) -> Option<Vec<Message>> {
    let (answer, span) = line.ask("ReceiveMessage", ask);
    let said = match answer {
        Answer::Done(said) => said,
        Answer::Refused(code) if code == "RequestThrottled" => return None,
        Answer::Refused(code) => panic!("a receive is refused with {code}"),
        Answer::Cut => {
            run.history(queue).cut += 1;
            return None;
        }
    };
    let messages: Vec<Message> = said["Messages"].as_array().into_iter().flatten().map(message).collect();
    if !messages.is_empty() {
        run.history(queue).received.push(Received { round: run.round, span, hidden: hidden * 1000, messages: messages.clone() });
    }
    Some(messages)
}

fn message(shown: &Value) -> Message {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let own = &shown["Attributes"];
    Message {
        id: text(&shown["MessageId"]).expect("a message has an id"),
        body: text(&shown["Body"]).expect("a message has a text"),
        group: text(&own["MessageGroupId"]),
        sequence: own["SequenceNumber"].as_str().and_then(|number| number.parse().ok()).unwrap_or_default(),
        count: own["ApproximateReceiveCount"].as_str().and_then(|count| count.parse().ok()).expect("it says how often it was received"),
        handle: text(&shown["ReceiptHandle"]).expect("what is received has a handle"),
    }
}

/// What is done with messages that one has.
struct Hands<'a, 'r> {
    run: &'r Run,
    queue: &'a Queue,
    line: &'a mut Line<'r>,
}

impl Hands<'_, '_> {
    /// Deletes messages, and those once more that were refused for no reason.
    fn delete(&mut self, mut handles: Vec<String>) {
        for _ in 0..5 {
            if handles.is_empty() {
                return;
            }
            let entries: Vec<_> =
                handles.iter().enumerate().map(|(at, handle)| json!({ "Id": at.to_string(), "ReceiptHandle": handle })).collect();
            let (operation, input) = match &handles[..] {
                [handle] => ("DeleteMessage", json!({ "QueueUrl": self.queue.url(), "ReceiptHandle": handle })),
                _ => ("DeleteMessageBatch", json!({ "QueueUrl": self.queue.url(), "Entries": entries })),
            };
            let codes = self.change(operation, &input, &handles, Change::Deleted);
            let is_again = |code: &Option<String>| code.as_deref().is_some_and(|code| !code.starts_with("InvalidParameterValue"));
            handles = handles.into_iter().zip(codes).filter(|(_, code)| is_again(code)).map(|(handle, _)| handle).collect();
        }
    }

    /// Hides a message for so many seconds from now on.
    fn hide(&mut self, handle: String, seconds: u64) {
        let input = json!({ "QueueUrl": self.queue.url(), "ReceiptHandle": handle, "VisibilityTimeout": seconds });
        self.change("ChangeMessageVisibility", &input, &[handle], Change::Hidden(seconds * 1000));
    }

    /// Asks, and writes down what came of it. For each message the code with which it was refused, empty where there was no answer; none
    /// where it is done.
    fn change(&mut self, operation: &str, input: &Value, handles: &[String], change: Change) -> Vec<Option<String>> {
        let (answer, span) = self.line.ask(operation, input);
        let code = |at: usize| match &answer {
            Answer::Done(said) => {
                let failed = said["Failed"].as_array().into_iter().flatten().find(|entry| is_of(entry, at));
                failed.map(|entry| entry["Code"].as_str().unwrap_or_default().to_owned())
            }
            Answer::Refused(code) => Some(code.clone()),
            Answer::Cut => Some(String::new()),
        };
        let codes: Vec<_> = (0..handles.len()).map(code).collect();
        let mut history = self.run.history(self.queue);
        history.cut += usize::from(matches!(answer, Answer::Cut));
        for (handle, code) in handles.iter().zip(&codes) {
            let outcome = match code.as_deref() {
                None => Outcome::Done,
                Some("") => Outcome::Cut,
                Some("RequestThrottled" | "InternalFailure" | "InvalidParameterValue" | "InvalidParameterValueException") => {
                    Outcome::Refused
                }
                Some(code) => panic!("{operation} is refused with {code}"),
            };
            history.changed.push(Changed { handle: handle.clone(), span, change, outcome });
        }
        codes
    }
}
