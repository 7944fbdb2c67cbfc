import { bytes, failures, type Observations } from "./observe";

const statuses = (...values: unknown[]) => failures(...values.map((status) => () => new Response(null, { status } as any).status));

export const response: Observations = {
  "defaults": () => {
    const r = new Response() as any;
    return [r.status, r.statusText, r.ok, r.url, r.redirected, r.body, r.bodyUsed, r.type, r.webSocket, r.cf, r.headers];
  },
  "own keys": () => Object.keys(new Response("x")),
  "accessors": () => Object.getOwnPropertyNames(Response.prototype).sort(),
  "statics": () => Object.getOwnPropertyNames(Response).sort(),
  "tag": () => String(new Response()),
  "statuses": () => statuses(200, 299, 304, 404, 599, 101, 100, 199, 600, 999, 0, -1, "201", "abc", 200.7, null, undefined, NaN),
  "status text by default": () => [200, 201, 204, 301, 404, 418, 500, 599].map((status) => new Response(null, { status }).statusText),
  "status text": () => new Response(null, { statusText: "Fine" }).statusText,
  "status text with newline": () => new Response(null, { statusText: "a\nb" }),
  "status text beyond ASCII": () => new Response(null, { statusText: "ä" }).statusText,
  "ok": () => [199 + 1, 299, 300, 404].map((status) => new Response(null, { status }).ok),
  "null body statuses": () => failures(...[101, 204, 205, 304].map((status) => () => new Response("x", { status }).status)),
  "null body statuses with empty text": () => failures(...[204, 205, 304].map((status) => () => new Response("", { status }).body)),
  "content types": () => {
    const bodies = ["text", bytes(1), bytes(1).buffer, new URLSearchParams("a=b"), new Blob(["x"]), new Blob(["x"], { type: "A/B" }), new ReadableStream(), null];
    return bodies.map((body) => new Response(body).headers.get("content-type"));
  },
  "body of odd kinds": () => failures(...[{}, [], 5, true, Symbol.iterator, new Date(0)].map((body) => () => new Response(body as any).text())),
  "string init": () => new Response("x", "y" as any),
  "null init": () => new Response("x", null as any).status,
  "number init": () => new Response("x", 5 as any),
  "response as init": () => {
    const r = new Response("new", new Response("old", { status: 201, statusText: "Made", headers: { a: "b" } }));
    return [r.status, r.statusText, r.headers];
  },
  "headers wrong": () => new Response("x", { headers: { "a b": "c" } }),
  "encodeBody": () => failures(...["manual", "automatic", "x", null].map((encodeBody) => () => new Response("x", { encodeBody } as any).status)),
  "cf": () => (new Response("x", { cf: { a: 1 } } as any) as any).cf,
  "webSocket null": () => (new Response("x", { webSocket: null } as any) as any).webSocket,
  "webSocket wrong": () => new Response(null, { webSocket: {} } as any),
  "json": async () => {
    const r = Response.json({ a: [1, "é"] }, { status: 201, headers: { x: "y" } });
    return [r.status, r.headers, await r.text()];
  },
  "json of odd values": () => failures(() => Response.json(undefined), () => Response.json(() => 1), () => Response.json(Symbol("a")), () => Response.json(1n as any), () => Response.json(null).text()),
  "json of odd values as text": () => Promise.all([undefined, () => 1, Symbol("a"), { a: undefined }].map((value) => Response.json(value).text())),
  "json keeps the type": () => Response.json({}, { headers: { "content-type": "a/b" } }).headers.get("content-type"),
  "json with null body status": () => Response.json({}, { status: 204 }),
  "redirect": () => {
    const r = Response.redirect("http://a.b/ü");
    return [r.status, r.headers, r.body];
  },
  "redirect statuses": () => failures(...[301, 302, 303, 307, 308, 200, 304, 306].map((status) => () => Response.redirect("http://a.b", status).status)),
  "redirect relative": () => Response.redirect("/x"),
  "redirect invalid": () => Response.redirect("http://["),
  "redirect without url": () => (Response as any).redirect(),
  "redirect headers immutable": () => Response.redirect("http://a.b").headers.set("a", "b"),
  "error": () => {
    const r = Response.error();
    return [r.status, r.type, r.statusText, r.ok, r.headers];
  },
  "error headers": () => Response.error().headers.set("a", "b"),
  "body twice": async () => {
    const r = new Response("x");
    await r.text();
    return [r.bodyUsed, ...(await failures(() => r.text(), () => r.json(), () => r.blob(), () => r.bytes(), () => r.clone(), () => new Response(r.body)))];
  },
  "body locked": async () => {
    const r = new Response("x");
    r.body!.getReader();
    return [r.bodyUsed, ...(await failures(() => r.text(), () => r.clone(), () => new Response(r.body)))];
  },
  "body is one stream": () => {
    const r = new Response("x");
    return [r.body === r.body, r.body!.constructor.name, r.bodyUsed];
  },
  "cancelled body": async () => {
    const r = new Response("x");
    await r.body!.cancel();
    return [r.bodyUsed, await r.text().catch((error: Error) => error.message)];
  },
  "clone": async () => {
    const a = new Response("abc", { status: 202, headers: { a: "1" } });
    const b = a.clone();
    return [await a.text(), await b.text(), b.status, b.headers];
  },
  "text, json, blob, arrayBuffer, bytes": async () => {
    const blob = await new Response("ab", { headers: { "content-type": "X/Y" } }).blob();
    return [await new Response("é").text(), await new Response("[1]").json(), blob.size, blob.type, await new Response("a").arrayBuffer(), await (new Response("a") as any).bytes()];
  },
  "empty bodies": async () => [await new Response().text(), await new Response(null).arrayBuffer(), await new Response(undefined).text(), (await new Response().blob()).size],
  "json of nothing": async () => (await new Response().json().catch((error: Error) => error)).name,
  "formData of nothing": () => new Response().formData(),
  "stream of strings": () => new Response(new ReadableStream({ start: (c) => (c.enqueue("text"), c.close()) })).text(),
  "stream of numbers": () => new Response(new ReadableStream({ start: (c) => (c.enqueue(5), c.close()) })).text(),
  "stream that fails": () => new Response(new ReadableStream({ start: (c) => c.error(new RangeError("broken")) })).text(),
  "stream of views": () => new Response(new ReadableStream({ start: (c) => (c.enqueue(bytes(97)), c.enqueue(new DataView(bytes(98).buffer)), c.enqueue(bytes(99).buffer), c.close()) })).text(),
  "async iterable as body": () => new Response((async function* () { yield bytes(97); })() as any).text(),
  "ReadableStream.from as body": () => new Response((ReadableStream as any).from([bytes(97), bytes(98)])).text(),
  "body of a transform": () => {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    writer.write(bytes(97));
    writer.close();
    return new Response(readable).text();
  },
  "without new": () => (Response as any)("x"),
  "prototype method on another object": () => failures(() => Response.prototype.text.call({} as any)),
  "content-length given": () => new Response("abc", { headers: { "content-length": "99" } }).headers.get("content-length"),
  "headers of the wrong type": () =>
    failures(...[5, "text", null].flatMap((headers: any) => [() => new Response("", { headers }), () => Response.json(1, { headers }), () => new Request("http://a.b", { headers })])),
  "text with a byte order mark": async () => [
    await new Response("\ufeffa").text(), await new Response('\ufeff"a"').json(), await new Response("\ufeff\ufeffa").text(), await new Response(new Blob(["\ufeffa"])).text(),
    await new Request("http://a.b", { method: "POST", body: "\ufeffa" }).text(),
  ],
};
