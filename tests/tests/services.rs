//! Several Workers in one run: service bindings by `fetch` and by RPC, held against what workerd answers; what becomes of calls when a
//! Worker is not there, fails, is reloaded, or calls itself for ever.

use std::net::TcpStream;

use greenroom_tests::{Project, Server, greenroom, kill, repository, wait_for};
use serde_json::{Map, Value, json};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
use tokio_tungstenite::tungstenite::{Message, client};

/// `tests/specs/rpc/record.mjs` records them again.
#[test]
fn calls_from_worker_to_worker_answer_as_workerds_do() {
    let folder = repository().join("tests/specs/rpc");
    let recorded = std::fs::read(folder.join("expected.json")).expect("the answers of workerd are recorded");
    let expected: Map<String, Value> = serde_json::from_slice(&recorded).expect("they are JSON");
    assert!(expected.len() >= 190, "only {} observations", expected.len());
    let project = Project::copy_of(&folder);
    let server = Server::start(&project, &["caller", "callee", "--ephemeral"]);
    let seen = server.get("/").json();
    let differences: Vec<String> = expected
        .iter()
        .filter(|(name, value)| seen.get(name.as_str()) != Some(value))
        .map(|(name, value)| format!("{name}: workerd {value}, here {}", seen.get(name.as_str()).unwrap_or(&Value::Null)))
        .collect();
    assert!(differences.is_empty(), "{} of {} differ:\n{}", differences.len(), expected.len(), differences.join("\n"));
}

/// Two Workers, `front` with a binding to `back`; both answer by their entry module.
fn two(front: &str, back: &str) -> Project {
    let project = Project::empty();
    worker(
        &project,
        "front",
        r#""services": [{ "binding": "BACK", "service": "back" }, { "binding": "SELF", "service": "front" }]"#,
        front,
    );
    worker(&project, "back", r#""vars": {}"#, back);
    project
}

fn worker(project: &Project, name: &str, keys: &str, code: &str) {
    let config = format!(r#"{{ "name": "{name}", "main": "index.js", "compatibility_date": "2026-07-01", {keys} }}"#);
    project.write(&format!("{name}/wrangler.jsonc"), config).write(&format!("{name}/index.js"), code);
}

const PASSES_ON: &str = "export default { fetch: (request, env) => env.BACK.fetch(request) };";

#[test]
fn each_call_is_an_event_with_its_cause() {
    let front = r#"export default { async fetch(request, env) {
        await env.BACK.fetch("http://back/a");
        return new Response(await env.BACK.hello("you"));
    } };"#;
    let back = r#"import { WorkerEntrypoint } from "cloudflare:workers";
        export default class extends WorkerEntrypoint { fetch() { return new Response("fine"); } hello(who) { return `hello ${who}`; } }"#;
    let project = two(front, back);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    assert_eq!(server.app("front").get("/").text(), "hello you");
    let request = server.wait_line(|line| line["type"] == "request" && line["app"] == "front").expect("the request is logged");
    for call in ["BACK.fetch() GET http://back/a", "BACK.hello()"] {
        let line = server.wait_line(|line| line["type"] == "call" && line["call"] == call).expect("the call is logged");
        assert_eq!((&line["app"], &line["cause"], &line["depth"]), (&json!("back"), &request["event"], &json!(1)), "{line}");
        assert_eq!(line["outcome"]["type"], "ok");
    }
}

#[test]
fn bodies_stream_both_ways() {
    let back = r"export default { fetch: (request) => new Response(request.body.pipeThrough(new TransformStream())) };";
    let project = two(PASSES_ON, back);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    let front = server.app("front");
    let mut wire = front.wire();
    wire.send("POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    assert_eq!(wire.head().expect("an answer").status, 200);
    assert_eq!(wire.chunk().expect("a chunk").as_deref(), Some(&b"first"[..]));
    wire.send("6\r\nsecond\r\n0\r\n\r\n");
    assert_eq!(wire.chunk().expect("a chunk").as_deref(), Some(&b"second"[..]));
    assert_eq!(wire.chunk().expect("the end"), None);
    let large = vec![b'x'; 3_000_000];
    let reply = front.try_request("POST", "/", &[], &large).expect("an answer");
    assert_eq!((reply.status, reply.body.len()), (200, large.len()));
}

#[test]
fn a_worker_that_does_not_run_is_named() {
    let front = r"export default { async fetch(request, env) {
        const response = await env.BACK.fetch(request);
        let error;
        try { await env.BACK.hello(); } catch (caught) { error = `${caught.name}: ${caught.message}`; }
        return new Response(`${response.status} ${await response.text()} | ${error}`);
    } };";
    let project = two(front, "");
    let server = Server::start(&project, &["front", "--ephemeral"]);
    let text = "Worker \"back\" not found. Make sure it is running locally.";
    assert_eq!(server.get("/").text(), format!("503 {text} | Error: {text}"));
    let said = server.wait_errors(&[
        "warning: the service binding `BACK` is for the Worker `back`, which is not in this run",
        "at wrangler.jsonc:1:",
        "hint: serve it too, by its folder: `greenroom dev . ../back`",
    ]);
    assert!(!said.contains("`SELF`"), "{said}");
}

#[test]
fn a_warning_about_one_of_several_apps_names_its_folder() {
    let project = two(PASSES_ON, PASSES_ON);
    worker(&project, "back", r#""services": [{ "binding": "BACK", "service": "nowhere" }]"#, PASSES_ON);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    server.wait_errors(&["which is not in this run", "at back/wrangler.jsonc:1:"]);
}

#[test]
fn a_circle_of_calls_ends_where_production_ends_it() {
    let front = r#"export default { async fetch(request, env) {
        const level = Number(new URL(request.url).searchParams.get("level") ?? "1");
        try {
            return await env.SELF.fetch(`http://front/?level=${level + 1}`);
        } catch (error) {
            return new Response(`${level}: ${error.message}`);
        }
    } };"#;
    let project = two(front, "");
    let server = Server::start(&project, &["front", "--ephemeral"]);
    let text = "Subrequest depth limit exceeded. This request recursed through Workers too many times. This can happen e.g. if you have a \
                Worker or Durable Object that calls other Workers or objects recursively.";
    assert_eq!(server.get("/").text(), format!("16: {text}"));
}

#[test]
fn a_call_survives_the_reload_of_its_target() {
    let project = two(PASSES_ON, r#"export default { fetch: () => new Response("one") };"#);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    let front = server.app("front");
    let _ = server.app("back");
    assert_eq!(front.get("/").text(), "one");
    project.write("back/index.js", r#"export default { fetch: () => new Response("two") };"#);
    server.wait_reloads(1);
    assert_eq!(front.get("/").text(), "two");
}

#[test]
fn a_target_that_fails_or_ends_is_an_error_of_the_caller() {
    let front = r"export default { async fetch(request, env) {
        try {
            return await env.BACK.fetch(request);
        } catch (error) {
            return new Response(`${error.name}: ${error.message}`);
        }
    } };";
    let back = r#"export default { async fetch(request) {
        if (new URL(request.url).pathname === "/throw") throw new TypeError("thrown");
        await new Promise(() => {});
    } };"#;
    let project = two(front, back);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    let front = server.app("front");
    assert_eq!(front.get("/throw").text(), "TypeError: thrown");
    assert!(front.get("/hang").text().starts_with("Error: The Workers runtime canceled this request because it detected"));
    let log = server.wait_line(|line| line["type"] == "call" && line["outcome"]["type"] == "error").expect("the call is logged");
    assert!(log["outcome"]["message"].as_str().is_some_and(|message| message.starts_with("TypeError: thrown\n    at ")), "{log}");
}

#[test]
fn a_target_whose_process_ends_is_a_lost_connection() {
    let front = r"export default { async fetch(request, env) {
        try {
            return await env.BACK.fetch(request);
        } catch (error) {
            return new Response(`${error.name}: ${error.message}`);
        }
    } };";
    let back = r#"export default { async fetch(request) {
        if (new URL(request.url).pathname === "/slow") {
            console.log("it has come");
            await scheduler.wait(60_000);
        }
        return new Response("fine");
    } };"#;
    let project = two(front, back);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    let front = server.app("front");
    let _ = server.app("back");
    let asked = std::thread::spawn(move || front.get("/slow").text());
    server.wait_message("it has come");
    for guest in server.guests() {
        // The first is the caller's; the others are the target's and spares.
        if Some(&guest) != server.guests().first() {
            kill(guest, "KILL");
        }
    }
    assert_eq!(asked.join().expect("an answer"), "Error: Network connection lost.");
    assert_eq!(front.get("/").text(), "fine");
}

/// Answers as a `back` of the tests below.
const BACK: &str = r#"export default { async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/ws") {
        const [mine, theirs] = Object.values(new WebSocketPair());
        theirs.accept();
        theirs.addEventListener("message", ({ data }) => theirs.send(`back: ${data}`));
        theirs.addEventListener("close", ({ code, reason }) => console.log(`closed ${code} ${reason}`));
        return new Response(null, { status: 101, webSocket: mine, headers: { "x-own": "y" } });
    }
    if (pathname === "/gzip") return new Response("hello", { headers: { "content-encoding": "gzip" } });
    if (pathname === "/to") return Response.redirect(searchParams.get("url"), 307);
    return Response.json({ headers: Object.fromEntries(request.headers), text: await request.text() });
} };"#;

#[test]
fn websockets_go_through_a_service_binding() {
    let front = r#"export default { async fetch(request, env) {
        if (new URL(request.url).pathname === "/ws") return env.BACK.fetch(request);
        const response = await env.BACK.fetch("http://back/ws", { headers: { Upgrade: "websocket" } });
        const socket = response.webSocket;
        socket.accept();
        const next = (type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
        const [message, close] = [next("message"), next("close")];
        socket.send("hi");
        const { data } = await message;
        socket.close(4001, "bye");
        const { code, reason, wasClean } = await close;
        const plain = await env.BACK.fetch("http://back/", { headers: { Upgrade: "websocket" } });
        const refused = await env.BACK.fetch("http://back/ws").catch((error) => `${error.name}: ${error.message}`);
        return Response.json([
            response.status, response.statusText, [...response.headers], data, code, reason, wasClean, plain.status, plain.webSocket, refused,
        ]);
    } };"#;
    let project = two(front, BACK);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    // As workerd answers.
    let refused = "TypeError: Worker tried to return a WebSocket in a response to a request which did not contain the header \"Upgrade: \
                   websocket\".";
    let expected = json!([101, "Switching Protocols", [["x-own", "y"]], "back: hi", 4001, "bye", true, 200, null, refused]);
    assert_eq!(server.app("front").get("/").json(), expected);
    server.wait_message("closed 4001 bye");
    // From a client through two Workers and back.
    let stream = TcpStream::connect(server.app("front").address()).expect("the server takes connections");
    let (mut socket, _) = client(format!("ws://{}/ws", server.app("front").address()), stream).expect("the handshake succeeds");
    socket.send(Message::text("through")).expect("it is sent");
    assert_eq!(socket.read().expect("a message"), Message::text("back: through"));
    socket.close(Some(CloseFrame { code: CloseCode::from(4002), reason: "done".into() })).expect("it closes");
    server.wait_message("closed 4002 done");
}

#[test]
fn a_websocket_whose_worker_ends_is_lost() {
    let front = r#"export default { async fetch(request, env) {
        const { webSocket } = await env.BACK.fetch("http://back/ws", { headers: { Upgrade: "websocket" } });
        webSocket.accept();
        webSocket.send("hi");
        console.log("it is open");
        return Response.json(await new Promise((resolve) => webSocket.addEventListener("close", ({ code, wasClean }) => resolve([code, wasClean]))));
    } };"#;
    let project = two(front, BACK);
    project.write("back/wrangler.jsonc", r#"{ "name": "back", "main": 5 }"#);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    let front = server.app("front");
    let guests_of_front = wait_for("its spare", || Some(server.guests()).filter(|guests| guests.len() == 2));
    // Its place answers once it waits for the file to be mended.
    let waiting = server.wait_line(|line| line["type"] == "waiting").expect("it is told");
    let url = waiting["url"].as_str().expect("it has an address").trim_start_matches("http://").to_owned();
    assert_eq!(greenroom_tests::Client::new(url.parse().expect("an address")).get("/").status, 500);
    project.write("back/wrangler.jsonc", r#"{ "name": "back", "main": "index.js", "compatibility_date": "2026-07-01" }"#);
    let _ = server.app("back");
    let asked = std::thread::spawn(move || front.get("/").json());
    server.wait_message("it is open");
    for guest in server.guests().into_iter().filter(|guest| !guests_of_front.contains(guest)) {
        kill(guest, "KILL");
    }
    assert_eq!(asked.join().expect("an answer"), json!([1006, false]));
}

#[test]
fn requests_and_answers_between_workers_are_as_workerds_are() {
    let front = r#"export default { async fetch(request, env) {
        const of = async (init, path = "/") => (await env.BACK.fetch(`http://back${path}`, init)).json();
        const stream = new ReadableStream({ start: (c) => (c.enqueue("one"), c.close()) });
        const { readable, writable } = new FixedLengthStream(5);
        const writer = writable.getWriter();
        writer.write(new TextEncoder().encode("fixed")).then(() => writer.close());
        const gzip = await env.BACK.fetch("http://back/gzip");
        const secret = { method: "POST", body: "again", headers: { authorization: "a", cookie: "c" } };
        return Response.json({
            text: await of({ method: "POST", body: "text", headers: { "Content-Length": "99" } }),
            none: await of({ method: "POST" }),
            fixed: await of({ method: "POST", body: readable }),
            stream: await of({ method: "POST", body: stream }),
            gzip: [gzip.headers.get("content-encoding"), await gzip.text()],
            away: await of(secret, "/to?url=http://elsewhere/"),
            near: await of(secret, "/to?url=http://back/"),
        });
    } };"#;
    let project = two(front, BACK);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    let text = "text/plain;charset=UTF-8";
    let expected = json!({
        "text": { "headers": { "content-length": "99", "content-type": text }, "text": "text" },
        "none": { "headers": {}, "text": "" },
        "fixed": { "headers": { "content-length": "5" }, "text": "fixed" },
        "stream": { "headers": { "transfer-encoding": "chunked" }, "text": "one" },
        "gzip": ["gzip", "hello"],
        "away": { "headers": { "content-length": "5", "content-type": text, "cookie": "c" }, "text": "again" },
        "near": { "headers": { "authorization": "a", "content-length": "5", "content-type": text, "cookie": "c" }, "text": "again" },
    });
    assert_eq!(server.app("front").get("/").json(), expected);
}

#[test]
fn names_that_collide_are_an_error() {
    let project = Project::empty();
    for folder in ["one", "two"] {
        project.write(&format!("{folder}/wrangler.jsonc"), r#"{ "name": "same", "main": "index.js", "compatibility_date": "2026-07-01" }"#);
        project.write(&format!("{folder}/index.js"), PASSES_ON);
    }
    let ended = greenroom(&project, &["dev", "one", "two", "--port", "0", "--ephemeral"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("error: two apps of this run are named `same`: the other is in `"), "{ended:?}");
    assert!(ended.stderr.contains("hint: give one of them another `name`"), "{ended:?}");
}

#[test]
fn an_app_that_cannot_start_waits_and_the_others_serve() {
    let project = two(PASSES_ON, r#"export default { fetch: () => new Response("back") };"#);
    project.write("back/wrangler.jsonc", r#"{ "name": "back", "main": 5 }"#);
    let server = Server::start(&project, &["front", "back", "--ephemeral"]);
    let waiting = server.wait_line(|line| line["type"] == "waiting").expect("it is told");
    assert!(waiting["message"].as_str().is_some_and(|message| message.contains("`main` must be a string, not `5`")), "{waiting}");
    let url = waiting["url"].as_str().expect("it has an address").trim_start_matches("http://").to_owned();
    let back = greenroom_tests::Client::new(url.parse().expect("an address"));
    let reply = back.get("/");
    assert_eq!(reply.status, 500);
    assert!(reply.text().contains("`main` must be a string, not `5`"), "{}", reply.text());
    assert_eq!(server.app("front").get("/").status, 503);
    project.write("back/wrangler.jsonc", r#"{ "name": "back", "main": "index.js", "compatibility_date": "2026-07-01" }"#);
    assert_eq!(server.app("back").address(), back.address());
    assert_eq!(back.get("/").text(), "back");
    assert_eq!(server.app("front").get("/").text(), "back");
}
