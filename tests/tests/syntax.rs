//! The ways in which a Worker can be written, and what it may do before there is an event.

use greenroom_tests::{Project, Server};
use serde_json::json;

fn answer(code: &str) -> (u16, String) {
    let server = Server::start(&Project::worker(code), &["--ephemeral"]);
    let reply = server.get("/");
    (reply.status, reply.text().lines().next().unwrap_or_default().to_owned())
}

#[test]
fn listeners_in_place_of_exports() {
    let code = r#"
        addEventListener("fetch", (event) => {
            const { pathname } = new URL(event.request.url);
            if (pathname === "/twice") {
                event.respondWith(new Promise((resolve) => setTimeout(() => resolve(new Response(said)), 0)));
                let said;
                try { event.respondWith(new Response()); } catch (error) { said = `${error.name}: ${error.message}`; }
            } else if (pathname === "/throw") {
                throw new TypeError("thrown");
            } else if (pathname === "/reject") {
                event.respondWith(Promise.reject(new TypeError("rejected")));
            } else if (pathname === "/text") {
                event.respondWith("text");
            } else if (pathname === "/second") {
                return;
            } else if (pathname === "/wait") {
                event.waitUntil(scheduler.wait(1).then(() => console.log("waited")));
                try { event.waitUntil(); } catch (error) { console.log(String(error)); }
                event.passThroughOnException();
                event.respondWith(new Response("answered"));
            } else {
                event.respondWith(Response.json([
                    V, J, typeof KV.get, event.type, String(event), event instanceof FetchEvent, event instanceof ExtendableEvent,
                    Object.keys(globalThis).includes("V"),
                ]));
            }
        });
        addEventListener("fetch", { handleEvent(event) {
            if (new URL(event.request.url).pathname === "/second") event.respondWith(new Response("the second"));
        } });
        addEventListener("scheduled", () => {});"#;
    let keys = r#""vars": { "V": "v", "J": { "a": 1 } }, "kv_namespaces": [{ "binding": "KV" }]"#;
    let server = Server::start(&Project::configured(keys, code), &["--ephemeral"]);
    assert_eq!(server.get("/").json(), json!(["v", { "a": 1 }, "function", "fetch", "[object FetchEvent]", true, true, true]));
    let already = "InvalidStateError: FetchEvent.respondWith() has already been called; it can only be called once.";
    assert_eq!(server.get("/twice").text(), already);
    assert_eq!(server.get("/second").text(), "the second");
    assert_eq!(server.get("/wait").text(), "answered");
    server.wait_message("TypeError: Failed to execute 'waitUntil' on 'ExtendableEvent': parameter 1 is not of type 'Promise'.");
    server.wait_message("waited");
    for (path, text) in [
        ("/throw", "TypeError: thrown"),
        ("/reject", "TypeError: rejected"),
        ("/text", "TypeError: Failed to execute 'respondWith' on 'FetchEvent': parameter 1 is not of type 'Promise'."),
    ] {
        let reply = server.get(path);
        assert_eq!((reply.status, reply.text().starts_with(text)), (500, true), "{}", reply.text());
    }
}

#[test]
fn listeners_that_do_not_answer() {
    for code in [
        "addEventListener('fetch', () => {});",
        "addEventListener('fetch', (event) => Promise.resolve().then(() => event.respondWith(new Response('late'))));",
        "addEventListener('fetch', (event) => event.stopImmediatePropagation());",
        "addEventListener('scheduled', () => {});",
    ] {
        assert_eq!(answer(code), (500, "Error: Network connection lost.".to_owned()), "{code}");
    }
    let (status, text) = answer("const nothing = 1;");
    assert_eq!(status, 500);
    assert!(text.contains("No event handlers were registered. This script does nothing."), "{text}");
}

#[test]
fn classes_and_the_module_of_workers() {
    let code = r#"
        import { env, exports, waitUntil, withEnv, WorkerEntrypoint, RpcTarget, DurableObject, WorkflowEntrypoint } from "cloudflare:workers";
        const early = [env.V, env.KV !== undefined, Object.keys(env).join()];
        const attempt = (code) => { try { return String(code()); } catch (error) { return `${error.name}: ${error.message}`; } };
        const tooEarly = attempt(() => waitUntil(Promise.resolve()));
        export class Named extends WorkerEntrypoint { hello(who) { return `hello ${who}`; } }
        export default class extends WorkerEntrypoint {
            async fetch(request) {
                waitUntil(scheduler.wait(1).then(() => console.log("waited")));
                const other = await withEnv({ V: "other" }, async () => { await scheduler.wait(1); return env.V; });
                const { waitUntil: detached } = this.ctx;
                return Response.json({
                    early, tooEarly: tooEarly.slice(0, 52), other, after: env.V, own: this.env.V, arguments: arguments.length,
                    context: String(this.ctx), props: this.ctx.props, exports: Object.keys(this.ctx.exports), named: await exports.Named.hello("you"),
                    detached: attempt(() => detached(1)).slice(0, 29), bare: attempt(() => new WorkerEntrypoint()),
                    classes: [RpcTarget, DurableObject, WorkflowEntrypoint].map((each) => each.name), length: WorkerEntrypoint.length,
                });
            }
        }"#;
    let keys = r#""vars": { "V": "v" }, "kv_namespaces": [{ "binding": "KV" }]"#;
    let server = Server::start(&Project::configured(keys, code), &["--ephemeral"]);
    assert_eq!(
        server.get("/").json(),
        json!({
            "early": ["v", true, "V,KV"], "tooEarly": "Error: Disallowed operation called within global sco", "other": "other", "after": "v",
            "own": "v", "arguments": 3, "context": "[object ExecutionContext]", "props": {}, "exports": ["default", "Named"],
            "named": "hello you", "detached": "TypeError: Illegal invocation",
            "bare": "TypeError: Failed to construct 'WorkerEntrypoint': constructor parameter 1 is not of type 'JsObject'.",
            "classes": ["RpcTarget", "DurableObject", "WorkflowEntrypoint"], "length": 0
        })
    );
    server.wait_message("waited");
}

#[test]
fn what_is_not_emulated_names_itself_when_it_is_used() {
    let code = r#"
        import { connect } from "cloudflare:sockets";
        import { EmailMessage } from "cloudflare:email";
        import { NonRetryableError } from "cloudflare:workflows";
        import { DurableObject } from "cloudflare:workers";
        export class Room extends DurableObject {}
        const attempt = (code) => { try { return String(code()); } catch (error) { return error.message; } };
        export default { fetch: (request, env, ctx) => Response.json([
            attempt(() => connect("example.com:25")), attempt(() => new EmailMessage("a@b.c", "d@e.f", "")), attempt(() => new NonRetryableError("stop")),
            attempt(() => ctx.exports.Room.getByName("a")), attempt(() => new HTMLRewriter()), attempt(() => caches.default),
            attempt(() => caches.open("a")), attempt(() => new Request("http://a.test", { encodeResponseBody: "manual" }).method),
        ]) };"#;
    let server = Server::start(&Project::worker(code), &["--ephemeral"]);
    assert_eq!(
        server.get("/").json(),
        json!([
            "connect() of \"cloudflare:sockets\" is not emulated by greenroom yet",
            "EmailMessage of \"cloudflare:email\" is not emulated by greenroom yet",
            "NonRetryableError: stop",
            "ctx.exports.Room.getByName is not emulated by greenroom yet",
            "HTMLRewriter is not emulated by greenroom yet",
            "caches.default is not emulated by greenroom yet",
            "caches.open is not emulated by greenroom yet",
            "GET"
        ])
    );
    server.wait_message("`encodeResponseBody: \"manual\"` is not emulated");
}

#[test]
fn flags_take_exports_and_the_environment_away() {
    let code = r#"import { env } from "cloudflare:workers";
        export default { fetch: (request, own, ctx) => Response.json([typeof ctx.exports, Object.keys(env), Object.keys(own)]) };"#;
    let project =
        Project::configured(r#""compatibility_flags": ["disable_ctx_exports", "disallow_importable_env"], "vars": { "V": "v" }"#, code);
    let server = Server::start(&project, &["--ephemeral"]);
    assert_eq!(server.get("/").json(), json!(["undefined", [], ["V"]]));
}

const TEXT: &str = "Error: Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and \
                    generating random values are not allowed within global scope. To fix this error, perform this operation within a handler. \
                    https://developers.cloudflare.com/workers/runtime-apis/handlers/";

#[test]
fn what_waits_for_a_handler() {
    let code = r#"
        import { env } from "cloudflare:workers";
        const attempt = async (code) => { try { await code(); return "allowed"; } catch (error) { return `${error.name}: ${error.message}`; } };
        const refused = {
            fetch: () => fetch("http://example.com"), setTimeout: () => setTimeout(() => {}, 1), setInterval: () => setInterval(() => {}, 1),
            clearTimeout: () => clearTimeout(1), randomUUID: () => crypto.randomUUID(), getRandomValues: () => crypto.getRandomValues(new Uint8Array(2)),
            generateKey: () => crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]), wait: () => scheduler.wait(1),
            timeout: () => AbortSignal.timeout(10), text: () => new Response("x").text(),
            compress: () => new CompressionStream("gzip"), kv: () => env.KV.get("x"), service: () => env.SELF.hello(),
        };
        const allowed = {
            random: () => Math.random(), now: () => Date.now(), digest: () => crypto.subtle.digest("SHA-1", new Uint8Array(2)),
            importKey: () => crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", true, ["encrypt"]), microtask: () => queueMicrotask(() => {}),
            clone: () => structuredClone({ a: 1 }), stream: () => new ReadableStream({ pull: (controller) => controller.close() }).getReader().read(),
        };
        const seen = {};
        for (const [name, code] of Object.entries({ ...refused, ...allowed })) seen[name] = await attempt(code);
        export default { async fetch() {
            const later = [await attempt(refused.randomUUID), await attempt(refused.setTimeout), await attempt(refused.text), await attempt(refused.kv)];
            return Response.json({ seen, refused: Object.keys(refused), allowed: Object.keys(allowed), later });
        } };"#;
    let keys = r#""kv_namespaces": [{ "binding": "KV" }], "services": [{ "binding": "SELF", "service": "app" }]"#;
    let server = Server::start(&Project::configured(keys, code), &["--ephemeral"]);
    let seen = server.get("/").json();
    for (names, expected) in [("refused", TEXT), ("allowed", "allowed")] {
        for name in seen[names].as_array().expect("names") {
            assert_eq!(seen["seen"][name.as_str().expect("a name")], expected, "{name}");
        }
    }
    assert_eq!(seen["later"], json!(["allowed", "allowed", "allowed", "allowed"]));
}

#[test]
fn a_module_that_fetches_does_not_load() {
    let (status, text) = answer("await fetch('http://example.com'); export default { fetch: () => new Response() };");
    assert_eq!(status, 500);
    assert!(text.ends_with(TEXT), "{text}");
}

#[test]
fn what_handlers_must_be_and_give() {
    for (code, expected) in [
        ("export default { fetch() {} };", "TypeError: Callback returned incorrect type; expected 'Promise'"),
        ("export default { async fetch() {} };", "TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'."),
        ("export default { scheduled() {} };", "Error: Handler does not export a fetch() function."),
        (
            "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { hello() {} };",
            "Error: Handler does not export a fetch() function.",
        ),
    ] {
        assert_eq!(answer(code), (500, expected.to_owned()), "{code}");
    }
    let (_, text) = answer("export const x = 1; export default { fetch: () => new Response() };");
    assert!(
        text.ends_with("TypeError: Incorrect type for map entry 'x': the provided value is not of type 'function or ExportedHandler'."),
        "{text}"
    );
}

#[test]
fn pass_through_says_what_production_would_do() {
    let code = "export default { fetch(request, env, ctx) { ctx.passThroughOnException(); throw new Error('thrown'); } };";
    let server = Server::start(&Project::worker(code), &["--ephemeral"]);
    assert!(server.get("/").text().starts_with("Error: thrown"));
    server.wait_message("in production this request would now go on to the origin");
}

#[test]
fn a_host_that_is_none_is_a_bad_request() {
    let server = Server::start(
        &Project::worker("export default { fetch: (request) => new Response(request.url) };"),
        &["--host", "localhost", "--ephemeral"],
    );
    assert!(server.get("/").text().starts_with("http://127.0.0.1:"));
    for host in ["a b", "a/b", "user@host", ""] {
        let said = server.raw(&format!("GET / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"));
        assert!(said.starts_with("HTTP/1.1 400 "), "{host}: {said}");
    }
}
