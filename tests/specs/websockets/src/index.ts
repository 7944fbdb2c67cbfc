// A Worker that echoes what it is told over WebSockets, and talks to itself as a client.

const echo = (protocol: string | null) => {
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  server.binaryType = "arraybuffer";
  server.addEventListener("message", (event) => {
    if (event.data === "close me") server.close(4001, "as you wish");
    else server.send(event.data);
  });
  const headers = protocol === null ? {} : { "sec-websocket-protocol": protocol.split(",")[0] };
  return new Response(null, { status: 101, webSocket: client, headers });
};

const show = async (data: unknown) => (data instanceof Blob ? [...new Uint8Array(await data.arrayBuffer())] : data);

/** What happens on a socket, until it is closed. */
const talk = (socket: WebSocket, say: (socket: WebSocket, data: unknown) => void, begin: (socket: WebSocket) => void) =>
  new Promise<unknown[]>((resolve) => {
    const log: unknown[] = [];
    socket.addEventListener("open", () => {
      log.push("open", socket.readyState, socket.protocol);
      begin(socket);
    });
    socket.addEventListener("message", async (event) => {
      const data = await show(event.data);
      log.push(data);
      say(socket, data);
    });
    socket.addEventListener("error", (event) => log.push((event as ErrorEvent).message));
    socket.addEventListener("close", (event) => {
      log.push(event.code, event.reason, event.wasClean, socket.readyState);
      resolve(log);
    });
  });

export default {
  async fetch(request: Request) {
    const url = new URL(request.url);
    const there = `ws://${url.host}/echo`;
    switch (url.pathname) {
      case "/echo":
        return echo(request.headers.get("sec-websocket-protocol"));
      case "/client":
        return Response.json(await talk(
          new WebSocket(there, ["chat", "other"]),
          (socket, data) => (data === "hello" ? socket.send(new Uint8Array([1, 2, 3])) : socket.send("close me")),
          (socket) => socket.send("hello"),
        ));
      case "/client-closes":
        return Response.json(await talk(new WebSocket(there), (socket) => socket.close(4000, "enough"), (socket) => socket.send("a")));
      case "/fetch": {
        const response = await fetch(`http://${url.host}/echo`, { headers: { upgrade: "websocket" } });
        const socket = response.webSocket!;
        const talked = talk(socket, (socket) => socket.send("close me"), () => {});
        socket.accept();
        socket.send("x".repeat(300_000));
        const [first, ...rest] = await talked;
        return Response.json([response.status, (first as string).length, ...rest]);
      }
      case "/refused":
        return Response.json(await talk(new WebSocket(`ws://${url.host}/plain`), () => {}, () => {}));
      case "/nobody":
        return Response.json(await talk(new WebSocket("ws://127.0.0.1:1/"), () => {}, () => {}));
      default:
        return new Response("plain");
    }
  },
};
