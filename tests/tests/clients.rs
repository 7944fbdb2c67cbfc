//! Clients that do what they should not, and some that do what HTTP/1.1 lets them.

use std::net::TcpListener;

use greenroom_tests::{Project, Server};
use serde_json::json;

const CODE: &str = r#"
    export default {
      async fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname === "/read") return new Response(`read ${(await request.text()).length}`);
        return new Response(`fine ${pathname}`);
      },
    };"#;

fn start() -> Server {
    Server::start(&Project::worker(CODE), &[])
}

fn is_alive(server: &Server) {
    assert_eq!(server.get("/alive").text(), "fine /alive");
}

#[test]
fn a_port_that_was_asked_for_and_is_taken_is_an_error() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let said = Server::launch(&Project::worker(CODE), &["--port", &port]).err().expect("it is refused");
    assert!(said.contains(&format!("error: cannot listen on 127.0.0.1 port {port}: ")), "{said}");
    assert!(said.contains("hint: another program has that port: stop it, or choose another with `--port`"), "{said}");
}

#[test]
fn a_port_that_is_only_configured_gives_way_to_the_next_free_one() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let project = Project::configured(&format!(r#""dev": {{ "port": {port} }}"#), CODE);
    let server = Server::launch(&project, &[]).expect("it starts");
    assert!(server.address().port() > port && server.address().port() <= port + 20, "{}", server.address());
    assert_eq!(server.ready()["notes"], json!([format!("port {port} was taken")]));
    is_alive(&server);
}

#[test]
fn the_default_port_gives_way_too() {
    let project = Project::worker(CODE);
    let server = loop {
        // Whoever has it, it is taken; if that is another, until they leave it.
        let _taken = TcpListener::bind(("127.0.0.1", 8787));
        let server = Server::launch(&project, &[]).expect("it starts");
        if server.address().port() != 8787 {
            break server;
        }
    };
    assert!((8788..8807).contains(&server.address().port()), "{}", server.address());
    assert_eq!(server.ready()["notes"], json!(["port 8787 was taken"]));
    is_alive(&server);
}

#[test]
fn half_a_request_troubles_nobody() {
    let server = start();
    for half in [
        "G",
        "GET / HTTP/1.1\r\nhost: a",
        "POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf",
        "POST /read HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
    ] {
        // Sent, and hung up.
        server.wire().send(half);
        is_alive(&server);
    }
}

#[test]
fn a_header_of_200_kilobytes_is_refused_in_production() {
    let server = Server::start(&Project::worker(CODE), &["--profile", "production"]);
    let reply = server.request("GET", "/", &[("x-large", &"x".repeat(200 * 1024))], b"");
    assert_eq!(reply.status, 431);
    assert!(reply.text().contains("Request Header Fields Too Large"), "{}", reply.text());
    is_alive(&server);
}

#[test]
fn headers_just_within_the_limit_reach_the_code_and_endless_ones_are_refused() {
    let server = start();
    assert_eq!(server.request("GET", "/", &[("x-large", &"x".repeat(120 * 1024))], b"").text(), "fine /");
    let mut wire = server.wire();
    wire.send("GET / HTTP/1.1\r\nhost: a\r\nx-endless: ");
    let (piece, mut sent) = ("x".repeat(64 * 1024), 0_usize);
    while wire.try_send(&piece).is_ok() && sent < 1000 {
        sent += 1;
    }
    assert!(sent < 1000, "the server goes on reading");
    is_alive(&server);
}

#[test]
fn a_body_that_never_ends_keeps_only_its_own_request_waiting() {
    let server = start();
    let mut endless = server.wire();
    endless.send("POST /read HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
    for _ in 0..10 {
        endless.send("5\r\nagain\r\n");
        is_alive(&server);
    }
    endless.send("0\r\n\r\n");
    assert_eq!(endless.reply().expect("an answer in the end").text(), "read 50");
}

#[test]
fn what_is_no_http_is_refused() {
    let server = start();
    for garbage in [
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ] {
        let answer = server.raw(garbage);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{garbage:?}: {answer}");
        is_alive(&server);
    }
}

#[test]
fn a_body_whose_length_is_told_in_two_ways_is_refused() {
    let server = start();
    let answer = server.raw("POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\n12345");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    is_alive(&server);
}

#[test]
fn http_1_0_is_answered_and_the_connection_closed() {
    let answer = start().raw("GET /old HTTP/1.0\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n") && answer.ends_with("\r\n\r\nfine /old"), "{answer}");
}

#[test]
fn requests_sent_in_one_go_are_answered_in_order() {
    let server = start();
    let mut wire = server.wire();
    let posts: String =
        (0..20).map(|number| format!("POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: {number}\r\n\r\n{}", "x".repeat(number))).collect();
    wire.send(posts + "GET /last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    for number in 0..20 {
        assert_eq!(wire.reply().expect("an answer").text(), format!("read {number}"));
    }
    assert_eq!(wire.reply().expect("the last answer").text(), "fine /last");
    assert_eq!(wire.rest(), "");
}

#[test]
fn a_connection_serves_many_requests_and_a_body_that_the_code_ignores_is_skipped() {
    let server = start();
    let mut wire = server.wire();
    for number in 0..50 {
        let body = "x".repeat(number * 100);
        wire.send(format!("POST /ignores HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
        assert_eq!(wire.reply().expect("an answer").text(), "fine /ignores");
    }
}

#[test]
fn a_client_that_waits_for_leave_to_send_its_body_gets_it() {
    let server = start();
    let mut wire = server.wire();
    wire.send("POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(wire.head().expect("leave to go on").status, 100);
    wire.send("body");
    assert_eq!(wire.reply().expect("an answer").text(), "read 4");
}
