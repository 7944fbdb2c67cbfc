//! Code that would never end, or take all memory: it is stopped, the answer names the reason, and a fresh guest takes over.

use greenroom_tests::{Project, Server};
use serde_json::json;

const CPU: &str = "Worker exceeded CPU time limit.";
const MEMORY: &str = "Worker exceeded memory limit.";

/// `(module (func (export "run") (loop br 0)))`
const ENDLESS_WASM: &[u8] = &[
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 7, 1, 3, b'r', b'u', b'n', 0, 0, 10, 9, 1, 7, 0, 3, 0x40, 12, 0,
    11, 11,
];

const CODE: &str = r#"
    import endless from "./endless.wasm";
    const instance = new WebAssembly.Instance(endless);
    const handlers = {
      "/fine": () => new Response("fine"),
      "/loop": () => { for (;;); },
      "/loop-in-try": () => { for (;;) { try { for (;;); } catch {} finally { continue; } } },
      "/microtasks": async () => { for (;;) await null; },
      "/later": async () => { await scheduler.wait(1); for (;;); },
      "/wasm": () => instance.exports.run(),
      "/regexp": () => new Response(String(/^(a+)+$/.test("a".repeat(50) + "b"))),
      "/sort": () => { [3, 2, 1].sort(() => { for (;;); }); },
      "/getter": () => Response.json({ toJSON() { for (;;); } }),
      "/objects": () => { const all = []; for (;;) all.push({ number: all.length, text: "text" + all.length }); },
      "/strings": () => { const all = []; for (;;) all.push("x".repeat(1 << 20) + all.length); },
      "/buffers": () => { const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1)); },
      "/map": () => { const all = new Map(); for (let i = 0; ; i++) all.set(i, [i]); },
    };
    export default { fetch: (request) => handlers[new URL(request.url).pathname](request) };"#;

fn project() -> Project {
    let project = Project::configured(r#""limits": { "cpu_ms": 200 }"#, CODE);
    project.write("endless.wasm", ENDLESS_WASM);
    project
}

/// Expects that `path` is stopped with `text`, and that the next request is answered.
fn is_stopped(server: &Server, path: &str, text: &str) {
    let reply = server.get(path);
    assert_eq!((reply.status, reply.text().trim_end()), (503, text), "{path}");
    let line = server.wait_line(|line| line["type"] == "request" && line["path"] == path).expect("a request is logged");
    assert_eq!((&line["status"], &line["outcome"]), (&json!(503), &json!({ "type": "exceeded", "message": text })));
    assert_eq!(server.get("/fine").text(), "fine", "after {path}");
}

#[test]
fn endless_loops_are_stopped_wherever_they_run() {
    let server = Server::start(&project(), &[]);
    for path in ["/loop", "/loop-in-try", "/microtasks", "/later", "/sort", "/getter"] {
        is_stopped(&server, path, CPU);
    }
    server.wait_message("the guest used more CPU time than it may and was ended; a fresh guest takes over");
}

#[test]
fn an_endless_loop_in_wasm_is_stopped() {
    is_stopped(&Server::start(&project(), &[]), "/wasm", CPU);
}

#[test]
fn a_regular_expression_that_backtracks_for_ever_is_stopped() {
    is_stopped(&Server::start(&project(), &[]), "/regexp", CPU);
}

#[test]
fn a_heap_that_grows_without_end_is_stopped() {
    let project = Project::configured(r#""limits": { "cpu_ms": 60000 }"#, CODE);
    project.write("endless.wasm", ENDLESS_WASM);
    let server = Server::start(&project, &["--profile", "production"]);
    for path in ["/objects", "/strings", "/buffers", "/map"] {
        is_stopped(&server, path, MEMORY);
    }
    server.wait_message("the guest used more memory than it may and was ended; a fresh guest takes over");
}

#[test]
fn others_that_were_being_served_by_the_guest_are_told_too() {
    let server = Server::start(&project(), &[]);
    let mut waiting = server.wire();
    let mut stuck = server.wire();
    waiting.ask("GET", "/later");
    stuck.ask("GET", "/loop");
    for wire in [&mut waiting, &mut stuck] {
        let reply = wire.reply().expect("an answer");
        assert_eq!((reply.status, reply.text().trim_end()), (503, CPU));
    }
    assert_eq!(server.get("/fine").text(), "fine");
}

#[test]
fn a_module_that_loops_while_it_is_loaded_is_refused_and_the_next_save_mends_it() {
    let project = Project::worker("for (;;);\nexport default { fetch() {} };");
    let server = Server::start(&project, &["--profile", "production"]);
    let reply = server.get("/");
    assert!(reply.status == 500 && reply.text().contains("the code cannot be loaded: Worker exceeded CPU time limit."), "{}", reply.text());
    project.write("index.js", r#"export default { fetch: () => new Response("mended") };"#);
    server.wait_reloads(1);
    assert_eq!(server.get("/").text(), "mended");
}

#[test]
fn short_turns_without_end_are_charged_to_their_invocation_in_production() {
    let code = r#"
        const spin = () => { let sum = 0; for (let index = 0; index < 20000; index++) sum += index; return sum; };
        const handlers = {
          "/fine": () => new Response("fine"),
          "/calls": async (env) => { for (;;) { spin(); await env.KV.get("a").catch(() => {}); } },
          "/timers": async () => { for (;;) { spin(); await scheduler.wait(0); } },
        };
        export default { fetch: (request, env) => handlers[new URL(request.url).pathname](env) };"#;
    let keys = r#""limits": { "cpu_ms": 200 }, "kv_namespaces": [{ "binding": "KV", "id": "k" }]"#;
    let server = Server::start(&Project::configured(keys, code), &["--ephemeral", "--profile", "production"]);
    for path in ["/calls", "/timers"] {
        is_stopped(&server, path, CPU);
    }
}

#[test]
fn what_one_invocation_uses_is_not_charged_to_the_next() {
    let code = r"
        export default { async fetch() {
          let sum = 0;
          for (let index = 0; index < 200000; index++) sum += index;
          await scheduler.wait(1);
          return new Response(String(sum));
        } };";
    let server = Server::start(&Project::configured(r#""limits": { "cpu_ms": 300 }"#, code), &["--profile", "production"]);
    for _ in 0..60 {
        assert_eq!(server.get("/").text(), "19999900000");
    }
}
