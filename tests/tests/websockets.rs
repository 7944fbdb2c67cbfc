//! WebSockets of clients, by the real binary: echo, close codes, pings, clients that vanish, messages that are too large.

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
