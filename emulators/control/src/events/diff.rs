//! What differs between a recorded event and the same one made to happen again.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Headers of answers that differ from time to time whatever the code does: times, and the ids that vendors give to requests.
const VOLATILE: &[&str] =
    &["date", "cf-ray", "age", "server-timing", "apigw-requestid", "x-amz-apigw-id", "x-amzn-requestid", "x-amzn-trace-id"];

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct Difference {
    /// In which event: its line.
    pub(super) event: String,
    /// In what: `outcome`, `status`, `header content-type`, `body`, `calls`, `calls[0]`, `events`, `events[1]`.
    pub(super) what: String,
    /// In the recording; null where it is not there.
    #[schema(value_type = Object)]
    pub(super) before: Value,
    /// Now; null where it is not there.
    #[schema(value_type = Object)]
    pub(super) after: Value,
}

/// An event with those that it caused.
pub(super) struct Tree<'a> {
    pub(super) event: &'a Value,
    pub(super) caused: Vec<Tree<'a>>,
}

impl<'a> Tree<'a> {
    /// The event with this id among `all`, which are in the order in which they happened.
    pub(super) fn of(event: &'a Value, all: &'a [Value]) -> Self {
        let caused = all.iter().filter(|other| other["cause"] == event["id"] && !event["id"].is_null());
        Self { event, caused: caused.map(|other| Self::of(other, all)).collect() }
    }
}

/// What differs between `before` and `after`. `deep`: also in what they caused.
pub(super) fn differences(before: &Tree<'_>, after: &Tree<'_>, deep: bool) -> Vec<Difference> {
    let mut found = own(before.event, after.event);
    if !deep {
        return found;
    }
    let name = line(before.event);
    for place in 0..before.caused.len().max(after.caused.len()) {
        match (before.caused.get(place), after.caused.get(place)) {
            (Some(before), Some(after)) if line(before.event) == line(after.event) => found.extend(differences(before, after, true)),
            (before, after) => {
                let lined = |tree: Option<&Tree<'_>>| tree.map_or(Value::Null, |tree| line(tree.event).into());
                found.push(Difference {
                    event: name.clone(),
                    what: format!("events[{place}]"),
                    before: lined(before),
                    after: lined(after),
                });
            }
        }
    }
    found
}

/// `http.request shop: GET /a`
fn line(event: &Value) -> String {
    let text = |key: &str| event[key].as_str().unwrap_or_default();
    format!("{} {}: {}", text("kind"), text("target"), text("summary"))
}

fn own(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |what: String, old: Value, new: Value| {
        if old != new {
            found.push(Difference { event: line(before), what, before: old, after: new });
        }
    };
    let outcome = |event: &Value| {
        // A stack has places of the sources, which change with every edit.
        let mut outcome = event["outcome"].clone();
        outcome.as_object_mut().map(|outcome| outcome.shift_remove("stack"));
        outcome
    };
    compare("outcome".to_owned(), outcome(before), outcome(after));
    compare("status".to_owned(), before["response"]["status"].clone(), after["response"]["status"].clone());
    for name in header_names(before).into_iter().chain(header_names(after)).collect::<std::collections::BTreeSet<_>>() {
        let values = |event: &Value| header(event, &name);
        compare(format!("header {name}"), values(before), values(after));
    }
    compare("body".to_owned(), before["response"]["body"].clone(), after["response"]["body"].clone());
    let (old, new) = (calls(before), calls(after));
    for place in 0..old.len().max(new.len()) {
        let at = |calls: &[Value]| calls.get(place).cloned().unwrap_or_default();
        compare(format!("calls[{place}]"), at(&old), at(&new));
    }
    found
}

fn headers(event: &Value) -> impl Iterator<Item = (&str, &str)> {
    let headers = event["response"]["headers"].as_array().map_or(&[][..], Vec::as_slice);
    headers
        .iter()
        .filter_map(|header| Some((header[0].as_str()?, header[1].as_str()?)))
        .filter(|(name, _)| !VOLATILE.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

fn header_names(event: &Value) -> Vec<String> {
    headers(event).map(|(name, _)| name.to_owned()).collect()
}

fn header(event: &Value, name: &str) -> Value {
    let values: Vec<_> = headers(event).filter(|(other, _)| *other == name).map(|(_, value)| value).collect();
    if values.is_empty() { Value::Null } else { values.join(", ").into() }
}

/// What of calls says what was done; how long it took and how much came back follow from it.
fn calls(event: &Value) -> Vec<Value> {
    let calls = event["calls"].as_array().map_or(&[][..], Vec::as_slice);
    let keys = ["service", "binding", "operation", "resource", "args", "error", "faults"];
    calls
        .iter()
        .map(|call| {
            keys.iter()
                .filter(|key| !call[**key].is_null())
                .map(|key| ((*key).to_owned(), call[*key].clone()))
                .collect::<serde_json::Map<_, _>>()
                .into()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(id: &str, cause: Option<&str>, summary: &str, status: u16) -> Value {
        json!({
            "id": id, "cause": cause, "kind": "http.request", "target": "app", "summary": summary, "outcome": { "type": "ok" },
            "response": { "status": status, "headers": [["a", "1"], ["date", id], ["X-Amzn-Trace-Id", id]], "body": { "text": "x" } },
            "calls": [{ "service": "kv", "operation": "get", "took_us": status }],
        })
    }

    fn compare(before: &[Value], after: &[Value], deep: bool) -> Vec<(String, Value, Value)> {
        let found = differences(&Tree::of(&before[0], before), &Tree::of(&after[0], after), deep);
        found.into_iter().map(|difference| (difference.what, difference.before, difference.after)).collect()
    }

    #[test]
    fn what_changes_from_time_to_time_is_no_difference() {
        assert_eq!(compare(&[event("1", None, "GET /", 200)], &[event("2", None, "GET /", 200)], true), []);
    }

    #[test]
    fn answers_calls_and_consequences_are_compared() {
        let before = [event("1", None, "GET /", 200), event("2", Some("1"), "A.f()", 200), event("3", Some("2"), "B.g()", 200)];
        let mut after = [event("4", None, "GET /", 201), event("5", Some("4"), "A.f()", 200)];
        after[0]["calls"] = json!([]);
        after[0]["response"]["headers"] = json!([["b", "1"]]);
        let call = json!({ "service": "kv", "operation": "get" });
        let own = [
            ("status".to_owned(), json!(200), json!(201)),
            ("header a".to_owned(), json!("1"), Value::Null),
            ("header b".to_owned(), Value::Null, json!("1")),
            ("calls[0]".to_owned(), call, Value::Null),
        ];
        assert_eq!(compare(&before, &after, false), own);
        let deep = compare(&before, &after, true);
        assert_eq!(deep[own.len()..], [("events[0]".to_owned(), json!("http.request app: B.g()"), Value::Null)]);
    }

    #[test]
    fn a_failure_is_compared_without_its_stack() {
        let mut before = event("1", None, "GET /", 500);
        let mut after = before.clone();
        before["outcome"] = json!({ "type": "error", "message": "m", "stack": "at a:1" });
        after["outcome"] = json!({ "type": "error", "message": "m", "stack": "at a:2" });
        assert_eq!(compare(&[before.clone()], &[after.clone()], true), []);
        after["outcome"]["message"] = "n".into();
        assert_eq!(compare(&[before], &[after], true)[0].0, "outcome");
    }
}
