//! `fetch` of guest code, against a site on this machine.

use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};

use greenroom_tests::{Project, Server, Site, respond};
use serde_json::json;

/// `hello from gzip`, compressed.
const GZIPPED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 205, 201, 201, 87, 72, 43, 202, 207, 85, 72, 175, 202, 44, 0, 0, 100, 170, 142, 181, 15, 0,
    0, 0,
];

/// A site, and what it says when somebody hangs up on it.
fn site() -> (Site, Receiver<()>) {
    let (hung_up, receiver) = channel();
    let hung_up = Mutex::new(hung_up);
    let site = Site::start(move |request, stream| match request.path.as_str() {
        "/hello" => respond(stream, "200 OK", "x-from: site\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n", b"hello"),
        "/teapot" => respond(stream, "418 I'm a teapot", "", b"short and stout"),
        "/away" => respond(stream, "302 Found", "location: /hello\r\n", b"see there"),
        "/round" => respond(stream, "302 Found", "location: /round\r\n", b""),
        "/gzip" => respond(stream, "200 OK", "content-encoding: gzip\r\n", GZIPPED),
        "/chunks" => {
            let text = "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\n\r\n";
            std::io::Write::write_all(stream, text.as_bytes()).expect("the server reads");
        }
        "/broken" => {
            let text = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this";
            std::io::Write::write_all(stream, text.as_bytes()).expect("the server reads");
        }
        "/hang" => {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest);
            let _ = hung_up.lock().expect("a lock").send(());
        }
        _ => respond(stream, "200 OK", "", &request.body),
    });
    (site, receiver)
}

/// A Worker whose handler is `body`, with `site` at hand.
fn serve(site: &Site, body: &str) -> Server {
    let code = format!("const site = {:?};\nexport default {{ async fetch(request, env, ctx) {{ {body} }} }};", site.url());
    Server::start(&Project::worker(&code), &[])
}

#[test]
fn a_get_gives_status_headers_and_body() {
    let (site, _) = site();
    let server = serve(
        &site,
        r#"
        const reply = await fetch(site + "/hello", { headers: { "x-test": "yes" } });
        const teapot = await fetch(new Request(site + "/teapot"));
        return Response.json({
          status: reply.status, ok: reply.ok, from: reply.headers.get("x-from"), cookies: reply.headers.getSetCookie(),
          url: reply.url, redirected: reply.redirected, text: await reply.text(),
          teapot: [teapot.status, teapot.ok, await teapot.text()],
        });"#,
    );
    let expected = json!({
        "status": 200, "ok": true, "from": "site", "cookies": ["a=1", "b=2"], "url": format!("{}/hello", site.url()), "redirected": false,
        "text": "hello", "teapot": [418, false, "short and stout"],
    });
    assert_eq!(server.get("/").json(), expected);
    let seen = site.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].header("x-test")), ("GET", Some("yes")));
}

#[test]
fn bodies_of_every_sort_are_sent() {
    let (site, _) = site();
    let server = serve(
        &site,
        r#"
        const post = async (body, headers) => (await fetch(site + "/echo", { method: "POST", body, headers })).text();
        const stream = new Blob(["from ", "a stream"]).stream();
        return Response.json([
          await post("text"), await post(new Uint8Array([97, 98])), await post(new URLSearchParams({ a: "1 2" })),
          await post(new Blob(["blob"])), await post(stream), await post(request.body), await post(""),
        ]);"#,
    );
    let reply = server.request("POST", "/", &[], b"passed on");
    assert_eq!(reply.json(), json!(["text", "ab", "a=1+2", "blob", "from a stream", "passed on", ""]));
    let seen = site.seen();
    assert_eq!(seen[0].header("content-type"), Some("text/plain;charset=UTF-8"));
    assert_eq!(seen[0].header("content-length"), Some("4"));
    assert_eq!(seen[2].header("content-type"), Some("application/x-www-form-urlencoded;charset=UTF-8"));
    // What is known of a stream goes out as its length: a blob's, and that of a body that is passed on.
    let lengths = [4, 5].map(|index: usize| (seen[index].header("content-length"), seen[index].header("transfer-encoding")));
    assert_eq!(lengths, [(Some("13"), None), (Some("9"), None)]);
}

#[test]
fn redirects_are_followed_handed_over_or_refused() {
    let (site, _) = site();
    let server = serve(
        &site,
        r#"
        const followed = await fetch(site + "/away");
        const manual = await fetch(site + "/away", { redirect: "manual" });
        const round = await fetch(site + "/round").catch((error) => error.message.slice(0, 19));
        const refused = await fetch(site + "/away", { redirect: "error" }).then(() => "answered", (error) => error.name);
        return Response.json({
          followed: [followed.status, followed.redirected, followed.url.replace(site, ""), await followed.text()],
          manual: [manual.status, manual.headers.get("location"), await manual.text()],
          round, refused,
        });"#,
    );
    let expected = json!({
        "followed": [200, true, "/hello", "hello"], "manual": [302, "/hello", "see there"], "round": "Too many redirects.", "refused": "TypeError",
    });
    assert_eq!(server.get("/").json(), expected);
}

#[test]
fn compressed_and_chunked_answers_are_decoded() {
    let (site, _) = site();
    let server = serve(
        &site,
        r#"return Response.json([await (await fetch(site + "/gzip")).text(), await (await fetch(site + "/chunks")).text()]);"#,
    );
    assert_eq!(server.get("/").json(), json!(["hello from gzip", "one two"]));
}

#[test]
fn an_answer_can_be_passed_on_to_the_client() {
    let (site, _) = site();
    let server = serve(&site, r#"return fetch(site + "/hello");"#);
    let reply = server.get("/");
    assert_eq!((reply.status, reply.text().as_str(), reply.header("x-from")), (200, "hello", Some("site")));
    assert_eq!(reply.headers_of("set-cookie"), ["a=1", "b=2"]);
}

#[test]
fn a_fetch_can_be_aborted_and_its_connection_is_closed() {
    let (site, hung_up) = site();
    let server = serve(
        &site,
        r#"
        const controller = new AbortController();
        const pending = fetch(site + "/hang", { signal: controller.signal }).catch((error) => error.name);
        await scheduler.wait(1);
        controller.abort();
        const early = await fetch(site + "/hello", { signal: AbortSignal.abort() }).catch((error) => error.name);
        const timeout = await fetch(site + "/hang", { signal: AbortSignal.timeout(1) }).catch((error) => error.name);
        return Response.json([await pending, early, timeout]);"#,
    );
    assert_eq!(server.get("/").json(), json!(["AbortError", "AbortError", "TimeoutError"]));
    // Whatever of the two reached the site was hung up on; nothing is left open.
    let reached = site.seen().iter().filter(|request| request.path == "/hang").count();
    for _ in 0..reached {
        hung_up.recv_timeout(std::time::Duration::from_secs(60)).expect("the site is hung up on");
    }
    assert!(site.seen().iter().all(|request| request.path != "/hello"), "a request aborted before it began is not sent");
}

#[test]
fn a_host_that_cannot_be_reached_is_an_error_of_the_code() {
    let (site, _) = site();
    // Nobody has port 1.
    let server = serve(
        &site,
        r#"
        const failed = async (url) => { try { await fetch(url); return "answered"; } catch (error) { return [error instanceof Error, error.message.length > 0]; } };
        return Response.json([await failed("http://127.0.0.1:1/"), await failed("no url"), await failed("ftp://a/b"), await failed("http://nowhere.invalid/")]);"#,
    );
    assert_eq!(server.get("/").json(), json!([[true, true], [true, true], [true, true], [true, true]]));
}

#[test]
fn an_answer_that_breaks_off_is_an_error_when_it_is_read() {
    let (site, _) = site();
    let server = serve(
        &site,
        r#"
        const reply = await fetch(site + "/broken");
        const read = await reply.text().then(() => "whole", (error) => error instanceof Error);
        return Response.json([reply.status, read]);"#,
    );
    assert_eq!(server.get("/").json(), json!([200, true]));
}

#[test]
fn an_uncaught_error_of_fetch_is_the_answer() {
    let (site, _) = site();
    // Nobody has port 1; one that was free a moment ago may be taken by another test.
    let server = serve(&site, r#"return fetch("http://127.0.0.1:1/");"#);
    let reply = server.get("/");
    assert_eq!(reply.status, 500);
    assert!(reply.text().starts_with("Error: Network connection lost."), "{}", reply.text());
}

#[test]
fn lengths_that_are_known_are_sent_and_all_else_goes_in_chunks() {
    let (site, _) = site();
    let server = serve(
        &site,
        r#"
        const post = (body, headers) => fetch(site + "/echo", { method: "POST", body, headers, duplex: "half" });
        const bytes = (text) => new TextEncoder().encode(text);
        const fixed = (length, text) => {
          const { readable, writable } = new FixedLengthStream(length);
          const writer = writable.getWriter();
          writer.write(bytes(text)).then(() => writer.close()).catch(() => {});
          return readable;
        };
        const of = (...chunks) => new ReadableStream({ start: (c) => { chunks.forEach((chunk) => c.enqueue(chunk)); c.close(); } });
        const passed = await (await post(request.body)).arrayBuffer();
        const texts = [passed.byteLength];
        const bodies = [fixed(5, "fixed"), of(bytes("a"), "€"), fixed(0, "")];
        for (const body of bodies) texts.push(await (await post(body, { "content-length": "99" })).text());
        const short = await post(fixed(5, "abc")).then(() => "answered", (error) => [error.name, error.message, error.retryable]);
        const failing = await post(new ReadableStream({ pull: (c) => c.error(new RangeError("in the body")) })).then((r) => r.text());
        return Response.json([...texts, short, failing]);"#,
    );
    let large = vec![b'x'; 300_000];
    let reply = server.request("POST", "/", &[], &large);
    assert_eq!(reply.json(), json!([300_000, "fixed", "a€", "", ["Error", "Network connection lost.", true], ""]));
    let framing: Vec<_> = site.seen().iter().map(|request| request.header("content-length").unwrap_or("chunked").to_owned()).collect();
    // The one that is too short never arrives as a whole.
    assert_eq!(framing, ["300000", "5", "chunked", "0", "chunked"]);
    server.wait_message("fetch: the body of a request failed and was sent as far as it came: in the body");
}

#[test]
fn what_is_logged_of_an_internal_error_has_its_reference() {
    let (site, _) = site();
    let server = serve(&site, r#"return fetch("http://nowhere.invalid/").catch((error) => new Response(error.message));"#);
    let text = server.get("/").text();
    let reference = text.strip_prefix("internal error; reference = ").expect("a reference");
    assert_eq!(reference.len(), 24);
    let line = server.wait_message(&format!("(reference = {reference})"));
    let message = line["message"].as_str().expect("a message");
    assert!(message.starts_with("GET http://nowhere.invalid/: DNS lookup failed"), "{message}");
    assert_eq!(line["level"], "error");
}

#[test]
fn what_code_asks_of_the_run_itself_is_caused_by_its_event_and_says_nothing_of_it() {
    const CODE: &str = r#"
        export default {
            async fetch(request) {
                const { origin, pathname } = new URL(request.url);
                if (pathname === "/inner") return Response.json([...request.headers.keys()]);
                const asked = await Promise.all([fetch(`${origin}/inner?1`), fetch(`${origin}/inner?2`)]);
                return Response.json(await asked[0].json());
            },
        };"#;
    let server = Server::start(&Project::worker(CODE), &[]);
    let headers = server.get("/outer").json();
    let said =
        |name: &str| headers.as_array().expect("names").iter().any(|header| header.as_str().is_some_and(|header| header.contains(name)));
    assert!(!said("trace") && !said("greenroom") && !said("cause"), "{headers}");
    assert_eq!(server.get("/inner?3").status, 200);
    let control = server.control();
    let event = |summary: &str| {
        let list = control.get("/v1/events");
        let found = list["events"].as_array().expect("a list").iter().find(|event| event["summary"] == summary);
        control.get(&format!("/v1/events/{}", found.expect("it is there")["id"].as_str().expect("an id")))
    };
    let (outer, other) = (event("GET /outer"), event("GET /inner?3"));
    for inner in [event("GET /inner?1"), event("GET /inner?2")] {
        assert_eq!((&inner["cause"], &inner["trace"]), (&outer["id"], &outer["trace"]));
    }
    assert!(other["cause"].is_null() && other["trace"] != outer["trace"], "{other}");
}
