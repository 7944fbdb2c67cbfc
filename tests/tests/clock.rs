//! Time frozen and moved over the wire, as the code of apps sees it.

use greenroom_tests::{Project, Server, greenroom, wait_for};
use serde_json::json;

const START: &str = "2027-01-01T00:00:00.000Z";
const AGAIN_AND_AGAIN: &str = "timers without delay, which set each other again and again";

/// Notes in its log what happens, with the time.
const NOTER: &str = r#"
    const said = [];
    const say = (what) => said.push(`${new Date().toISOString().slice(11, 23)} ${what}`);
    export default { async fetch(request, env, ctx) {
        const { pathname } = new URL(request.url);
        if (pathname === "/said") return Response.json(said.splice(0));
        if (pathname === "/wait") {
            await scheduler.wait(5_000);
            return new Response(new Date().toISOString());
        }
        if (pathname === "/timers") {
            setTimeout(() => say("third"), 30_000);
            setTimeout(() => say("first"), 10_000);
            setTimeout(() => say("second"), 10_000);
            ctx.waitUntil(scheduler.wait(60_000).then(() => say("waited")));
            return new Response("set");
        }
        if (pathname === "/interval") {
            const id = setInterval(() => say("tick"), 1_000);
            ctx.waitUntil(scheduler.wait(3_500).then(() => clearInterval(id)));
            return new Response("set");
        }
        if (pathname === "/soon") {
            await new Promise((resolve) => setTimeout(resolve, 0));
            return new Response("soon");
        }
        if (pathname === "/abort") {
            const signal = AbortSignal.timeout(2_000);
            ctx.waitUntil(new Promise((resolve) => signal.addEventListener("abort", () => { say(signal.reason.name); resolve(); })));
            return new Response("set");
        }
        if (pathname === "/fetch") {
            const { searchParams } = new URL(request.url);
            const asked = fetch(searchParams.get("url"), { signal: AbortSignal.timeout(5_000) });
            ctx.waitUntil(asked.then(() => say("answered"), (error) => say(error.name)));
            return new Response("asked");
        }
        if (pathname === "/for-ever") {
            const again = () => setTimeout(again, 0);
            again();
            ctx.waitUntil(new Promise(() => {}));
            return new Response("set");
        }
        return Response.json({
            date: new Date().toISOString(), now: Date.now(), performance: performance.now(), text: Date().slice(0, 24),
            intl: new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeZone: "UTC" }).format(),
        });
    } };
"#;

fn served() -> (Project, Server) {
    let project = Project::worker(NOTER);
    let server = Server::start(&project, &["--ephemeral"]);
    (project, server)
}

#[test]
fn code_sees_the_time_that_is_set() {
    let (_project, server) = served();
    let control = server.control();
    control.freeze(START);
    let seen = server.get("/").json();
    assert_eq!(seen["date"], START);
    assert_eq!(seen["now"], 1_798_761_600_000_u64);
    assert_eq!(seen["performance"], 1_798_761_600_000_u64);
    assert_eq!(seen["text"], "Fri Jan 01 2027 00:00:00");
    assert_eq!(seen["intl"], "01/01/2027");
    control.advance("1day 250ms");
    assert_eq!(server.get("/").json()["date"], "2027-01-02T00:00:00.250Z");
    control.post("/v1/clock/resume", json!({}));
    let now = server.get("/").json()["now"].as_u64().unwrap();
    assert_ne!(now, 1_798_761_600_000_u64 + 86_400_250);
}

#[test]
fn timers_run_in_order_at_their_instants() {
    let (_project, server) = served();
    let control = server.control();
    control.freeze(START);
    assert_eq!(server.get("/timers").text(), "set");
    let pending = control.get("/v1/clock/pending");
    let due: Vec<_> =
        pending["pending"].as_array().unwrap().iter().map(|thing| thing["due"].as_str().unwrap()[11..19].to_owned()).collect();
    assert_eq!(due, ["00:00:10", "00:00:10", "00:00:30", "00:01:00"], "{pending}");
    let report = control.advance("20s");
    assert_eq!(server.get("/said").json(), json!(["00:00:10.000 first", "00:00:10.000 second"]), "{report}");
    assert_eq!(control.advance_to_next()["to"], "2027-01-01T00:00:30.000Z");
    control.advance("1h");
    assert_eq!(server.get("/said").json(), json!(["00:00:30.000 third", "00:01:00.000 waited"]));
    assert_eq!(control.get("/v1/clock/pending"), json!({ "pending": [] }));
}

#[test]
fn intervals_and_signals_follow() {
    let (_project, server) = served();
    let control = server.control();
    control.freeze(START);
    assert_eq!(server.get("/interval").text(), "set");
    assert_eq!(server.get("/abort").text(), "set");
    control.advance("1m");
    let said = server.get("/said").json();
    assert_eq!(said, json!(["00:00:01.000 tick", "00:00:02.000 tick", "00:00:02.000 TimeoutError", "00:00:03.000 tick"]));
}

#[test]
fn a_request_waits_for_time_and_time_does_not_wait_for_it() {
    let (_project, server) = served();
    let control = server.control();
    control.freeze(START);
    assert_eq!(server.get("/soon").text(), "soon");
    let client = server.client();
    let asked = std::thread::spawn(move || client.get("/wait").text());
    wait_for("the request to wait", || (control.get("/v1/clock/pending")["pending"].as_array()?.len() == 1).then_some(()));
    let report = control.advance("1m");
    assert_eq!((&report["count"], &report["stopped"]), (&json!(1), &json!(null)));
    assert_eq!(asked.join().unwrap(), "2027-01-01T00:00:05.000Z");
}

#[test]
fn timers_of_running_time_stand_still_with_it_and_go_on_with_it() {
    let (_project, server) = served();
    let control = server.control();
    assert_eq!(server.get("/timers").text(), "set");
    control.post("/v1/clock/freeze", json!({}));
    assert_eq!(server.get("/said").json(), json!([]));
    control.advance("15s");
    assert_eq!(server.get("/said").json().as_array().unwrap().len(), 2);
    control.advance("1h");
    assert_eq!(server.get("/interval").text(), "set");
    control.post("/v1/clock/resume", json!({}));
    // An hour ahead of the machine, its timers would wait an hour; nothing is lost by that, and new ones run at once.
    assert_eq!(server.get("/soon").text(), "soon");
}

#[test]
fn a_new_version_has_the_time_too() {
    let project = Project::worker("export default { fetch: () => new Response('old') };");
    let server = Server::start(&project, &["--ephemeral"]);
    let control = server.control();
    control.freeze(START);
    project.write("index.js", "const at = new Date().toISOString(); export default { fetch: () => new Response(at) };");
    server.wait_reloads(1);
    assert_eq!(server.get("/").text(), START);
}

#[test]
fn code_that_never_rests_is_named() {
    let (project, server) = served();
    let control = server.control();
    control.freeze(START);
    assert_eq!(server.get("/for-ever").text(), "set");
    let report = control.post("/v1/clock/advance", json!({ "by": "1h", "max_settle_ms": 200 }));
    let named = json!([format!("app app: {AGAIN_AND_AGAIN}")]);
    assert_eq!((&report["stopped"], &report["to"], &report["busy"]), (&json!("wall"), &json!(START), &named));
    // They count as what falls due.
    let report = control.post("/v1/clock/advance", json!({ "by": "1h", "max_count": 50 }));
    assert_eq!((&report["stopped"], &report["to"], &report["busy"]), (&json!("count"), &json!(START), &named));
    let run = greenroom(&project, &["clock", "advance", "1h", "--max-count", "50", "--control", &control.url()]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(
        run.stdout.ends_with(&format!("stopped early: so many due things ran\n  busy: app app: {AGAIN_AND_AGAIN}\n")),
        "{}",
        run.stdout
    );
}

#[test]
fn an_older_version_that_never_rests_is_named() {
    let (project, server) = served();
    let control = server.control();
    control.freeze(START);
    assert_eq!(server.get("/for-ever").text(), "set");
    project.write("index.js", "export default { fetch: () => new Response('new') };");
    server.wait_reloads(1);
    assert_eq!(server.get("/").text(), "new");
    let report = control.post("/v1/clock/advance", json!({ "by": "1h", "max_count": 50 }));
    let named = json!([format!("an older version of app app: {AGAIN_AND_AGAIN}")]);
    assert_eq!((&report["stopped"], &report["to"], &report["busy"]), (&json!("count"), &json!(START), &named));
}

#[test]
fn a_server_that_does_not_answer_is_named_and_can_be_left_behind() {
    let (project, server) = served();
    let control = server.control();
    control.freeze(START);
    // Takes connections, and answers none.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/prices", silent.local_addr().unwrap());
    assert_eq!(server.get(&format!("/fetch?url={url}%3Fkey=secret")).text(), "asked");
    let named = json!([format!("app app: fetch GET {url}")]);
    let report = control.post("/v1/clock/advance", json!({ "by": "1m", "max_settle_ms": 200 }));
    assert_eq!((&report["stopped"], &report["to"], &report["busy"]), (&json!("wall"), &json!(START), &named));
    let run =
        greenroom(&project, &["clock", "advance", "1m", "--max-settle", "5s", "--despite-outside", "--json", "--control", &control.url()]);
    let report = run.json();
    assert_eq!((&report["stopped"], &report["left"], &report["count"]), (&json!(null), &named, &json!(1)), "{report}");
    assert_eq!(server.get("/said").json(), json!(["00:00:05.000 TimeoutError"]));
}

#[test]
fn work_after_the_answer_ends_where_production_ends_it() {
    let project = Project::worker(NOTER);
    let server = Server::start(&project, &["--ephemeral", "--profile", "production"]);
    let control = server.control();
    control.freeze(START);
    assert_eq!(server.get("/timers").text(), "set");
    control.advance("1h");
    // The third timer is due at the very instant, and was there before.
    let said = json!(["00:00:10.000 first", "00:00:10.000 second", "00:00:30.000 third"]);
    assert_eq!(server.get("/said").json(), said);
    let text = "waitUntil() tasks did not complete within the allowed time after invocation end and have been cancelled. See: \
                https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil";
    let line = server.wait_message(text);
    assert_eq!((&line["level"], &line["message"]), (&json!("warn"), &json!(text)));
    assert!(line["event"].is_string(), "{line}");
    assert_eq!(control.get("/v1/clock/pending"), json!({ "pending": [] }));
}

#[test]
fn work_after_the_answer_is_warned_of_once() {
    let (_project, server) = served();
    let control = server.control();
    control.freeze(START);
    for _ in 0..2 {
        assert_eq!(server.get("/timers").text(), "set");
        control.advance("1h");
        assert_eq!(server.get("/said").json().as_array().unwrap().len(), 4);
    }
    let warning = server.wait_message("passed the limit of 30 seconds of work after the answer: production cuts off what is beyond");
    assert!(warning["message"].as_str().unwrap().contains("https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil"));
    let warnings = server.count(|line| line["message"].as_str().is_some_and(|message| message.contains("passed the limit of 30")));
    assert_eq!(warnings, 1);
}

#[test]
fn the_command_line_drives_it() {
    let (project, server) = served();
    let control = server.control().url();
    let run = |arguments: &[&str]| {
        let output = greenroom(&project, &[&["clock", "--control", &control], arguments].concat());
        (output.code, output.stdout.trim().to_owned(), output.stderr)
    };
    let (code, said, _) = run(&["freeze", "--at", "2027-01-01"]);
    assert_eq!((code, said.as_str()), (Some(0), "2027-01-01T00:00:00.000Z  frozen"));
    assert_eq!(server.get("/timers").text(), "set");
    let (code, said, _) = run(&["advance", "1h"]);
    assert_eq!(code, Some(0));
    assert_eq!(
        said,
        "2027-01-01T00:00:00.000Z → 2027-01-01T01:00:00.000Z\n  2027-01-01T00:00:10.000Z  app app: timer × 3, last 2027-01-01T00:01:00.000Z"
    );
    let (code, _, errors) = run(&["advance", "--to", "2026-01-01"]);
    assert_eq!(code, Some(1));
    assert!(errors.contains("2026-01-01T00:00:00.000Z is before 2027-01-01T01:00:00.000Z"), "{errors}");
    // Without `--control`, the run of the folder.
    let found = greenroom(&project, &["clock", "now"]);
    assert_eq!(found.stdout.trim(), "2027-01-01T01:00:00.000Z  frozen");
    drop(server);
    let nobody = greenroom(&project, &["clock", "now", "--control", &control]);
    assert!(nobody.code == Some(1) && nobody.stderr.contains("nothing answers at"), "{}", nobody.stderr);
}
