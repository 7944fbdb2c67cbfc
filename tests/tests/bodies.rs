//! What of a response's body and head can only be seen on the wire.

use greenroom_tests::{Project, Server};

/// A Worker that answers each path as its row says.
fn served(routes: &str) -> Server {
    let code = format!(
        "const routes = {{ {routes} }};
         export default {{ fetch: (request) => routes[new URL(request.url).pathname](request) }};"
    );
    Server::start(&Project::worker(&code), &["--ephemeral"])
}

#[test]
fn a_reason_of_its_own_is_sent() {
    let server = served(
        r#""/own": () => new Response("a", { statusText: "Made Up", status: 299 }),
           "/none": () => new Response("a", { status: 201 })"#,
    );
    let first_line =
        |path: &str| server.raw(&format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).lines().next().map(str::to_owned);
    assert_eq!(first_line("/own").as_deref(), Some("HTTP/1.1 299 Made Up"));
    assert_eq!(first_line("/none").as_deref(), Some("HTTP/1.1 201 Created"));
}

#[test]
fn texts_go_out_as_utf_8_whatever_is_in_them() {
    let server = served(
        r#""/ascii": () => new Response("ab".repeat(50000)), "/latin": () => new Response("é".repeat(50000)),
           "/wide": () => new Response("日🙈".repeat(30000)), "/lone": () => new Response("a\ud800b\udc00"), "/rope": () => { let text = ""; for (let i = 0; i < 5000; i++) text += i % 7 ? "a" : "é"; return new Response(text); },
           "/json": () => Response.json({ text: "é\ud800".repeat(3000) })"#,
    );
    let expected = [
        ("/ascii", "ab".repeat(50000)),
        ("/latin", "é".repeat(50000)),
        ("/wide", "日🙈".repeat(30000)),
        // Three bytes of half a pair, none of which is UTF-8.
        ("/lone", "a\u{fffd}\u{fffd}\u{fffd}b\u{fffd}\u{fffd}\u{fffd}".to_owned()),
        ("/rope", (0..5000).map(|i| if i % 7 == 0 { "é" } else { "a" }).collect()),
        ("/json", format!("{{\"text\":\"{}\"}}", "é\\ud800".repeat(3000))),
    ];
    for (path, text) in expected {
        assert_eq!(server.get(path).text(), text, "{path}");
    }
}

#[test]
fn a_stream_of_a_fixed_length_says_how_long_it_is() {
    let server = served(
        r#""/fixed": () => { const { readable, writable } = new FixedLengthStream(5); const w = writable.getWriter(); w.write("hello"); w.close(); return new Response(readable); },
           "/open": () => { const { readable, writable } = new IdentityTransformStream(); const w = writable.getWriter(); w.write("hello"); w.close(); return new Response(readable); },
           "/short": () => { const { readable, writable } = new FixedLengthStream(9); const w = writable.getWriter(); w.write("hello"); w.close(); return new Response(readable); }"#,
    );
    let fixed = server.get("/fixed");
    assert_eq!((fixed.header("content-length"), fixed.text().as_str()), (Some("5"), "hello"));
    let open = server.get("/open");
    assert_eq!((open.header("content-length"), open.header("transfer-encoding"), open.text().as_str()), (None, Some("chunked"), "hello"));
    // The length is promised before the stream falls short of it: the connection breaks off.
    assert!(server.try_request("GET", "/short", &[], b"").is_err());
}

#[test]
fn bodies_are_encoded_as_their_header_says_unless_the_code_has_done_it() {
    let server = served(
        r#""/gzip": () => new Response("x".repeat(1000), { headers: { "content-encoding": "gzip" } }),
           "/stream": () => new Response(new Blob(["x".repeat(1000)]).stream(), { headers: { "content-encoding": "gzip" } }),
           "/br": () => new Response("x".repeat(1000), { headers: { "content-encoding": "br" } }),
           "/manual": () => new Response("plain", { encodeBody: "manual", headers: { "content-encoding": "gzip" } }),
           "/other": () => new Response("plain", { headers: { "content-encoding": "deflate" } }),
           "/read": async (request) => {
             const encoded = await request.bytes();
             return new Response(new Blob([encoded]).stream().pipeThrough(new DecompressionStream("gzip")));
           }"#,
    );
    for path in ["/gzip", "/stream"] {
        let encoded = server.get(path).body;
        assert!(encoded.len() < 100, "{path}: {} bytes", encoded.len());
        assert_eq!(server.request("POST", "/read", &[], &encoded).text(), "x".repeat(1000));
    }
    assert!(server.get("/br").body.len() < 100);
    assert_eq!((server.get("/manual").text().as_str(), server.get("/other").text().as_str()), ("plain", "plain"));
}

#[test]
fn headers_are_utf_8_both_ways() {
    let server = served(r#""/": (request) => new Response(null, { headers: { "x-out": `${request.headers.get("x-in")}🙈` } })"#);
    let answer = server.raw("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-in: ä\r\n\r\n");
    assert!(answer.contains("x-out: ä🙈"), "{answer}");
}

#[test]
fn what_no_header_can_hold_is_left_out_by_name_and_the_rest_is_sent() {
    let server = served(r#""/": () => new Response("x", { headers: { "x-odd": "a\u0001b", "x-fine": "a\tb" }, statusText: "日" })"#);
    let answer = server.raw("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 日\r\n") && answer.contains("x-fine: a\tb\r\n") && !answer.contains("x-odd"), "{answer}");
    let line = server.wait_message("the header `x-odd` was not sent: its value holds the control character 0x01");
    assert_eq!((&line["level"], &line["app"]), (&"warn".into(), &"app".into()), "{line}");
}
