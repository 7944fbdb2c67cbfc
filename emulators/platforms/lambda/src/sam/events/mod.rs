//! Events of functions: what makes them run.

mod http;
mod pull;
mod push;
pub(super) mod rules;

pub(super) use http::rest_auth;

use super::function::Target;
use super::{Sam, Source};
use crate::sources::Mark;
use crate::tree::{Entry, Node, Object};
use crate::words::did_you_mean;

type Handler = fn(&mut Sam<'_, '_>, &Event<'_>);

/// Every kind of event.
const KINDS: &[(&str, Handler)] = &[
    ("Api", http::rest),
    ("HttpApi", http::http),
    ("Schedule", rules::schedule),
    ("ScheduleV2", rules::schedule_v2),
    ("CloudWatchEvent", rules::rule),
    ("EventBridgeRule", rules::rule),
    ("S3", push::s3),
    ("SNS", push::sns),
    ("CloudWatchLogs", push::logs),
    ("SQS", pull::transform),
    ("Kinesis", pull::transform),
    ("DynamoDB", pull::transform),
    ("MSK", pull::transform),
    ("MQ", pull::transform),
    ("SelfManagedKafka", pull::transform),
    ("DocumentDB", pull::transform),
    ("IoTRule", push::not_emulated),
    ("AlexaSkill", push::not_emulated),
    ("Cognito", push::not_emulated),
];

/// One event of a function.
pub(super) struct Event<'a> {
    pub(super) target: &'a Target,
    /// The logical ids of function and event, one after the other.
    pub(super) id: String,
    /// The event's own name.
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    pub(super) at: Mark,
    pub(super) properties: Object,
}

impl Event<'_> {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.properties.get(key).filter(|node| !node.is_null())
    }

    /// Reports that a property which the event must have is missing.
    pub(super) fn missing(&self, sam: &Sam<'_, '_>, property: &str) {
        let message = format!("event `{}` of function `{}` has no `{property}`", self.name, self.target.id);
        sam.cx.error(self.at, message, format!("add `{property}` to the event's `Properties`"));
    }
}

pub(super) fn transform(sam: &mut Sam<'_, '_>, source: &Source, target: &Target) {
    let Some(events) = source.get("Events").and_then(Node::object) else { return };
    let mut entries: Vec<&Entry> = events.entries.iter().collect();
    entries.sort_by_key(|entry| path_of(entry));
    for entry in entries {
        let Some(body) = entry.node.object() else {
            sam.cx.error(entry.at, format!("event `{}` of function `{}` must be an object", entry.key, source.id), "give it a `Type`");
            continue;
        };
        let Some(kind) = body.text("Type") else {
            sam.cx.error(
                entry.at,
                format!("event `{}` of function `{}` has no `Type`", entry.key, source.id),
                "add one, such as `Type: HttpApi`",
            );
            continue;
        };
        let properties = body.object("Properties").cloned().unwrap_or_default();
        let id = format!("{}{}", source.id, entry.key);
        let event = Event { target, id, name: &entry.key, kind, at: entry.at, properties };
        match KINDS.iter().find(|(known, _)| *known == kind) {
            Some((_, handler)) => handler(sam, &event),
            None => {
                let hint = did_you_mean(kind, KINDS.iter().map(|(known, _)| *known), "correct the type");
                sam.cx.error(
                    entry.at,
                    format!("event `{}` of function `{}` has a type that SAM does not know: `{kind}`", entry.key, source.id),
                    hint,
                );
            }
        }
    }
}

/// By what the events are sorted: their path, else their name.
fn path_of(entry: &Entry) -> String {
    let path = entry.node.object().and_then(|body| body.object("Properties")).and_then(|properties| properties.text("Path"));
    path.unwrap_or(&entry.key).to_owned()
}
