// The generator of load.mjs where wrk is not to be had: keep-alive connections, one request under way on each.
import { connect } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

const { port, path, seconds, connections, body } = workerData;
const head = (method, more = "") => `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${more}\r\n`;
const request = Buffer.from(body ? `${head("POST", `content-length: ${Buffer.byteLength(body)}\r\n`)}${body}` : head("GET"));
const latencies = [];
let failed = 0;
const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;

await Promise.all(Array.from({ length: connections }, connection));
latencies.sort((a, b) => a - b);
const percentile = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
const elapsed = (performance.now() - startedAt) / 1000;
parentPort.postMessage({ requests: latencies.length, seconds: elapsed, failed, p50: percentile(0.5), p99: percentile(0.99) });

function connection() {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let received = [];
    let missing = Number.NaN; // bytes of the answer still to come; NaN until its head is read
    let sentAt = 0;
    const send = () => {
      received = [];
      missing = Number.NaN;
      sentAt = performance.now();
      socket.write(request);
    };
    const fail = () => {
      failed += performance.now() < endsAt ? 1 : 0;
      socket.destroy();
      resolve();
    };
    socket.once("connect", send).once("error", fail).once("end", fail);
    socket.on("data", (chunk) => {
      if (Number.isNaN(missing)) {
        received.push(chunk);
        missing = missingOf(Buffer.concat(received));
      } else {
        missing = missing === Infinity ? missingOf(Buffer.concat([...received, chunk])) : missing - chunk.length;
        if (missing === Infinity) received.push(chunk);
      }
      if (missing !== 0) return;
      latencies.push(performance.now() - sentAt);
      if (performance.now() < endsAt) return send();
      socket.removeAllListeners("end").destroy();
      resolve();
    });
  });
}

/** How many bytes of this answer are not there yet: NaN before the head is whole, Infinity within a chunked body. */
function missingOf(answer) {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd < 0) return Number.NaN;
  const head = answer.toString("latin1", 0, headEnd);
  if (!head.startsWith("HTTP/1.1 200")) failed += 1;
  const length = /^content-length: *(\d+)/im.exec(head);
  if (length) return headEnd + 4 + Number(length[1]) - answer.length;
  return answer.subarray(-5).equals(Buffer.from("0\r\n\r\n")) ? 0 : Infinity;
}
