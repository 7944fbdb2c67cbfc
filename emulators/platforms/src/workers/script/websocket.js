// WebSockets: `WebSocketPair`, and the class that its ends and connections to the outside share.
// https://developers.cloudflare.com/workers/runtime-apis/websockets/
(runtime) => {
  const { Array, ArrayBuffer, Blob, Error, Object, String, TypeError, Uint8Array } = globalThis;
  const { defineProperty } = Object;
  const { isView } = ArrayBuffer;
  const { ArrayPrototypeIncludes: includes, ArrayPrototypePush: push, StringPrototypeToWellFormed: toWellFormed } = runtime.primordials;
  const { queueMicrotask } = globalThis;
  const { workers } = runtime.parts;
  const { DOMException } = runtime.web.exception;
  const { throughBytes } = runtime.web.webidl;
  const { EventTarget, MessageEvent, CloseEvent, ErrorEvent, Event } = runtime.web.event;

  const CONNECTING = 0;
  const OPEN = 1;
  const CLOSING = 2;
  const CLOSED = 3;

  /** https://datatracker.ietf.org/doc/html/rfc6455#section-5.5: a control frame has 125 bytes, two of them the code. */
  const REASON_BYTES = 123;
  const NO_STATUS = 1005;
  /** https://datatracker.ietf.org/doc/html/rfc6455#section-7.4.1: what only an endpoint itself may say. */
  const RESERVED = [1004, 1005, 1006, 1015];
  const ABNORMAL = 1006;

  const MAKING = Symbol("making");
  const fail = (name, message) => new DOMException(message, name);
  const unaccepted = () => new TypeError("You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.");

  /** Messages before there is anybody to take them, then straight on. */
  class Inbox {
    #waiting = [];
    #take;

    put(message) {
      if (this.#take === undefined) push(this.#waiting, message);
      else queueMicrotask(() => this.#take(message));
    }

    open(take) {
      this.#take = take;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (let at = 0; at < waiting.length; at++) queueMicrotask(() => take(waiting[at]));
    }
  }

  class WebSocket extends EventTarget {
    static READY_STATE_CONNECTING = CONNECTING;
    static CONNECTING = CONNECTING;
    static READY_STATE_OPEN = OPEN;
    static OPEN = OPEN;
    static READY_STATE_CLOSING = CLOSING;
    static CLOSING = CLOSING;
    static READY_STATE_CLOSED = CLOSED;
    static CLOSED = CLOSED;

    #accepted = false;
    /** Given to a response: whoever has it now, it is not the code. */
    #released = false;
    #client = false;
    #closedOutgoing = false;
    #closedIncoming = false;
    /** Nothing comes any more: the connection broke off, or this end has failed. */
    #over = false;
    #failed = false;
    #inbox = new Inbox();
    /** Takes messages to the other side; none while there is no connection. */
    #out;
    #url = null;
    #protocol = "";
    #extensions = "";
    #binaryType = workers.binaryType ?? "blob";
    #attachment = null;
    /** A close of the other side is not answered by itself. */
    #halfOpen = workers.repliesToClose === false;

    constructor(url, protocols = undefined) {
      super();
      if (url === MAKING) return;
      if (arguments.length === 0) throw new TypeError("Failed to construct 'WebSocket': constructor parameter 1 is not of type 'string'.");
      this.#client = true;
      const { href, names } = addressOf(String(url), protocols);
      this.#url = href;
      this.#connect(href, names);
    }

    async #connect(href, names) {
      const headers = names.length === 0 ? [] : [["sec-websocket-protocol", names.join(", ")]];
      try {
        const { value: { status, headers: answered }, body, wire } = await workers.wire(href, headers);
        if (status !== 101) throw new TypeError("Failed to establish the WebSocket connection: expected server to reply with HTTP status code 101 (switching protocols), but received " + status + " instead.");
        this.#protocol = new Headers(answered).get("sec-websocket-protocol") ?? "";
        this.#out = wire.send;
        this.#accepted = true;
        if (this.#closedOutgoing) wire.send({ kind: "close", code: NO_STATUS, reason: "" });
        else this.#fire(new Event("open"));
        this.#inbox.open((message) => this.#take(message));
        wire.read(body, (message) => this.#inbox.put(message));
      } catch (error) {
        this.#over = this.#closedOutgoing = this.#closedIncoming = true;
        const cause = error instanceof TypeError ? error : new Error("Network connection lost.");
        this.#fire(errorEvent(cause));
        this.#fire(new CloseEvent("close", { code: ABNORMAL, reason: "Failed to establish websocket connection", wasClean: false }));
      }
    }

    accept(options = undefined) {
      if (this.#client) throw new TypeError("Websockets obtained from the 'new WebSocket()' constructor cannot call accept");
      if (this.#released) throw new TypeError("Can't accept() WebSocket that was already used in a response.");
      if (this.#accepted) return;
      const halfOpen = options?.allowHalfOpen;
      if (halfOpen !== undefined) this.#halfOpen = !!halfOpen;
      this.#accepted = true;
      this.#inbox.open((message) => this.#take(message));
    }

    send(message) {
      if (arguments.length === 0) {
        throw new TypeError("Failed to execute 'send' on 'WebSocket': parameter 1 is not of type 'ArrayBuffer or ArrayBufferView or string'.");
      }
      if (this.#closedOutgoing) throw new TypeError("Can't call WebSocket send() after close().");
      if (this.#released || this.#over) return;
      if (!this.#accepted) throw unaccepted();
      this.#out?.(dataOf(message));
    }

    close(code = undefined, reason = undefined) {
      const given = code === undefined ? undefined : code | 0;
      const strict = workers.strictCodes && given !== 1000;
      if (given !== undefined && (given < (strict ? 3000 : 1000) || given >= 5000 || includes(RESERVED, given))) {
        throw fail("InvalidAccessError", `Invalid WebSocket close code: ${given}.`);
      }
      const text = reason === undefined ? "" : toWellFormed(String(reason));
      if (runtime.encode(text).length > REASON_BYTES) {
        throw fail("SyntaxError", "WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded.");
      }
      if (reason !== undefined && given === undefined) {
        throw fail("InvalidAccessError", "If you specify a WebSocket close reason, you must also specify a code.");
      }
      if (!this.#accepted && !this.#client) throw unaccepted();
      if (this.#closedOutgoing || this.#released) return;
      this.#closedOutgoing = true;
      this.#out?.({ kind: "close", code: given ?? NO_STATUS, reason: text });
    }

    // As https://github.com/cloudflare/workerd/blob/main/src/workerd/api/web-socket.c++ has it: a connection that breaks off is a close, one
    // that breaks the protocol an error and no close.
    #take(message) {
      if (this.#closedIncoming || this.#over) return;
      if (message.kind === "close") {
        this.#closedIncoming = true;
        // https://developers.cloudflare.com/workers/configuration/compatibility-flags/: `web_socket_auto_reply_to_close`
        if (!this.#closedOutgoing && !this.#halfOpen) {
          this.#closedOutgoing = true;
          this.#out?.({ kind: "close", code: message.code, reason: message.reason });
        }
        this.#fire(new CloseEvent("close", { code: message.code, reason: message.reason, wasClean: true }));
      } else if (message.kind === "lost") {
        this.#over = true;
        this.#fire(new CloseEvent("close", { code: ABNORMAL, reason: "WebSocket disconnected without sending Close frame.", wasClean: false }));
      } else if (message.kind === "failed") {
        this.#fail(new Error(message.data));
      } else {
        this.#fire(new MessageEvent("message", { data: message.kind === "text" ? message.data : this.#binary(message.data) }));
      }
    }

    #binary(bytes) {
      return this.#binaryType === "blob" ? new Blob([bytes]) : bytes.buffer;
    }

    /** Nobody calls these events: what a listener throws is the end of the connection. */
    #fire(event) {
      try {
        runtime.dispatch(event, this);
      } catch (error) {
        workers.report(error);
        this.#fail(error);
      }
    }

    /** Ends without a close message. */
    #fail(error) {
      if (this.#failed) return;
      this.#over = this.#failed = true;
      this.#out?.({ kind: "lost" });
      this.#fire(errorEvent(error));
    }

    serializeAttachment(value) {
      this.#attachment = structuredClone(value);
    }

    deserializeAttachment() {
      return structuredClone(this.#attachment);
    }

    get readyState() {
      if (this.#failed || (this.#closedIncoming && this.#closedOutgoing)) return CLOSED;
      if (this.#closedIncoming || this.#closedOutgoing) return CLOSING;
      return this.#client && !this.#accepted ? CONNECTING : OPEN;
    }

    get url() {
      return this.#url;
    }

    get protocol() {
      return this.#protocol;
    }

    get extensions() {
      return this.#extensions;
    }

    get binaryType() {
      return this.#binaryType;
    }

    set binaryType(type) {
      // What is no type is no change. (https://websockets.spec.whatwg.org/#dom-websocket-binarytype)
      if (type !== "blob" && type !== "arraybuffer") return;
      this.#binaryType = type;
    }

    static make(out) {
      const socket = new WebSocket(MAKING);
      socket.#out = out;
      return socket;
    }

    static pair() {
      const first = make((message) => second.#inbox.put(message));
      const second = make((message) => first.#inbox.put(message));
      return [first, second];
    }

    static is(value) {
      return typeof value === "object" && value !== null && #inbox in value;
    }

    static deliver(socket, message) {
      socket.#inbox.put(message);
    }

    static info(socket) {
      return { accepted: socket.#accepted, released: socket.#released, client: socket.#client };
    }

    /** Hands an end over to a connection: what its peer sends goes there by `take`; the function returned takes what comes from there. */
    static release(socket, take) {
      socket.#released = true;
      socket.#inbox.open(take);
      return (message) => socket.#out?.(message);
    }
  }

  const { make, pair, is, info, release, deliver } = WebSocket;
  for (const name of ["make", "pair", "is", "info", "release", "deliver"]) delete WebSocket[name];
  defineProperty(WebSocket, "length", { value: 1 });
  for (const name of Object.keys(WebSocket)) defineProperty(WebSocket.prototype, name, { value: WebSocket[name], enumerable: true });

  function dataOf(message) {
    if (message instanceof ArrayBuffer) return { kind: "binary", data: new Uint8Array(new Uint8Array(message)) };
    if (isView(message)) return { kind: "binary", data: new Uint8Array(new Uint8Array(message.buffer, message.byteOffset, message.byteLength)) };
    return { kind: "text", data: throughBytes(String(message)) };
  }

  const errorEvent = (error) => new ErrorEvent("error", { message: `Uncaught ${error}`, error });

  const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

  function addressOf(url, protocols) {
    const refuse = (why) => fail("SyntaxError", `WebSocket Constructor: ${why}`);
    const parsed = URL.parse(url);
    if (parsed === null) throw refuse("The url is invalid.");
    if (parsed.protocol !== "ws:" && parsed.protocol !== "wss:") throw refuse("The url scheme must be ws or wss.");
    if (parsed.hash !== "") throw refuse("The url fragment must be empty.");
    const names = protocols === undefined ? [] : Array.isArray(protocols) ? protocols.map(String) : [String(protocols)];
    const wrong = names.some((name) => !TOKEN.test(name));
    if (wrong) throw refuse(Array.isArray(protocols) ? "One of the protocol header tokens is invalid." : "The protocol header token is invalid.");
    if (new Set(names).size < names.length) throw refuse("The protocols header cannot have repeating values.");
    return { href: parsed.href, names };
  }

  class Pair {
    constructor() {
      const ends = pair();
      for (let at = 0; at < 2; at++) defineProperty(this, at, { __proto__: null, value: ends[at], writable: true, enumerable: true, configurable: true });
    }

    *[Symbol.iterator]() {
      yield this[0];
      yield this[1];
    }
  }
  defineProperty(Pair, "name", { value: "WebSocketPair" });
  workers.tag(Pair);

  const WebSocketPair = new Proxy(Pair, {
    __proto__: null,
    apply() {
      throw new TypeError("Failed to construct 'WebSocketPair': Please use the 'new' operator, this object constructor cannot be called as a function.");
    },
  });
  defineProperty(Pair.prototype, "constructor", { value: WebSocketPair, writable: true, configurable: true, enumerable: false });

  // https://developers.cloudflare.com/workers/configuration/compatibility-flags/
  workers.boot(({ compatibility_date: date, compatibility_flags: flags }) => {
    const on = (flag, off, since) => flags.includes(flag) || (!flags.includes(off) && (date ?? since) >= since);
    workers.binaryType = on("websocket_standard_binary_type", "no_websocket_standard_binary_type", "2026-03-17") ? "blob" : "arraybuffer";
    workers.strictCodes = flags.includes("pedantic_wpt");
    workers.repliesToClose = on("web_socket_auto_reply_to_close", "web_socket_manual_reply_to_close", "2026-04-07");
  });

  workers.sockets = { make, is, info, release, deliver };
  workers.interfaces({ WebSocket });
  workers.define("WebSocketPair", WebSocketPair);
};
