//! `triggers`: when the code runs without a request, and the paths that wrangler's local server has for that.
//! <https://developers.cloudflare.com/workers/wrangler/configuration/#triggers>

use greenroom_host::test_path::{Asked, TestPath, Told};
use greenroom_host::{EventKind, Outcome, Timestamp};
use greenroom_triggers::cron::{Cron, REFUSAL};
use serde_json::{Value, json};

use super::settings::Settings;
use crate::fields::Fields;
use crate::tree::Node;

const RULES: &str = "https://developers.cloudflare.com/workers/configuration/cron-triggers/#supported-cron-expressions";

/// The cron expressions, each of which can be read.
pub(super) fn read(fields: &mut Fields<'_>, settings: &Settings<'_>) -> Vec<String> {
    let Some(setting) = settings.get("triggers") else { return Vec::new() };
    if setting.node.is_nothing() {
        return Vec::new();
    }
    let Some(triggers) = fields.object(&setting.path, setting.node) else { return Vec::new() };
    fields.unexpected(&setting.path, triggers, &["crons", "events"]);
    let path = format!("{}.crons", setting.path);
    let Some(node) = triggers.get("crons").filter(|node| !node.is_nothing()) else { return Vec::new() };
    let mut crons: Vec<String> = Vec::new();
    for (index, item) in fields.items(&path, node).iter().enumerate() {
        let path = format!("{path}[{index}]");
        let Some(text) = cron(fields, &path, item) else { continue };
        if crons.contains(&text) {
            fields.warn(item.at, format!("`{path}` is the same as one before it; it counts once"), "remove one of the two");
        } else {
            crons.push(text);
        }
    }
    crons
}

fn cron(fields: &mut Fields<'_>, path: &str, item: &Node) -> Option<String> {
    let text = fields.string(path, item)?;
    match Cron::parse(text) {
        Ok(cron) => {
            for oddity in cron.oddities() {
                fields.warn(item.at, format!("`{path}` is `{text}`: {oddity}"), format!("see {RULES}"));
            }
            if cron.next_after(Timestamp::default()).is_none() {
                fields.warn(item.at, format!("`{path}` is `{text}`, which never comes"), "name a day that a month has");
            }
        }
        Err(error) => {
            let message = format!("`{path}` is `{text}`, which is no cron expression: {error} (deploying says: {REFUSAL})");
            fields.error(item.at, message, format!("see {RULES}"));
        }
    }
    Some(text.to_owned())
}

/// The path of today, those of older versions, which wrangler takes as that one, and the one of `wrangler dev --test-scheduled`.
/// <https://developers.cloudflare.com/workers/configuration/cron-triggers/#test-cron-triggers-locally>
pub(super) const TEST_PATHS: &[TestPath] = &[
    TestPath { path: "/cdn-cgi/local/scheduled", option: None, ask: scheduled, tell: outcome },
    TestPath { path: "/cdn-cgi/handler/scheduled", option: None, ask: scheduled, tell: outcome },
    TestPath { path: "/cdn-cgi/mf/scheduled", option: None, ask: scheduled, tell: outcome },
    TestPath { path: "/__scheduled", option: Some("--test-scheduled"), ask: scheduled, tell: ran },
];

fn value<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn scheduled(query: &[(String, String)], now: Timestamp) -> Result<Asked, Told> {
    let cron = value(query, "cron").unwrap_or_default();
    let time = match value(query, "time").filter(|time| !time.is_empty()) {
        None => now.0,
        // As far as it is digits, as `parseInt` reads it; what is no number is no date.
        Some(text) => {
            let text = text.trim_start();
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let time = text[..digits].parse().ok().filter(|time| *time <= LATEST_DATE);
            time.ok_or_else(|| Told::text(500, "TypeError: The value cannot be converted because it is not a valid Date."))?
        }
    };
    let summary = if cron.is_empty() { "scheduled".to_owned() } else { cron.to_owned() };
    Ok(Asked { kind: EventKind::CronTick, source: "cron", summary, payload: tick(cron, Timestamp(time)) })
}

/// The last that `Date` knows: <https://tc39.es/ecma262/#sec-time-values-and-time-range>
const LATEST_DATE: u64 = 8_640_000_000_000_000;

/// What a `scheduled` handler is called with.
pub(super) fn tick(cron: &str, at: Timestamp) -> Value {
    json!({ "cron": cron, "scheduledTime": at.0 })
}

/// Whether a `scheduled` handler can be called with `data`; an empty expression is what the local server's path has without one.
pub(super) fn check(data: &Value) -> Result<(), String> {
    let cron = data["cron"].as_str().ok_or_else(|| format!("`cron`: {} is no text", data["cron"]))?;
    if !cron.is_empty() {
        Cron::parse(cron).map_err(|error| format!("`cron`: `{cron}` is no cron expression: {error}"))?;
    }
    match data["scheduledTime"].as_u64() {
        Some(time) if time <= LATEST_DATE => Ok(()),
        _ => Err(format!("`scheduledTime`: {} is no time, in milliseconds since 1970", data["scheduledTime"])),
    }
}

fn outcome(query: &[(String, String)], outcome: &Outcome, said: &Value) -> Told {
    let word = word(outcome);
    let status = if word == "ok" { 200 } else { 500 };
    match value(query, "format") {
        Some("json") => Told::json(status, &json!({ "outcome": word, "noRetry": said["noRetry"] == true })),
        _ => Told::text(status, word),
    }
}

/// The middleware of `--test-scheduled` throws on what the handler throws.
fn ran(_query: &[(String, String)], outcome: &Outcome, _said: &Value) -> Told {
    match outcome {
        Outcome::Ok => Told::text(200, "Ran scheduled event"),
        other => Told::text(500, other.text().unwrap_or_else(|| other.word())),
    }
}

/// <https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/#tailitems>: `outcome`.
fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::Error { .. } => "exception",
        Outcome::Exceeded { message } if message.contains("memory") => "exceededMemory",
        Outcome::Exceeded { .. } => "exceededCpu",
        Outcome::Canceled => "canceled",
        _ => "unknown",
    }
}
