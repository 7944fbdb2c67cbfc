//! The journal of a run, by the command line and the control API.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use greenroom_tests::{Control, Project, Server, binary, greenroom, kill, wait_for};
use serde_json::{Value, json};

const START: &str = "2027-01-01T00:00:00.000Z";

const KEYS: &str = r#""kv_namespaces": [{ "binding": "KV", "id": "things" }]"#;

const WORKER: &str = r#"
    export default { async fetch(request, env, ctx) {
        const { pathname } = new URL(request.url);
        if (pathname === "/kv") {
            await env.KV.put("a", "value");
            return new Response(await env.KV.get("a"), { headers: { "set-cookie": "session=s3cret" } });
        }
        if (pathname === "/throw") throw new TypeError("thrown on purpose");
        if (pathname === "/log") console.warn("said so");
        if (pathname === "/echo") return new Response(request.body);
        if (pathname === "/late") {
            ctx.waitUntil(scheduler.wait(60_000).then(() => console.log("late line")));
            return new Response("soon");
        }
        return new Response("fine");
    } };
"#;

fn served(arguments: &[&str]) -> (Project, Server) {
    let project = Project::configured(KEYS, WORKER);
    let server = Server::start(&project, arguments);
    (project, server)
}

/// The newest event, as the API shows it.
fn newest(control: &Control) -> Value {
    let id = control.get("/v1/events?limit=1")["events"][0]["id"].as_str().expect("there is an event").to_owned();
    control.get(&format!("/v1/events/{id}"))
}

fn summaries(list: &Value) -> Vec<&str> {
    list["events"].as_array().expect("a list").iter().map(|event| event["summary"].as_str().expect("a text")).collect()
}

#[test]
fn an_event_has_all_that_came_and_went() {
    let (_project, server) = served(&["--ephemeral"]);
    let control = server.control();
    control.freeze(START);
    assert_eq!(server.request("POST", "/kv?x=1", &[("authorization", "Bearer s3cret")], b"sent").text(), "value");
    let event = newest(&control);
    assert_eq!(
        (&event["kind"], &event["source"], &event["target"], &event["at"]),
        (&json!("http.request"), &json!("http"), &json!("app"), &json!(START))
    );
    assert_eq!((&event["outcome"], &event["attempt"]), (&json!({ "type": "ok" }), &json!(1)));
    let request = &event["payload"]["request"];
    assert!(request["url"].as_str().unwrap().ends_with("/kv?x=1"), "{event}");
    assert_eq!((&request["method"], &request["body"]), (&json!("POST"), &json!({ "text": "sent" })));
    assert!(request["headers"].as_array().unwrap().contains(&json!(["authorization", "Bearer s3cret"])), "{event}");
    assert_eq!((&event["response"]["status"], &event["response"]["body"]), (&json!(200), &json!({ "text": "value" })));
    let calls: Vec<_> = event["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| [&call["service"], &call["binding"], &call["operation"], &call["resource"]])
        .collect();
    assert_eq!(json!(calls), json!([["kv", "KV", "put", "things"], ["kv", "KV", "get", "things"]]));
    assert_eq!((&event["calls"][1]["received"], &event["span"].as_str().map(str::len)), (&json!(5), &Some(16)));
    assert_eq!(server.get("/throw").status, 500);
    let outcome = &newest(&control)["outcome"];
    assert_eq!(
        (&outcome["type"], &outcome["class"], &outcome["message"]),
        (&json!("error"), &json!("TypeError"), &json!("thrown on purpose"))
    );
    assert!(outcome["stack"].as_str().unwrap().contains("index.js:"), "{outcome}");
    assert_eq!(server.get("/log").text(), "fine");
    assert_eq!(newest(&control)["logs"], json!([{ "level": "warn", "text": "said so" }]));
}

#[test]
fn bodies_that_come_in_pieces_are_kept_up_to_a_bound() {
    let (_project, server) = served(&["--ephemeral"]);
    let control = server.control();
    let sent = "0123456789".repeat(20_000);
    assert_eq!(server.request("POST", "/echo", &[], sent.as_bytes()).body.len(), sent.len());
    let whole = || Some(newest(&control)).filter(|event| event["response"]["body"].is_object());
    let event = wait_for("the end of the answer", whole);
    let (request, answer) = (&event["payload"]["request"]["body"], &event["response"]["body"]);
    let kept = |body: &Value| (body["text"].as_str().map(str::len), body["size"].as_u64());
    assert_eq!(kept(request), (Some(64 * 1024), Some(200_000)));
    assert_eq!(kept(answer), (Some(8 * 1024), Some(200_000)));
    let refused = control.ask("POST", "/v1/events/replay", &json!({ "id": event["id"] }));
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (409, &json!("cut")));
}

#[test]
fn what_goes_on_after_the_answer_is_added() {
    let (_project, server) = served(&["--ephemeral"]);
    let control = server.control();
    control.freeze(START);
    assert_eq!(server.get("/late").text(), "soon");
    let event = newest(&control);
    assert_eq!((&event["outcome"]["type"], &event["logs"]), (&json!("ok"), &json!([])));
    control.advance("1h");
    assert_eq!(newest(&control)["logs"][0]["text"], "late line");
}

#[test]
fn lists_are_filtered_by_the_api_and_the_command_line() {
    let (project, server) = served(&["--ephemeral"]);
    let control = server.control();
    control.freeze(START);
    for path in ["/one", "/throw", "/two"] {
        let _ = server.get(path);
        control.advance("1m");
    }
    assert_eq!(summaries(&control.get("/v1/events")), ["GET /two", "GET /throw", "GET /one"]);
    assert_eq!(summaries(&control.get("/v1/events?outcome=error")), ["GET /throw"]);
    assert_eq!(summaries(&control.get("/v1/events?since=2027-01-01T00:01:00Z&until=2027-01-01T00:02:00Z")), ["GET /throw"]);
    assert_eq!(summaries(&control.get("/v1/events?text=thrown%20on")), ["GET /throw"]);
    assert_eq!(summaries(&control.get("/v1/events?kind=cron.tick")), Vec::<&str>::new());
    let first = control.get("/v1/events?limit=2");
    assert_eq!(summaries(&control.get(&format!("/v1/events?before={}", first["next"].as_str().unwrap()))), ["GET /one"]);
    for (wrong, said) in [
        ("outcome=good", "`outcome`: `good` is none"),
        ("kind=http", "`kind`: `http` is none"),
        ("since=soon", "`since`: `soon` is no instant"),
        ("limit=5000", "`limit`: 5000 is more than 1000"),
        ("before=x", "`x` is no id of an event"),
        ("colour=red", "unknown field `colour`"),
    ] {
        let refused = control.ask("GET", &format!("/v1/events?{wrong}"), &Value::Null);
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    let run = |arguments: &[&str]| greenroom(&project, &[&["events", "--control", &control.url()], arguments].concat());
    let listed = run(&["list", "--json"]);
    let lines: Vec<Value> = listed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["summary"].as_str().unwrap()).collect::<Vec<_>>(), ["GET /one", "GET /throw", "GET /two"]);
    assert_eq!(run(&["list", "-n", "1"]).stdout.matches("GET /two 200 ok").count(), 1);
    assert_eq!(run(&["grep", "on purpose"]).stdout.lines().count(), 1);
    assert_eq!(run(&["list", "--app", "other"]).stdout, "no such event\n");
    let shown = run(&["show", lines[1]["id"].as_str().unwrap()]).stdout;
    assert!(shown.contains("TypeError: thrown on purpose\n") && shown.contains("GET http://"), "{shown}");
    let unknown = run(&["show", &"0".repeat(32)]);
    assert!(unknown.code == Some(1) && unknown.stderr.contains("the journal has no event"), "{}", unknown.stderr);
}

/// A command that goes on until it is ended.
struct Tail(Child, BufReader<std::process::ChildStdout>);

impl Tail {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(binary()).args(arguments).stdout(Stdio::piped()).spawn().expect("the binary runs");
        let lines = BufReader::new(child.stdout.take().expect("it is piped"));
        Self(child, lines)
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.1.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no event: {line}"))
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        kill(self.0.id(), "KILL");
        let _ = self.0.wait();
    }
}

#[test]
fn a_tail_shows_what_ends_and_misses_nothing() {
    let (_project, server) = served(&["--ephemeral"]);
    let control = server.control();
    let _ = server.get("/before");
    let position = control.get("/v1/events?limit=0")["position"].as_u64().unwrap();
    let _ = server.get("/first");
    let (url, position) = (control.url(), position.to_string());
    let mut all = Tail::start(&["events", "tail", "--json", "--control", &url, "--after", &position]);
    let mut failed = Tail::start(&["events", "tail", "--json", "--control", &url, "--after", &position, "--outcome", "error"]);
    assert_eq!(all.next()["summary"], "GET /first");
    let _ = server.get("/throw");
    assert_eq!(all.next()["summary"], "GET /throw");
    let event = failed.next();
    assert_eq!((&event["summary"], &event["outcome"]["message"]), (&json!("GET /throw"), &json!("thrown on purpose")));
}

fn two_apps() -> (Project, Server) {
    let project = Project::empty();
    let app = |name: &str, more: &str, code: &str| {
        project.write(
            &format!("{name}/wrangler.jsonc"),
            format!(r#"{{ "name": "{name}", "main": "index.js", "compatibility_date": "2026-08-01" {more} }}"#),
        );
        project.write(&format!("{name}/index.js"), code);
    };
    let front = r#"export default { async fetch(request, env) {
        const secret = request.headers.get("authorization");
        await env.KV.put("seen", secret ?? "nothing");
        return new Response(await (await env.BACK.fetch("http://back/price", { method: "POST", body: "3" })).text());
    } };"#;
    app("front", r#", "services": [{ "binding": "BACK", "service": "back" }], "kv_namespaces": [{ "binding": "KV", "id": "x" }]"#, front);
    app("back", "", "export default { async fetch(request) { return new Response(`${2 * await request.text()}`); } };");
    project.write("greenroom.toml", "[events]\nredact = ['card \\d+']\n");
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    let _ = (server.app("front"), server.app("back"));
    (project, server)
}

#[test]
fn a_trace_is_shown_as_a_tree() {
    let (project, server) = two_apps();
    let control = server.control();
    assert_eq!(server.app("front").get("/").text(), "6");
    let events = control.get("/v1/events")["events"].as_array().unwrap().clone();
    let of = |app: &str| events.iter().find(|event| event["app"] == app).unwrap();
    assert_eq!(
        (&of("back")["cause"], &of("back")["trace"], &of("back")["source"]),
        (&of("front")["id"], &of("front")["trace"], &json!("front"))
    );
    let trace = greenroom(&project, &["trace", of("back")["id"].as_str().unwrap(), "--control", &control.url()]).stdout;
    let lines: Vec<_> = trace.lines().collect();
    assert!(lines[0].starts_with("http.request front  GET / 200 ok"), "{trace}");
    assert!(lines[1].starts_with("├─ kv KV.put x ") && lines[2].starts_with("└─ service.call back  "), "{trace}");
    assert_eq!(control.get(&format!("/v1/traces/{}", of("front")["trace"].as_str().unwrap()))["events"].as_array().unwrap().len(), 2);
    assert_eq!(control.ask("GET", &format!("/v1/traces/{}", "0".repeat(32)), &Value::Null).status, 404);
}

#[test]
fn a_chain_is_exported_without_secrets_and_replayed() {
    let (project, server) = two_apps();
    let control = server.control();
    let client = server.app("front");
    let headers = [("authorization", "Bearer s3cret"), ("x-token", "a t0ken"), ("x-api-key", "k3y"), ("x-note", "card 4111")];
    let asked = client.try_request("POST", "/?page=2&api_key=q3ry", &headers, br#"{"client_secret": "b0dy"}"#);
    assert_eq!(asked.expect("an answer").text(), "6");
    let run = |arguments: &[&str]| greenroom(&project, &[&["events", "--control", &control.url()], arguments].concat());
    let list = control.get("/v1/events?app=front");
    let root = list["events"][0]["id"].as_str().unwrap();
    let exported = run(&["export", root, "--chain", "--redact", "[a-z]0ken", "-o", "fixture.json"]);
    assert_eq!((exported.code, exported.stdout.as_str()), (Some(0), ""), "{}", exported.stderr);
    let fixture = std::fs::read_to_string(project.file("fixture.json")).unwrap();
    assert!(!fixture.contains("s3cret\"]") && !fixture.contains("t0ken") && fixture.contains("[redacted]"), "{fixture}");
    let json: Value = serde_json::from_str(&fixture).unwrap();
    assert_eq!((&json["greenroom"], &json["version"], json["events"].as_array().unwrap().len()), (&json!("events"), &json!(1), 2));
    for secret in ["k3y", "q3ry", "b0dy", "card 4111"] {
        assert!(!fixture.contains(secret), "{secret}: {fixture}");
    }
    // The journal itself: nothing differs.
    let same = run(&["replay", root]);
    assert!(same.code == Some(0) && same.stdout.starts_with("the same: "), "{} {}", same.stdout, same.stderr);
    let isolated = run(&["replay", root, "--isolate", "--json"]);
    assert_eq!((isolated.code, isolated.json()["events"].as_array().unwrap().len()), (Some(0), 2), "{}", isolated.stdout);
    // The fixture, against code that has changed.
    project.write("back/index.js", "export default { fetch() { throw new Error('no price'); } };");
    server.wait_reloads(1);
    let changed = run(&["replay", "fixture.json"]);
    assert_eq!(changed.code, Some(1), "{}", changed.stderr);
    for line in [
        "note: POST /?page=2&api_key=[redacted]: sent without `authorization`, `x-token`, `x-api-key`, `x-note`, whose values the fixture does not have",
        "its URL is sent with `[redacted]` where the fixture does not have the value",
        "its body is sent with `[redacted]`",
        "http.request front: POST /",
        "  outcome",
        "service.call back: ",
        "no price",
    ] {
        assert!(changed.stdout.contains(line), "{line}: {}", changed.stdout);
    }
    let failing = run(&["replay", "fixture.json", "--until-fails", "5"]);
    assert!(failing.code == Some(1) && failing.stdout.contains("failed in run 1\n"), "{}", failing.stdout);
}

#[test]
fn until_it_fails_it_is_replayed() {
    let code = "let count = 0; export default { fetch: () => new Response('', { status: ++count > 4 ? 503 : 200 }) };";
    let project = Project::worker(code);
    let server = Server::start(&project, &["--ephemeral"]);
    let control = server.control();
    assert_eq!(server.get("/").status, 200);
    let report = control.post("/v1/events/replay", json!({ "id": newest(&control)["id"], "until_fails": 10 }));
    assert_eq!(
        (&report["runs"], &report["failed"], &report["differences"][0]["what"]),
        (&json!(4), &json!(true), &json!("status")),
        "{report}"
    );
}

#[test]
fn fixtures_that_cannot_be_replayed_are_refused() {
    let (project, server) = served(&["--ephemeral"]);
    let control = server.control();
    let _ = server.get("/");
    let id = newest(&control)["id"].clone();
    let fixture = control.post("/v1/events/export", json!({ "ids": [id] }));
    let refused = |fixture: &Value, what: &str| {
        project.write("fixture.json", fixture.to_string());
        let refused = greenroom(&project, &["events", "replay", "fixture.json", "--control", &control.url()]);
        assert!(refused.code == Some(1) && refused.stderr.contains(what), "{what}: {}", refused.stderr);
    };
    let with = |change: fn(&mut Value)| {
        let mut fixture = fixture.clone();
        change(&mut fixture);
        fixture
    };
    refused(&with(|fixture| fixture["events"][0]["target"] = json!("shop")), "the events are for the app `shop`; this run has `app`");
    refused(&with(|fixture| fixture["version"] = json!(2)), "the fixture has version 2, newer than this program knows: 1");
    refused(&with(|fixture| fixture["events"][0]["kind"] = json!("queue.nothing")), "`events[0]` of the fixture is no event");
    refused(&with(|fixture| fixture["events"] = json!([])), "there is no event in the fixture");
    refused(&with(|fixture| fixture["greenroom"] = json!("state")), "this is no fixture of events");
    refused(&json!([]), "the body is not as it should be");
    let whole = fixture.to_string();
    project.write("fixture.json", &whole[..whole.len() / 2]);
    let cut = greenroom(&project, &["events", "replay", "fixture.json", "--control", &control.url()]);
    assert!(cut.code == Some(1) && cut.stderr.contains("the fixture is cut off") && cut.stderr.contains("fixture.json"), "{}", cut.stderr);
    let nothing = greenroom(&project, &["events", "replay", "nothing.json", "--control", &control.url()]);
    assert!(nothing.code == Some(1) && nothing.stderr.contains("the fixture cannot be read"), "{}", nothing.stderr);
    let pattern = control.ask("POST", "/v1/events/export", &json!({ "ids": [id], "redact": ["("] }));
    assert_eq!(pattern.status, 400);
}

#[test]
fn how_long_an_event_waited_for_a_guest_is_known() {
    let project = Project::worker("for (let i = 0; i < 3e6; i++) ; export default { fetch: () => new Response('fine') };");
    let server = Server::start(&project, &["--ephemeral"]);
    let control = server.control();
    assert_eq!(server.get("/").text(), "fine");
    assert_eq!(newest(&control)["cold_us"], Value::Null);
    control.post("/v1/faults", json!({ "service": "request", "first": 1, "action": "crash" }));
    assert_eq!(server.get("/").status, 503);
    // No guest is there until the code has been loaded once more.
    assert_eq!(server.get("/").text(), "fine");
    let event = newest(&control);
    assert!(event["cold_us"].as_u64() > Some(0) && event["cold_us"].as_u64() <= event["took_us"].as_u64(), "{event}");
    let shown = greenroom(&project, &["events", "show", event["id"].as_str().unwrap(), "--control", &control.url()]).stdout;
    assert!(shown.contains("  waited for a guest "), "{shown}");
}

#[test]
fn the_journal_outlives_the_run_and_a_crash() {
    let project = Project::configured(KEYS, WORKER);
    let server = Server::start(&project, &[]);
    let _ = server.get("/kv");
    let control = server.control();
    let id = newest(&control)["id"].as_str().unwrap().to_owned();
    drop(server);
    // What a crash leaves: an event that is not whole.
    let folder = project.file(".greenroom/journal");
    let segment = std::fs::read_dir(&folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|kind| kind == "jsonl"))
        .unwrap();
    let mut text = std::fs::read(&segment).unwrap();
    text.extend_from_slice(br#"{"event":{"id":"01"#);
    std::fs::write(&segment, text).unwrap();
    let server = Server::start(&project, &[]);
    let control = server.control();
    let event = control.get(&format!("/v1/events/{id}"));
    assert_eq!((&event["summary"], &event["payload"]["request"]["method"]), (&json!("GET /kv"), &json!("GET")));
    let _ = server.get("/");
    assert_eq!(summaries(&control.get("/v1/events")), ["GET /", "GET /kv"]);
    server.wait_message("the journal broke off in the middle of an event: 18 bytes were cut off, what came before is kept");
    drop(server);
    let server = Server::start(&project, &[]);
    assert_eq!(summaries(&server.control().get("/v1/events")), ["GET /", "GET /kv"]);
    assert_eq!(server.count(|line| line["message"].as_str().is_some_and(|message| message.contains("broke off"))), 0);
}

#[test]
fn the_journal_is_bounded() {
    let project = Project::worker("export default { fetch: () => new Response('x'.repeat(5000)) };");
    let server = Server::start(&project, &["--journal-size", "256KB"]);
    let client = server.client();
    for _ in 0..200 {
        assert_eq!(client.get("/").status, 200);
    }
    let control = server.control();
    let kept = control.get("/v1/events?limit=1000")["events"].as_array().unwrap().len();
    assert!((10..100).contains(&kept), "{kept}");
    let files = std::fs::read_dir(project.file(".greenroom/journal")).unwrap().flatten();
    let size: u64 = files.map(|file| file.metadata().unwrap().len()).sum();
    assert!(size < 300 * 1024, "{size}");
}

/// Everything in the journal but when things really happened, and how long they took.
fn reproducible(control: &Control) -> String {
    let mut out = String::new();
    for event in control.get("/v1/events?limit=1000")["events"].as_array().expect("a list") {
        let mut event = control.get(&format!("/v1/events/{}", event["id"].as_str().expect("an id")));
        strip(&mut event);
        out += &format!("{event}\n");
    }
    out
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !matches!(name.as_str(), "wall" | "took_us" | "cpu_us" | "cold_us"));
            fields.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

#[test]
fn frozen_time_and_a_seed_give_the_same_journal() {
    // 100 runs of 100 requests: `GREENROOM_RUNS=100 GREENROOM_REQUESTS=100`.
    let number = |name: &str, usual: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (runs, requests) = (number("GREENROOM_RUNS", 10), number("GREENROOM_REQUESTS", 10));
    let scenario = |seed: &str| {
        let (_project, server) = served(&["--ephemeral", "--seed", seed]);
        let control = server.control();
        control.freeze(START);
        for request in 0..requests {
            let path = ["/kv", "/throw", "/log", "/late", "/echo"][request % 5];
            let _ = server.request("POST", path, &[("host", "greenroom.test")], b"body");
            control.advance("1m");
        }
        reproducible(&control)
    };
    let first = scenario("7");
    assert_eq!(first.lines().count(), requests);
    for run in 1..runs {
        assert_eq!(scenario("7"), first, "run {run}");
    }
    assert_ne!(scenario("8"), first);
}
