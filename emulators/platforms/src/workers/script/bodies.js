// What Workers make of a `Response` beside what the web does, and how its body goes out.
(runtime) => {
  const { workers } = runtime.parts;
  const { Response, getInnerResponse, hooks } = runtime.web.response;
  const { zlib, brotli } = runtime;
  const lowerCase = Function.prototype.call.bind(String.prototype.toLowerCase);

  /** What an init held that the web does not know, for the few responses that have such an init. */
  const extras = new runtime.safe.WeakMap();

  /** https://github.com/cloudflare/workerd/blob/main/src/workerd/api/http.c++: statuses by their class, where they have no text of their own. */
  const CLASSES = { 2: "Successful", 3: "Redirection", 4: "Client Error", 5: "Server Error" };

  const TEXTS = {
    101: "Switching Protocols",
    200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content", 205: "Reset Content",
    206: "Partial Content", 207: "Multi-Status", 208: "Already Reported", 226: "IM Used",
    300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 305: "Use Proxy",
    307: "Temporary Redirect", 308: "Permanent Redirect",
    400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
    411: "Length Required", 412: "Precondition Failed", 413: "Payload Too Large", 414: "URI Too Long", 415: "Unsupported Media Type",
    416: "Range Not Satisfiable", 417: "Expectation Failed", 418: "I'm a teapot", 421: "Misdirected Request",
    422: "Unprocessable Entity", 423: "Locked", 424: "Failed Dependency", 426: "Upgrade Required", 428: "Precondition Required",
    429: "Too Many Requests", 431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    505: "HTTP Version Not Supported", 506: "Variant Also Negotiates", 507: "Insufficient Storage", 508: "Loop Detected",
    510: "Not Extended", 511: "Network Authentication Required",
  };

  /** Whether a text was given that is empty, also as what becomes a text. */
  const isNoText = (text) => text === "" || (typeof text === "object" && text !== null && `${text}` === "");

  function onInit(init, response) {
    const { encodeBody, webSocket, cf } = init;
    const other = extras.get(init);
    if (other === undefined && encodeBody === undefined && webSocket === undefined && cf === undefined && !isNoText(init.statusText)) return;
    if (encodeBody !== undefined && encodeBody !== "manual" && encodeBody !== "automatic") {
      throw new TypeError(`encodeBody: unexpected value: ${encodeBody}`);
    }
    extras.set(response, { encodeBody, webSocket, cf, ...other, noText: isNoText(init.statusText) });
  }

  function statusText(response) {
    const inner = getInnerResponse(response);
    const { status, statusMessage } = inner;
    // What was fetched has the text that it came with, if any.
    if (statusMessage !== "" || inner.urlList.length > 0 || extras.get(response)?.noText === true || status === 0) return statusMessage;
    return statusTextOf(status);
  }

  const statusTextOf = (status) => TEXTS[status] ?? CLASSES[Math.floor(status / 100)] ?? "";
  workers.statusTextOf = statusTextOf;

  /** What compresses a body under this header; nothing for any other. */
  function encoderOf(headers) {
    for (let index = 0; index < headers.length; index++) {
      const name = headers[index][0], value = headers[index][1];
      if (lowerCase(name) !== "content-encoding") continue;
      if (value === "gzip") return gzip;
      return value === "br" ? br : undefined;
    }
    return undefined;
  }

  function gzip() {
    const codec = zlib.open("gzip", false);
    return (bytes, last) => zlib.write(codec, bytes, last);
  }

  function br() {
    const codec = brotli.open();
    return (bytes, last) => (last ? brotli.finish(codec) : brotli.write(codec, bytes));
  }

  const NOTHING = new Uint8Array(0);

  function whole(encode, bytes) {
    const first = encode(bytes, false);
    const last = encode(NOTHING, true);
    const all = new Uint8Array(first.byteLength + last.byteLength);
    all.set(first);
    all.set(last, first.byteLength);
    return all;
  }

  function piped(encode, stream) {
    const put = (made, controller) => made.byteLength > 0 && controller.enqueue(made);
    return stream.pipeThrough(new TransformStream({
      transform: (chunk, controller) => void put(encode(workers.internal.bytesOf(chunk), false), controller),
      flush: (controller) => void put(encode(NOTHING, true), controller),
    }));
  }

  /** The body as it goes out: compressed under a `content-encoding` that says so, unless the code has done that. */
  workers.sent = (response, { headerList, body }) => {
    const encoder = encoderOf(headerList);
    if (encoder === undefined || extras.get(response)?.encodeBody === "manual") return body.streamOrStatic;
    const given = body.streamOrStatic;
    if (given instanceof ReadableStream) return piped(encoder(), given);
    return { body: whole(encoder(), typeof given.body === "string" ? runtime.encode(given.body) : given.body) };
  };

  workers.extrasOf = (response) => extras.get(response);

  workers.boot(() => {
    hooks.init = onInit;
    hooks.upgrades = (response) => (extras.get(response)?.webSocket ?? null) !== null;
    const { prototype } = Response;
    const property = (name, get) => Object.defineProperty(prototype, name, { get, configurable: true, enumerable: true });
    property("statusText", {
      get statusText() {
        return statusText(this);
      },
    }.__lookupGetter__("statusText"));
    property("webSocket", {
      get webSocket() {
        return extras.get(this)?.webSocket ?? null;
      },
    }.__lookupGetter__("webSocket"));
    property("cf", {
      get cf() {
        return extras.get(this)?.cf;
      },
    }.__lookupGetter__("cf"));
  });
};
