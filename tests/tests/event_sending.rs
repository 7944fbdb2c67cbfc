//! Events made up and sent: `greenroom events generate` and `send`, and the route behind it.

use greenroom_tests::{Project, Server, greenroom};
use serde_json::{Value, json};

const CODE: &str = r#"
    const seen = [];
    export default {
        async fetch(request) {
            const { pathname } = new URL(request.url);
            if (pathname === "/seen") return Response.json(seen.splice(0));
            seen.push([request.method, pathname, request.headers.get("x-test"), await request.text()]);
            if (pathname === "/throws") throw new Error("boom");
            return new Response("made", { status: 201, headers: { "x-answer": "yes" } });
        },
        scheduled({ cron, scheduledTime, noRetry }) { seen.push([cron, scheduledTime]); },
    };
"#;

fn generated(project: &Project, arguments: &[&str]) -> Vec<Value> {
    let output = greenroom(project, &[&["events", "generate"], arguments].concat());
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    output.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn what_is_made_up_is_the_same_for_the_same_seed_and_can_be_sent() {
    let project = Project::worker(CODE);
    let server = Server::start(&project, &["--ephemeral"]);
    let ticks = generated(&project, &["workers", "scheduled", "--count", "3", "--seed", "7"]);
    assert_eq!(ticks, generated(&project, &["workers", "scheduled", "--count", "3", "--seed", "7"]));
    assert_ne!(ticks, generated(&project, &["workers", "scheduled", "--count", "3", "--seed", "8"]));
    let set = ["--set", "method=PUT", "--set", "url=http://localhost/items/5?a", "--set", "headers.x-test=yes", "--set", "body.text=hello"];
    let request = generated(&project, &[&["workers", "fetch"], &set[..]].concat());
    let all = ticks.iter().chain(&request).map(Value::to_string).collect::<Vec<_>>().join("\n");
    project.write("events.jsonl", all);
    let output = greenroom(&project, &["events", "send", "events.jsonl", "--json"]);
    assert_eq!(output.code, Some(0), "{}{}", output.stdout, output.stderr);
    let sent: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((sent.len(), &sent[0]["result"], &sent[0]["outcome"]), (4, &json!({ "noRetry": false }), &json!({ "type": "ok" })));
    let response = &sent[3]["response"];
    assert_eq!((&response["status"], &response["body"]), (&json!(201), &json!("made")), "{response}");
    let data = |event: &Value| json!([event["payload"]["data"]["cron"], event["payload"]["data"]["scheduledTime"]]);
    let mut expected: Vec<Value> = ticks.iter().map(data).collect();
    expected.push(json!(["PUT", "/items/5", "yes", "hello"]));
    assert_eq!(server.get("/seen").json(), json!(expected));
}

#[test]
fn what_the_code_throws_is_told() {
    let project = Project::worker(CODE);
    let _server = Server::start(&project, &["--ephemeral"]);
    let event = generated(&project, &["workers", "fetch", "--set", "url=http://localhost/throws"]);
    project.write("event.json", event[0].to_string());
    let output = greenroom(&project, &["events", "send", "event.json"]);
    assert!(output.code == Some(1) && output.stdout.starts_with("app error in ") && output.stdout.contains("boom"), "{}", output.stdout);
}

#[test]
fn what_cannot_be_sent_is_told_and_nothing_is_sent() {
    let project = Project::worker(CODE);
    let server = Server::start(&project, &["--ephemeral"]);
    let control = server.control();
    let request = |method: &str, url: &str, header: &str| {
        let request = json!({ "method": method, "url": url, "headers": [["x-test", header]] });
        json!([{ "kind": "http.request", "payload": { "request": request } }])
    };
    let tick = |cron: &str, time: Value| json!([{ "kind": "cron.tick", "payload": { "data": { "cron": cron, "scheduledTime": time } } }]);
    let good = json!({ "kind": "cron.tick", "payload": { "data": { "cron": "* * * * *", "scheduledTime": 1 } } });
    let cases = [
        (json!([good, { "kind": "sqs.batch" }]), "`events[1]` cannot be sent: `sqs.batch` is no kind of event that this version knows"),
        (
            json!([{ "kind": "cron.tick", "payload": "none" }]),
            "`events[0]` cannot be sent: what comes with it is not what comes with `cron.tick`",
        ),
        (
            json!([{ "kind": "http.request", "payload": { "request": { "method": "GET", "url": "/x", "headers": [] } } }]),
            "`events[0]` cannot be sent: `url`: `/x` is no whole URL",
        ),
        (request("FOO BAR", "http://x/", "a"), "`events[0]` cannot be sent: `method`: `FOO BAR` is no method"),
        (request("", "http://x/", "a"), "`events[0]` cannot be sent: `method`: `` is no method"),
        (request("GET", "http://a b/", "a"), "`events[0]` cannot be sent: `url`: `http://a b/` is no whole URL: invalid"),
        (request("GET", "http://x:99999/", "a"), "`events[0]` cannot be sent: `url`: `http://x:99999/` is no whole URL: invalid port"),
        (request("GET", "ftp://x/", "a"), "`events[0]` cannot be sent: `url`: `ftp://x/` is none of HTTP"),
        (request("GET", "http://x/", "a\r\nb: c"), r"`events[0]` cannot be sent: `headers`: `x-test: a\r\nb: c` is no header"),
        (tick("every day", json!(1)), "`events[0]` cannot be sent: `cron`: `every day` is no cron expression: it has 2 fields"),
        (tick("* * * * *", json!("soon")), "`events[0]` cannot be sent: `scheduledTime`: \"soon\" is no time"),
        (tick("* * * * *", json!(-1)), "`events[0]` cannot be sent: `scheduledTime`: -1 is no time"),
        (
            json!([{ "kind": "http.request", "payload": { "request":
                { "method": "GET", "url": "http://x/", "headers": [], "body": { "text": "a", "size": 5 } } } }]),
            "`events[0]` cannot be sent: of its body only 1 of 5 bytes were kept",
        ),
        (json!([]), "`events`: give one at least"),
    ];
    for (events, message) in cases {
        let reply = control.ask("POST", "/v1/events/send", &json!({ "events": events }));
        let said = reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        assert!(reply.status == 400 && said.starts_with(message), "{events}: {}", reply.text());
    }
    let reply = control.ask("POST", "/v1/events/send", &json!({ "app": "shop", "events": [good] }));
    assert_eq!((reply.status, &reply.json()["error"]["message"]), (404, &json!("there is no app `shop`; there are `app`")));
    assert_eq!(server.get("/seen").json(), json!([]));
    for (arguments, expected) in [
        (&["generate", "workers", "queue"][..], "there are `fetch`, `scheduled`"),
        (&["generate", "workers", "fetch", "--set", "method"], "`method` is no change"),
        (&["send", "nothing.json"], "`nothing.json` cannot be read"),
        (&["send", "index.js"], "`index.js` has no events"),
    ] {
        let output = greenroom(&project, &[&["events"], arguments].concat());
        assert!(output.code == Some(1) && output.stderr.contains(expected), "{arguments:?}: {}", output.stderr);
    }
}
