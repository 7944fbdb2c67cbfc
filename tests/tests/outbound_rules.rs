//! Rules for requests to the outside: what code sees, and what a site hears of it.

use greenroom_tests::{Control, Project, Server, Site, greenroom, respond, wait_for};
use serde_json::{Value, json};

/// Fetches what it is told to, and tells what came.
const APP: &str = r#"
    export default { async fetch(request) {
        const { url, method = "GET", body, socket } = await request.json();
        try {
            if (socket) {
                const reply = await fetch(url, { headers: { upgrade: "websocket" } });
                return Response.json([reply.status, await reply.text()]);
            }
            const reply = await fetch(url, { method, body, headers: { authorization: "secret" } });
            return Response.json([reply.status, await reply.text(), reply.headers.get("x-from"), reply.url]);
        } catch (error) {
            return Response.json(`${error.name}: ${error.message}`);
        }
    } };
"#;

fn site() -> Site {
    Site::start(|request, stream| match request.path.as_str() {
        "/away" => respond(stream, "302 Found", "location: /there\r\n", b""),
        "/bytes" => respond(stream, "200 OK", "", &[0, 255, 1]),
        _ => respond(stream, "200 OK", "x-from: site\r\nset-cookie: sid=abc; Path=/\r\nx-token: abc\r\n", b"from the site"),
    })
}

fn served(files: &[(&str, &str)]) -> (Project, Server, Control) {
    let project = Project::worker(APP);
    for (name, text) in files {
        project.write(name, text);
    }
    let server = Server::start(&project, &["--ephemeral"]);
    let control = server.control();
    (project, server, control)
}

#[expect(clippy::needless_pass_by_value, reason = "made where it is sent")]
fn fetched(server: &Server, what: Value) -> Value {
    let reply = server.request("POST", "/", &[], what.to_string().as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn get(server: &Server, url: &str) -> Value {
    fetched(server, json!({ "url": url }))
}

#[test]
fn replies_passes_and_denials() {
    let (site, (project, server, control)) = (site(), served(&[]));
    assert_eq!(get(&server, &format!("{}/x", site.url()))[1], "from the site");
    assert_eq!(control.ask("PUT", "/v1/outbound/default", &json!({ "default": "deny" })).status, 200);
    let denied = get(&server, &format!("{}/x", site.url()));
    assert_eq!(
        denied,
        format!("Error: Network connection lost. (no outbound rule is for it, and all else is denied: GET {}/x)", site.url())
    );
    control
        .post("/v1/outbound", json!({ "host": "api.invalid", "path": "/users/*", "json": { "id": 1 }, "headers": { "X-From": "rule" } }));
    assert_eq!(get(&server, "https://api.invalid/users/1?x=y"), json!([200, r#"{"id":1}"#, "rule", "https://api.invalid/users/1?x=y"]));
    control.post(
        "/v1/outbound",
        json!({ "name": "once", "host": "*.invalid", "methods": ["post"], "status": 201, "body": "made", "times": 1 }),
    );
    assert_eq!(fetched(&server, json!({ "url": "https://b.invalid/", "method": "POST", "body": "x" }))[1], "made");
    assert!(fetched(&server, json!({ "url": "https://b.invalid/", "method": "POST", "body": "x" })).is_string());
    control.post(
        "/v1/outbound",
        json!({ "name": "site", "host": site.url().trim_start_matches("http://"), "path": "/away", "action": "pass" }),
    );
    // A redirect meets the rules as well.
    let redirected = get(&server, &format!("{}/away", site.url()));
    assert!(redirected.as_str().is_some_and(|said| said.contains("denied: GET") && said.ends_with("/there)")), "{redirected}");
    project.write("body.txt", "from a file");
    let file = project.file("body.txt");
    control.post("/v1/outbound", json!({ "name": "file", "host": "f.invalid", "file": file }));
    assert_eq!(get(&server, "http://f.invalid/")[1], "from a file");
    assert_eq!(control.ask("DELETE", "/v1/outbound", &Value::Null).json(), json!({ "removed": 4 }));
    assert_eq!(get(&server, &format!("{}/x", site.url()))[1], "from the site");
    assert_eq!(site.seen().iter().map(|request| request.path.as_str()).collect::<Vec<_>>(), ["/x", "/away", "/x"]);
}

#[test]
fn what_is_recorded_once_is_played_back_without_secrets() {
    let (site, (project, server, control)) = (site(), served(&[]));
    let tape = project.file("tape");
    control.post("/v1/outbound", json!({ "name": "tape", "action": "record", "to": tape }));
    let url = format!("{}/x?token=abc&q=1", site.url());
    let post = json!({ "url": url, "method": "POST", "body": "one" });
    let first = (get(&server, &url), fetched(&server, post.clone()), get(&server, &format!("{}/bytes", site.url())));
    assert_eq!(first.0, json!([200, "from the site", "site", url]));
    assert_eq!(site.seen().len(), 3);
    assert_eq!((get(&server, &url), fetched(&server, post), get(&server, &format!("{}/bytes", site.url()))), first);
    assert_eq!(site.seen().len(), 3, "what is recorded is not asked for again");
    let files: Vec<_> = std::fs::read_dir(&tape).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    let texts: Vec<_> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    assert!(texts.iter().all(|text| !text.contains("abc") && !text.contains("secret")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("token=REDACTED&q=1") && text.contains("sid=REDACTED; Path=/")), "{texts:?}");
    control.post("/v1/outbound", json!({ "name": "tape", "action": "replay", "to": tape }));
    assert_eq!(get(&server, &url), first.0);
    let missing = get(&server, &format!("{}/other", site.url()));
    assert!(
        missing.as_str().is_some_and(|said| said.contains("the outbound rule `tape` only plays back, and nothing is recorded for GET")),
        "{missing}"
    );
    assert_eq!(site.seen().len(), 3);
}

#[test]
fn websockets_meet_the_rules() {
    let (_project, server, control) = served(&[]);
    control.post("/v1/outbound", json!({ "name": "no", "host": "a.invalid", "action": "deny" }));
    let socket = |url: &str| fetched(&server, json!({ "url": url, "socket": true }));
    assert_eq!(
        socket("http://a.invalid/live"),
        "Error: Network connection lost. (the outbound rule `no` denies WebSocket http://a.invalid/live)"
    );
    control.post("/v1/outbound", json!({ "name": "no", "host": "a.invalid", "status": 403, "body": "go away" }));
    assert_eq!(socket("http://a.invalid/live"), json!([403, "go away"]));
    control.post("/v1/outbound", json!({ "name": "no", "host": "a.invalid", "action": "record" }));
    assert!(socket("http://a.invalid/live").as_str().is_some_and(|said| said.contains("WebSockets cannot be recorded")));
}

#[test]
fn greenroom_toml_holds_from_the_start_and_is_followed() {
    let text = "outbound_default = \"deny\"\n[[outbound]]\nname = \"hello\"\nhost = \"a.invalid\"\nfile = \"hello.txt\"\n";
    let (project, server, control) = served(&[("greenroom.toml", text), ("hello.txt", "hello")]);
    assert_eq!(get(&server, "http://a.invalid/")[1], "hello");
    assert!(get(&server, "http://b.invalid/").as_str().is_some_and(|said| said.contains("all else is denied")));
    assert_eq!(control.get("/v1/outbound")["rules"][0]["matched"], 1);
    project.write("greenroom.toml", "outbound_default = \"deny\"\n[[outbound]]\nhost = \"b.invalid\"\nbody = \"b\"\n");
    wait_for("the file to be read", || (control.get("/v1/outbound")["rules"][0]["host"] == "b.invalid").then_some(()));
    assert_eq!(get(&server, "http://b.invalid/")[1], "b");
    assert!(get(&server, "http://a.invalid/").is_string());
}

#[test]
fn the_command_line_sets_rules() {
    let (project, server, control) = served(&[]);
    let run = |arguments: &[&str]| {
        let output = greenroom(&project, &[&["outbound"], arguments].concat());
        (output.code, output.stdout.trim().to_owned(), output.stderr)
    };
    let (code, added, _) =
        run(&["add", "--host", "a.invalid", "--method", "get", "--status", "404", "--body", "none", "--header", "x-from: line"]);
    assert_eq!((code, added.as_str()), (Some(0), "outbound-1  GET a.invalid  reply 404  was for 0"));
    assert_eq!(get(&server, "http://a.invalid/"), json!([404, "none", "line", "http://a.invalid/"]));
    assert_eq!(run(&["default", "deny"]).1, "outbound-1  GET a.invalid  reply 404  was for 1\nall else fails");
    let (_, _, warned) = run(&["add", "deny", "--app", "ap"]);
    assert!(warned.contains("no app of this run is named `ap`; did you mean `app`?"), "{warned}");
    for (arguments, error) in [
        (&["add"][..], "the rule does nothing"),
        (&["add", "block"], "there is no `block`"),
        (&["add", "deny", "--host", "https://a.com/x"], "`host`: `https://a.com/x` is no host"),
        (&["add", "--file", "nowhere"], "there is no file"),
        (&["add", "--body", "a", "--body-json", "1"], "exclude each other"),
        (&["add", "deny", "--path", "users"], "does not begin with `/`"),
        (&["clear", "nobody"], "no rule is named `nobody`"),
    ] {
        let (code, _, errors) = run(arguments);
        assert!(code == Some(1) && errors.contains(error), "{arguments:?}: {errors}");
    }
    assert_eq!(run(&["clear"]).1, "removed 2");
    assert_eq!(control.get("/v1/outbound"), json!({ "default": "pass", "rules": [] }));
}
