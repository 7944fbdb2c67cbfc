//! Events as people read them.

use std::fmt::Write as _;

use owo_colors::OwoColorize;
use serde_json::Value;

use super::text;

/// The word of an outcome: in a list it is one, in an event it has more beside it.
fn outcome(event: &Value) -> &str {
    event["outcome"].as_str().or_else(|| event["outcome"]["type"].as_str()).unwrap_or("running")
}

fn coloured(word: &str) -> String {
    match word {
        "ok" => word.green().to_string(),
        "running" => word.cyan().to_string(),
        "canceled" => word.yellow().to_string(),
        _ => word.red().bold().to_string(),
    }
}

/// `3.1 ms`
#[expect(clippy::cast_precision_loss, reason = "for people")]
fn took(microseconds: &Value) -> String {
    microseconds.as_u64().map_or_else(String::new, |took| format!("{:.1} ms", took as f64 / 1000.0))
}

/// An event in one line.
pub(super) fn brief(event: &Value) -> String {
    let app = event["app"].as_str().or_else(|| event["target"].as_str()).unwrap_or_default();
    let status = event["status"].as_u64().or_else(|| event["response"]["status"].as_u64());
    let status = status.map_or_else(String::new, |status| format!(" {status}"));
    let took = took(&event["took_us"]);
    format!(
        "{}  {}  {} {app}  {}{status} {} {}",
        text(event, "at").dimmed(),
        text(event, "id"),
        text(event, "kind").cyan(),
        text(event, "summary"),
        coloured(outcome(event)),
        took.dimmed()
    )
}

/// Everything that is kept of an event.
pub(super) fn shown(event: &Value) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", brief(event));
    for key in ["cause", "trace", "span", "source", "wall"] {
        if let Some(value) = event[key].as_str() {
            let _ = writeln!(out, "  {}{}{value}", key.dimmed(), " ".repeat(8 - key.len()));
        }
    }
    for key in ["attempt", "depth"] {
        let _ = writeln!(out, "  {}{}{}", key.dimmed(), " ".repeat(8 - key.len()), event[key]);
    }
    let durations = [("cpu_us", "CPU time"), ("cold_us", "waited for a guest")];
    for (key, what) in durations.iter().filter(|(key, _)| event[*key].is_u64()) {
        let _ = writeln!(out, "  {} {}", what.dimmed(), took(&event[*key]));
    }
    payload(&mut out, &event["payload"]);
    if event["response"].is_object() {
        let _ = writeln!(out, "{}", "response".bold());
        let _ = writeln!(out, "  {}", event["response"]["status"]);
        message(&mut out, &event["response"]);
    }
    calls(&mut out, event);
    logs(&mut out, event);
    for fault in event["faults"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "{} {}", "fault".bold(), fault.as_str().unwrap_or_default());
    }
    let failed = event["outcome"]["stack"].as_str().or_else(|| event["outcome"]["message"].as_str());
    if let Some(failed) = failed {
        let _ = writeln!(out, "{}", outcome(event).bold());
        for line in failed.lines() {
            let _ = writeln!(out, "  {}", line.red());
        }
    }
    out
}

fn payload(out: &mut String, payload: &Value) {
    let (request, call, data) = (&payload["request"], &payload["call"], &payload["data"]);
    if request.is_object() {
        let _ = writeln!(out, "{}", "request".bold());
        let _ = writeln!(out, "  {} {}", text(request, "method"), text(request, "url"));
        message(out, request);
    } else if call.is_object() {
        let _ = writeln!(out, "{}\n  {}", "call".bold(), text(call, "entry"));
    } else if !data.is_null() {
        let _ = writeln!(out, "{}\n  {data}", "payload".bold());
    }
}

fn message(out: &mut String, message: &Value) {
    for header in message["headers"].as_array().into_iter().flatten() {
        let _ = writeln!(
            out,
            "  {} {}",
            format!("{}:", header[0].as_str().unwrap_or_default()).dimmed(),
            header[1].as_str().unwrap_or_default()
        );
    }
    let body = &message["body"];
    if let Some(text) = body["text"].as_str().or_else(|| body["base64"].as_str()) {
        for line in text.lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
    if let Some(size) = body["size"].as_u64() {
        let _ = writeln!(out, "  {}", format!("… of {size} bytes").dimmed());
    }
}

fn calls(out: &mut String, event: &Value) {
    let calls = event["calls"].as_array().map_or(&[][..], Vec::as_slice);
    if !calls.is_empty() {
        let _ = writeln!(out, "{}", "calls".bold());
    }
    for call in calls {
        let _ = writeln!(out, "  {} {}", one_call(call), text(call, "args").dimmed());
    }
}

/// `kv KV.get  id  0.3 ms`
pub(super) fn one_call(call: &Value) -> String {
    let resource = text(call, "resource");
    let resource = if resource.is_empty() { String::new() } else { format!(" {resource}") };
    let mut line = format!("{} {}.{}{resource}", text(call, "service").cyan(), text(call, "binding"), text(call, "operation"));
    let _ = write!(line, " {}", took(&call["took_us"]).dimmed());
    for fault in call["faults"].as_array().into_iter().flatten() {
        let _ = write!(line, " {}", fault.as_str().unwrap_or_default().yellow());
    }
    if let Some(error) = call["error"].as_str() {
        let _ = write!(line, " {}", error.lines().next().unwrap_or_default().red());
    }
    line
}

fn logs(out: &mut String, event: &Value) {
    let logs = event["logs"].as_array().map_or(&[][..], Vec::as_slice);
    if !logs.is_empty() {
        let _ = writeln!(out, "{}", "logs".bold());
    }
    for line in logs {
        let shown = text(line, "text");
        let shown = match text(line, "level") {
            "error" => shown.red().to_string(),
            "warn" => shown.yellow().to_string(),
            "debug" => shown.dimmed().to_string(),
            _ => shown.to_owned(),
        };
        let _ = writeln!(out, "  {shown}");
    }
}

/// The events of a trace as a tree, with what their code asked of services.
pub(super) fn tree(events: &[Value]) -> String {
    let known: std::collections::HashSet<_> = events.iter().map(|event| text(event, "id")).collect();
    let mut out = String::new();
    for root in events.iter().filter(|event| !known.contains(text(event, "cause"))) {
        branch(&mut out, root, events, "");
    }
    out
}

fn branch(out: &mut String, event: &Value, events: &[Value], indent: &str) {
    let app = text(event, "target");
    let status = event["response"]["status"].as_u64().map_or_else(String::new, |status| format!(" {status}"));
    let (word, took) = (coloured(outcome(event)), took(&event["took_us"]));
    let attempt =
        event["attempt"].as_u64().filter(|attempt| *attempt > 1).map_or_else(String::new, |attempt| format!(", attempt {attempt}"));
    let _ = writeln!(
        out,
        "{} {app}  {}{attempt}{status} {word} {}  {}",
        text(event, "kind").cyan(),
        text(event, "summary"),
        took.dimmed(),
        text(event, "id").dimmed()
    );
    // Calls of other apps are there as events.
    let calls: Vec<_> = event["calls"].as_array().into_iter().flatten().filter(|call| text(call, "service") != "service").collect();
    let caused: Vec<_> = events.iter().filter(|other| !event["id"].is_null() && other["cause"] == event["id"]).collect();
    for (place, call) in calls.iter().enumerate() {
        let last = place + 1 == calls.len() && caused.is_empty();
        let _ = writeln!(out, "{indent}{} {}", if last { "└─" } else { "├─" }, one_call(call));
    }
    for (place, other) in caused.iter().enumerate() {
        let last = place + 1 == caused.len();
        let _ = write!(out, "{indent}{} ", if last { "└─" } else { "├─" });
        branch(out, other, events, &format!("{indent}{}  ", if last { " " } else { "│" }));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_trace_is_a_tree() {
        let event = |id: &str, cause: Option<&str>, summary: &str, calls: Value| {
            json!({ "id": id, "cause": cause, "kind": "service.call", "target": "app", "summary": summary, "calls": calls,
                "outcome": { "type": "ok" }, "took_us": 1500, "response": { "status": 200 } })
        };
        let call = json!([{ "service": "kv", "binding": "KV", "operation": "get", "resource": "ns", "took_us": 300 }]);
        let all = [
            event("1", None, "GET /", call),
            event("2", Some("1"), "A.f()", json!([])),
            event("3", Some("2"), "B.g()", json!([])),
            event("4", Some("1"), "C.h()", json!([])),
        ];
        let plain = anstream::adapter::strip_str(&tree(&all)).to_string();
        let expected = "service.call app  GET / 200 ok 1.5 ms  1\n├─ kv KV.get ns 0.3 ms\n├─ service.call app  A.f() 200 ok 1.5 ms  2\n│  └─ service.call app  B.g() 200 ok 1.5 ms  3\n└─ service.call app  C.h() 200 ok 1.5 ms  4\n";
        assert_eq!(plain, expected);
    }
}
