//! What is under way at the same time: requests in one isolate, and work after the answer.

use greenroom_tests::{Project, Server};

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
