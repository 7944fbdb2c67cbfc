// The server that observations of `fetch` ask; `tests/src/asked.rs` answers the same. What it answers is in the path:
// `/raw/<hex>` those bytes and the end of the connection, `/echo` the request's head as it came and its body, `/loop` a redirect to itself,
// `/down/<n>` n redirects, `/hang` nothing, `/drip` a body that does not end.

import { createServer } from "node:net";

/** Listens on a free port of 127.0.0.1; gives its URL and a function that closes it. */
export async function startSite() {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    let received = Buffer.alloc(0);
    socket.on("data", (data) => {
      received = Buffer.concat([received, data]);
      for (let asked; (asked = take(received)) !== undefined; received = asked.rest) reply(socket, asked);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => (sockets.forEach((socket) => socket.destroy()), server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

/** The first whole request of `received`, if it is there. */
function take(received) {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = received.toString("latin1", 0, end);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return chunked(received, head, end + 4);
  const rest = end + 4 + length;
  return received.length < rest ? undefined : { head, body: received.subarray(end + 4, rest), rest: received.subarray(rest) };
}

function chunked(received, head, start) {
  const parts = [];
  for (let at = start;;) {
    const line = received.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = Number.parseInt(received.toString("latin1", at, line), 16);
    if (received.length < line + size + 4) return undefined;
    parts.push(received.subarray(line + 2, line + 2 + size));
    at = line + size + 4;
    if (size === 0) return { head, body: Buffer.concat(parts), rest: received.subarray(at) };
  }
}

function reply(socket, { head, body }) {
  const path = head.split(" ")[1];
  const [, verb, argument] = path.split(/[/?]/);
  const send = (status, headers, text) => {
    const bytes = Buffer.from(text, "latin1");
    socket.write(`HTTP/1.1 ${status}\r\n${headers}content-length: ${bytes.length}\r\n\r\n`);
    socket.write(bytes);
  };
  if (verb === "raw") socket.end(Buffer.from(argument, "hex"));
  else if (verb === "loop") send("302 Found", "location: /loop\r\n", "");
  else if (verb === "down" && argument !== "0") send("302 Found", `location: /down/${Number(argument) - 1}\r\n`, "");
  else if (verb === "drip") socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\ndrip");
  else if (verb !== "hang") send("200 OK", "", `${head.replaceAll("\r\n", "\n")}\n\n${body.toString("latin1")}`);
}
