// `fetch` to another Worker of the run: the request goes to its handler, and no further.
// https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/http/
(runtime) => {
  const { workers } = runtime.parts;
  const { Headers, Object, Request, TypeError, URL } = globalThis;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const { ArrayPrototypeIncludes: includes, ArrayPrototypePush: push, StringPrototypeToLowerCase: toLowerCase } = runtime.primordials;
  const cancel = uncurry(runtime.web.streams.ReadableStream.prototype.cancel);
  const redirectOf = uncurry(Object.getOwnPropertyDescriptor(Request.prototype, "redirect").get);

  const FRAMING = ["content-length", "transfer-encoding"];

  /** https://fetch.spec.whatwg.org/#concept-http-redirect-fetch */
  const REDIRECTS = [301, 302, 303, 307, 308];
  const MOST_REDIRECTS = 20;

  workers.fetchService = async (service, input, init, count) => {
    if (count === 0) {
      throw new TypeError("Failed to execute 'fetch' on 'Fetcher': parameter 1 is not of type 'Request or string'.");
    }
    let request = requestOf(input, init);
    const { signal } = request;
    const urls = [];
    for (;;) {
      const inner = runtime.toInnerRequest(request);
      push(urls, inner.currentUrl());
      const { value, body, wire } = await send(service, request, inner, signal);
      if (value.carried !== undefined) throw workers.revive(value.carried);
      if (wire !== undefined && value.status === 101) return workers.answered(value, body, wire);
      const location = redirectOf(request) === "manual" ? undefined : locationOf(value);
      if (location === undefined) {
        const answer = { ...value, statusText: value.statusText || workers.statusTextOf(value.status), urls };
        return runtime.toResponse(answer, inner.method === "HEAD" ? without(body) : body, signal);
      }
      if (redirectOf(request) === "error") throw new TypeError("Unexpected redirect.");
      if (urls.length > MOST_REDIRECTS) throw new TypeError("Too many redirects.");
      request = redirected(request, inner, value.status, new URL(location, inner.currentUrl()));
    }
  };

  /** No body, also where one came. */
  function without(body) {
    if (body instanceof runtime.web.streams.ReadableStream) cancel(body);
    return null;
  }

  function requestOf(input, init) {
    try {
      return new Request(input, init);
    } catch (error) {
      if (typeof input === "string" && !URL.canParse(input)) throw new TypeError(`Invalid URL: ${input}`);
      throw error;
    }
  }

  /** `{ value, body }` of the answer; `wire` is what the code says to a WebSocket that it has asked for. */
  async function send(service, request, inner, signal) {
    const { binding, app, entrypoint, props, label } = service;
    const { method } = inner;
    const url = inner.currentUrl();
    const args = {
      to: { app },
      entry: { kind: "fetch", entrypoint, props },
      request: { method, url, headers: headersOf(inner), extra: workers.extraOf?.(request) ?? "" },
      summary: `${label}.fetch() ${method} ${url}`,
    };
    if (!workers.asksForSocket(inner.headerList)) return await runtime.send(binding, args, inner, signal);
    const wire = new workers.Wire();
    const { value, body } = await runtime.call(binding, "fetch", args, wire.stream);
    return { value, body, wire };
  }

  /** The headers, and how the body comes: the other side is told it as by any client. */
  function headersOf(inner) {
    const { headerList, body } = inner;
    if (body === null) return headerList;
    const length = runtime.bodyLength(inner);
    const headers = [length === undefined ? ["transfer-encoding", "chunked"] : ["content-length", `${length}`]];
    for (let at = 0; at < headerList.length; at++) {
      if (includes(FRAMING, toLowerCase(headerList[at][0]))) return headerList;
      push(headers, headerList[at]);
    }
    return headers;
  }

  function locationOf({ status, headers }) {
    if (!includes(REDIRECTS, status)) return undefined;
    for (let at = 0; at < headers.length; at++) if (toLowerCase(headers[at][0]) === "location") return headers[at][1];
    return undefined;
  }

  function redirected(request, inner, status, next) {
    const url = next.href;
    const headers = new Headers(request.headers);
    if (next.origin !== new URL(inner.currentUrl()).origin) headers.delete("authorization");
    const becomesGet = status === 303 ? inner.method !== "HEAD" : status < 303 && inner.method === "POST";
    if (inner.body === null || becomesGet) {
      const { method } = inner;
      const { signal, redirect } = request;
      return new Request(url, { method: becomesGet ? "GET" : method, headers, signal, redirect });
    }
    if (inner.body.streamOrStatic.body === undefined) {
      throw new TypeError(
        "A request with a one-time-use body (it was initialized from a stream, not a buffer) encountered a redirect requiring the body to be " +
          "retransmitted. To avoid this error in the future, construct this request from a buffer-like body initializer.",
      );
    }
    return new Request(url, { method: inner.method, headers, body: inner.body.streamOrStatic.body, signal: request.signal });
  }
};
