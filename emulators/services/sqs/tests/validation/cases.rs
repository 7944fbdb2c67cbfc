//! Requests that are wrong in one place each: for every member of every operation, and every way in which it can be wrong.

use greenroom_aws_wire::{Kind, Member, Model, Structure};
use serde_json::{Value, json};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It has to be there, and is not.
    Missing,
    /// It is `null`.
    Null,
    /// A text without letters, a list without items, a map without entries.
    Empty,
    /// Another type: a text, …
    Text,
    Number,
    Decimal,
    Flag,
    List,
    Map,
    /// One more than there may be of it.
    Long,
    /// One less than it may be at least.
    Low,
    /// One more than it may be at most.
    High,
    /// None of the words that it may be.
    Word,
    /// Letters that it cannot have.
    Letters,
    /// A text that encodes no bytes.
    Base64,
    /// A key without letters.
    EmptyKey,
    /// A key that is one letter too long.
    LongKey,
    /// A key that nobody knows.
    WordKey,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Text,
    Whole,
    Bytes,
    List,
    /// A map or a structure.
    Map,
}

/// A request with one thing wrong.
pub(crate) struct Case {
    /// `SendMessageBatch.Entries[].MessageAttributes{}.DataType`
    pub(crate) path: String,
    pub(crate) wrong: Wrong,
    pub(crate) of: Of,
    /// Whether the published model asks for the member.
    pub(crate) required: bool,
    /// What forms call the member: `SendMessageBatchRequestEntry.1.Id`.
    pub(crate) form: String,
    /// What stands there; none where it is not there, or is no text and no number.
    pub(crate) value: Option<String>,
    pub(crate) input: Value,
}

/// Where something stands in a request.
#[derive(Clone)]
enum Step {
    Member(String),
    First,
    Key(String),
}

/// Limits that are not in the model: the longest text, the least and the greatest number, by the end of the path.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>
const LONGEST: &[(&str, usize)] = &[
    ("CreateQueue.QueueName", 80),
    ("AddPermission.Label", 80),
    ("Entries[].Id", 80),
    ("MessageBody", 1_048_576),
    ("MessageGroupId", 128),
    ("MessageDeduplicationId", 128),
    ("ReceiveRequestAttemptId", 128),
    ("TagQueue.Tags{}", 256),
    ("CreateQueue.tags{}", 256),
    ("MessageAttributes{}.DataType", 256),
    ("AddPermission.Actions", 7),
    ("Entries", 10),
];
const LONGEST_KEYS: &[(&str, usize)] = &[("TagQueue.Tags", 128), ("CreateQueue.tags", 128), ("MessageAttributes", 256)];
const RANGES: &[(&str, i64, i64)] = &[
    ("DelaySeconds", 0, 900),
    ("VisibilityTimeout", 0, 43_200),
    ("WaitTimeSeconds", 0, 20),
    ("MaxNumberOfMessages", 1, 10),
    ("ListMessageMoveTasks.MaxResults", 1, 10),
    ("MaxResults", 1, 1000),
    ("MaxNumberOfMessagesPerSecond", 1, 500),
];
/// What may be one of some words alone.
const WORDS: &[&str] = &["Actions[]", "AttributeNames[]", "MessageSystemAttributeNames[]", "MessageAttributes{}.DataType"];
const KEY_WORDS: &[&str] = &["CreateQueue.Attributes", "SetQueueAttributes.Attributes", "MessageSystemAttributes"];
/// What may have some letters alone.
const LETTERS: &[&str] =
    &["QueueName", "Label", "Entries[].Id", "MessageBody", "MessageGroupId", "MessageDeduplicationId", "MessageAttributes{}.StringValue"];

/// All cases of an operation, from a request in which nothing is wrong.
pub(crate) fn of_operation(model: &Model, operation: &str, right: &Value) -> Vec<Case> {
    let input = model.operation(operation).and_then(|operation| operation.input.as_deref()).unwrap();
    let mut walk = Walk { model, right, cases: Vec::new() };
    walk.structure(model.structure(input).unwrap(), &[], &Names { path: operation.to_owned(), form: String::new() });
    walk.cases
}

struct Walk<'a> {
    model: &'a Model,
    right: &'a Value,
    cases: Vec<Case>,
}

/// What a place is called.
struct Names {
    path: String,
    form: String,
}

impl Names {
    fn then(&self, path: &str, form: &str) -> Self {
        let dot = if self.form.is_empty() { "" } else { "." };
        Self { path: format!("{}{path}", self.path), form: format!("{}{dot}{form}", self.form) }
    }
}

impl Walk<'_> {
    fn structure(&mut self, structure: &Structure, steps: &[Step], names: &Names) {
        for member in &structure.members {
            let steps = [steps, &[Step::Member(member.name.clone())]].concat();
            let names = names.then(&format!(".{}", member.name), self.model.form_name(member));
            self.place(&member.shape, member.required, &steps, &names);
            self.inside(member, &steps, &names);
        }
    }

    /// What is in a list or a map that the right request has.
    fn inside(&mut self, member: &Member, steps: &[Step], names: &Names) {
        let Some(there) = at(self.right, steps).cloned() else { return };
        match self.model.shape(&member.shape).map(|shape| &shape.kind) {
            Some(Kind::List(list)) => {
                self.item(&list.item, &[steps, &[Step::First]].concat(), &names.then("[]", "1"));
            }
            Some(Kind::Map(map)) => {
                let key = there.as_object().unwrap().keys().next().unwrap().clone();
                self.item(&map.value, &[steps, &[Step::Key(key)]].concat(), &names.then("{}", "1.Value"));
            }
            _ => {}
        }
    }

    fn item(&mut self, shape: &str, steps: &[Step], names: &Names) {
        self.place(shape, false, steps, names);
        if let Some(structure) = self.model.structure(shape) {
            self.structure(structure, steps, names);
        }
    }

    /// Every way in which what stands there can be wrong.
    fn place(&mut self, shape: &str, required: bool, steps: &[Step], names: &Names) {
        let of = match self.model.shape(shape).unwrap().kind {
            Kind::Text(_) => Of::Text,
            Kind::Integer => Of::Whole,
            Kind::Blob => Of::Bytes,
            Kind::List(_) => Of::List,
            Kind::Map(_) | Kind::Structure(_) => Of::Map,
            _ => panic!("{shape}: no request of SQS has such a member"),
        };
        let mut wrongs = wrong_types(of);
        wrongs.extend(wrong_values(of, &names.path));
        let mut add = |wrong, input: Value| {
            let (path, form) = (names.path.clone(), names.form.clone());
            let value = at(&input, steps).and_then(|value| match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            });
            self.cases.push(Case { path, wrong, of, required, form, value, input });
        };
        if required {
            add(Wrong::Missing, without(self.right, steps));
        }
        for (wrong, value) in wrongs {
            add(wrong, with(self.right, steps, value));
        }
        for (wrong, key) in wrong_keys(&names.path) {
            if let Some(entries) = at(self.right, steps).and_then(Value::as_object) {
                let value = entries.values().next().unwrap();
                add(wrong, with(self.right, steps, json!({ key: value })));
            }
        }
    }
}

fn wrong_types(of: Of) -> Vec<(Wrong, Value)> {
    let all = [
        (Wrong::Null, Value::Null),
        (Wrong::Text, json!("soon")),
        (Wrong::Number, json!(1)),
        (Wrong::Decimal, json!(1.5)),
        (Wrong::Flag, json!(true)),
        (Wrong::List, json!([])),
        (Wrong::Map, json!({})),
        (Wrong::Empty, json!("")),
        (Wrong::Base64, json!("23456")),
    ];
    let fits = |wrong: Wrong| {
        matches!(
            (of, wrong),
            (Of::Text, Wrong::Text | Wrong::Base64)
                | (Of::Whole, Wrong::Number | Wrong::Decimal | Wrong::Empty | Wrong::Base64)
                | (Of::Bytes, Wrong::Text)
                | (Of::List, Wrong::Base64 | Wrong::Empty | Wrong::Decimal | Wrong::List)
                | (Of::Map, Wrong::Base64 | Wrong::Empty | Wrong::Decimal | Wrong::Map)
        )
    };
    let mut wrongs: Vec<_> = all.into_iter().filter(|(wrong, _)| !fits(*wrong)).collect();
    match of {
        Of::List => wrongs.push((Wrong::Empty, json!([]))),
        Of::Map => wrongs.push((Wrong::Empty, json!({}))),
        _ => {}
    }
    wrongs
}

fn ends<'a, T>(table: &'a [T], name: impl Fn(&T) -> &str, path: &str) -> Option<&'a T> {
    table.iter().find(|line| {
        path.strip_suffix(name(line)).is_some_and(|before| before.is_empty() || before.ends_with('.') || before.ends_with('}'))
    })
}

fn wrong_values(of: Of, path: &str) -> Vec<(Wrong, Value)> {
    let mut wrongs = Vec::new();
    if let Some((_, most)) = ends(LONGEST, |line| line.0, path) {
        wrongs.push((
            Wrong::Long,
            match of {
                Of::List if path.ends_with("Entries") => {
                    (0..=*most).map(|at| json!({ "Id": at.to_string(), "ReceiptHandle": "r", "MessageBody": "b" })).collect()
                }
                Of::List => vec!["SendMessage"; most + 1].into(),
                _ if path.ends_with("DataType") => format!("String.{}", "x".repeat(most + 1 - 7)).into(),
                _ => "x".repeat(most + 1).into(),
            },
        ));
    }
    if let Some((_, least, most)) = ends(RANGES, |line| line.0, path) {
        wrongs.extend([(Wrong::Low, json!(least - 1)), (Wrong::High, json!(most + 1))]);
    }
    if ends(WORDS, |line| line, path).is_some() {
        wrongs.push((Wrong::Word, json!("Wrong")));
    }
    if ends(LETTERS, |line| line, path).is_some() {
        wrongs.push((Wrong::Letters, json!("a\u{1}b")));
    }
    wrongs
}

fn wrong_keys(path: &str) -> Vec<(Wrong, String)> {
    let mut wrongs = Vec::new();
    if let Some((_, most)) = ends(LONGEST_KEYS, |line| line.0, path) {
        wrongs.extend([(Wrong::EmptyKey, String::new()), (Wrong::LongKey, "x".repeat(most + 1))]);
    }
    if ends(KEY_WORDS, |line| line, path).is_some() {
        wrongs.push((Wrong::WordKey, "Wrong".to_owned()));
    }
    wrongs
}

fn at<'a>(value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Member(name) | Step::Key(name) => value.get(name),
        Step::First => value.get(0),
    })
}

fn parent<'a>(whole: &'a mut Value, steps: &[Step]) -> &'a mut Value {
    steps.iter().fold(whole, |value, step| match step {
        Step::Member(name) | Step::Key(name) => &mut value[name.as_str()],
        Step::First => &mut value[0],
    })
}

fn with(right: &Value, steps: &[Step], wrong: Value) -> Value {
    let mut whole = right.clone();
    *parent(&mut whole, steps) = wrong;
    whole
}

fn without(right: &Value, steps: &[Step]) -> Value {
    let mut whole = right.clone();
    let Some((Step::Member(name), before)) = steps.split_last() else { panic!("members alone have to be there") };
    parent(&mut whole, before).as_object_mut().unwrap().remove(name);
    whole
}
