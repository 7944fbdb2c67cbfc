// `fetch` against a server that answers with what it is asked to: `/raw/<hex>` is answered with those bytes and the end of the connection,
// `/echo` with the head of the request as it came over the wire and its body.
import { bytes, failure, failures, hex, utf8, type Observations } from "./observe";

const raw = (site: string, text: string | Uint8Array) => `${site}/raw/${hex(typeof text === "string" ? utf8(text.replaceAll("\n", "\r\n")) : text)}`;
const answer = (site: string, status: string, headers = "", body = "") =>
  raw(site, `HTTP/1.1 ${status}\n${headers}content-length: ${utf8(body).length}\nconnection: close\n\n${body}`);
const redirect = (site: string, status: number, to: string) => answer(site, `${status} Moved`, `location: ${to}\n`, "moved");
const echo = async (site: string, init?: any, path = "/echo") => (await fetch(site + path, init)).text();
/** `hello`, compressed. */
const GZIP = bytes(31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 205, 201, 201, 7, 0, 134, 166, 16, 54, 5, 0, 0, 0);
const coded = (site: string, coding: string, body: Uint8Array) =>
  raw(site, bytes(...utf8(`HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`), ...body));

export const fetching: Observations = {
  "get on the wire": ({ site }) => echo(site),
  "headers on the wire": ({ site }) => echo(site, { headers: { "X-Upper": "1", b: "2", a: "3", "User-Agent": "mine", accept: "x/y" } }),
  "post on the wire": ({ site }) => echo(site, { method: "POST", body: "text" }),
  "post bytes": ({ site }) => echo(site, { method: "PUT", body: bytes(97, 98) }),
  "post nothing": ({ site }) => echo(site, { method: "POST" }),
  "post empty": ({ site }) => echo(site, { method: "POST", body: "" }),
  "post a form": ({ site }) => echo(site, { method: "POST", body: new URLSearchParams({ a: "b c" }) }),
  "post a stream": ({ site }) => echo(site, { method: "POST", body: new ReadableStream({ start: (c) => (c.enqueue(utf8("one")), c.enqueue(utf8("two")), c.close()) }) }),
  "post a fixed length stream": async ({ site }) => {
    const { readable, writable } = new (globalThis as any).FixedLengthStream(6);
    const writer = writable.getWriter();
    const wrote = writer.write(utf8("sixsix")).then(() => writer.close());
    const text = await echo(site, { method: "POST", body: readable });
    await wrote;
    return text;
  },
  "delete with a body": ({ site }) => echo(site, { method: "DELETE", body: "x" }),
  "head": async ({ site }) => {
    const r = await fetch(answer(site, "200 OK", "x: y\n"), { method: "HEAD" });
    return [r.status, r.headers.get("x"), await r.text()];
  },
  "own content-length": ({ site }) => echo(site, { method: "POST", body: "text", headers: { "content-length": "99" } }),
  "own host": ({ site }) => echo(site, { headers: { host: "other.example" } }),
  "own connection headers": ({ site }) => echo(site, { headers: { connection: "close", "keep-alive": "x", te: "trailers", upgrade: "x" } }),
  "own accept-encoding": ({ site }) => echo(site, { headers: { "accept-encoding": "identity" } }),
  "credentials in the url": ({ site }) => echo(site.replace("http://", "http://user:pass@")),
  "query and fragment": ({ site }) => echo(site, undefined, "/echo?a=b c#frag"),
  "request object": ({ site }) => echo(new Request(site + "/echo", { method: "PATCH", body: "p", headers: { z: "1" } }) as any, undefined, ""),
  "response": async ({ site }) => {
    const r = (await fetch(answer(site, "203 Very Fine", "X-B: 2\nx-a: 1\nX-B: 3\nset-cookie: a=1\nset-cookie: b=2\n", "body"))) as any;
    return [r.status, r.statusText, r.ok, r.redirected, r.type, r.url.startsWith(site + "/raw/"), r.headers, r.bodyUsed, r.cf, r.webSocket, await r.text()];
  },
  "response headers are immutable": async ({ site }) => failure(async () => (await fetch(answer(site, "200 OK"))).headers.set("a", "b")),
  "response without reason": async ({ site }) => (await fetch(raw(site, "HTTP/1.1 200 \ncontent-length: 0\nconnection: close\n\n"))).statusText,
  "status 999": async ({ site }) => (await fetch(answer(site, "999 What"))).status,
  "status 204": async ({ site }) => (await fetch(raw(site, "HTTP/1.1 204 No Content\nconnection: close\n\n"))).body,
  "http 1.0 to the end": async ({ site }) => (await fetch(raw(site, "HTTP/1.0 200 OK\n\nuntil the end"))).text(),
  "chunked": async ({ site }) => (await fetch(raw(site, "HTTP/1.1 200 OK\ntransfer-encoding: chunked\nconnection: close\n\n3\none\n4\n two\n0\n\n"))).text(),
  "cut short": async ({ site }) => failure(async () => (await fetch(raw(site, "HTTP/1.1 200 OK\ncontent-length: 100\n\nonly this"))).text()),
  "chunked cut short": async ({ site }) => failure(async () => (await fetch(raw(site, "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n5\non"))).text()),
  "no http": ({ site }) => fetch(raw(site, "nonsense\n\n")),
  "nothing at all": ({ site }) => fetch(raw(site, "")),
  "latin1 header": async ({ site }) => (await fetch(raw(site, bytes(...utf8("HTTP/1.1 200 OK\r\nx: "), 0xe9, ...utf8("\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"))))).headers.get("x"),
  "json": async ({ site }) => (await fetch(answer(site, "200 OK", "content-type: application/json\n", '{"a":1}'))).json(),
  "clone": async ({ site }) => {
    const r = await fetch(answer(site, "200 OK", "", "twice"));
    const copy = r.clone() as any;
    return [await r.text(), await copy.text(), copy.url === r.url, copy.status];
  },
  "gzip": async ({ site }) => {
    const r = await fetch(coded(site, "gzip", GZIP));
    return [r.headers, await r.text()];
  },
  "gzip broken": async ({ site }) => failure(async () => (await fetch(coded(site, "gzip", utf8("nonsense")))).text()),
  "unknown coding": async ({ site }) => {
    const r = await fetch(coded(site, "x-own", utf8("as it is")));
    return [r.headers.get("content-encoding"), await r.text()];
  },
  "deflate": async ({ site }) => (await fetch(coded(site, "deflate", bytes(120, 156, 203, 72, 205, 201, 201, 7, 0, 6, 44, 2, 21)))).arrayBuffer(),
  "redirect followed": async ({ site }) => {
    const r = await fetch(redirect(site, 302, `${site}/echo`), { headers: { a: "1" } });
    return [r.status, r.redirected, r.url, await r.text()];
  },
  "redirect relative": async ({ site }) => (await fetch(redirect(site, 301, "/echo?x"))).url,
  "redirect keeps the fragment": async ({ site }) => (await fetch(redirect(site, 301, "/echo") + "#frag")).url,
  "redirects and methods": async ({ site }) => {
    const all = [];
    for (const status of [301, 302, 303, 307, 308]) {
      for (const method of ["POST", "PUT"]) {
        const text = await echo(redirect(site, status, `${site}/echo`), { method, body: "b", headers: { "x-own": "1", "content-language": "de" } }, "");
        all.push([status, method, text]);
      }
    }
    return all;
  },
  "redirect manual": async ({ site }) => {
    const r = await fetch(redirect(site, 302, "/echo"), { redirect: "manual" });
    return [r.status, r.type, r.redirected, r.headers.get("location"), await r.text()];
  },
  "redirect error": ({ site }) => fetch(redirect(site, 302, "/echo"), { redirect: "error" }),
  "redirect without location": async ({ site }) => {
    const r = await fetch(answer(site, "302 Found", "", "x"));
    return [r.status, r.redirected];
  },
  "redirect to nonsense": ({ site }) => fetch(redirect(site, 302, "http://[")).then((r) => r.status),
  "redirect to another scheme": ({ site }) => fetch(redirect(site, 302, "ftp://a.b/")).then((r) => r.status),
  "redirect of a stream": ({ site }) => fetch(redirect(site, 307, "/echo"), { method: "POST", body: new ReadableStream({ start: (c) => (c.enqueue(utf8("x")), c.close()) }) }).then((r) => r.text()),
  "redirect of a stream to get": ({ site }) => fetch(redirect(site, 303, "/echo"), { method: "POST", body: new ReadableStream({ start: (c) => (c.enqueue(utf8("x")), c.close()) }) }).then((r) => r.text()),
  "redirect 300 and 304": async ({ site }) => [(await fetch(redirect(site, 300, "/echo"))).status, (await fetch(raw(site, "HTTP/1.1 304 Not Modified\nlocation: /echo\nconnection: close\n\n"))).status],
  "authorization across origins": async ({ site }) => {
    const other = site.replace("127.0.0.1", "localhost");
    const text = await echo(redirect(site, 302, `${other}/echo`), { headers: { authorization: "secret", cookie: "c", "x-kept": "1" } }, "");
    return text.replaceAll(/Host: .*/gi, "Host: …");
  },
  "authorization within an origin": ({ site }) => echo(redirect(site, 302, "/echo"), { headers: { authorization: "secret" } }, ""),
  "redirect loop": ({ site }) => fetch(`${site}/loop`),
  "twenty redirects": ({ site }) => fetch(`${site}/down/20`).then((r) => r.text()),
  "twenty-one redirects": ({ site }) => fetch(`${site}/down/21`).then((r) => r.text()),
  "relative url": () => fetch("/x"),
  "no url": () => (fetch as any)(),
  "invalid url": () => fetch("http://["),
  "odd schemes": () => failures(...["ftp://a.b/", "file:///x", "about:blank", "blob:https://a.b/c", "mailto:a@b"].map((url) => () => fetch(url).then((r) => r.status))),
  "data url": () => fetch("data:text/plain,hi").then((r) => r.text()),
  "refused": () => fetch("http://127.0.0.1:1/"),
  "unknown host": () => failure(() => fetch("http://nowhere.invalid/")),
  "get with a body": ({ site }) => fetch(site, { body: "x" }),
  "options that are refused": ({ site }) => failures(...["mode", "credentials", "referrer", "referrerPolicy", "integrity", "keepalive", "window", "duplex", "priority"].map((key) => () => fetch(`${site}/echo`, { [key]: "x" } as any).then((r) => r.status))),
  "cache options": ({ site }) => failures(...["no-store", "no-cache", "reload", "default", "force-cache"].map((cache) => () => fetch(`${site}/echo`, { cache } as any).then((r) => r.status))),
  "cache no-store on the wire": ({ site }) => echo(site, { cache: "no-store" }),
  "cf options": ({ site }) => echo(site, { cf: { cacheTtl: 5, cacheEverything: true, cacheKey: "k", polish: "off", unknown: 1 } }),
  "cf wrong": ({ site }) => failures(() => fetch(`${site}/echo`, { cf: 5 } as any).then((r) => r.status), () => fetch(`${site}/echo`, { cf: null } as any).then((r) => r.status)),
  "aborted before": ({ site }) => fetch(`${site}/echo`, { signal: AbortSignal.abort() }),
  "aborted before with reason": ({ site }) => fetch(`${site}/echo`, { signal: AbortSignal.abort("why") }),
  "aborted while waiting": ({ site }) => {
    const controller = new AbortController();
    const waiting = fetch(`${site}/hang`, { signal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    return waiting;
  },
  "timed out": ({ site }) => fetch(`${site}/hang`, { signal: AbortSignal.timeout(5) }),
  "aborted while reading": async ({ site }) => {
    const controller = new AbortController();
    const r = await fetch(`${site}/drip`, { signal: controller.signal });
    const text = r.text();
    setTimeout(() => controller.abort(), 1);
    return text;
  },
  "a used request": async ({ site }) => {
    const r = new Request(`${site}/echo`, { method: "POST", body: "x" });
    await r.text();
    return fetch(r);
  },
  "fetching twice with one request": async ({ site }) => {
    const r = new Request(`${site}/echo`, { method: "POST", body: "x" });
    await fetch(r);
    return failure(() => fetch(r));
  },
  "a body that fails": ({ site }) => failure(() => fetch(`${site}/echo`, { method: "POST", body: new ReadableStream({ pull: (c) => c.error(new RangeError("in the body")) }) })),
  "a body of strings": ({ site }) => failure(() => fetch(`${site}/echo`, { method: "POST", body: new ReadableStream({ start: (c) => (c.enqueue("text"), c.close()) }) })),
  "body is a byte stream": async ({ site }) => (await fetch(answer(site, "200 OK", "", "abc"))).body!.getReader({ mode: "byob" }).constructor.name,
  "cancel of the body": async ({ site }) => {
    const r = await fetch(answer(site, "200 OK", "", "abc"));
    return [await r.body!.cancel(), r.bodyUsed];
  },
  "ten at once": async ({ site }) => (await Promise.all(Array.from({ length: 10 }, (_, i) => fetch(answer(site, "200 OK", "", String(i))).then((r) => r.text())))).join(""),
  "large body": async ({ site }) => (await echo(site, { method: "POST", body: "x".repeat(300_000) })).length > 300_000,
  "fetch is": () => [fetch.name, fetch.length, typeof fetch, String(fetch).includes("native code")],
  "fetch detached": ({ site }) => (0, fetch)(`${site}/echo`).then((r) => r.status),
};
