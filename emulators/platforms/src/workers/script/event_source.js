// `EventSource`: events of a server, from a URL or from a stream that is there already.
// https://developers.cloudflare.com/workers/runtime-apis/eventsource/
(runtime) => {
  const { workers } = runtime.parts;
  const { PromisePrototypeThen: then } = runtime.primordials;
  const { DOMException } = runtime.web.exception;
  const { EventTarget, MessageEvent, ErrorEvent, Event } = runtime.web.event;
  const { ReadableStream } = runtime.web.streams;

  const CONNECTING = 0;
  const OPEN = 1;
  const CLOSED = 2;

  /** Milliseconds before a connection that ended is made again; the server may say otherwise. */
  const RECONNECTION_TIME = 2000;

  const MAKING = Symbol("making");

  class EventSource extends EventTarget {
    static CONNECTING = CONNECTING;
    static OPEN = OPEN;
    static CLOSED = CLOSED;

    #url = "";
    #origin = "";
    #state = CONNECTING;
    #fetcher;
    #abort = new AbortController();
    #time = RECONNECTION_TIME;
    #lastEventId = "";

    constructor(url, init = {}) {
      super();
      if (url === MAKING) return;
      if (init?.withCredentials) {
        throw new DOMException("The init.withCredentials option is not supported. It must be false or undefined.", "NotSupportedError");
      }
      const parsed = URL.parse(String(url));
      if (parsed === null) throw new DOMException(`Cannot open an EventSource to '${url}'. The URL is invalid.`, "SyntaxError");
      this.#url = parsed.href;
      this.#origin = parsed.origin;
      this.#fetcher = init?.fetcher;
      this.#connect();
    }

    static from(stream) {
      if (!(stream instanceof ReadableStream)) {
        throw new TypeError("Failed to execute 'from' on 'EventSource': parameter 1 is not of type 'ReadableStream'.");
      }
      if (stream.locked) throw new TypeError("This ReadableStream is locked.");
      if (runtime.web.streams.isReadableStreamDisturbed(stream)) throw new TypeError("This ReadableStream has already been read from.");
      const source = new EventSource(MAKING);
      // It is open before anybody can listen.
      source.#state = OPEN;
      source.#read(stream, false);
      return source;
    }

    async #connect() {
      const headers = { accept: "text/event-stream", "cache-control": "no-cache" };
      if (this.#lastEventId !== "") headers["last-event-id"] = this.#lastEventId;
      const ask = this.#fetcher === undefined ? fetch : (...args) => this.#fetcher.fetch(...args);
      let response;
      try {
        response = await ask(this.#url, { headers, signal: this.#abort.signal });
      } catch (error) {
        return this.#fail(error);
      }
      if (this.#state === CLOSED) return undefined;
      if (!response.ok) return this.#fail(new Error(`The response status code was ${response.status}.`));
      const type = response.headers.get("content-type") ?? "";
      if (!/^text\/event-stream\s*(;|$)/i.test(type)) return this.#fail(new Error(`The content type '${type}' is invalid.`));
      return this.#read(response.body ?? new Response("").body, true);
    }

    async #read(stream, again) {
      // Listeners are added after the object is made.
      await undefined;
      if (this.#state === CLOSED) return;
      if (this.#state === CONNECTING) {
        this.#state = OPEN;
        this.#fire(new Event("open"));
      }
      const reader = stream.getReader();
      this.#abort.signal.addEventListener("abort", () => void then(reader.cancel(this.#abort.signal.reason), undefined, () => {}), { once: true });
      const parser = new Parser((field) => this.#take(field));
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done || this.#state === CLOSED) break;
          parser.add(value);
        }
      } catch (error) {
        this.#fail(error);
        return;
      }
      if (this.#state !== CLOSED) this.#ended(again);
    }

    #ended(again) {
      this.#fail(new Error("The server disconnected."), again);
      if (!again) return;
      this.#state = CONNECTING;
      setTimeout(() => this.#state === CLOSED || this.#connect(), this.#time);
    }

    #take({ type, data, id, retry }) {
      if (retry !== undefined) this.#time = retry;
      if (id !== undefined) this.#lastEventId = id;
      if (data === undefined || this.#state === CLOSED) return;
      this.#fire(new MessageEvent(type || "message", { data, lastEventId: this.#lastEventId, origin: this.#origin }));
    }

    #fail(error, again = false) {
      if (this.#state === CLOSED) return;
      if (!again) this.#state = CLOSED;
      this.#fire(new ErrorEvent("error", { error, message: String(error?.message ?? error) }));
    }

    #fire(event) {
      try {
        this.dispatchEvent(event);
      } catch (error) {
        workers.report(error);
      }
    }

    close() {
      if (this.#state === CLOSED) return;
      this.#state = CLOSED;
      this.#abort.abort(new DOMException("The event source was closed.", "AbortError"));
    }

    get url() {
      return this.#url;
    }

    get withCredentials() {
      return false;
    }

    get readyState() {
      return this.#state;
    }
  }

  for (const name of ["CONNECTING", "OPEN", "CLOSED"]) {
    Object.defineProperty(EventSource.prototype, name, { value: EventSource[name], enumerable: true });
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
  class Parser {
    #decoder = new TextDecoder();
    #rest = "";
    #event = {};
    #give;

    constructor(give) {
      this.#give = give;
    }

    add(bytes) {
      this.#rest += typeof bytes === "string" ? bytes : this.#decoder.decode(bytes, { stream: true });
      const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
      this.#rest = lines.pop();
      for (const line of lines) this.#line(line);
    }

    #line(line) {
      if (line === "") {
        this.#give(this.#event);
        this.#event = {};
        return;
      }
      const colon = line.indexOf(":");
      if (colon === 0) return;
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      const event = this.#event;
      if (name === "data") event.data = event.data === undefined ? value : `${event.data}\n${value}`;
      else if (name === "event") event.type = value;
      else if (name === "id" && !value.includes("\0")) event.id = value;
      else if (name === "retry" && /^\d+$/.test(value)) event.retry = Number(value);
    }
  }

  workers.interfaces({ EventSource });
};
