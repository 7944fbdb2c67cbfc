// Messages of WebSockets as the host takes them: `kind: u8 | length: u32, little-endian | payload`, as in `runtime/websocket`.
(runtime) => {
  const { workers } = runtime.parts;
  const { PromisePrototypeThen: then } = runtime.primordials;
  const { ReadableStream } = runtime.web.streams;

  const TEXT = 1;
  const BINARY = 2;
  const CLOSE = 8;
  const FAILED = 15;
  const HEAD = 5;
  const NO_STATUS = 1005;
  /** How many microtasks an answer takes at most that code gives at once. */
  const TURNS = 8;
  const UTF8 = new TextDecoder();

  function frame(kind, payload) {
    const bytes = new Uint8Array(HEAD + payload.length);
    bytes[0] = kind;
    new DataView(bytes.buffer).setUint32(1, payload.length, true);
    bytes.set(payload, HEAD);
    return bytes;
  }

  function encode({ kind, data, code, reason }) {
    if (kind === "text") return frame(TEXT, runtime.encode(data));
    if (kind === "binary") return frame(BINARY, data);
    if (code === NO_STATUS) return frame(CLOSE, new Uint8Array());
    const text = runtime.encode(reason);
    const payload = new Uint8Array(2 + text.length);
    new DataView(payload.buffer).setUint16(0, code);
    payload.set(text, 2);
    return frame(CLOSE, payload);
  }

  function decode(kind, payload) {
    if (kind === TEXT) return { kind: "text", data: UTF8.decode(payload) };
    if (kind === BINARY) return { kind: "binary", data: payload };
    if (kind === FAILED) return { kind: "failed", data: UTF8.decode(payload) };
    if (payload.length < 2) return { kind: "close", code: NO_STATUS, reason: "" };
    return { kind: "close", code: (payload[0] << 8) | payload[1], reason: UTF8.decode(payload.subarray(2)) };
  }

  /** Bytes that arrive in any pieces; gives whole messages. */
  class Parts {
    #parts = [];
    #length = 0;

    add(bytes) {
      this.#parts.push(bytes);
      this.#length += bytes.length;
    }

    *messages() {
      while (this.#length >= HEAD) {
        const whole = this.#joined();
        const length = new DataView(whole.buffer, whole.byteOffset).getUint32(1, true);
        if (whole.length < HEAD + length) return;
        this.#parts = [whole.subarray(HEAD + length)];
        this.#length -= HEAD + length;
        yield decode(whole[0], whole.slice(HEAD, HEAD + length));
      }
    }

    #joined() {
      if (this.#parts.length === 1) return this.#parts[0];
      const whole = new Uint8Array(this.#length);
      let at = 0;
      for (const part of this.#parts) {
        whole.set(part, at);
        at += part.length;
      }
      this.#parts = [whole];
      return whole;
    }
  }

  /** One connection: `stream` is what goes out, `send` puts a message into it, `read` hands on what comes in. */
  class Wire {
    #controller;
    #closed = { out: false, in: false };
    #ended = false;
    #reader;

    constructor() {
      this.stream = new ReadableStream({
        start: (controller) => void (this.#controller = controller),
        cancel: () => void (this.#ended = true),
      });
      this.send = (message) => this.#send(message);
    }

    #send(message) {
      if (this.#ended || this.#closed.out) return;
      if (message.kind === "lost") return this.#breakOff();
      this.#controller.enqueue(encode(message));
      if (message.kind === "close") this.#done("out");
    }

    /** Ends without a close message. */
    #breakOff() {
      this.#end();
      if (this.#reader !== undefined) then(this.#reader.cancel(), undefined, () => {});
    }

    #done(way) {
      this.#closed[way] = true;
      if (this.#closed.out && this.#closed.in) this.#end();
    }

    #end() {
      if (this.#ended) return;
      this.#ended = true;
      this.#controller.close();
    }

    async read(incoming, take) {
      const parts = new Parts();
      const reader = this.#reader = incoming.getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          parts.add(value);
          for (const message of parts.messages()) {
            take(message);
            if (message.kind === "close") this.#done("in");
            else if (message.kind === "failed") this.#closed.in = true;
          }
        }
      } catch {
        // Told below: a connection that broke off has said no close.
      }
      if (!this.#closed.in) take({ kind: "lost" });
      // The answer to a close message is on its way through both ends of a pair.
      for (let turn = 0; turn < TURNS && !this.#closed.out; turn++) await undefined;
      this.#end();
    }
  }

  /** Asks the host for a connection to the outside: `{ value, body }` of the answer, and the `wire` by which the code speaks. */
  workers.wire = async (url, headers) => {
    const wire = new Wire();
    const head = { url, method: "GET", headers, redirect: "manual" };
    const { value, body } = await runtime.call("", "websocket", head, wire.stream);
    return { value, body, wire };
  };

  workers.Wire = Wire;
};
