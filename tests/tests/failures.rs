//! Code that fails by itself: each failure has its status, its text and its line in the log, and the next request is answered.

use greenroom_tests::{Project, Reply, Server};
use serde_json::json;

/// A Worker in TypeScript that does what its path says.
const CODE: &str = r#"interface Env { NAME: string }

class Broken extends Error {
  constructor(readonly code: number) {
    super(`broken with ${code}`);
    this.name = "Broken";
  }
}

let begun = false;

type Handler = (request: Request, env: Env, ctx: any) => unknown;

function thrower(): never {
  throw new Broken(7);
}

const handlers: Record<string, Handler> = {
  "/fine": () => new Response("fine"),
  "/throws": () => thrower(),
  "/rejects": async () => {
    await scheduler.wait(1);
    return thrower();
  },
  "/throws-text": () => { throw "plain text"; },
  "/throws-null": () => { throw null; },
  "/throws-object": () => { throw { toString: () => { throw new Error("not even this"); } }; },
  "/nothing": () => undefined,
  "/promises-nothing": async () => undefined,
  "/text": () => "no response",
  "/object": async () => ({ status: 200 }),
  "/never": () => new Promise(() => {}),
  "/never-after-work": async (request) => {
    await request.text();
    await new Promise(() => {});
  },
  "/reads-twice": async (request) => {
    await request.text();
    return new Response(await request.text());
  },
  "/answers-twice": async () => {
    const response = new Response("once");
    await response.text();
    return response;
  },
  "/stream-fails": () => {
    let pulls = 0;
    return new Response(new ReadableStream({
      async pull(controller) {
        if (pulls++ === 0) return controller.enqueue(new TextEncoder().encode("the beginning"));
        while (!begun) await scheduler.wait(1);
        throw new Broken(8);
      },
    }));
  },
  "/begun": () => {
    begun = true;
    return new Response("now it may fail");
  },
  "/streams-text": () => new Response(new ReadableStream({ start(controller) { controller.enqueue("t€xt"); controller.close(); } })),
  "/streams-objects": () => new Response(new ReadableStream({ start(controller) { controller.enqueue({}); controller.close(); } })),
  "/unhandled": () => {
    Promise.reject(new Broken(9));
    return new Response("answered all the same");
  },
  "/wait-until": (request, env, ctx) => {
    ctx.waitUntil(Promise.reject(new Broken(10)));
    return new Response("answered all the same");
  },
  "/timer": (request, env, ctx) => {
    setTimeout(() => { throw new Broken(11); }, 0);
    ctx.waitUntil(scheduler.wait(1));
    return new Response("answered all the same");
  },
  "/recursion": () => {
    const deeper = (depth: number): number => deeper(depth + 1) + 1;
    return new Response(String(deeper(0)));
  },
  "/recursion-caught": () => {
    const deeper = (depth: number): number => deeper(depth + 1) + 1;
    try {
      return new Response(String(deeper(0)));
    } catch (error) {
      return new Response((error as Error).name);
    }
  },
};

export default {
  fetch: (request: Request, env: Env, ctx: any) => handlers[new URL(request.url).pathname](request, env, ctx),
};
"#;

fn start() -> Server {
    let project = Project::empty();
    project.write("wrangler.jsonc", r#"{ "name": "app", "main": "src/index.ts", "compatibility_date": "2026-08-01" }"#);
    project.write("src/index.ts", CODE);
    Server::start(&project, &[])
}

/// The line of the source that has this text, counted from 1.
fn line_of(text: &str) -> usize {
    CODE.lines().position(|line| line.contains(text)).expect("the text is in the source") + 1
}

/// Asks for `path`, expects a failure that starts with `text`, and that the same guest answers the next request.
fn fails(server: &Server, path: &str, text: &str) -> Reply {
    let guest = server.guests()[0];
    let reply = server.request("POST", path, &[], b"a body");
    assert_eq!(reply.status, 500, "{path}: {}", reply.text());
    assert!(reply.text().starts_with(text), "{path}: {}", reply.text());
    assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
    let line = server.wait_line(|line| line["type"] == "request" && line["path"] == path).expect("a request is logged");
    assert_eq!((&line["status"], &line["outcome"]["type"]), (&json!(500), &json!("error")));
    assert!(line["outcome"]["message"].as_str().is_some_and(|message| message.starts_with(text)), "{line}");
    assert_eq!(server.get("/fine").text(), "fine");
    assert_eq!(server.guests()[0], guest, "the guest lives on");
    reply
}

#[test]
fn an_error_of_the_handler_is_shown_with_its_place_in_the_source() {
    let server = start();
    let place = format!("src/index.ts:{}:", line_of("throw new Broken(7)"));
    for path in ["/throws", "/rejects"] {
        let reply = fails(&server, path, "Broken: broken with 7\n");
        let frame = reply.text().lines().find(|line| line.contains("thrower")).map(str::to_owned);
        assert!(frame.is_some_and(|frame| frame.contains(&place)), "{}", reply.text());
    }
}

#[test]
fn a_browser_gets_the_error_as_a_page() {
    let server = start();
    let reply = server.request("GET", "/throws", &[("accept", "text/html,*/*")], b"");
    assert_eq!((reply.status, reply.header("content-type")), (500, Some("text/html; charset=utf-8")));
    assert!(reply.text().contains("<h1>Broken: broken with 7</h1>"), "{}", reply.text());
}

#[test]
fn values_that_are_no_errors_can_be_thrown() {
    let server = start();
    fails(&server, "/throws-text", "plain text");
    fails(&server, "/throws-null", "null");
    fails(&server, "/throws-object", "a value that cannot be shown");
}

#[test]
fn what_is_no_response_is_refused_in_the_vendors_words() {
    let server = start();
    for path in ["/nothing", "/text"] {
        fails(&server, path, "TypeError: Callback returned incorrect type; expected 'Promise'");
    }
    for path in ["/promises-nothing", "/object"] {
        fails(&server, path, "TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'.");
    }
}

#[test]
fn a_handler_that_never_settles_is_told_from_one_that_takes_long() {
    let server = start();
    fails(&server, "/never", "The script will never generate a response.");
    fails(&server, "/never-after-work", "The script will never generate a response.");
}

#[test]
fn a_body_is_read_once() {
    let server = start();
    fails(
        &server,
        "/reads-twice",
        "TypeError: Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
    );
    fails(
        &server,
        "/answers-twice",
        "TypeError: Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
    );
}

#[test]
fn a_body_that_fails_half_way_breaks_the_connection_off() {
    let server = start();
    let mut wire = server.wire();
    assert_eq!(wire.ask("GET", "/stream-fails").head().expect("the answer begins").status, 200);
    assert_eq!(wire.chunk().expect("the first piece").as_deref(), Some(&b"the beginning"[..]));
    assert_eq!(server.get("/begun").status, 200);
    assert!(wire.chunk().is_err(), "the client must see that something is missing");
    let line = server.wait_message("Broken: broken with 8");
    assert_eq!(line["level"], "error");
    assert_eq!(server.get("/fine").text(), "fine");
}

#[test]
fn a_stream_of_text_is_a_body_as_in_workerd_and_one_of_objects_is_not() {
    let server = start();
    assert_eq!(server.get("/streams-text").text(), "t€xt");
    assert!(server.wire().ask("GET", "/streams-objects").reply().is_err(), "the client must see that something is missing");
    server.wait_message("Draining read encountered a value that cannot be converted to bytes");
    assert_eq!(server.get("/fine").text(), "fine");
}

#[test]
fn what_fails_beside_the_answer_is_logged_and_the_answer_stands() {
    let server = start();
    for (path, code) in [("/unhandled", 9), ("/wait-until", 10), ("/timer", 11)] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.text().as_str()), (200, "answered all the same"), "{path}");
        let line = server.wait_message(&format!("Broken: broken with {code}"));
        assert_eq!((&line["type"], &line["level"]), (&json!("log"), &json!("error")));
        let message = line["message"].as_str().unwrap_or_default();
        let place = format!("src/index.ts:{}:", line_of(&format!("new Broken({code})")));
        assert!(message.starts_with("Uncaught") && message.contains(&place), "{message}");
        assert_eq!(server.get("/fine").text(), "fine");
    }
}

#[test]
fn deep_recursion_is_an_error_that_can_be_caught() {
    let server = start();
    assert_eq!(server.get("/recursion-caught").text(), "RangeError");
    fails(&server, "/recursion", "RangeError: Maximum call stack size exceeded");
}

#[test]
fn a_handler_for_another_event_is_no_handler_for_requests() {
    let server = Server::start(&Project::worker("export default { scheduled() {} };"), &[]);
    let reply = server.get("/");
    assert_eq!(reply.status, 500);
    assert!(reply.text().starts_with("Error: Handler does not export a fetch() function."), "{}", reply.text());
}

/// Code that cannot be loaded at all: every request says why, and so does the terminal.
#[test]
fn code_that_cannot_be_loaded_says_why_to_everyone() {
    const NO_HANDLER: &str = "The uploaded script has no registered event handlers.";
    for (code, text) in [
        ("export const fetch = () => new Response();", "No event handlers were registered. This script does nothing."),
        ("export default 5;", "Incorrect type for map entry 'default'"),
        ("export default {};", NO_HANDLER),
        ("export default null;", "Incorrect type for map entry 'default'"),
        ("throw new Error(\"at the top level\");\nexport default { fetch() {} };", "at the top level"),
        ("await new Promise(() => {});\nexport default { fetch() {} };", "Top-level await in module is unsettled."),
        ("missing();\nexport default { fetch() {} };", "missing is not defined"),
    ] {
        let server = Server::start(&Project::worker(code), &[]);
        let reply = server.get("/");
        assert!(reply.status == 500 && reply.text().contains(text), "{code}: {} {}", reply.status, reply.text());
        server.wait_errors(&[text, "index.js"]);
    }
}
