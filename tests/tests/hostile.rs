//! Hostile and careless code, contained: whatever it does, its request has an answer, the next one is served, and nothing of the host is
//! within its reach. `limits.rs` has code that never ends or takes all memory.

use greenroom_tests::{Project, Server};
use serde_json::Value;

/// Code that answers with what it found out.
fn answer(code: &str) -> Value {
    let server = Server::start(&Project::worker(&format!("export default {{ async fetch(request, env, ctx) {{ {code} }} }};")), &[]);
    server.get("/").json()
}

#[test]
fn json_nested_a_hundred_thousand_deep_is_an_error_and_nothing_more() {
    let found = answer(
        r#"const deep = (open, close) => { try { JSON.parse(open.repeat(100000) + close.repeat(100000)); return "parsed"; } catch (error) { return error.name; } };
           let nested = []; for (let depth = 0; depth < 100000; depth++) nested = [nested];
           const write = () => { try { return JSON.stringify(nested).length; } catch (error) { return error.name; } };
           return Response.json([deep("[", ""), deep("[", "]"), deep('{"a":', ""), write()]);"#,
    );
    for text in found.as_array().expect("a list") {
        // An engine without recursion parses what is whole.
        let expected = ["SyntaxError", "RangeError", "parsed"].iter().any(|known| text == known) || text == 200_002;
        assert!(expected, "{found}");
    }
}

#[test]
fn recursion_without_end_is_a_range_error_through_native_callbacks_too() {
    let found = answer(
        r#"const ways = {
             plain: () => { const f = () => f() + 1; f(); },
             sort: () => { const f = () => [2, 1].sort(f); f(); },
             replace: () => { const f = () => "a".replace(/a/, f); f(); },
             stringify: () => { const f = () => JSON.stringify({ toJSON: f }); f(); },
             parse: () => { const f = () => JSON.parse("[1]", f); f(); },
             map: () => { const f = () => [1].map(f); f(); },
             proxy: () => { const p = new Proxy({}, { get: (_, key) => p[key] }); p.a; },
             getter: () => { const o = { get a() { return this.a; } }; o.a; },
             constructor: () => { class A { constructor() { new A(); } } new A(); },
             reflect: () => { const f = () => Reflect.apply(f, null, []); f(); },
           };
           const outcome = (way) => { try { way(); return "returned"; } catch (error) { return error.name; } };
           return Response.json(Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, outcome(way)])));"#,
    );
    for (name, outcome) in found.as_object().expect("an object") {
        assert_eq!(outcome, "RangeError", "{name}");
    }
}

#[test]
fn apis_called_at_the_end_of_the_stack_leave_the_guest_whole() {
    let found = answer(
        r#"const apis = [
             () => new URL("http://a/b"), () => new TextEncoder().encode("x"), () => crypto.getRandomValues(new Uint8Array(4)),
             () => structuredClone({ a: [1] }), () => setTimeout(() => {}, 0), () => queueMicrotask(() => {}), () => new Response("x"),
             () => new Headers({ a: "b" }), () => new Request("http://a"), () => new ReadableStream({}), () => new Blob(["x"]),
             () => new AbortController().abort(), () => console.log({ a: 1 }), () => new Error("x").stack, () => atob("eA=="),
             () => { const target = new EventTarget(); target.addEventListener("a", () => { throw new Error("x"); }); target.dispatchEvent(new Event("a")); },
             () => { crypto.subtle.digest("SHA-256", new Uint8Array(1)).catch(() => {}); }, () => { scheduler.wait(1); }, () => ctx.waitUntil(1),
             () => new CompressionStream("gzip"), () => new DecompressionStream("deflate"), () => new crypto.DigestStream("SHA-256"),
             () => (1234.5).toLocaleString("de"), () => new Date(0).toLocaleDateString("ja"), () => "a".localeCompare("b", "de", { numeric: true }),
             () => [1, 2n].toLocaleString("fr"), () => "İ".toLocaleLowerCase("tr"), () => new Intl.Segmenter("en"), () => new Intl.Locale("de"),
             () => new Intl.NumberFormat("de", { style: "currency", currency: "EUR" }).formatToParts(1), () => new Intl.PluralRules("en").select(1),
             () => { crypto.subtle.importKey("raw", new Uint8Array(8), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]).catch(() => {}); },
             () => { crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"]).catch(() => {}); },
             () => console.log(new Map([[1, { a: new Error("x") }]])), () => new MessageChannel(), () => new WebSocketPair(),
             () => new TextDecoder("shift_jis").decode(new Uint8Array(2)), () => new TextEncoder().encodeInto("x", new Uint8Array(1)),
           ];
           let deepest = 0;
           const descend = (api, depth) => {
             deepest = depth;
             try { descend(api, depth + 1); } catch {} finally { if (deepest - depth < 60) try { api(); } catch {} }
           };
           for (const api of apis) descend(api, 0);
           await new Promise((resolve) => setTimeout(resolve, 5));
           return Response.json({ deep: deepest > 300 });"#,
    );
    assert_eq!(found["deep"], true);
}

#[test]
fn modules_are_the_apps_own_and_the_platforms() {
    let found = answer(
        r#"const names = ["ext:core/mod.js", "ext:core/ops", "ext:greenroom/guest.js", "file:///etc/passwd", "/etc/passwd", "../../etc/passwd",
             "greenroom:platforms/workers/worker", "data:text/javascript,export default 1", "https://example.com/x.js", "index.js.map"];
           const found = {};
           for (const name of names) {
             try { found[name] = Object.keys(await import(name)); } catch (error) { found[name] = String(error); }
           }
           return Response.json(found);"#,
    );
    let expected = serde_json::json!({
        "ext:core/mod.js": "Error: No such module \"ext:core/mod.js\".",
        "ext:core/ops": "Error: No such module \"ext:core/ops\".",
        "ext:greenroom/guest.js": "Error: No such module \"ext:greenroom/guest.js\".",
        "file:///etc/passwd": "Error: No such module \"file:/etc/passwd\".",
        "/etc/passwd": "Error: No such module \"etc/passwd\".",
        "../../etc/passwd": "Error: No such module \"../../etc/passwd\"",
        "greenroom:platforms/workers/worker": "Error: No such module \"greenroom:platforms/workers/worker\".",
        "data:text/javascript,export default 1": "Error: No such module \"data:text/javascript,export default 1\".",
        "https://example.com/x.js": "Error: No such module \"https:/example.com/x.js\".",
        "index.js.map": "Error: No such module \"index.js.map\".",
    });
    assert_eq!(found, expected);
}

#[test]
fn neither_globals_nor_stacks_lead_to_what_the_guest_is_made_of() {
    let found = answer(
        r#"const globals = ["Deno", "__bootstrap", "__greenroom", "__infra"].filter((name) => name in globalThis);
           Error.prepareStackTrace = (error, sites) => sites.map((site) => [typeof site.getThis(), typeof site.getFunction()]);
           const sites = [new Error("here").stack];
           class Thrower { toString() { sites.push(new Error("in a conversion").stack); return "http://a/"; } }
           new URL(new Thrower()); new Headers({ a: new Thrower() });
           Error.prepareStackTrace = undefined;
           const reached = sites.flat().flat().filter((kind) => kind !== "undefined" && kind !== "string");
           const environment = typeof process === "undefined" ? [] : Object.keys(process.env ?? {});
           return Response.json({ globals, reached, environment });"#,
    );
    assert_eq!(found, serde_json::json!({ "globals": [], "reached": [], "environment": [] }));
}

/// Each line breaks built-ins for good; what follows must still be served.
const BREAKERS: &[&str] = &[
    "Map.prototype.get = Map.prototype.set = Map.prototype.delete = () => { throw new Error('broken'); }",
    "Array.prototype.push = Array.prototype.map = Array.prototype.join = () => { throw new Error('broken'); }",
    "Array.prototype[Symbol.iterator] = function* () { throw new Error('broken'); }",
    "Promise.prototype.then = () => { throw new Error('broken'); }",
    "Promise.resolve = Promise.reject = Promise.all = () => { throw new Error('broken'); }",
    "Object.prototype.get = Object.prototype.set = function () { throw new Error('broken'); }",
    "Object.prototype.value = 7; Object.prototype.writable = false; Object.prototype.enumerable = true;",
    "Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { throw new Error('broken'); }",
    "for (const name of Object.getOwnPropertyNames(String.prototype)) if (name !== 'length' && name !== 'constructor') String.prototype[name] = () => { throw new Error('broken'); }",
    "JSON.parse = JSON.stringify = () => { throw new Error('broken'); }",
    "Object.defineProperty = Object.keys = Object.entries = Object.assign = Object.freeze = () => { throw new Error('broken'); }",
    "Reflect.apply = Reflect.ownKeys = Reflect.get = () => { throw new Error('broken'); }",
    "Uint8Array.prototype.subarray = Uint8Array.prototype.slice = Uint8Array.prototype.set = () => { throw new Error('broken'); }",
    "Object.defineProperty(Object.prototype, 'then', { get() { throw new Error('broken'); } })",
    "for (const name of ['Promise', 'Map', 'Error', 'TypeError', 'JSON', 'Object', 'Array', 'ReadableStream', 'Response', 'Uint8Array', 'String', 'Symbol']) delete globalThis[name]",
];

#[test]
fn broken_built_ins_cost_at_most_their_own_guest() {
    for breaker in BREAKERS {
        let code = format!(
            r#"const {{ Response: Answer, URL: Address }} = globalThis;
               export default {{
                 fetch(request) {{
                   if (new Address(request.url).pathname === "/break") {{ {breaker}; return new Answer("broken"); }}
                   return new Answer("fine");
                 }},
               }};"#
        );
        let server = Server::start(&Project::worker(&code), &[]);
        let reply = server.get("/break");
        assert!(reply.status == 200 || reply.status == 500, "{breaker}: {} {}", reply.status, reply.text());
        let first = server.get("/");
        let second = server.get("/");
        assert!(
            first.text() == "fine" || second.text() == "fine",
            "{breaker}: {} {} {} {}",
            first.status,
            first.text(),
            second.status,
            second.text()
        );
    }
}

#[test]
fn deleting_all_globals_ends_no_guest_with_a_fault() {
    let code = r#"
        const Answer = Response;
        export default { fetch(request) {
          if (!request.url.endsWith("/delete")) return new Answer("fine");
          for (const name of Object.getOwnPropertyNames(globalThis)) { try { delete globalThis[name]; } catch {} }
          return new Answer("deleted");
        } };"#;
    let server = Server::start(&Project::worker(code), &[]);
    let reply = server.get("/delete");
    assert!(matches!(reply.status, 200 | 500), "{} {}", reply.status, reply.text());
    let _ = server.get("/");
    assert_eq!(server.get("/").text(), "fine");
    assert_eq!(server.count(|line| line["outcome"]["type"] == "crashed"), 0, "{}", server.transcript());
}

#[test]
fn a_binding_that_the_version_does_not_declare_cannot_be_called() {
    let found = answer(
        r#"const reach = (name) => { try { return typeof env[name]; } catch (error) { return error.message; } };
           return Response.json({ names: Object.keys(env), other: reach("OTHER"), proto: reach("constructor") });"#,
    );
    assert_eq!(found["names"], serde_json::json!([]));
    assert_eq!(found["other"], "undefined");
}

#[test]
fn a_hundred_thousand_timers_run_and_the_next_request_is_served() {
    let found = answer(
        r"let ran = 0;
           await new Promise((resolve) => { for (let index = 0; index < 100000; index++) setTimeout(() => { if (++ran === 100000) resolve(); }, index % 50); });
           return Response.json({ ran });",
    );
    assert_eq!(found["ran"], 100_000);
}

#[test]
fn odd_values_thrown_are_answered_with_500() {
    let code = r#"
        const throwers = {
          "/null": () => { throw null; }, "/undefined": () => { throw undefined; }, "/symbol": () => { throw Symbol("odd"); },
          "/proxy": () => { throw new Proxy(new Error("x"), { get() { throw new Error("again"); }, getPrototypeOf() { throw new Error("again"); } }); },
          "/getter": () => { const error = new Error("x"); for (const name of ["name", "message", "stack"]) Object.defineProperty(error, name, { get() { throw error; } }); throw error; },
          "/numbers": () => { const error = new Error("x"); error.stack = 1; error.name = 2; error.message = {}; throw error; },
          "/late": () => new Promise((_, reject) => setTimeout(() => reject(Object.create(null)), 1)),
          "/bigint": () => Response.json({ a: 1n }),
          "/cycle": () => { const a = {}; a.a = a; return Response.json(a); },
        };
        export default { fetch: (request) => (throwers[new URL(request.url).pathname] ?? (() => new Response("fine")))() };"#;
    let server = Server::start(&Project::worker(code), &[]);
    for path in ["/null", "/undefined", "/symbol", "/proxy", "/getter", "/numbers", "/late", "/bigint", "/cycle"] {
        let reply = server.get(path);
        assert_eq!(reply.status, 500, "{path}: {}", reply.text());
        assert_eq!(server.get("/").text(), "fine", "after {path}");
    }
    assert_eq!(server.count(|line| line["outcome"]["type"] == "crashed"), 0);
}

#[test]
fn getters_and_conversions_that_never_end_are_stopped_while_an_answer_is_read() {
    let code = r#"
        const forever = () => { for (;;); };
        const ways = {
          "/status": () => new Response("", { get status() { forever(); } }),
          "/header": () => new Response("", { headers: { a: { toString: forever } } }),
          "/then": () => ({ get then() { forever(); } }),
          "/proxy": () => new Proxy({}, { get: forever, getPrototypeOf: forever }),
          "/stack": () => { const error = new Error("x"); Object.defineProperty(error, "stack", { get: forever }); throw error; },
          "/stream": () => new Response(new ReadableStream({ pull: forever })),
          "/chunk": () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue({ get byteLength() { forever(); } }) })),
          "/wait": (ctx) => { ctx.waitUntil((async () => { await scheduler.wait(1); forever(); })()); return new Response("answered"); },
          "/timer": () => new Promise(() => setTimeout(forever, 1)),
          "/log": () => { console.log({ get a() { forever(); }, [Symbol.for("Deno.customInspect")]: forever, [Symbol.toStringTag]: { toString: forever } }); return new Response("logged"); },
        };
        export default { fetch: (request, env, ctx) => (ways[new URL(request.url).pathname] ?? (() => new Response("fine")))(ctx) };"#;
    let server = Server::start(&Project::configured(r#""limits": { "cpu_ms": 100 }"#, code), &[]);
    for path in ["/status", "/header", "/then", "/proxy", "/stack", "/stream", "/chunk", "/wait", "/timer", "/log"] {
        // The head of an answer may have been sent before the loop: then the connection breaks.
        let _ = server.try_request("GET", path, &[], b"");
        let text = std::iter::repeat_with(|| server.get("/")).find(|reply| reply.status == 200).expect("an answer").text();
        assert_eq!(text, "fine", "after {path}");
    }
}

#[test]
fn the_control_port_is_closed_to_code() {
    let project = Project::worker(
        r#"export default { async fetch(request) {
            const control = request.headers.get("x-control");
            const asked = [["GET", "/v1/clock"], ["POST", "/v1/clock/freeze"], ["GET", "/v1/openapi.json"]];
            const spelled = ["localhost", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]"];
            const hosts = [control, ...spelled.map((name) => control.replace("127.0.0.1", name))];
            const found = [];
            for (const host of hosts) for (const [method, path] of asked) {
                const headers = { "content-type": "application/json" };
                found.push(await fetch(host + path, { method, headers }).then((response) => response.status, (error) => error.message));
            }
            return Response.json(found);
        } };"#,
    );
    let server = Server::start(&project, &["--ephemeral"]);
    let found = server.request("GET", "/", &[("x-control", &server.control().url())], b"").json();
    let found = found.as_array().expect("a list").iter().map(|found| found.as_str().unwrap_or_default());
    assert!(found.clone().count() == 15 && found.clone().all(|found| found.starts_with("internal error; reference = ")), "{found:?}");
    let event = server.control().get("/v1/events?limit=1");
    let event = server.control().get(&format!("/v1/events/{}", event["events"][0]["id"].as_str().expect("an id")));
    assert!(event.to_string().contains("closed to the code of its apps"), "the journal has the reason: {event}");
    assert_eq!(server.control().get("/v1/clock")["frozen"], false);
}

#[test]
fn code_cannot_wait_without_letting_others_run() {
    let found = answer(
        r"try { return Response.json(Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)); }
           catch (error) { return Response.json(String(error)); }",
    );
    assert_eq!(found, "TypeError: Atomics.wait cannot be called in this context");
}

/// `(module (memory 1 1 shared) (func (export "wait") (result i32) (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))`
const WAITING_WASM: &[u8] = b"\0asm\x01\0\0\0\x01\x05\x01\x60\0\x01\x7f\x03\x02\x01\0\x05\x04\x01\x03\x01\x01\x07\x08\x01\x04wait\0\0\x0a\x0e\x01\x0c\0\x41\0\x41\0\x42\x7f\xfe\x01\x02\0\x0b";

#[test]
fn webassembly_cannot_wait_either() {
    let code = r#"import module from "./wait.wasm";
        export default { fetch() {
            try { return new Response(`waited ${new WebAssembly.Instance(module).exports.wait()}`); }
            catch (error) { return new Response(String(error)); }
        } };"#;
    let project = Project::worker(code);
    project.write("wait.wasm", WAITING_WASM);
    let said = Server::start(&project, &["--ephemeral"]).get("/").text();
    // One of the engines has no memory that is shared, and says so when the module is loaded.
    let refused = ["RuntimeError: Atomics.wait cannot be called in this context", "threads must be enabled for shared memories"];
    assert!(refused.iter().any(|words| said.contains(words)), "{said}");
}

#[test]
fn what_objects_become_in_json_is_the_codes_own_affair() {
    let project = Project::configured(
        r#""kv_namespaces": [{ "binding": "KV", "id": "kv" }]"#,
        r#"export default { async fetch(request, env) {
            Object.prototype.toJSON = () => "changed";
            await env.KV.put("key", "value", { metadata: [1] });
            return new Response(JSON.stringify({}) + await env.KV.get("key"));
        } };"#,
    );
    let server = Server::start(&project, &["--ephemeral"]);
    for _ in 0..2 {
        assert_eq!(server.get("/").text(), "\"changed\"value");
    }
}

#[test]
fn holes_of_any_length_are_logged() {
    let server = Server::start(
        &Project::worker(
            r#"export default { fetch() {
                const far = [1]; far[1e9] = 2;
                console.log(new Array(1e9), far);
                console.log(new Uint8Array(3e7));
                return new Response("logged");
            } };"#,
        ),
        &["--ephemeral"],
    );
    assert_eq!(server.get("/").text(), "logged");
    server.wait_message("[ <1000000000 empty items> ] [ 1, <999999999 empty items>, 2 ]");
    server.wait_message("... 29999900 more items");
}

/// Looking through all of them for each of them would take more CPU time than a turn may use.
#[test]
fn headers_by_the_thousands_cost_no_more_each_than_a_few() {
    let found = answer(
        r#"const headers = new Headers(), names = {};
           for (let at = 0; at < 40000; at++) { headers.append(`n${at}`, "a"); headers.set(`s${at}`, "b"); names[`n${at}`] = "c"; }
           let seen = 0;
           for (let at = 0; at < 40000; at++) if (headers.has(`n${at}`) && headers.get(`s${at}`) === "b") seen++;
           return Response.json([seen, [...new Response("", { headers: names }).headers].length]);"#,
    );
    assert_eq!(found, serde_json::json!([40_000, 40_001]));
}
