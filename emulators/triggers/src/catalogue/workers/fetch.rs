//! A request. <https://developers.cloudflare.com/workers/runtime-apis/handlers/fetch/>

use serde_json::{Value, json};

use crate::catalogue::{Draw, Kind};

pub(in crate::catalogue) const KIND: Kind =
    Kind { platform: "workers", name: "fetch", what: "a request", kind: "http.request", source: "http", is_request: true, make, summary };

fn make(draw: &Draw) -> Value {
    let path = match draw.number(3) {
        0 => "/".to_owned(),
        1 => format!("/items/{}", draw.number(1000)),
        _ => format!("/search?q={}", draw.one(&["tea", "green", "room", "stage"])),
    };
    let accept = draw.one(&["*/*", "application/json", "text/html"]);
    let language = draw.one(&["en", "de", "fr", "ja"]);
    json!({
        "method": "GET",
        "url": format!("http://localhost:8787{path}"),
        "headers": [["host", "localhost:8787"], ["accept", accept], ["accept-language", language]],
    })
}

fn summary(made: &Value) -> String {
    let url = made["url"].as_str().unwrap_or_default();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    format!("{} {}", made["method"].as_str().unwrap_or_default(), rest.find('/').map_or("/", |at| &rest[at..]))
}
