//! Limits profiles: production refuses in the vendor's words, relaxed warns once with the number and the page, off says nothing.

use std::sync::{Arc, Condvar, Mutex};

use greenroom_tests::{Project, Reply, Server, Site, check, respond};
use serde_json::json;

const CODE: &str = r#"
    const calls = {
      kv: (env) => env.KV.get("a"),
      d1: (env) => env.DB.prepare("SELECT 1").run(),
      fetch: () => fetch("http://127.0.0.1:1/").catch((error) => { if (error.message.startsWith("Too many")) throw error; }),
    };
    export default {
      async fetch(request, env) {
        const url = new URL(request.url);
        const headers = url.searchParams.get("headers");
        if (headers) return new Response("large", { headers: { "x-large": "x".repeat(Number(headers)) } });
        const [, kind, count] = url.pathname.split("/");
        if (!calls[kind]) return new Response(`${(await request.arrayBuffer()).byteLength} bytes`);
        for (let index = 1; index <= Number(count); index++) {
          try {
            await calls[kind](env);
          } catch (error) {
            return new Response(`${index}: ${error.name}: ${error.message}`);
          }
        }
        return new Response("all");
      },
    };"#;

const BINDINGS: &str = r#""kv_namespaces": [{ "binding": "KV", "id": "k" }], "d1_databases": [{ "binding": "DB", "database_id": "d" }]"#;
const SETTINGS_PAGE: &str = "To configure this limit, refer to https://developers.cloudflare.com/workers/wrangler/configuration/#limits";

fn start(keys: &str, profile: &str) -> Server {
    Server::start(&Project::configured(&format!("{BINDINGS}{keys}"), CODE), &["--ephemeral", "--profile", profile])
}

fn warnings(server: &Server) -> usize {
    server.count(|line| line["message"].as_str().is_some_and(|message| message.contains("passed the limit of")))
}

#[test]
fn production_ends_an_invocations_calls_at_the_configured_number() {
    let server = start(r#", "limits": { "subrequests": 3 }"#, "production");
    let services = format!("4: Error: Too many API requests by single Worker invocation. {SETTINGS_PAGE}");
    assert_eq!(server.get("/kv/10").text(), services);
    assert_eq!(server.get("/d1/10").text(), services.replace("Error: ", "Error: D1_ERROR: "));
    assert_eq!(server.get("/fetch/10").text(), format!("4: Error: Too many subrequests by single Worker invocation. {SETTINGS_PAGE}"));
    assert_eq!(server.get("/kv/3").text(), "all", "each invocation has its own");
}

#[test]
fn production_ends_operations_on_kv_and_queries_of_d1_at_a_thousand() {
    let server = start("", "production");
    for path in ["/kv/1001", "/d1/1001"] {
        let text = server.get(path).text();
        assert!(text.starts_with("1001: Error: ") && text.contains("Too many API requests by single Worker invocation."), "{path}: {text}");
    }
}

#[test]
fn relaxed_warns_once_of_each_kind_with_number_and_page() {
    let server = start(r#", "limits": { "subrequests": 3 }"#, "relaxed");
    for _ in 0..3 {
        assert_eq!(server.get("/kv/5").text(), "all");
        assert_eq!(server.get("/fetch/5").text(), "all");
    }
    let warning = server.wait_message("passed the limit of 3 subrequests in one invocation: production refuses what is beyond");
    assert!(
        warning["message"]
            .as_str()
            .is_some_and(|text| text.contains("https://developers.cloudflare.com/workers/platform/limits/#subrequests"))
    );
    assert_eq!(warnings(&server), 1);
    assert_eq!(server.get("/kv/1001").text(), "all");
    server.wait_message("passed the limit of 1,000 KV operations in one invocation");
    assert_eq!(warnings(&server), 2);
}

#[test]
fn off_neither_refuses_nor_warns() {
    let server = start(r#", "limits": { "subrequests": 3 }"#, "off");
    assert_eq!(server.get("/kv/1001").text(), "all");
    assert_eq!(server.get("/").text(), "0 bytes");
    assert_eq!(warnings(&server), 0);
}

/// A request whose URL is too long, one whose body is announced too large, an answer with too many headers.
fn large(server: &Server) -> [Reply; 3] {
    let long = format!("/{}", "u".repeat(16 * 1024));
    let mut announced = server.wire();
    announced.send(format!("POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", 100 * 1024 * 1024 + 1));
    let announced = if server.ready()["app"] == "refusing" { announced.reply().expect("an answer") } else { server.get("/") };
    [server.get(&long), announced, server.get(&format!("/?headers={}", 128 * 1024))]
}

#[test]
fn production_refuses_sizes_at_the_door() {
    let project = Project::configured(BINDINGS, CODE);
    project.write(
        "wrangler.jsonc",
        format!(r#"{{ "name": "refusing", "main": "index.js", "compatibility_date": "2026-08-01", {BINDINGS} }}"#),
    );
    let server = Server::start(&project, &["--ephemeral", "--profile", "production"]);
    let replies = large(&server);
    assert_eq!(replies.each_ref().map(|reply| reply.status), [414, 413, 520]);
    for (reply, title) in replies.iter().zip(["414 Request-URI Too Large", "413 Request Entity Too Large"]) {
        let page = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
        );
        assert_eq!((reply.header("content-type"), reply.text()), (Some("text/html"), page));
    }
    assert_eq!(server.get("/").text(), "0 bytes");
}

#[test]
fn relaxed_lets_sizes_through_and_warns() {
    let server = start("", "relaxed");
    assert_eq!(large(&server).map(|reply| reply.status), [200, 200, 200]);
    server.wait_message("passed the limit of 16,384 bytes of a request's URL");
    server.wait_message("passed the limit of 131,072 bytes of a response's headers");
}

#[test]
fn a_body_without_a_length_breaks_off_where_production_ends_it() {
    let server = start("", "production");
    let mut wire = server.wire();
    wire.send("POST /read HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = [b"100000\r\n".as_slice(), &vec![b'x'; 1 << 20], b"\r\n"].concat();
    let sent = (0..110).take_while(|_| wire.try_send(&chunk).is_ok()).count();
    let reply = wire.reply().map(|reply| reply.status);
    assert!(sent < 110 || matches!(reply, Ok(413)), "{sent} {reply:?}");
    assert_eq!(server.get("/").text(), "0 bytes");
}

#[test]
fn production_refuses_variables_that_an_upload_refuses() {
    let project = Project::configured(&format!(r#""vars": {{ "LONG": "{}" }}"#, "x".repeat(6 * 1024)), CODE);
    let server = Server::start(&project, &["--profile", "production"]);
    let text = server.get("/").text();
    assert!(text.contains("the variable `LONG` has 6148 bytes, more than 5120"), "{text}");
    assert!(text.contains("https://developers.cloudflare.com/workers/platform/limits/#environment-variables"), "{text}");
    let relaxed = Server::start(&project, &[]);
    assert_eq!(relaxed.get("/").text(), "0 bytes");
    relaxed.wait_message("passed the limit of 5,120 bytes of an environment variable");
    assert_eq!(check(&project, &[]).code, Some(0));
}

/// Eight requests at once to a site that answers none until `together` of them wait there, or the last has come. How many waited at most.
fn waiting_at_once(profile: &str, together: usize) -> (usize, Server) {
    #[derive(Default)]
    struct Waiting {
        now: usize,
        most: usize,
        all: usize,
    }
    let state = Arc::new((Mutex::new(Waiting::default()), Condvar::new()));
    let seen = Arc::clone(&state);
    let site = Site::start(move |_, stream| {
        let (waiting, changed) = &*seen;
        let mut here = waiting.lock().expect("a lock");
        (here.now, here.all) = (here.now + 1, here.all + 1);
        here.most = here.most.max(here.now);
        changed.notify_all();
        here = changed.wait_while(here, |here| here.most < together && here.all < 8).expect("a lock");
        here.now -= 1;
        drop(here);
        respond(stream, "200 OK", "", b"fine");
    });
    let code = format!(
        r#"export default {{ async fetch() {{
            const replies = await Promise.all(Array.from({{ length: 8 }}, () => fetch("{}/")));
            return new Response((await Promise.all(replies.map((reply) => reply.text()))).join(" "));
        }} }};"#,
        site.url()
    );
    let server = Server::start(&Project::worker(&code), &["--ephemeral", "--profile", profile]);
    assert_eq!(server.get("/").text(), ["fine"; 8].join(" "));
    let most = state.0.lock().expect("a lock").most;
    (most, server)
}

#[test]
fn a_seventh_connection_waits_in_production_alone() {
    assert_eq!(waiting_at_once("production", 6).0, 6);
    let (most, server) = waiting_at_once("relaxed", 8);
    assert_eq!(most, 8);
    let text = "passed the limit of 6 connections in one invocation that wait for the head of an answer: production delays what is beyond";
    server.wait_message(text);
    assert_eq!(warnings(&server), 1);
    let (most, server) = waiting_at_once("off", 8);
    assert_eq!((most, warnings(&server)), (8, 0));
}

/// Of one hundred thousand iterations and of one more, and that twice.
#[test]
fn iterations_of_pbkdf2_are_those_of_production() {
    let code = r#"export default { async fetch() {
        const key = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]);
        const derive = (iterations) => crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(8), iterations }, key, 128)
          .then((bits) => bits.byteLength, (error) => `${error.name}: ${error.message}`);
        return Response.json([await derive(100000), await derive(100001), await derive(100001)]);
    } };"#;
    let refused = "NotSupportedError: Pbkdf2 failed: iteration counts above 100000 are not supported (requested 100001).";
    for (profile, expected, warned) in
        [("production", json!([16, refused, refused]), 0), ("relaxed", json!([16, 16, 16]), 1), ("off", json!([16, 16, 16]), 0)]
    {
        let server = Server::start(&Project::worker(code), &["--ephemeral", "--profile", profile]);
        assert_eq!(server.get("/").json(), expected, "{profile}");
        if warned > 0 {
            server.wait_message("passed the limit of 100,000 iterations of PBKDF2");
        }
        assert_eq!(warnings(&server), warned, "{profile}");
    }
}
