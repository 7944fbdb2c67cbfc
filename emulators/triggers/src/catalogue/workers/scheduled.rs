//! A cron trigger. <https://developers.cloudflare.com/workers/runtime-apis/handlers/scheduled/>

use serde_json::{Value, json};

use crate::catalogue::{Draw, Kind};
use crate::cron::Cron;

pub(in crate::catalogue) const KIND: Kind = Kind {
    platform: "workers",
    name: "scheduled",
    what: "a cron trigger that is due",
    kind: "cron.tick",
    source: "cron",
    is_request: false,
    make,
    summary: |made| made["cron"].as_str().unwrap_or_default().to_owned(),
};

fn make(draw: &Draw) -> Value {
    let cron = draw.one(&["*/5 * * * *", "0 * * * *", "0 6 * * *", "30 17 * * mon-fri", "0 0 1 * *"]);
    let now = draw.instant();
    let due = Cron::parse(cron).ok().and_then(|cron| cron.next_after(now)).unwrap_or(now);
    json!({ "cron": cron, "scheduledTime": due.0 })
}
