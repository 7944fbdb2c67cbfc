//! How requests and answers are changed on their way.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html>

use greenroom_host::Content;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::event_v1::Facts;
use crate::answer::Answer;
use crate::inbound::{Inbound, Query, encode};

/// Names and values.
type Headers<'a> = &'a [(String, String)];

/// Where values come from.
struct Sources<'a, 'b> {
    facts: &'a Facts<'b>,
    /// `$context`.
    context: &'a Value,
    /// The answer's headers and body, once there is one.
    answer: Option<(Headers<'a>, &'a [u8])>,
}

/// The request as the integration gets it.
pub(crate) fn request(facts: &Facts<'_>, context: &Value, changes: &[(String, String)]) -> Inbound {
    let sources = Sources { facts, context, answer: None };
    let mut changed = facts.inbound.clone();
    let mut query = Query::of(&changed.query).0;
    let queried = changes.iter().any(|(key, _)| key.contains(":querystring."));
    for (key, value) in changes {
        let Some((action, place)) = key.split_once(':') else { continue };
        let value = || sources.value(value);
        match (action, place.split_once('.').unwrap_or((place, ""))) {
            ("append", ("header", name)) => changed.headers.push(name, value()),
            ("overwrite", ("header", name)) => changed.headers.set(name, value()),
            ("remove", ("header", name)) => changed.headers.remove(name),
            ("append", ("querystring", name)) => query.push((name.to_owned(), value())),
            ("overwrite", ("querystring", name)) => {
                query.retain(|(known, _)| known != name);
                query.push((name.to_owned(), value()));
            }
            ("remove", ("querystring", name)) => query.retain(|(known, _)| known != name),
            ("overwrite", ("path", _)) => changed.path = format!("/{}", value().trim_start_matches('/')),
            _ => {}
        }
    }
    if queried {
        let pairs = query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        changed.query = pairs.collect::<Vec<_>>().join("&");
    }
    changed
}

/// The answer as the client gets it. An `Err` says that it broke off.
pub(crate) async fn response(
    facts: &Facts<'_>,
    context: &Value,
    changes: &[(u16, Vec<(String, String)>)],
    answer: Answer,
) -> Result<Answer, String> {
    let Some((_, changes)) = changes.iter().find(|(status, _)| *status == answer.status) else { return Ok(answer) };
    let Answer { mut status, headers: before, content, outcome } = answer;
    let body = content.whole().await?;
    let sources = Sources { facts, context, answer: Some((&before, &body)) };
    let mut headers = before.clone();
    for (key, value) in changes {
        let Some((action, place)) = key.split_once(':') else { continue };
        match (action, place.split_once('.').unwrap_or((place, ""))) {
            ("append", ("header", name)) => headers.push((name.to_owned(), sources.value(value))),
            ("overwrite" | "remove", ("header", name)) => {
                headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                if action == "overwrite" {
                    headers.push((name.to_owned(), sources.value(value)));
                }
            }
            ("overwrite", ("statuscode", _)) => status = sources.value(value).parse().unwrap_or(status),
            _ => {}
        }
    }
    Ok(Answer { status, headers, content: Content::Whole(body), outcome })
}

impl Sources<'_, '_> {
    /// What `written` stands for: `$request.header.x`, a text with `${…}` in it, or a text.
    fn value(&self, written: &str) -> String {
        if let Some(name) = written.strip_prefix('$').filter(|name| !name.starts_with('{')) {
            return self.one(name).unwrap_or_default();
        }
        let mut filled = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(&self.one(name).unwrap_or_default());
            rest = after;
        }
        filled + rest
    }

    fn one(&self, name: &str) -> Option<String> {
        let Facts { inbound, matched, stage, .. } = self.facts;
        let (place, rest) = name.split_once('.').unwrap_or((name, ""));
        let (part, wanted) = rest.split_once('.').unwrap_or((rest, ""));
        let joined = |values: Vec<&str>| (!values.is_empty()).then(|| values.join(","));
        match (place, part) {
            ("request", "header") => joined(inbound.headers.values(wanted).collect()),
            ("request", "querystring") => {
                let query = Query::of(&inbound.query);
                let values = query.grouped().into_iter().find(|(known, _)| *known == wanted)?.1;
                joined(values)
            }
            ("request", "body") => of_body(&inbound.body, wanted),
            ("request", "path") if wanted.is_empty() => Some(inbound.path.clone()),
            ("request", "path") => matched.parameters.iter().find(|(known, _)| known == wanted).map(|(_, value)| value.clone()),
            ("response", "header") => {
                let (headers, _) = self.answer?;
                joined(headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str()).collect())
            }
            ("response", "body") => of_body(self.answer?.1, wanted),
            ("context", _) => self.context.pointer(&format!("/{}", rest.replace('.', "/"))).map(text),
            ("stageVariables", _) => stage.variables.iter().find(|(known, _)| known == rest).map(|(_, value)| value.clone()),
            _ => None,
        }
    }
}

/// The whole body, or what a path leads to in it.
fn of_body(body: &[u8], path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(String::from_utf8_lossy(body).into_owned());
    }
    let json: Value = serde_json::from_slice(body).ok()?;
    JsonPath::parse(&format!("$.{path}")).ok()?.query(&json).first().map(text)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
