//! `events` of functions.

mod alb;
mod http;
mod http_api;
mod integration;
mod rules;
mod streams;
mod topics;
mod websocket;

use super::Service;
use super::functions::Function;
use crate::sources::Mark;
use crate::tree::{Entry, IntoNode, Node, Object, Value};
use crate::words::did_you_mean;

type Handler = fn(&mut Service<'_>, &Function<'_>, &Event<'_>);

/// Every kind of event.
const KINDS: &[(&str, Handler)] = &[
    ("http", http::add),
    ("httpApi", http_api::add),
    ("schedule", rules::schedule),
    ("eventBridge", rules::event_bridge),
    ("cloudwatchEvent", rules::cloudwatch),
    ("sqs", streams::sqs),
    ("stream", streams::stream),
    ("sns", topics::sns),
    ("s3", topics::s3),
    ("cloudwatchLog", topics::log),
    ("websocket", websocket::add),
    ("alb", alb::add),
    ("msk", not_emulated),
    ("kafka", not_emulated),
    ("activemq", not_emulated),
    ("rabbitmq", not_emulated),
    ("iot", not_emulated),
    ("iotFleetProvisioning", not_emulated),
    ("alexaSkill", not_emulated),
    ("alexaSmartHome", not_emulated),
    ("cognitoUserPool", not_emulated),
    ("cloudFront", not_emulated),
];

/// One event.
pub(super) struct Event<'e> {
    pub(super) kind: &'e str,
    pub(super) at: Mark,
    /// What stands after its kind: a text or an object.
    pub(super) node: &'e Node,
}

impl Event<'_> {
    /// The object, if the event is written as one.
    pub(super) fn object(&self) -> Option<&Object> {
        self.node.object().filter(|_| self.node.intrinsic().is_none())
    }

    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.object()?.get(key).filter(|node| !node.is_null())
    }

    /// What the event names: itself where it is a text or a function, else the key `key`.
    pub(super) fn named(&self, key: &str) -> Option<&Node> {
        if self.object().is_some() { self.get(key) } else { Some(self.node).filter(|node| !node.is_null()) }
    }

    /// Reports that `key` is missing.
    pub(super) fn missing(&self, service: &Service<'_>, function: &Function<'_>, key: &str) {
        let message = format!("the `{}` event of function `{}` has no `{key}`", self.kind, function.key);
        service.cx.error(self.at, message, format!("add `{key}`"));
    }
}

pub(super) fn add(service: &mut Service<'_>, function: &Function<'_>) {
    for node in function.body.get("events").map_or(&[][..], Node::one_or_more) {
        // `- http` alone is a text; else an object of one key.
        let alone = node.text().map(|kind| Entry { key: kind.to_owned(), at: node.at, node: Value::Null.into_node(node.at) });
        let entry = node.object().and_then(|object| object.entries.first()).or(alone.as_ref());
        let Some(entry) = entry else {
            let message = format!("an event of function `{}` must be an object, not {}", function.key, node.describe());
            service.cx.error(node.at, message, "write `- httpApi: GET /path` or the like");
            continue;
        };
        let event = Event { kind: &entry.key, at: entry.at, node: &entry.node };
        match KINDS.iter().find(|(kind, _)| *kind == entry.key) {
            Some((_, handler)) => handler(service, function, &event),
            None => {
                let hint = did_you_mean(
                    &entry.key,
                    KINDS.iter().map(|(kind, _)| *kind),
                    "correct it; if a plugin reads it: plugins do not run here",
                );
                let message = format!("function `{}` has an event of a kind that is not known: `{}`", function.key, entry.key);
                service.cx.not_emulated(entry.at, message, hint);
            }
        }
    }
}

fn not_emulated(service: &mut Service<'_>, _: &Function<'_>, event: &Event<'_>) {
    let message = format!("`{}` events are not emulated", event.kind);
    service.cx.not_emulated(event.at, message, "the function runs, and nothing of that kind calls it");
}
