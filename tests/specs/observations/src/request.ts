import { bytes, failures, type Observations } from "./observe";

const post = (body: any, init: any = {}) => new Request("http://a.b/", { method: "POST", body, ...init });

export const request: Observations = {
  "defaults": () => {
    const r = new Request("http://A.b:80/c?d#e") as any;
    return [r.url, r.method, r.redirect, r.body, r.bodyUsed, r.cf, r.cache, r.keepalive, r.integrity, r.headers];
  },
  "what is not there": () => {
    const r = new Request("http://a.b") as any;
    return ["mode", "credentials", "referrer", "referrerPolicy", "destination", "duplex", "isHistoryNavigation", "isReloadNavigation"].map((key) => [key, key in r, r[key]]);
  },
  "own keys": () => Object.keys(new Request("http://a.b")),
  "accessors": () => Object.getOwnPropertyNames(Request.prototype).sort(),
  "tag": () => String(new Request("http://a.b")),
  "method is upper case": () => ["get", "post", "put", "delete", "head", "options", "patch", "Get"].map((method) => {
    try {
      return new Request("http://a.b", { method }).method;
    } catch (error) {
      return (error as Error).message;
    }
  }),
  "unknown method": () => new Request("http://a.b", { method: "FOO" }).method,
  "method with space": () => new Request("http://a.b", { method: "A B" }),
  "empty method": () => new Request("http://a.b", { method: "" }),
  "CONNECT, TRACE, TRACK": () => failures(...["CONNECT", "TRACE", "TRACK"].map((method) => () => new Request("http://a.b", { method }).method)),
  "relative url": () => new Request("/x"),
  "invalid url": () => new Request("http://"),
  "empty url": () => new Request(""),
  "url with credentials": () => new Request("http://u:p@a.b/").url,
  "url with odd scheme": () => new Request("ftp://a.b/").url,
  "no arguments": () => new (Request as any)(),
  "without new": () => (Request as any)("http://a.b"),
  "url object": () => new Request(new URL("http://a.b/c") as any).url,
  "number as url": () => new Request(5 as any),
  "GET with body": () => new Request("http://a.b", { body: "x" }),
  "HEAD with body": () => new Request("http://a.b", { method: "HEAD", body: "x" }),
  "GET with null body": () => new Request("http://a.b", { body: null }).body,
  "GET with empty body": () => new Request("http://a.b", { body: "" }).body,
  "string init": () => new Request("http://a.b", "x" as any),
  "null init": () => new Request("http://a.b", null as any).method,
  "mode": () => new Request("http://a.b", { mode: "cors" } as any).url,
  "credentials": () => new Request("http://a.b", { credentials: "include" } as any).url,
  "cache no-store": () => new Request("http://a.b", { cache: "no-store" } as any).cache,
  "cache no-cache": () => new Request("http://a.b", { cache: "no-cache" } as any).cache,
  "cache reload": () => (new Request("http://a.b", { cache: "reload" } as any) as any).cache,
  "cache default": () => (new Request("http://a.b", { cache: "default" } as any) as any).cache,
  "cache nonsense": () => (new Request("http://a.b", { cache: "x" } as any) as any).cache,
  "referrer, referrerPolicy, window, priority, duplex": () =>
    failures(...["referrer", "referrerPolicy", "window", "priority", "duplex", "keepalive", "integrity"].map((key) => () => (new Request("http://a.b", { [key]: "x" } as any)).url)),
  "integrity empty": () => (new Request("http://a.b", { integrity: "" } as any)).url,
  "redirect": () => failures(...["follow", "manual", "error", "x", "", null].map((redirect) => () => new Request("http://a.b", { redirect } as any).redirect)),
  "signal": () => {
    const controller = new AbortController();
    const r = new Request("http://a.b", { signal: controller.signal });
    controller.abort("why");
    return [r.signal.aborted, r.signal === controller.signal, r.signal.reason];
  },
  "signal wrong": () => new Request("http://a.b", { signal: {} as any }),
  "signal null": () => new Request("http://a.b", { signal: null }).signal?.aborted,
  "headers wrong": () => new Request("http://a.b", { headers: { "a b": "c" } }),
  "content types": async () => {
    const form = new FormData();
    form.append("a", "b");
    const bodies = ["text", bytes(1), bytes(1).buffer, new URLSearchParams("a=b"), new Blob(["x"]), new Blob(["x"], { type: "Text/X" }), form, new ReadableStream()];
    return bodies.map((body) => post(body).headers.get("content-type")?.replace(/boundary=.*/, "boundary=…"));
  },
  "content type given": () => post("x", { headers: { "content-type": "a/b" } }).headers.get("content-type"),
  "content-length is not set": () => post("xyz").headers.get("content-length"),
  "object as body": () => post({ a: 1 }).text(),
  "array as body": () => post([1, 2]).text(),
  "number as body": () => post(12).text(),
  "text": () => post("héllo").text(),
  "json": () => post('{"a":[1]}').json(),
  "json wrong": async () => (await post("{").json().catch((error: Error) => error)).name,
  "json empty": async () => (await post("").json().catch((error: Error) => error)).name,
  "arrayBuffer": () => post("ab").arrayBuffer(),
  "bytes": () => (post("ab") as any).bytes(),
  "blob": async () => {
    const blob = await post("ab", { headers: { "content-type": "X/y" } }).blob();
    return [blob.size, blob.type];
  },
  "text strips the mark": () => post(bytes(0xef, 0xbb, 0xbf, 97)).text(),
  "text of invalid UTF-8": () => post(bytes(0xff, 97)).text(),
  "body twice": async () => {
    const r = post("x");
    await r.text();
    return [r.bodyUsed, ...(await failures(() => r.text(), () => r.json(), () => r.arrayBuffer(), () => r.clone(), () => new Request(r)))];
  },
  "body locked": async () => {
    const r = post("x");
    r.body!.getReader();
    return [r.bodyUsed, ...(await failures(() => r.text(), () => r.clone(), () => new Request(r), () => new Request("http://a.b", { method: "PUT", body: r.body })))];
  },
  "body of a body": async () => {
    const a = post("abc");
    const b = new Request("http://c.d", { method: "PUT", body: a.body });
    return [await b.text(), a.bodyUsed];
  },
  "copy takes the body": async () => {
    const a = post("abc");
    const b = new Request(a);
    return [a.bodyUsed, await b.text(), await a.text().catch((error: Error) => error.message)];
  },
  "copy with another body": async () => {
    const a = post("abc", { headers: { "content-type": "a/b", x: "y" } });
    const b = new Request(a, { body: "new" });
    return [a.bodyUsed, await b.text(), b.headers, b.method];
  },
  "copy with other headers": () => new Request(post("x", { headers: { a: "1" } }), { headers: { b: "2" } }).headers,
  "copy with another method": () => [new Request(post(null), { method: "PUT" }).method, new Request(new Request("http://a.b", { redirect: "manual" })).redirect],
  "copy to another url": () => {
    const copy = new Request("http://x.y/", new Request("http://a.b/", { method: "DELETE", headers: { a: "1" } }) as any);
    return [copy.url, copy.method, copy.headers];
  },
  "clone": async () => {
    const a = post("abc", { headers: { a: "1" } });
    const b = a.clone();
    b.headers.set("a", "2");
    return [await a.text(), await b.text(), a.headers.get("a"), b.headers.get("a")];
  },
  "clone without body": () => new Request("http://a.b").clone().body,
  "body accessors": () => {
    const parent = Object.getPrototypeOf(Request.prototype);
    return [Object.getOwnPropertyNames(parent).sort(), parent === Object.getPrototypeOf(Response.prototype), parent.constructor.name, String(parent), Object.getPrototypeOf(parent) === Object.prototype];
  },
  "incoming": ({ request }) => [request.method, request.redirect, request.body, new URL(request.url).pathname, request.headers.get("x-observed")],
  "fetcher": ({ request }) => String((request as any).fetcher),
  "formData of text": () => post("x").formData(),
  "formData without type": () => post(bytes(1)).formData(),
  "formData without boundary": () => post("x", { headers: { "content-type": "multipart/form-data" } }).formData(),
  "formData urlencoded": async () => [...(await post("a=1&b=%20&a=2", { headers: { "content-type": "application/x-www-form-urlencoded" } }).formData())],
  "formData multipart broken": () => post("x", { headers: { "content-type": "multipart/form-data; boundary=b" } }).formData(),
  "prototype method on another object": () => failures(() => Request.prototype.text.call({} as any), () => (Object.getOwnPropertyDescriptor(Request.prototype, "url") as any).get.call({})),
  "subclass": () => {
    class Mine extends Request {
      extra = 1;
    }
    const mine = new Mine("http://a.b/");
    return [mine instanceof Mine, mine.url, mine.extra, String(mine)];
  },
};
