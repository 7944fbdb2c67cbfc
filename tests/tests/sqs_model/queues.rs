//! The queues, and what goes wrong with each.

use serde_json::json;

/// How long a message is hidden that somebody received, in seconds.
pub(crate) const HIDDEN: u64 = 30;

/// What goes wrong with five pairs of queues each: `T`hrottle, `P`artial, `D`uplicate, `R`eorder, `L`ose visibility.
const FAULTS: [&str; 10] = ["", "", "TP", "TP", "D", "TPD", "R", "L", "TPL", "TPDRL"];

/// Letter, action, operations that it strikes, with which probability.
const RULES: [(&str, &str, &[&str], f64); 5] = [
    ("T", "throttle", &["SendMessage", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"], 0.05),
    ("P", "partial", &["SendMessage", "DeleteMessage", "ChangeMessageVisibility"], 0.1),
    ("D", "duplicate", &["SendMessage"], 0.1),
    ("R", "reorder", &["ReceiveMessage"], 0.2),
    ("L", "lose-visibility", &["ReceiveMessage"], 0.1),
];

/// A queue.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) fifo: bool,
    faults: &'static str,
}

impl Queue {
    pub(crate) fn new(number: usize, fifo: bool, faults: &'static str) -> Self {
        let suffix = if fifo { ".fifo" } else { "" };
        Self { number, name: format!("m{number:02}-{faults}{suffix}"), fifo, faults }
    }

    /// All of them: a standard queue and a FIFO queue for each set of faults.
    pub(crate) fn all() -> Vec<Self> {
        (0..2 * FAULTS.len()).map(|number| Self::new(number, number % 2 == 1, FAULTS[number / 2])).collect()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1/000000000000/{}", self.name)
    }

    /// A message may be there twice.
    pub(crate) fn doubles(&self) -> bool {
        self.faults.contains('D') && !self.fifo
    }

    /// Others may see what was received.
    pub(crate) fn loses_visibility(&self) -> bool {
        self.faults.contains('L')
    }
}

/// The template of a project that declares them.
pub(crate) fn template(queues: &[Queue]) -> String {
    let resource = |queue: &Queue| {
        let mut properties = json!({ "QueueName": queue.name, "VisibilityTimeout": HIDDEN });
        if queue.fifo {
            properties["FifoQueue"] = true.into();
        }
        (format!("Queue{}", queue.number), json!({ "Type": "AWS::SQS::Queue", "Properties": properties }))
    };
    let resources: serde_json::Map<_, _> = queues.iter().map(resource).collect();
    json!({ "AWSTemplateFormatVersion": "2010-09-09", "Resources": resources }).to_string()
}

/// The rules of what goes wrong, for `greenroom.toml`.
pub(crate) fn rules(seed: u64) -> String {
    let rule = |letter: &str, action: &str, operation: &str, probability: f64| {
        format!(
            "[[faults]]\nname = \"{action}-{operation}\"\nservice = \"sqs\"\noperation = \"{operation}\"\nresource = \"m??-*{letter}*\"\n\
             action = \"{action}\"\nprobability = {probability}\nseed = {seed}\n"
        )
    };
    let of = |(letter, action, operations, probability): &(&str, &str, &'static [&'static str], f64)| {
        operations.iter().map(|operation| rule(letter, action, operation, *probability)).collect::<String>()
    };
    RULES.iter().map(of).collect()
}
