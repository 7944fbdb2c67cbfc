//! WebSockets of clients, by the real binary: echo, close codes, pings, clients that vanish, messages that are too large.

use std::io::{Read, Write};
use std::net::TcpStream;

use greenroom_tests::{Project, Server, wait_for};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

const WORKER: &str = r#"
let closed = [];
export default {
  fetch(request) {
    if (request.headers.get("upgrade") !== "websocket") return Response.json(closed);
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.binaryType = "arraybuffer";
    server.addEventListener("message", ({ data }) => server.send(data));
    server.addEventListener("close", ({ code, reason, wasClean }) => closed.push([code, reason, wasClean]));
    return new Response(null, { status: 101, webSocket: client });
  },
};
"#;

fn serve() -> Server {
    let project = Project::worker(WORKER);
    Server::start(&project, &["--ephemeral"])
}

fn connect(server: &Server) -> WebSocket<TcpStream> {
    let stream = TcpStream::connect(server.address()).expect("the server takes connections");
    client(format!("ws://{}/", server.address()), stream).expect("the handshake succeeds").0
}

/// What the Worker was told of sockets that closed, once there are `count` of them.
fn closed(server: &Server, count: usize) -> serde_json::Value {
    wait_for("the close", || {
        let seen = server.get("/").json();
        (seen.as_array()?.len() >= count).then_some(seen)
    })
}

#[test]
fn messages_come_back_and_the_close_is_told() {
    let server = serve();
    let mut socket = connect(&server);
    for message in [Message::text("hällo"), Message::binary(vec![0, 255]), Message::text("x".repeat(1_000_000))] {
        socket.send(message.clone()).unwrap();
        assert_eq!(socket.read().unwrap(), message);
    }
    socket.send(Message::Ping("p".into())).unwrap();
    assert_eq!(socket.read().unwrap(), Message::Pong("p".into()));
    socket.close(Some(CloseFrame { code: CloseCode::from(4005), reason: "done".into() })).unwrap();
    assert_eq!(closed(&server, 1), serde_json::json!([[4005, "done", true]]));
}

#[test]
fn a_client_that_vanishes_is_a_close_without_a_code() {
    let server = serve();
    let mut socket = connect(&server);
    socket.send(Message::text("a")).unwrap();
    socket.read().unwrap();
    drop(socket);
    assert_eq!(closed(&server, 1), serde_json::json!([[1006, "WebSocket disconnected without sending Close frame.", false]]));
    assert_eq!(server.get("/").status, 200);
}

/// What a client gets that sends these bytes after the handshake and then says no more, and what its Worker is told, as workerd has it.
fn after(bytes: &[u8]) -> (Vec<u8>, serde_json::Value) {
    let server = Server::start(&Project::worker(TOLD), &["--ephemeral"]);
    let mut stream = TcpStream::connect(server.address()).expect("the server takes connections");
    let handshake = format!(
        "GET /ws HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        server.address()
    );
    stream.write_all(&[handshake.as_bytes(), bytes].concat()).expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers");
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("the handshake is answered") + 4;
    (answer.split_off(head), closed(&server, 1))
}

const TOLD: &str = r#"
const told = [];
export default {
  fetch(request) {
    if (request.headers.get("upgrade") !== "websocket") return Response.json(told);
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => {
      if (data === "throw") throw new RangeError("in a listener");
      server.send(data);
    });
    server.addEventListener("error", ({ message }) => told.push(["error", message, server.readyState]));
    server.addEventListener("close", ({ code, reason, wasClean }) => told.push(["close", code, reason, wasClean, server.readyState]));
    return new Response(null, { status: 101, webSocket: client });
  },
};
"#;

#[test]
fn what_breaks_the_protocol_is_told_to_both_sides_in_workerds_words() {
    let large = [&[0x82, 0x7f][..], &(32 * 1024 * 1024 + 1_u64).to_be_bytes()].concat();
    let cases: [(&[u8], u16, &str); 4] = [
        (&[0xa1, 0], 1002, "Received frame had RSV bits 2 or 3 set"),
        (&[0x83, 0], 1002, "Unknown opcode 3"),
        (&[0x80, 0], 1002, "Unexpected continuation frame"),
        (&large, 1009, "Message is too large: 33554433 > 33554432"),
    ];
    for (bytes, code, reason) in cases {
        let (answer, told) = after(bytes);
        let length = u8::try_from(2 + reason.len()).unwrap();
        assert_eq!(answer, [&[0x88, length][..], &code.to_be_bytes(), reason.as_bytes()].concat(), "{reason}");
        let text =
            format!("Uncaught Error: WebSocket protocol error; protocolError.statusCode = {code}; protocolError.description = {reason}");
        assert_eq!(told, serde_json::json!([["error", text, 3]]));
    }
}

#[test]
fn any_code_closes_and_is_answered() {
    for code in [0_u16, 999, 1006, 5000] {
        let frame = [&[0x88, 2][..], &code.to_be_bytes()].concat();
        assert_eq!(after(&frame), (frame.clone(), serde_json::json!([["close", code, "", true, 3]])));
    }
}

#[test]
fn a_listener_that_throws_ends_the_connection_without_a_close_message() {
    let (answer, told) = after(b"\x81\x05throw\x81\x01x");
    assert_eq!((answer, told), (Vec::new(), serde_json::json!([["error", "Uncaught RangeError: in a listener", 3]])));
}
