//! Faults on purpose, as the code of apps and whoever sets them see them.

use greenroom_tests::{Control, Project, Server, greenroom, wait_for};
use serde_json::{Value, json};

const START: &str = "2027-01-01T00:00:00.000Z";

/// Does what the path says with its services, and tells what came of it.
const APP: &str = r#"
    const tell = async (what) => { try { return await what(); } catch (error) { return `${error.name}: ${error.message}`; } };
    export default { async fetch(request, env) {
        const { pathname, searchParams } = new URL(request.url);
        const [key, value] = [searchParams.get("key") ?? "k", searchParams.get("value")];
        const did = await tell(async () => {
            switch (pathname) {
                case "/get": return await env.KV.get(key);
                case "/put": return (await env.KV.put(key, value)) ?? "put";
                case "/delete": return (await env.KV.delete(key)) ?? "deleted";
                case "/list": return (await env.KV.list()).keys.map((key) => key.name).join();
                case "/select": return (await env.DB.prepare("SELECT 1 AS one").first()).one;
                case "/insert": return (await env.DB.prepare("INSERT INTO t VALUES (1)").run()).success;
                case "/count": return (await env.DB.prepare("SELECT count(*) AS n FROM t").first()).n;
                case "/create": return (await env.DB.exec("CREATE TABLE t (a)")).count;
                case "/fetch": return await fetch(searchParams.get("url")).then(async (reply) => `${reply.status} ${await reply.text()}`);
                default: return "here";
            }
        });
        return Response.json(did);
    } };
"#;

const BINDINGS: &str = r#""kv_namespaces": [{ "binding": "KV", "id": "notes" }], "d1_databases": [{ "binding": "DB", "database_id": "d", "database_name": "d" }]"#;

fn served() -> (Project, Server, Control) {
    let project = Project::configured(BINDINGS, APP);
    let server = Server::start(&project, &["--ephemeral"]);
    let control = server.control();
    (project, server, control)
}

fn said(server: &Server, path: &str) -> Value {
    let reply = server.get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

fn counts(control: &Control, name: &str) -> (Value, Value) {
    let list = control.get("/v1/faults");
    let rule = list["faults"].as_array().expect("a list").iter().find(|rule| rule["name"] == name).cloned().unwrap_or_default();
    (rule["matched"].clone(), rule["applied"].clone())
}

#[test]
fn services_fail_in_the_words_of_the_vendor() {
    let (_project, server, control) = served();
    let cases = [
        (
            json!({ "service": "kv", "operation": "put", "action": "throttle" }),
            "/put?value=v",
            "Error: KV PUT failed: 429 Too Many Requests",
        ),
        (json!({ "service": "kv", "operation": "get", "status": 503 }), "/get", "Error: KV GET failed: 503 Service Unavailable"),
        (json!({ "resource": "KV/k", "message": "no" }), "/delete", "Error: KV DELETE failed: 500 no"),
        (json!({ "service": "d1", "code": "locked" }), "/select", "Error: D1_ERROR: database is locked: SQLITE_BUSY"),
        (
            json!({ "service": "d1", "action": "throttle" }),
            "/select",
            "Error: D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
        ),
        (json!({ "service": "d1", "message": "broken" }), "/select", "Error: D1_ERROR: broken"),
        (json!({ "service": "fetch", "action": "error" }), "/fetch?url=http://a.invalid/", "Error: Network connection lost."),
        (
            json!({ "service": "fetch", "resource": "a.invalid", "status": 502, "message": "bad" }),
            "/fetch?url=http://a.invalid/x",
            "502 bad",
        ),
        (json!({ "service": "fetch", "action": "throttle" }), "/fetch?url=http://a.invalid/", "429 "),
    ];
    for (mut rule, path, expected) in cases {
        rule["name"] = "it".into();
        let added = control.post("/v1/faults", rule.clone());
        assert_eq!(added["warning"], Value::Null, "{rule}");
        assert_eq!(said(&server, path), expected, "{rule}");
        assert_eq!(counts(&control, "it"), (json!(1), json!(1)), "{rule}");
    }
    assert_eq!(control.ask("DELETE", "/v1/faults", &Value::Null).json(), json!({ "removed": 1 }));
    assert_eq!(said(&server, "/put?value=v"), "put");
    assert_eq!(said(&server, "/select"), 1);
}

#[test]
fn an_answer_that_is_lost_was_given() {
    let (_project, server, control) = served();
    assert_eq!(said(&server, "/create"), 1);
    control.post("/v1/faults", json!({ "action": "drop", "first": 2, "service": "?*" }));
    assert_eq!(said(&server, "/put?value=v"), "Error: Network connection lost.");
    assert_eq!(said(&server, "/insert"), "Error: D1_ERROR: Network connection lost.");
    assert_eq!(said(&server, "/get"), "v");
    assert_eq!(said(&server, "/count"), 1);
}

#[test]
fn reads_are_behind_for_a_minute() {
    let (_project, server, control) = served();
    control.freeze(START);
    assert_eq!(said(&server, "/put?value=old"), "put");
    control.post("/v1/faults", json!({ "name": "stale", "service": "kv", "action": "stale" }));
    control.advance("1s");
    assert_eq!(said(&server, "/put?value=new"), "put");
    assert_eq!(said(&server, "/put?key=other&value=new"), "put");
    assert_eq!((said(&server, "/get"), said(&server, "/get?key=other"), said(&server, "/list")), (json!("old"), Value::Null, json!("k")));
    control.advance("59s");
    assert_eq!(said(&server, "/get"), "old");
    control.advance("1s");
    assert_eq!((said(&server, "/get"), said(&server, "/list")), (json!("new"), json!("k,other")));
    // Without the rule, reads see writes at once.
    assert_eq!(said(&server, "/put?value=newest"), "put");
    assert_eq!(said(&server, "/get"), "new");
    assert_eq!(control.ask("DELETE", "/v1/faults/stale", &Value::Null).status, 200);
    assert_eq!(said(&server, "/get"), "newest");
}

#[test]
fn latency_is_time_of_the_clock() {
    let (_project, server, control) = served();
    control.freeze(START);
    control.post("/v1/faults", json!({ "service": "d1", "latency": "3s" }));
    control.post("/v1/faults", json!({ "service": "request", "resource": "/select", "latency": "2s" }));
    let client = server.client();
    let asked = std::thread::spawn(move || client.get("/select").text());
    let waits = |label: &str| {
        let pending = control.get("/v1/clock/pending");
        pending["pending"].as_array()?.iter().any(|thing| thing["label"] == label).then_some(())
    };
    wait_for("the request to be slow", || waits("app app: request GET, made slow"));
    assert_eq!(control.advance_to_next()["to"], "2027-01-01T00:00:02.000Z");
    wait_for("the query to be slow", || waits("app app: d1 first, made slow"));
    assert_eq!(control.advance_to_next()["to"], "2027-01-01T00:00:05.000Z");
    assert_eq!(asked.join().unwrap(), "1");
}

#[test]
fn the_same_seed_strikes_the_same_calls() {
    let (_project, server, control) = served();
    let pattern = |rules: Value| -> String {
        let list = control.ask("PUT", "/v1/faults", &json!({ "faults": rules }));
        assert_eq!(list.status, 200, "{}", list.text());
        (0..40).map(|_| if said(&server, "/get").is_null() { '.' } else { 'x' }).collect()
    };
    let rule = |seed: u64| json!({ "name": "chance", "service": "kv", "probability": 0.5, "seed": seed, "action": "throttle" });
    let first = pattern(json!([rule(1)]));
    assert!(first.contains('x') && first.contains('.'), "{first}");
    assert_eq!(pattern(json!([rule(1)])), first);
    // A rule beside it changes nothing.
    let never = json!({ "name": "never", "service": "kv", "probability": 0.0, "action": "throttle" });
    assert_eq!(pattern(json!([never, rule(1)])), first);
    assert_ne!(pattern(json!([rule(2)])), first);
    assert_eq!(pattern(json!([{ "service": "kv", "every": 10, "action": "throttle" }])), ".........x".repeat(4));
}

#[test]
fn a_guest_crashes_and_another_takes_over() {
    let (_project, server, control) = served();
    control.post("/v1/faults", json!({ "name": "call", "service": "kv", "operation": "get", "action": "crash", "first": 1 }));
    assert_eq!(server.get("/get").status, 503);
    assert_eq!(said(&server, "/get"), Value::Null);
    control.post("/v1/faults", json!({ "name": "request", "service": "request", "resource": "/here", "action": "crash", "first": 1 }));
    let crashed = server.get("/here");
    assert!(crashed.status == 503 && crashed.text().contains("was ended by a fault"), "{} {}", crashed.status, crashed.text());
    assert_eq!(said(&server, "/here"), "here");
    control.post("/v1/faults", json!({ "service": "request", "resource": "/here", "status": 502 }));
    let refused = server.get("/here");
    assert!(refused.status == 502 && refused.text().contains("Bad Gateway"), "{}", refused.text());
}

#[test]
fn a_rule_that_is_for_nothing_is_warned_of() {
    let (_project, _server, control) = served();
    let warning = |rule: Value| control.post("/v1/faults", rule)["warning"].clone();
    assert_eq!(warning(json!({ "app": "ap", "action": "crash" })), "no app of this run is named `ap`; did you mean `app`?");
    assert_eq!(
        warning(json!({ "service": "kv", "operation": "gett", "action": "crash" })),
        "nothing that it is for has an operation `gett`; did you mean `get`?"
    );
    let resource = json!({ "service": "kv", "resource": "KB", "action": "crash" });
    assert_eq!(warning(resource), "nothing that it is for is named `KB`; did you mean `KV`?");
    assert_eq!(warning(json!({ "service": "d1", "code": "lock" })), "`d1` has no error `lock`; did you mean `locked`?");
}

#[test]
fn the_command_line_and_files_set_rules() {
    let (project, server, control) = served();
    let run = |arguments: &[&str]| {
        let output = greenroom(&project, &[&["faults"], arguments].concat());
        (output.code, output.stdout.trim().to_owned(), output.stderr)
    };
    let (code, added, _) = run(&["add", "throttle", "--service", "kv", "--operation", "put", "--first", "1", "--name", "busy"]);
    assert_eq!((code, added.as_str()), (Some(0), "busy  kv put  throttle, first 1  struck 0 of 0"));
    assert_eq!(said(&server, "/put?value=v"), "Error: KV PUT failed: 429 Too Many Requests");
    assert_eq!(run(&["list"]).1, "busy  kv put  throttle, first 1  struck 1 of 1");
    project.write("faults.toml", "[[faults]]\nservice = \"d1\"\ncode = \"locked\"\n[[faults]]\nservice = \"kb\"\naction = \"drop\"\n");
    let file = project.file("faults.toml");
    let (code, listed, warned) = run(&["file", &file.display().to_string()]);
    assert_eq!((code, listed.as_str()), (Some(0), "fault-1  d1  error, code locked  struck 0 of 0\nfault-2  kb  drop  struck 0 of 0"));
    assert!(
        warned.contains("the rule `fault-2` is for nothing: no code of this run uses a service named `kb`; did you mean `kv`?"),
        "{warned}"
    );
    assert_eq!(said(&server, "/select"), "Error: D1_ERROR: database is locked: SQLITE_BUSY");
    assert_eq!(run(&["clear", "fault-2"]).1, "removed 1");
    let (code, _, errors) = run(&["clear", "fault-2"]);
    assert!(code == Some(1) && errors.contains("no rule is named `fault-2`"), "{errors}");
    assert_eq!(run(&["clear"]).1, "removed 1");
    assert_eq!(run(&["list"]).1, "no rules: nothing goes wrong on purpose");
    project.write("faults.toml", "[[faults]]\nservice = \"d1\"\nprobability = 2.0\n");
    let (code, _, errors) = run(&["file", &file.display().to_string()]);
    assert!(code == Some(1) && errors.contains("faults.toml:3:1") && errors.contains("is not from 0 to 1"), "{errors}");
    let (code, _, errors) = run(&["add", "explode"]);
    assert!(code == Some(1) && errors.contains("there is no `explode`"), "{errors}");
    assert_eq!(control.get("/v1/faults"), json!({ "faults": [] }));
}

#[test]
fn greenroom_toml_holds_from_the_start_and_is_followed() {
    let project = Project::configured(BINDINGS, APP);
    project.write("greenroom.toml", "[[faults]]\nname = \"locked\"\nservice = \"d1\"\ncode = \"locked\"\n");
    let server = Server::start(&project, &["--ephemeral"]);
    let control = server.control();
    assert_eq!(said(&server, "/select"), "Error: D1_ERROR: database is locked: SQLITE_BUSY");
    // What was added is asked first, and stays when the file changes.
    control.post("/v1/faults", json!({ "name": "mine", "service": "d1", "message": "mine", "first": 1 }));
    assert_eq!(said(&server, "/select"), "Error: D1_ERROR: mine");
    project.write("greenroom.toml", "[[faults]]\nname = \"slow\"\nservice = \"d1\"\nmessage = \"changed\"\n");
    let names =
        || -> Vec<Value> { control.get("/v1/faults")["faults"].as_array().unwrap().iter().map(|rule| rule["name"].clone()).collect() };
    wait_for("the file to be read", || (names() == ["mine", "slow"]).then_some(()));
    assert_eq!(said(&server, "/select"), "Error: D1_ERROR: changed");
    // One that makes no sense changes nothing.
    project.write("greenroom.toml", "[[faults]]\nservce = \"d1\"\n");
    server.wait_message("unknown field `servce`");
    assert_eq!(said(&server, "/select"), "Error: D1_ERROR: changed");
    assert_eq!(control.ask("DELETE", "/v1/faults?all=true", &Value::Null).json(), json!({ "removed": 2 }));
    assert_eq!(said(&server, "/select"), 1);
}

#[test]
fn a_run_does_not_start_with_a_file_that_makes_no_sense() {
    let project = Project::configured(BINDINGS, APP);
    project.write("greenroom.toml", "outbound_default = \"maybe\"\n");
    let output = greenroom(&project, &["dev", "--port", "0", "--control-port", "0"]);
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("greenroom.toml:1:20") && output.stderr.contains("has to be"), "{}", output.stderr);
}
