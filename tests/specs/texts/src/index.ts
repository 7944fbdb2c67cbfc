// Texts that are no Unicode, or hold bytes that not every place takes, in all that carries texts. `expected.json` holds what workerd answers.

import { observe } from "./observe";

type Any = any;
interface Env { SITE: string; KV: Any; DB: Any }

const LONE = "a\ud800b\udc00";
const G = globalThis as Any;
const codes = (text: unknown) => (typeof text === "string" ? [...Array(text.length).keys()].map((at) => text.charCodeAt(at).toString(16)).join(" ") : text);
const outcome = async (run: () => unknown) => {
  try {
    return await run();
  } catch (error) {
    return String(error);
  }
};
const all = (...runs: (() => unknown)[]) => runs.reduce(async (seen: Promise<unknown[]>, run) => [...(await seen), await outcome(run)], Promise.resolve([]));
const bytes = async (body: Any) => [...new Uint8Array(await new Response(body).arrayBuffer())];
/** Every control character, each alone in a text. */
const CONTROLS = [...Array(32).keys(), 127].map((code) => String.fromCharCode(code));
const echo = async (env: Env, init: Any) => (await fetch(`${env.SITE}/echo`, init)).text();

const observations: Record<string, (env: Env, ctx: Any) => unknown> = {
  // Lone surrogates.
  "headers: value": () => { const h = new Headers({ a: LONE }); h.append("b", LONE); h.set("c", LONE); return [...h].map(([name, value]) => [name, codes(value)]); },
  "headers: pairs": () => [...new Headers([["a", LONE]])].map(([, value]) => codes(value)),
  "headers: name": () => all(() => new Headers({ [LONE]: "a" }), () => new Headers().get(LONE), () => new Headers().has(LONE), () => new Headers().delete(LONE)),
  "headers: of a request": () => codes(new Request("http://a", { headers: { a: LONE } }).headers.get("a")),
  "headers: of a response": () => codes(new Response("", { headers: { a: LONE } }).headers.get("a")),
  "headers: content-type of a blob": () => codes(new Response(new Blob(["x"], { type: LONE })).headers.get("content-type")),
  "headers: sent": async (env) => codes(/x-lone: *(.*)/.exec(await echo(env, { headers: { "x-lone": LONE } }))![1]),
  "request: url": () => new Request(`http://a/${LONE}?${LONE}#${LONE}`).url,
  "request: method": () => all(() => new Request("http://a", { method: LONE }).method),
  "request: body": () => bytes(new Request("http://a", { method: "POST", body: LONE }).body),
  "request: body as text": async () => codes(await new Request("http://a", { method: "POST", body: LONE }).text()),
  "request: body as JSON": async () => codes(await new Request("http://a", { method: "POST", body: JSON.stringify(LONE) }).json()),
  "request: body of JSON that holds them bare": async () => codes(await new Request("http://a", { method: "POST", body: `"${LONE}"` }).json()),
  "response: body": () => bytes(LONE),
  "response: body as text": async () => codes(await new Response(LONE).text()),
  "response: body of a clone": async () => { const it = new Response(LONE); return [codes(await it.clone().text()), codes(await it.text())]; },
  "response: json": async () => { const it = Response.json({ [LONE]: LONE }); return [await it.clone().text(), Object.entries(await it.json() as Any).map((pair) => pair.map(codes))]; },
  "response: redirect": () => Response.redirect(`http://a/${LONE}`).headers.get("location"),
  "body: sent": async (env) => codes((await echo(env, { method: "POST", body: LONE })).split("\n\n").at(-1)),
  "blob": () => bytes(new Blob([LONE])),
  "blob: text": async () => codes(await new Blob([LONE, "\ud83d", "\ude48"]).text()),
  "blob: size": () => new Blob([LONE]).size,
  "blob: type": () => codes(new Blob([], { type: LONE }).type),
  "file: name": () => codes(new File([], LONE).name),
  "file: type": () => codes(new File([], "a", { type: LONE }).type),
  "form: entries": () => { const form = new FormData(); form.append(LONE, LONE); return [...(form as Any)].flat().map(codes); },
  "form: found again": () => { const form = new FormData(); form.append(LONE, "1"); form.append("a\ufffdb\ufffd", "2"); return [form.getAll(LONE), form.has("a\ufffdb\ufffd"), form.getAll("a\ufffdb\ufffd")]; },
  "form: file": () => { const form = new FormData(); form.append("a", new Blob(["x"]), LONE); return codes((form.get("a") as File).name); },
  "form: multipart": async () => { const form = new FormData(); form.append(LONE, LONE); form.append("f", new Blob([LONE]), LONE); const it = new Response(form); const text = await it.text(); return text.split("\r\n").filter((line) => !line.startsWith("--")).map(codes); },
  "form: multipart there and back": async () => { const form = new FormData(); form.append(LONE, LONE); return [...(await new Response(form).formData() as Any)].flat().map(codes); },
  "form: urlencoded": async () => [...(await new Response(new URLSearchParams({ [LONE]: LONE })).formData() as Any)].flat().map(codes),
  "form: urlencoded bytes": async () => [...(await new Response("a=%ed%a0%80b&%ff=\ud800", { headers: { "content-type": "application/x-www-form-urlencoded" } }).formData() as Any)].flat().map(codes),
  "parameters: from text": () => [...new URLSearchParams(`${LONE}=${LONE}`)].flat().map(codes),
  "parameters: from pairs": () => [...new URLSearchParams([[LONE, LONE]])].flat().map(codes),
  "parameters: from an object": () => [...new URLSearchParams({ [LONE]: LONE })].flat().map(codes),
  "parameters: append and set": () => { const it = new URLSearchParams(); it.append(LONE, LONE); it.set("b", LONE); return [it.toString(), codes(it.get(LONE)), it.has("a\ufffdb\ufffd"), codes(it.getAll(LONE)[0])]; },
  "parameters: of a URL": () => { const url = new URL("http://a"); url.searchParams.append("q", LONE); url.hash = LONE; url.pathname = LONE; url.search += LONE; return url.href; },
  "parameters: delete": () => { const it = new URLSearchParams({ "a\ufffdb\ufffd": "1" }); it.delete(LONE); return it.toString(); },
  "url": () => all(() => new URL(LONE, "http://a/").href, () => new URL(`http://${LONE}/`).href, () => URL.canParse(`http://a/${LONE}`), () => new URL(`http://a/`, LONE).href),
  "url: setters": () => { const url = new URL("http://a"); url.username = LONE; url.password = LONE; url.host = LONE; return url.href; },
  "pattern": () => all(() => codes(new G.URLPattern({ pathname: `/${LONE}` }).pathname), () => new G.URLPattern({ pathname: "/:a" }).exec({ pathname: `/${LONE}` })?.pathname.groups.a),
  "encode": () => [...new TextEncoder().encode(LONE)],
  "encode stream": async () => { const { readable, writable } = new TextEncoderStream(); const writer = writable.getWriter(); writer.write("a\ud83d"); writer.write("\ude48b\ud800"); writer.close(); return bytes(readable); },
  "atob and btoa": () => all(() => atob(LONE), () => btoa(LONE)),
  "clone": () => codes(structuredClone(LONE)),
  "clone: key": () => Object.keys(structuredClone({ [LONE]: 1 })).map(codes),
  "clone: error": () => codes(structuredClone(new Error(LONE)).message),
  "message port": () => new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = (event) => resolve(codes(event.data)); port2.postMessage(LONE); }),
  "websocket": () => new Promise((resolve) => { const [a, b] = Object.values(new G.WebSocketPair()) as Any[]; a.accept(); b.accept(); a.addEventListener("message", (event: Any) => resolve(codes(event.data))); b.send(LONE); }),
  "websocket: close reason": () => new Promise((resolve) => { const [a, b] = Object.values(new G.WebSocketPair()) as Any[]; a.accept(); b.accept(); a.addEventListener("close", (event: Any) => resolve([event.code, codes(event.reason)])); b.close(4000, LONE); }),
  "event type": () => [codes(new Event(LONE).type), codes(new CustomEvent("a", { detail: LONE }).detail), codes(new MessageEvent("a", { data: LONE }).data)],
  "event heard": () => { let heard = 0; const target = new EventTarget(); target.addEventListener(LONE, () => heard++); target.dispatchEvent(new Event(LONE)); target.dispatchEvent(new Event("a\ufffdb\ufffd")); return heard; },
  "abort reason": () => codes(AbortSignal.abort(LONE).reason),
  "exception": () => { const it = new DOMException(LONE, LONE); return [codes(it.message), codes(it.name)]; },
  "kv: value": async ({ KV }) => { await KV.put("a", LONE); return [codes(await KV.get("a")), [...new Uint8Array(await KV.get("a", "arrayBuffer"))]]; },
  "kv: key": async ({ KV }) => { await KV.put(LONE, "x"); const { keys } = await KV.list(); return [keys.map(({ name }: Any) => codes(name)), await KV.get("a\ufffdb\ufffd"), await KV.get("a\ufffd\ufffd\ufffdb\ufffd\ufffd\ufffd")]; },
  "kv: metadata": async ({ KV }) => { await KV.put("m", "x", { metadata: { [LONE]: LONE } }); const { metadata } = await KV.getWithMetadata("m"); return Object.entries(metadata).flat().map(codes); },
  "kv: prefix": async ({ KV }) => (await KV.list({ prefix: "a\ud800" })).keys.length,
  "kv: JSON": async ({ KV }) => { await KV.put("j", JSON.stringify(LONE)); return codes(await KV.get("j", "json")); },
  "d1: parameter": async ({ DB }) => codes(await DB.prepare("SELECT ? AS a").bind(LONE).first("a")),
  "d1: parameter in hex": ({ DB }) => DB.prepare("SELECT hex(?) AS a, length(?1) AS b").bind(LONE).first(),
  "d1: parameter, all and raw": async ({ DB }) => [codes((await DB.prepare("SELECT ? AS a").bind(LONE).all()).results[0].a), codes((await DB.prepare("SELECT ? AS a").bind(LONE).raw())[0][0])],
  "d1: statement": async ({ DB }) => codes(await DB.prepare(`SELECT '${LONE}' AS a`).first("a")),
  "d1: statement in hex": ({ DB }) => DB.prepare(`SELECT hex('${LONE}') AS a`).first(),
  "d1: name of a column": async ({ DB }) => Object.keys(await DB.prepare(`SELECT 1 AS "${LONE}"`).first()).map(codes),
  "d1: exec": async ({ DB }) => { await DB.exec(`CREATE TABLE lone (a TEXT)`); await DB.exec(`INSERT INTO lone VALUES ('${LONE}')`); await DB.prepare("INSERT INTO lone VALUES (?)").bind(LONE).run(); return (await DB.prepare("SELECT hex(a) AS a FROM lone").all()).results; },
  "d1: stored text that is no UTF-8": async ({ DB }) => codes(await DB.prepare("SELECT CAST(X'61eda08062ff' AS TEXT) AS a").first("a")),
  "d1: pair in two halves": async ({ DB }) => codes(await DB.prepare("SELECT ? || ? AS a").bind("\ud83d", "\ude48").first("a")),
  "d1: batch": async ({ DB }) => (await DB.batch([DB.prepare("SELECT ? AS a").bind(LONE)])).map((it: Any) => codes(it.results[0].a)),
  "d1: error": ({ DB }) => all(async () => DB.prepare(`SELECT "${LONE}" FROM nowhere`).all()),
  "d1: statements that are no text": ({ DB }) => all(...[Symbol("a"), 1n].flatMap((it: Any) => [
    () => DB.prepare(it).bind().params,
    ...["all", "first", "raw", "run"].map((method) => () => DB.prepare(it)[method]()),
    () => DB.batch([DB.prepare(it)]),
    () => DB.withSession().prepare(it).all(),
    () => DB.exec(it),
    () => DB.withSession(it),
    () => DB.prepare("SELECT ?").bind(it),
  ])),
  // Texts of a status.
  "status: in ASCII": () => new Response("", { statusText: "All Right" }).statusText,
  "status: Latin": () => all(() => codes(new Response("", { statusText: "é\xff" }).statusText)),
  "status: beyond Latin": () => all(() => codes(new Response("", { statusText: "日🙈" }).statusText)),
  "status: lone surrogates": () => all(() => codes(new Response("", { statusText: LONE }).statusText)),
  "status: controls": () => all(...CONTROLS.map((it) => () => codes(new Response("", { statusText: `a${it}b` }).statusText))),
  "status: other kinds": () => all(...[null, undefined, 5, {}, [], Symbol("a"), 1n].map((it: Any) => () => new Response("", { statusText: it }).statusText)),
  "status: from a response": () => all(() => codes(new Response("", new Response("", { statusText: "é" })).statusText), () => codes(new Response("", { statusText: "é" }).clone().statusText)),
  "status: Response.json": () => all(() => codes(Response.json(1, { statusText: "é" }).statusText)),
  // Control characters in headers.
  "controls: in a value": () => all(...CONTROLS.map((it) => () => codes(new Headers({ a: `x${it}y` }).get("a")))),
  "controls: appended and set": () => all(...CONTROLS.map((it) => () => { const h = new Headers(); h.append("a", `x${it}`); h.set("b", `${it}y`); return [codes(h.get("a")), codes(h.get("b"))]; })),
  "controls: around a value": () => all(...CONTROLS.map((it) => () => codes(new Headers({ a: `${it}x${it}` }).get("a")))),
  "controls: sent": (env) => all(...CONTROLS.map((it) => async () => codes(/x-control: *([^]*?)\n(?:\n|[a-z-]+:)/i.exec(await echo(env, { headers: { "x-control": `x${it}y` } }))?.[1]))),
  "headers: asked by odd names": () => all(...["\xe9", "日", "a b", ":", "a\nb", "", "\x7f"].flatMap((name) => ["get", "has", "delete"].map((method) => () => (new Headers({ b: "1" }) as Any)[method](name)))),
  // Bodies that were split.
  "tee: a response": async () => {
    const it = new Response("a");
    const [branch] = it.body!.tee();
    const read = [await outcome(() => it.text()), await outcome(() => it.json()), await outcome(() => it.formData()), await outcome(() => it.blob()), await outcome(() => it.bytes())];
    const stream = [() => it.body!.getReader(), () => it.body!.tee(), () => it.body!.cancel(), () => it.body!.pipeTo(new WritableStream()), () => it.body!.pipeThrough(new TransformStream())];
    return [read, it.bodyUsed, it.body!.locked, await all(() => it.clone(), () => new Response(it.body), () => new Request("http://a", { method: "POST", body: it.body }), ...stream), await new Response(branch).text()];
  },
  "tee: a stream of JavaScript": async () => {
    const stream = new ReadableStream({ start: (controller) => void (controller.enqueue(new Uint8Array([97])), controller.close()) });
    const it = new Response(stream);
    const [, branch] = stream.tee();
    return [await all(() => it.text(), () => it.bodyUsed, () => it.clone(), () => new Response(stream), () => stream.tee()), await new Response(branch).text()];
  },
  "tee: a request": async () => {
    const it = new Request("http://a", { method: "POST", body: "a" });
    const [branch] = it.body!.tee();
    return all(() => it.text(), () => it.bodyUsed, () => it.clone(), () => new Request(it), () => new Request("http://b", it), () => new Request(it, { body: branch }).text());
  },
  "tee: an answer": async (env) => {
    const it = await fetch(`${env.SITE}/echo`);
    const [branch] = it.body!.tee();
    return all(() => it.text(), () => it.bodyUsed, () => it.body!.cancel(), async () => (await new Response(branch, it).text()).length > 0);
  },
  "tee: sent": async (env) => {
    const it = new Request(`${env.SITE}/echo`, { method: "POST", body: "a" });
    it.body!.tee();
    return all(() => fetch(it), () => fetch(env.SITE, { method: "POST", body: it.body }), () => env.KV.put("a", it.body));
  },
  "tee: twice": async () => { const [a] = new Response("a").body!.tee(); const [b] = a.tee(); return [a.locked, await outcome(() => new Response(a)), await new Response(b).text()]; },
  // What cannot be cloned.
  "clone: the context": (_env, ctx) => all(() => structuredClone(ctx), () => structuredClone([ctx]), () => new MessageChannel().port1.postMessage(ctx)),
  "clone: the environment": (env) => all(() => structuredClone({ KV: env.KV }), () => structuredClone({ DB: env.DB }), () => structuredClone(env.DB.prepare("SELECT 1"))),
  "clone: objects of the platform": () => all(...["Cloudflare", "navigator", "crypto", "scheduler", "performance"].map((name) => () => structuredClone(G[name])), () => structuredClone(crypto.subtle), () => structuredClone(globalThis)),
  "controls: in a name": () => all(...CONTROLS.map((it) => () => new Headers({ [`x${it}y`]: "a" }))),
  "status: of an answer": (env) => all(async () => codes((await fetch(`${env.SITE}/raw/${hex("HTTP/1.1 200 \xc3\xa9\xff\t\r\ncontent-length: 0\r\n\r\n")}`)).statusText)),
};

const hex = (text: string) => [...text].map((char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");

const named = (ctx: unknown) => Object.fromEntries(Object.entries(observations).map(([name, run]) => [name, (env: Env) => run(env, ctx)]));

export default {
  fetch: (_request: Request, env: Env, ctx: unknown) => observe(named(ctx), env),
};
