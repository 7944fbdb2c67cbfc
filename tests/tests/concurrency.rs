//! What is under way at the same time: requests in one isolate, and work after the answer.

use greenroom_tests::{Project, Server};

const KV: &str = r#""kv_namespaces": [{ "binding": "KV", "id": "kv" }]"#;

#[test]
fn two_requests_interleave_in_one_isolate_and_share_its_globals() {
    let code = r#"
        let released = 0;
        export default {
          async fetch(request) {
            if (new URL(request.url).pathname === "/release") return new Response(String(++released));
            const before = released;
            console.log("waiting");
            while (released === before) await scheduler.wait(1);
            return new Response(`released ${released}`);
          },
        };"#;
    let server = Server::start(&Project::worker(code), &[]);
    let mut first = server.wire();
    first.ask("GET", "/wait");
    server.wait_message("waiting");
    assert_eq!(server.get("/release").text(), "1");
    assert_eq!(first.reply().expect("the first is answered").text(), "released 1");
}

#[test]
fn many_requests_at_once_each_get_their_own_answer() {
    let code = r"
        export default {
          async fetch(request) {
            const { pathname } = new URL(request.url);
            await scheduler.wait(pathname.length);
            return new Response(pathname + (await request.text()));
          },
        };";
    let server = Server::start(&Project::worker(code), &[]);
    let mut wires: Vec<_> = (0..50).map(|_| server.wire()).collect();
    for (number, wire) in wires.iter_mut().enumerate() {
        let body = format!("body {number}");
        wire.send(format!("POST /{number} HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
    }
    for (number, wire) in wires.iter_mut().enumerate() {
        assert_eq!(wire.reply().expect("an answer").text(), format!("/{number}body {number}"));
    }
}

#[test]
fn work_given_to_wait_until_goes_on_after_the_answer() {
    let code = r#"
        let go = false;
        async function later() {
          while (!go) await scheduler.wait(1);
          console.log("finished later");
        }
        export default {
          fetch(request, env, ctx) {
            if (new URL(request.url).pathname === "/go") go = true;
            else ctx.waitUntil(later());
            return new Response("answered");
          },
        };"#;
    let server = Server::start(&Project::worker(code), &[]);
    assert_eq!(server.get("/start").text(), "answered");
    assert_eq!(server.count(|line| line["message"] == "finished later"), 0);
    assert_eq!(server.get("/go").text(), "answered");
    let line = server.wait_message("finished later");
    assert!(line["event"].is_string(), "it belongs to the request that began it: {line}");
}

#[test]
fn a_wait_until_that_will_never_settle_is_given_up_with_a_warning() {
    let code = r#"export default { fetch(request, env, ctx) { ctx.waitUntil(new Promise(() => {})); return new Response("answered"); } };"#;
    let server = Server::start(&Project::worker(code), &[]);
    assert_eq!(server.get("/").text(), "answered");
    assert_eq!(server.wait_message("waitUntil() will never settle")["level"], "warn");
    assert_eq!(server.get("/").text(), "answered");
}

/// Timers, calls to services and requests that nobody waits for: each would be there before `/look` has waited.
#[test]
fn work_that_nobody_waits_for_ends_with_the_answer() {
    let code = r#"
        const done = [];
        const begin = {
          "/timer": () => setTimeout(() => done.push("timer"), 1),
          "/interval": () => setInterval(() => done.push("tick"), 1),
          "/wait": () => scheduler.wait(1).then(() => done.push("waited")),
          "/put": (env) => env.KV.put("key", "value").then(() => done.push("put")),
          "/throw": () => { setTimeout(() => done.push("after an error"), 1); throw new Error("on purpose"); },
        };
        export default {
          async fetch(request, env, ctx) {
            const { pathname } = new URL(request.url);
            if (pathname === "/look") {
              await scheduler.wait(5);
              return Response.json([done, await env.KV.get("key")]);
            }
            begin[pathname](env);
            return new Response("answered");
          },
        };"#;
    let server = Server::start(&Project::configured(KV, code), &["--ephemeral"]);
    for path in ["/timer", "/interval", "/wait", "/put"] {
        assert_eq!(server.get(path).text(), "answered");
    }
    assert_eq!(server.get("/throw").status, 500);
    assert_eq!(server.get("/look").json(), serde_json::json!([[], null]));
    let line = server.wait_message("has been cancelled, as in production");
    assert_eq!(line["level"], "warn", "only what asked for something is told of: {line}");
    assert_eq!(server.count(|line| line["level"] == "warn"), 1);
}

#[test]
fn work_is_waited_for_that_code_gives_to_wait_until_as_it_answers() {
    let code = r#"export default {
        async fetch(request, env, ctx) {
            if (new URL(request.url).pathname === "/look") return new Response(await env.KV.get("key"));
            (async () => {
                for (let turn = 0; turn < 50; turn++) await null;
                ctx.waitUntil(scheduler.wait(1).then(() => env.KV.put("key", "value")).then(() => console.log("stored")));
            })();
            setTimeout(() => {}, 60_000);
            return new Response("answered");
        },
    };"#;
    let server = Server::start(&Project::configured(KV, code), &["--ephemeral"]);
    assert_eq!(server.get("/").text(), "answered");
    server.wait_message("stored");
    assert_eq!(server.get("/look").text(), "value");
}
