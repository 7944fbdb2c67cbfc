//! Requests that nothing can answer any more end all the same, with the vendor's words or a connection that is broken off, and others are served.

use greenroom_tests::{Project, Server, resident};
use serde_json::Value;

/// Each line leaves promises, or lists, that no code can work with, the guest's own among it.
const UNSETTLING: &[&str] = &[
    "Promise.prototype.then = () => { throw new Error('broken'); }",
    "Promise.prototype.then = () => {}",
    "delete Promise.prototype.then; delete Promise.prototype.constructor",
    "Promise.prototype.then = () => {}; Promise.prototype.constructor = class {}",
    "Object.prototype.then = () => {}",
    "Object.defineProperty(Array.prototype, 0, { set() {}, get() {}, configurable: true })",
    "Array.from = Array.prototype[Symbol.iterator] = JSON.stringify = () => { throw new Error('broken'); }",
];

#[test]
fn every_request_ends_whatever_code_makes_of_promises() {
    for code in UNSETTLING {
        let worker = format!(
            r#"import {{ WorkerEntrypoint }} from "cloudflare:workers";
               const {{ Response: Answer }} = globalThis;
               const source = () => new ReadableStream({{ start(controller) {{ controller.enqueue(new Uint8Array(3)); controller.close(); }} }});
               const ways = {{
                 "/break": () => {{ {code}; }},
                 "/kv": async (env) => {{ await env.KV.put("a", "b"); await env.KV.get("a"); }},
                 "/stream": async (env) => await env.KV.put("a", source()),
                 "/body": async () => await new Answer(source()).text(),
                 "/rpc": async (env) => await env.RPC.given(1),
                 "/fails": async (env) => await env.RPC.fails(),
                 "/self": async (env) => await env.SELF.fetch("http://a/break"),
                 "/timer": async () => await scheduler.wait(1),
                 "/hung": () => new Promise(() => {{}}),
               }};
               export class Rpc extends WorkerEntrypoint {{ given(value) {{ return value; }} fails() {{ throw new RangeError("failed"); }} }}
               export default {{ async fetch(request, env) {{ const {{ pathname }} = new URL(request.url); await ways[pathname](env); return new Answer("ended"); }} }};"#
        );
        let bindings = r#""kv_namespaces": [{ "binding": "KV", "id": "kv" }],
            "services": [{ "binding": "SELF", "service": "app" }, { "binding": "RPC", "service": "app", "entrypoint": "Rpc" }]"#;
        let server = Server::start(&Project::configured(bindings, &worker), &["--ephemeral"]);
        for path in ["/break", "/kv", "/stream", "/body", "/rpc", "/fails", "/self", "/timer", "/hung"] {
            let reply = server.try_request("GET", path, &[], b"").unwrap_or_else(|error| panic!("{code}: {path}: {error}"));
            assert!(matches!(reply.status, 200 | 500), "{code}: {path}: {} {}", reply.status, reply.text());
        }
    }
}

/// In the words of workerd where another Worker waits for the answer, in those of `wrangler dev` where a client does.
#[test]
fn who_waits_for_nothing_is_told_so_whatever_else_is_open() {
    let worker = r#"
        const never = () => new Promise(() => {});
        const ways = {
          "/never": never,
          "/read": async (request) => { await request.text(); await never(); },
          "/self": (request, env) => env.SELF.fetch("http://a/never", { method: "POST", body: request.body }),
          "/twice": (request, env) => env.SELF.fetch("http://a/self", { method: "POST", body: "x" }),
          "/stored": (request, env) => env.KV.put("a", new ReadableStream({ pull: never })),
          "/fine": () => new Response("fine"),
        };
        export default { fetch: (request, env) => ways[new URL(request.url).pathname](request, env) };"#;
    let bindings = r#""kv_namespaces": [{ "binding": "KV", "id": "kv" }], "services": [{ "binding": "SELF", "service": "app" }]"#;
    let server = Server::start(&Project::configured(bindings, worker), &["--ephemeral"]);
    let large = vec![b'x'; 3_000_000];
    for (path, words) in [
        ("/never", "The script will never generate a response."),
        ("/read", "The script will never generate a response."),
        ("/self", "Error: The Workers runtime canceled this request because it detected that your Worker's code had hung"),
        ("/twice", "Error: The Workers runtime canceled this request because it detected that your Worker's code had hung"),
        ("/stored", "The script will never generate a response."),
    ] {
        for body in [b"".as_slice(), b"short", &large] {
            let reply = server.request("POST", path, &[], body);
            assert_eq!(reply.status, 500, "{path} with {} bytes", body.len());
            assert!(reply.text().contains(words), "{path} with {} bytes: {}", body.len(), reply.text());
        }
    }
    assert_eq!(server.get("/fine").text(), "fine");
}

#[test]
fn a_body_that_nothing_gives_more_of_is_broken_off() {
    let worker = r#"
        const ways = {
          "/pulled": () => new ReadableStream({ start(controller) { controller.enqueue(new Uint8Array(3)); }, pull: () => new Promise(() => {}) }),
          "/transform": () => new TransformStream().readable,
          "/identity": () => new IdentityTransformStream().readable,
        };
        export default { fetch: (request) => new Response(ways[new URL(request.url).pathname]?.()) };"#;
    let server = Server::start(&Project::worker(worker), &[]);
    for path in ["/pulled", "/transform", "/identity"] {
        let reply = server.try_request("GET", path, &[], b"");
        assert!(reply.is_err(), "{path}: {reply:?}");
        assert_eq!(server.get("/").status, 200);
    }
    let told = |line: &Value| {
        line["message"].as_str().is_some_and(|message| message.starts_with("Uncaught (in response) Error: The Workers runtime canceled"))
    };
    server.wait_count(3, told);
}

/// Neither here nor in the guest; each of them would leave 256 KiB there, and more here.
#[test]
fn bodies_that_nobody_reads_leave_nothing_behind() {
    const MIB: u64 = 1024 * 1024;
    let worker = r#"export default { fetch: (request, env) => new URL(request.url).pathname === "/on"
        ? env.SELF.fetch("http://a/", { method: "POST", body: request.body })
        : new Response("unread") };"#;
    let server = Server::start(&Project::configured(r#""services": [{ "binding": "SELF", "service": "app" }]"#, worker), &["--ephemeral"]);
    let body = vec![b'x'; 1_000_000];
    // Without the spare, which may not have been started yet.
    let memory = || resident(server.pid()) + resident(server.guests()[0]);
    let send = |count| {
        for at in 0..count {
            assert_eq!(server.request("POST", if at % 2 == 0 { "/" } else { "/on" }, &[], &body).text(), "unread");
        }
    };
    send(20);
    let before = memory();
    send(200);
    let after = memory();
    assert!(after < before + 40 * MIB, "{} to {} MiB", before / MIB, after / MIB);
}

#[test]
fn a_client_that_sends_all_before_it_reads_is_answered_though_nobody_wants_it() {
    let server = Server::start(&Project::worker(r#"export default { fetch: () => new Response("unread") };"#), &["--ephemeral"]);
    for megabytes in [1, 5, 30] {
        let reply = server.request("POST", "/", &[], &vec![b'x'; megabytes * 1_000_000]);
        assert_eq!(reply.text(), "unread", "{megabytes} MB");
    }
}

#[test]
fn what_is_left_of_a_body_cannot_be_read_when_its_request_is_over() {
    let worker = r#"
        let kept;
        export default { async fetch(request) {
          if (request.method === "POST") {
            kept = request.body;
            return new Response("kept");
          }
          try { for await (const chunk of kept); return new Response("read"); } catch (error) { return new Response(String(error)); }
        } };"#;
    let server = Server::start(&Project::worker(worker), &["--ephemeral"]);
    assert_eq!(server.request("POST", "/", &[], &vec![b'x'; 3_000_000]).text(), "kept");
    assert_eq!(server.get("/").text(), "TypeError: Can't read from request stream after response has been sent.");
}

#[test]
fn what_other_threads_compute_keeps_no_guest_that_is_to_end() {
    let worker = r#"
        const make = async () => {
          const how = { name: "RSA-PSS", modulusLength: 16384, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
          await crypto.subtle.generateKey(how, false, ["sign", "verify"]);
        };
        const ways = { "/loop": async () => { make(); await scheduler.wait(20); for (;;); } };
        export default { async fetch(request) { await ways[new URL(request.url).pathname]?.(); return new Response("fine"); } };"#;
    let server = Server::start(&Project::configured(r#""limits": { "cpu_ms": 100 }"#, worker), &["--ephemeral"]);
    assert_eq!(server.get("/loop").status, 503);
    assert_eq!(server.get("/").text(), "fine");
}

#[test]
fn a_key_that_takes_for_ever_to_derive_is_the_code_s_own_time() {
    let worker = r#"
        const derive = async (iterations) => {
          const key = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]);
          return (await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(8), iterations }, key, 256)).byteLength;
        };
        export default { async fetch(request) { return new Response(await derive(+new URL(request.url).searchParams.get("iterations"))); } };"#;
    let server = Server::start(&Project::configured(r#""limits": { "cpu_ms": 500 }"#, worker), &["--ephemeral"]);
    let reply = server.get("/?iterations=2000000000");
    assert_eq!((reply.status, reply.text().trim()), (503, "Worker exceeded CPU time limit."));
    assert_eq!(server.get("/?iterations=1000").text(), "32");
}
