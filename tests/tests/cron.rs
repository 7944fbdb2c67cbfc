//! Cron triggers: on the clock, by hand, and by the paths of wrangler's local server.

use greenroom_tests::{Control, Project, Server, greenroom};
use serde_json::{Value, json};

const START: &str = "2027-01-01T00:00:00.000Z";

/// Notes each call of its handler.
const NOTER: &str = r#"
    const said = [];
    const say = (...what) => said.push([new Date().toISOString().slice(5, 19), ...what].join(" "));
    export default {
        fetch: () => Response.json(said.splice(0)),
        async scheduled(controller, env, ctx) {
            const { cron, scheduledTime } = controller;
            say(cron, new Date(scheduledTime).toISOString().slice(5, 19));
            if (cron === "0 6 * * *") ctx.waitUntil(scheduler.wait(90 * 60_000).then(() => say("waited")));
            if (cron === "0 12 * * *") throw new Error("no lunch");
        },
    };
"#;

fn served(crons: &[&str], code: &str) -> (Project, Server, Control) {
    let project = Project::configured(&format!(r#""triggers": {{ "crons": {} }}"#, json!(crons)), code);
    let server = Server::start(&project, &["--ephemeral"]);
    let control = server.control();
    control.freeze(START);
    (project, server, control)
}

fn said(server: &Server) -> Value {
    server.get("/").json()
}

#[test]
fn handlers_run_when_it_is_time() {
    let (_project, server, control) = served(&["0 18 * * *", "0 6 * * *"], NOTER);
    let report = control.advance("7h");
    assert_eq!((&report["ran"][0]["label"], &report["stopped"]), (&json!("app app: cron 0 6 * * *"), &Value::Null), "{report}");
    assert_eq!(said(&server), json!(["01-01T06:00:00 0 6 * * * 01-01T06:00:00"]));
    let pending = control.get("/v1/clock/pending");
    let pending: Vec<_> = pending["pending"].as_array().unwrap().iter().map(|thing| thing["label"].as_str().unwrap()).collect();
    assert_eq!(pending, ["app app: timer", "app app: cron 0 18 * * *", "app app: cron 0 6 * * *"]);
    control.advance("1day");
    let expected = ["01-01T07:30:00 waited", "01-01T18:00:00 0 18 * * * 01-01T18:00:00", "01-02T06:00:00 0 6 * * * 01-02T06:00:00"];
    assert_eq!(said(&server), json!(expected));
}

#[test]
fn what_a_handler_throws_is_told_and_the_next_one_runs() {
    let (_project, server, control) = served(&["0 12 * * *"], NOTER);
    control.advance("2days");
    assert_eq!(said(&server).as_array().unwrap().len(), 2);
    let line = server.wait_line(|line| line["type"] == "trigger").expect("a line for the trigger");
    assert_eq!((&line["kind"], &line["trigger"], &line["outcome"]["type"]), (&json!("cron.tick"), &json!("0 12 * * *"), &json!("error")));
    let message = line["outcome"].to_string();
    assert!(message.contains("no lunch") && message.contains("index.js:"), "{message}");
}

#[test]
fn another_configuration_counts_from_its_reload_on() {
    let (project, server, control) = served(&["0 18 * * *"], NOTER);
    project.configure(r#""triggers": { "crons": ["0 9 * * *"] }"#);
    greenroom_tests::wait_for("the new triggers", || (control.get("/v1/cron")["crons"][0]["cron"] == "0 9 * * *").then_some(()));
    control.advance("1day");
    assert_eq!(said(&server), json!(["01-01T09:00:00 0 9 * * * 01-01T09:00:00"]));
}

#[test]
fn the_command_line_lists_and_runs_them() {
    let (project, server, _control) = served(&["0 6 * * *", "0 12 * * *"], NOTER);
    let run = |arguments: &[&str]| {
        let output = greenroom(&project, &[&["cron"], arguments].concat());
        (output.code, output.stdout.trim().to_owned(), output.stderr)
    };
    let (code, list, _) = run(&["list"]);
    assert!(code == Some(0) && list.contains("│ app │ 0 6 * * *  │ 2027-01-01T06:00:00.000Z │"), "{list}");
    let (_, next, _) = run(&["next", "--count", "3"]);
    let expected = [
        "2027-01-01T06:00:00.000Z  app  0 6 * * *",
        "2027-01-01T12:00:00.000Z  app  0 12 * * *",
        "2027-01-02T06:00:00.000Z  app  0 6 * * *",
    ];
    assert_eq!(next.lines().collect::<Vec<_>>(), expected);
    let (code, told, _) = run(&["run", "app", "0 12 * * *", "--at", "2026-05-01T12:00:00Z"]);
    assert!(code == Some(1) && told.starts_with("app error in ") && told.contains("no lunch"), "{told}");
    assert_eq!(said(&server), json!(["01-01T00:00:00 0 12 * * * 05-01T12:00:00"]));
    let (code, told, _) = run(&["run", "app", "whatever", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, &told["outcome"], &told["result"]), (Some(0), &json!({ "type": "ok" }), &json!({ "noRetry": false })));
    let (code, _, errors) = run(&["run", "app"]);
    assert!(code == Some(1) && errors.contains("`app` has several cron triggers; say which: `0 6 * * *`, `0 12 * * *`"), "{errors}");
    let (code, _, errors) = run(&["list", "shop"]);
    assert!(code == Some(1) && errors.contains("there is no app `shop`; there are `app`"), "{errors}");
}

/// What miniflare 4.20260730.0 answers to the same, recorded by hand.
#[test]
fn the_paths_of_wrangler() {
    let code = r#"export default { async scheduled(controller, env, ctx) {
        const { cron, scheduledTime } = controller;
        console.log(JSON.stringify({ cron, scheduledTime }));
        if (cron === "throw") throw new Error("boom");
        if (cron === "later") ctx.waitUntil(Promise.reject(new Error("later")));
        if (cron === "once") controller.noRetry();
        if (cron === "never") return new Promise(() => {});
        return 5;
    } }"#;
    let (_project, server, _control) = served(&[], code);
    let get = |path: &str| {
        let reply = server.get(path);
        (reply.status, reply.header("content-type").unwrap_or_default().to_owned(), reply.text())
    };
    let text = |status: u16, body: &str| (status, "text/plain;charset=UTF-8".to_owned(), body.to_owned());
    let json = |status: u16, body: &str| (status, "application/json".to_owned(), body.to_owned());
    for path in ["/cdn-cgi/local/scheduled", "/cdn-cgi/handler/scheduled", "/cdn-cgi/mf/scheduled"] {
        assert_eq!(get(path), text(200, "ok"), "{path}");
    }
    assert_eq!(get("/cdn-cgi/local/scheduled?format=json"), json(200, r#"{"outcome":"ok","noRetry":false}"#));
    assert_eq!(get("/cdn-cgi/local/scheduled?format=json&cron=once"), json(200, r#"{"outcome":"ok","noRetry":true}"#));
    assert_eq!(get("/cdn-cgi/local/scheduled?format=json&cron=later"), json(500, r#"{"outcome":"exception","noRetry":false}"#));
    assert_eq!(get("/cdn-cgi/local/scheduled?cron=throw"), text(500, "exception"));
    assert_eq!(get("/cdn-cgi/local/scheduled?cron=never"), text(500, "exception"));
    assert_eq!(get("/cdn-cgi/local/scheduled?cron=*+*+*+*+*&time=1745856238000"), text(200, "ok"));
    let told = r#"{"cron":"* * * * *","scheduledTime":1745856238000}"#;
    server.wait_line(|line| line["type"] == "log" && line["message"] == told).expect("the handler saw cron and time");
    let (status, _, why) = get("/cdn-cgi/local/scheduled?time=abc");
    assert_eq!((status, why.as_str()), (500, "TypeError: The value cannot be converted because it is not a valid Date."));
    let foreign = server.request("GET", "/cdn-cgi/local/scheduled", &[("origin", "https://evil.example")], b"");
    assert_eq!((foreign.status, foreign.text().as_str()), (403, "Invalid Origin header"));
    // Only with an option; without it the path is the code's own.
    assert_eq!(server.get("/__scheduled").status, 500);
}

#[test]
fn test_scheduled_has_its_path() {
    let code = "export default { scheduled({ cron }) { if (cron === 'throw') throw new Error('boom'); } }";
    let server = Server::start(&Project::worker(code), &["--ephemeral", "--test-scheduled"]);
    let reply = server.get("/__scheduled?cron=*+*+*+*+*");
    assert_eq!((reply.status, reply.text().as_str()), (200, "Ran scheduled event"));
    let reply = server.get("/__scheduled?cron=throw");
    assert!(reply.status == 500 && reply.text().contains("boom"), "{}", reply.text());
}

/// As workerd has it: see `emulators/platforms/src/workers/script/scheduled.js`.
#[test]
fn what_the_handler_is_given() {
    let code = r#"
        import { WorkerEntrypoint } from "cloudflare:workers";
        const names = (object) => { const all = []; for (const name in object) all.push(name); return all.join(); };
        const thrown = (code) => { try { return code(); } catch (error) { return `${error.name}: ${error.message.slice(0, 18)}`; } };
        export default class extends WorkerEntrypoint {
            scheduled(controller, env, ctx) {
                console.log([
                    names(controller), Object.prototype.toString.call(controller), Object.keys(controller), typeof ScheduledController,
                    thrown(() => { "use strict"; controller.cron = "x"; }).slice(0, 9), thrown(() => (0, controller.noRetry)()),
                    thrown(() => new controller.constructor()), typeof controller.noRetry(), arguments.length, env, ctx, typeof this.env,
                ].join("|"));
            }
        }"#;
    let (_project, server, _control) = served(&["* * * * *"], code);
    assert_eq!(server.get("/cdn-cgi/local/scheduled").status, 200);
    let line = server.wait_line(|line| line["type"] == "log").expect("a line of the code");
    let expected = "cron,scheduledTime,noRetry|[object ScheduledController]|cron,scheduledTime|undefined|TypeError|TypeError: Illegal invocation\
                    |TypeError: Illegal constructo|undefined|3|||object";
    assert_eq!(line["message"], expected);
}

#[test]
fn service_workers_listen() {
    let code = r#"
        addEventListener("scheduled", (event) => {
            console.log([event.type, event.cron, typeof event.scheduledTime, Object.prototype.toString.call(event)].join());
            event.waitUntil(scheduler.wait(60_000).then(() => console.log("waited")));
            if (event.cron === "once") event.noRetry();
        });
        addEventListener("scheduled", (event) => { if (event.cron === "throw") throw new Error("boom"); });
    "#;
    let (_project, server, control) = served(&["0 6 * * *"], code);
    control.advance("6h 1m");
    assert!(server.wait_line(|line| line["message"] == "scheduled,0 6 * * *,number,[object ScheduledEvent]").is_some());
    let outcome = server.wait_line(|line| line["type"] == "trigger").expect("a line for the trigger");
    assert_eq!(outcome["outcome"]["type"], "ok");
}

#[test]
fn a_worker_without_the_handler_says_so_as_there() {
    let (_project, server, _control) = served(&["0 6 * * *"], "export default { fetch: () => new Response('x') }");
    server.wait_errors(&["there are cron triggers (`0 6 * * *`), but the code has no `scheduled` handler"]);
    let reply = server.get("/cdn-cgi/local/scheduled?format=json");
    assert_eq!((reply.status, reply.text().as_str()), (500, r#"{"outcome":"exception","noRetry":true}"#));
    let warning = "Received a ScheduledEvent but we lack a handler for ScheduledEvents (a.k.a. Cron Triggers). Did you remember to export a \
                   scheduled() function?";
    assert!(server.wait_line(|line| line["type"] == "log" && line["message"] == warning).is_some());
    let line = server.wait_line(|line| line["type"] == "trigger").expect("a line for the trigger");
    assert!(line["outcome"].to_string().contains("Handler does not export a scheduled() function"), "{line}");

    let listening = Project::configured(r#""triggers": { "crons": [] }"#, "addEventListener('fetch', () => {});");
    let server = Server::start(&listening, &["--ephemeral"]);
    assert_eq!(server.get("/cdn-cgi/local/scheduled?format=json").text(), r#"{"outcome":"exception","noRetry":true}"#);
    let line = server.wait_line(|line| line["type"] == "trigger").expect("a line for the trigger");
    assert!(line["outcome"].to_string().contains("No event listener registered for scheduled events."), "{line}");
}

#[test]
fn what_deploying_would_refuse_is_refused_with_its_place() {
    let project = Project::configured(r#""triggers": { "crons": ["0 0 * * *", "0 0 * * 0"] }"#, NOTER);
    let output = greenroom(&project, &["check"]);
    let expected = "`triggers.crons[1]` is `0 0 * * 0`, which is no cron expression: the day of the week `0` is not from 1 to 7 (deploying says: \
                    invalid cron string [code: 10100])";
    assert!(output.code == Some(1) && output.stderr.contains(expected), "{}", output.stderr);
    assert!(output.stderr.contains("wrangler.jsonc:1:"), "{}", output.stderr);
}

#[test]
fn an_account_has_so_many_cron_triggers() {
    let project = Project::empty();
    let app = |name: &str, crons: usize| {
        let crons: Vec<_> = (0..crons).map(|cron| format!("\"{} {} * * *\"", cron % 60, cron / 60)).collect();
        let keys = format!(
            r#"{{ "name": "{name}", "main": "index.js", "compatibility_date": "2026-08-01", "triggers": {{ "crons": [{}] }} }}"#,
            crons.join(",")
        );
        project.write(&format!("{name}/wrangler.jsonc"), keys);
        project.write(&format!("{name}/index.js"), "export default { fetch: () => new Response('fine'), scheduled() {} };");
    };
    app("one", 200);
    app("two", 51);
    let server = Server::start(&project, &["one", "two", "--ephemeral", "--profile", "production"]);
    assert_eq!(server.app("one").get("/").text(), "fine");
    let refused = server.app("two").get("/").text();
    assert!(refused.contains("more than 250 cron triggers in one account: 251, 51 of them of `two`"), "{refused}");
    drop(server);
    let server = Server::start(&project, &["one", "two", "--ephemeral"]);
    assert_eq!((server.app("one").get("/").text(), server.app("two").get("/").text()), ("fine".into(), "fine".into()));
}
