//! Requests and responses: what the code sees of the one, what the client sees of the other.

use greenroom_tests::{Project, Server};
use serde_json::json;

/// Answers with everything that it can see of the request.
const MIRROR: &str = r"
export default {
  async fetch(request) {
    const url = new URL(request.url);
    return Response.json({
      method: request.method,
      url: request.url,
      path: url.pathname,
      query: [...url.searchParams],
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? null : await request.text(),
    });
  },
};
";

#[test]
fn a_hello_world_answers() {
    let server = Server::start(&Project::worker(r#"export default { fetch: () => new Response("Hello World!") };"#), &[]);
    let reply = server.get("/");
    assert_eq!((reply.status, reply.text().as_str()), (200, "Hello World!"));
    assert_eq!(reply.header("content-type"), Some("text/plain;charset=UTF-8"));
    let line = server.wait_line(|line| line["type"] == "request").expect("a request is logged");
    assert_eq!(
        (&line["method"], &line["path"], &line["status"], &line["outcome"]["type"]),
        (&json!("GET"), &json!("/"), &json!(200), &json!("ok"))
    );
    assert!(line["ms"].is_number() && line["app"] == "app", "{line}");
}

#[test]
fn the_code_sees_method_url_query_and_headers() {
    let server = Server::start(&Project::worker(MIRROR), &[]);
    let seen =
        server.request("REPORT", "/a%20b/c?x=1&x=2&y=%C3%A4", &[("X-Mixed-Case", "Value"), ("cf-connecting-ip", "9.9.9.9")], b"").json();
    assert_eq!(seen["method"], "REPORT");
    assert_eq!(seen["url"], format!("http://{}/a%20b/c?x=1&x=2&y=%C3%A4", server.address()));
    assert_eq!(seen["path"], "/a%20b/c");
    assert_eq!(seen["query"], json!([["x", "1"], ["x", "2"], ["y", "ä"]]));
    assert_eq!(seen["headers"]["x-mixed-case"], "Value");
    assert_eq!(seen["headers"]["cf-connecting-ip"], "127.0.0.1", "a client does not choose its own address");
    assert_eq!(seen["body"], json!(null), "a request without a body has none");
}

#[test]
fn headers_of_one_name_are_joined_and_those_of_the_request_cannot_be_changed() {
    let code = r#"
        export default {
          fetch(request) {
            let error = null;
            try { request.headers.set("a", "b"); } catch (caught) { error = caught.name; }
            return Response.json({ error, joined: request.headers.get("X-Many"), cookie: request.headers.get("cookie") });
          },
        };"#;
    let server = Server::start(&Project::worker(code), &[]);
    let seen = server.request("GET", "/", &[("x-many", "1"), ("x-many", "2"), ("cookie", "a=1; b=2")], b"").json();
    assert_eq!(seen, json!({ "error": "TypeError", "joined": "1, 2", "cookie": "a=1; b=2" }));
}

#[test]
fn bodies_arrive_as_text_json_and_bytes() {
    let code = r#"
        export default {
          async fetch(request) {
            switch (new URL(request.url).pathname) {
              case "/text": return Response.json(await request.text());
              case "/json": return Response.json((await request.json()).list);
              case "/bytes": return Response.json([...new Uint8Array(await request.arrayBuffer())]);
              case "/blob": { const blob = await request.blob(); return Response.json([blob.size, blob.type]); }
            }
          },
        };"#;
    let server = Server::start(&Project::worker(code), &[]);
    assert_eq!(server.request("POST", "/text", &[], "grüße 🙈".as_bytes()).json(), "grüße 🙈");
    assert_eq!(
        server.request("PUT", "/json", &[("content-type", "application/json")], br#"{"list":[1,{"a":null}]}"#).json(),
        json!([1, { "a": null }])
    );
    assert_eq!(server.request("PATCH", "/bytes", &[], &[0, 255, 128, 10]).json(), json!([0, 255, 128, 10]));
    assert_eq!(server.request("POST", "/blob", &[("content-type", "image/png")], b"12345").json(), json!([5, "image/png"]));
}

#[test]
fn forms_arrive_with_their_fields_and_files() {
    let code = r#"
        export default {
          async fetch(request) {
            const fields = [];
            for (const [name, value] of await request.formData()) {
              fields.push([name, typeof value === "string" ? value : { file: value.name, type: value.type, text: await value.text() }]);
            }
            return Response.json(fields);
          },
        };"#;
    let server = Server::start(&Project::worker(code), &[]);
    let urlencoded = server.request("POST", "/", &[("content-type", "application/x-www-form-urlencoded")], b"a=1&b=x+y%26z&a=2");
    assert_eq!(urlencoded.json(), json!([["a", "1"], ["b", "x y&z"], ["a", "2"]]));
    let body = "--edge\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\nHello\r\n\
        --edge\r\ncontent-disposition: form-data; name=\"upload\"; filename=\"a b.txt\"\r\ncontent-type: text/csv\r\n\r\n1,2\r\n3\r\n--edge--\r\n";
    let multipart = server.request("POST", "/", &[("content-type", "multipart/form-data; boundary=edge")], body.as_bytes());
    let file = json!({ "file": "a b.txt", "type": "text/csv", "text": "1,2\r\n3" });
    assert_eq!(multipart.json(), json!([["title", "Hello"], ["upload", file]]));
}

#[test]
fn the_client_sees_status_headers_and_each_cookie() {
    let code = r#"
        export default {
          fetch() {
            const headers = new Headers({ "x-one": "1", "content-type": "text/x-test" });
            headers.append("set-cookie", "a=1; Path=/");
            headers.append("set-cookie", "b=2; HttpOnly");
            headers.append("x-many", "1");
            headers.append("x-many", "2");
            return new Response("made", { status: 201, headers });
          },
        };"#;
    let server = Server::start(&Project::worker(code), &[]);
    let reply = server.get("/");
    assert_eq!((reply.status, reply.text().as_str()), (201, "made"));
    assert_eq!(reply.headers_of("set-cookie"), ["a=1; Path=/", "b=2; HttpOnly"]);
    assert_eq!((reply.header("x-many"), reply.header("content-type")), (Some("1, 2"), Some("text/x-test")));
    assert_eq!(reply.header("content-length"), Some("4"));
}

#[test]
fn statuses_without_a_body_have_none() {
    let code = r#"
        export default {
          fetch: (request) => new Response(null, { status: Number(new URL(request.url).pathname.slice(1)), headers: { "x-here": "yes" } }),
        };"#;
    let server = Server::start(&Project::worker(code), &[]);
    for status in [204_u16, 205, 304] {
        let reply = server.get(&format!("/{status}"));
        assert_eq!((reply.status, reply.header("x-here"), reply.body.len()), (status, Some("yes"), 0));
    }
    assert_eq!(server.get("/200").status, 200);
}

#[test]
fn redirects_go_to_the_client_as_they_are() {
    let code = r#"
        export default {
          fetch: (request) => Response.redirect(new URL("/there?x=1", request.url), Number(new URL(request.url).pathname.slice(1))),
        };"#;
    let server = Server::start(&Project::worker(code), &[]);
    for status in [301_u16, 302, 303, 307, 308] {
        let reply = server.get(&format!("/{status}"));
        let target = format!("http://{}/there?x=1", server.address());
        assert_eq!((reply.status, reply.header("location")), (status, Some(target.as_str())));
    }
}

#[test]
fn a_head_request_reaches_the_code_and_is_answered_without_a_body() {
    let code = r#"
        export default { fetch: (request) => new Response("body of " + request.method, { headers: { "x-method": request.method } }) };"#;
    let server = Server::start(&Project::worker(code), &[]);
    let mut wire = server.wire();
    let head = wire.ask("HEAD", "/").head().expect("an answer");
    assert_eq!((head.status, head.header("x-method")), (200, Some("HEAD")));
    // Had there been a body, it would stand before the next answer.
    assert_eq!(wire.ask("GET", "/").reply().expect("a second answer").text(), "body of GET");
}

#[test]
fn responses_come_from_text_bytes_blobs_forms_and_streams() {
    let code = r#"
        const bodies = {
          "/bytes": () => new Uint8Array([1, 2, 255]),
          "/buffer": () => new Uint8Array([9, 8]).buffer,
          "/blob": () => new Blob(["blob"], { type: "text/x-blob" }),
          "/params": () => new URLSearchParams({ a: "1 2" }),
          "/stream": () => new Response("from a stream").body,
          "/empty": () => "",
        };
        export default { fetch: (request) => new Response(bodies[new URL(request.url).pathname]()) };"#;
    let server = Server::start(&Project::worker(code), &[]);
    assert_eq!(server.get("/bytes").body, [1, 2, 255]);
    assert_eq!(server.get("/buffer").body, [9, 8]);
    let blob = server.get("/blob");
    assert_eq!((blob.text().as_str(), blob.header("content-type")), ("blob", Some("text/x-blob")));
    let params = server.get("/params");
    assert_eq!((params.text().as_str(), params.header("content-type")), ("a=1+2", Some("application/x-www-form-urlencoded;charset=UTF-8")));
    assert_eq!(server.get("/stream").text(), "from a stream");
    assert_eq!(server.get("/empty").text(), "");
}

#[test]
fn what_the_code_prints_appears_with_its_level_and_its_request() {
    let code = r#"
        export default {
          fetch() {
            console.log("to log", { a: [1, 2] }, null);
            console.info("to info");
            console.debug("to debug");
            console.warn("to warn");
            console.error("to error", new RangeError("inner"));
            return new Response("ok");
          },
        };
        console.log("at the top level");"#;
    let server = Server::start(&Project::worker(code), &[]);
    assert_eq!(server.wait_message("at the top level")["event"], json!(null));
    assert_eq!(server.get("/").text(), "ok");
    for (text, level) in [("to log", "info"), ("to info", "info"), ("to debug", "debug"), ("to warn", "warn"), ("to error", "error")] {
        let line = server.wait_message(text);
        assert_eq!((&line["type"], &line["level"]), (&json!("log"), &json!(level)), "{line}");
        assert!(line["event"].is_string(), "{line}");
    }
    assert_eq!(server.wait_message("to log")["message"], "to log { a: [ 1, 2 ] } null");
    assert!(server.wait_message("to error")["message"].as_str().is_some_and(|text| text.contains("RangeError: inner")));
}

#[test]
fn the_environment_has_vars_as_they_are_written() {
    let project = Project::configured(
        r#""vars": { "TEXT": "a b", "OBJECT": { "a": [1, true] }, "NUMBER": 5 }"#,
        r"export default { fetch: (_, env) => Response.json({ ...env }) };",
    );
    assert_eq!(Server::start(&project, &[]).get("/").json(), json!({ "TEXT": "a b", "OBJECT": { "a": [1, true] }, "NUMBER": 5 }));
}

#[test]
fn classes_can_be_entry_points() {
    let code = r#"
        import { WorkerEntrypoint } from "cloudflare:workers";
        export default class extends WorkerEntrypoint {
          fetch(request) { return new Response(`${this.env.NAME} ${request.method} ${typeof this.ctx.waitUntil}`); }
        }"#;
    let server = Server::start(&Project::configured(r#""vars": { "NAME": "class" }"#, code), &[]);
    assert_eq!(server.get("/").text(), "class GET function");
}

#[test]
fn the_consoles_other_methods_write_lines_too() {
    let server = Server::start(
        &Project::worker(
            r#"export default { fetch() {
                 console.count(); console.count("x"); console.count("x"); console.countReset("x"); console.count("x"); console.countReset("none");
                 console.group("group"); console.log("two\nlines"); console.group(); console.warn({ a: 1 }); console.groupEnd(); console.groupEnd(); console.groupEnd();
                 console.table([{ a: 1, b: "x" }, { a: [2] }, 3]); console.table(new Map([["k", 1]])); console.table("text");
                 console.table([{ a: 1, b: 2 }], ["b"]);
                 console.assert(true, "silent"); console.assert(false); console.assert(0, "said %s", "so"); console.assert(false, { a: 1 });
                 console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }); console.dir({ a: { b: { c: { d: 1 } } } }, { depth: null }); console.dirxml("x", 1);
                 console.timeEnd("none"); console.time("t"); console.time("t");
                 console.trace("here %d", 1);
                 console.clear(); console.profile(); console.profileEnd(); console.timeStamp();
                 console.timeEnd("t");
                 console.log("end");
                 return new Response("");
               } };"#,
        ),
        &[],
    );
    assert_eq!(server.get("/").status, 200);
    server.wait_message("end");
    let lines = server.transcript();
    let lines = lines.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()).filter(|line| line["type"] == "log");
    let mut written: Vec<_> =
        lines.map(|line| format!("{} {}", line["level"].as_str().unwrap_or(""), line["message"].as_str().unwrap_or(""))).collect();
    let trace = written.iter_mut().find(|line| line.starts_with("info Trace: ")).expect("a trace is written");
    assert!(trace.starts_with("info Trace: here 1\n    at "), "{trace}");
    trace.clear();
    let last = written.len() - 2;
    assert!(written[last].starts_with("info t: ") && written[last].ends_with(" ms"), "{}", written[last]);
    written[last].clear();
    let expected = [
        "info default: 1",
        "info x: 1",
        "info x: 2",
        "info x: 1",
        "warn Count for 'none' does not exist",
        "info group",
        "info   two\n  lines",
        "warn     { a: 1 }",
        "info ┌─────────┬───────┬─────┬────────┐\n│ (index) │ a     │ b   │ Values │\n├─────────┼───────┼─────┼────────┤\n│ 0       │ 1     │ 'x' │        │\n│ 1       │ [ 2 ] │     │        │\n│ 2       │       │     │ 3      │\n└─────────┴───────┴─────┴────────┘",
        "info ┌─────────┬─────┬────────┐\n│ (index) │ Key │ Values │\n├─────────┼─────┼────────┤\n│ 0       │ 'k' │ 1      │\n└─────────┴─────┴────────┘",
        "info text",
        "info ┌─────────┬───┐\n│ (index) │ b │\n├─────────┼───┤\n│ 0       │ 2 │\n└─────────┴───┘",
        "error Assertion failed",
        "error Assertion failed: said so",
        "error Assertion failed { a: 1 }",
        "info { a: [Object] }",
        "info {\n  a: { b: { c: { d: 1 } } }\n}",
        "info x 1",
        "warn Timer 'none' does not exist",
        "warn Timer 't' already exists",
        "",
        "",
        "info end",
    ];
    assert_eq!(written, expected);
}

#[test]
fn headers_that_are_read_after_the_answer_are_there() {
    let code = r#"export default { fetch(request, env, ctx) {
        const late = async () => {
            await scheduler.wait(1);
            console.log(`late: ${request.headers.get("x-late")}`);
        };
        ctx.waitUntil(late());
        return new Response("fine");
    } };"#;
    let server = Server::start(&Project::worker(code), &[]);
    assert_eq!(server.request("GET", "/", &[("x-late", "yes")], b"").text(), "fine");
    server.wait_message("late: yes");
}

#[test]
fn the_codes_own_reason_stands_beside_any_status() {
    let code = r#"export default { fetch(request) {
        const status = +new URL(request.url).pathname.slice(1);
        return new Response("text", { status, statusText: "Its own" });
    } };"#;
    let server = Server::start(&Project::worker(code), &["--ephemeral"]);
    for status in ["200", "201", "404"] {
        let answer = server.raw(&format!("GET /{status} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} Its own\r\n")), "{answer}");
    }
}
