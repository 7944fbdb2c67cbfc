// One request at a time, on raw loopback sockets: nothing is pooled, retried or followed behind our back.
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A port of the loopback interface that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * `GET path`, or `POST` of a body: the status and the body as text; rejects where there is no whole answer within `timeout` milliseconds.
 * An answer is whole by its own framing: not every server closes the connection when asked to.
 */
export function get(port, path, timeout = 30_000, body = undefined) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let received = "";
    socket.setEncoding("latin1");
    socket.setTimeout(timeout, () => socket.destroy(new Error(`no answer in ${Math.round(timeout)} ms`)));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection ended before the answer did")));
    socket.on("data", (chunk) => {
      received += chunk;
      const answer = parse(received);
      if (answer === null) return;
      resolve(answer);
      socket.destroy();
    });
    const length = body === undefined ? "" : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
    const method = body === undefined ? "GET" : "POST";
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${length}connection: close\r\n\r\n${body ?? ""}`);
  });
}

/** The answer, or `null` while it is not whole. */
function parse(text) {
  const head = /^HTTP\/1\.1 (\d{3})[^]*?\r\n\r\n/.exec(text);
  if (head === null) return null;
  const status = Number(head[1]);
  const body = text.slice(head[0].length);
  if (/^transfer-encoding: *chunked/im.test(head[0])) {
    return body.endsWith("0\r\n\r\n") ? { status, body: body.replace(/(?:^|\r\n)[0-9a-f]+\r\n/gi, "").replace(/\r\n$/, "") } : null;
  }
  const length = Number(/^content-length: *(\d+)/im.exec(head[0])?.[1] ?? 0);
  return body.length >= length ? { status, body } : null;
}

/**
 * Asks until `wanted` holds of an answer, with a short pause after each one that is not it, and no pause between answer and return.
 * @returns {Promise<number>} `performance.now()` of that answer.
 */
export async function until(port, path, wanted, { every, timeout, isOver = () => false, body = undefined }) {
  const deadline = performance.now() + timeout;
  let last = "nothing";
  while (performance.now() < deadline && !isOver()) {
    try {
      const answer = await get(port, path, deadline - performance.now(), body);
      if (wanted(answer)) return performance.now();
      last = `${answer.status} ${answer.body.slice(0, 80)}`;
    } catch (error) {
      last = error.message;
    }
    await pause(every);
  }
  throw new Error(`${path} did not give what was waited for; the last answer: ${last}`);
}
