// What code does with the platform: each probe is run, then the built-ins are changed for good, then each is run again and must come to the
// same. A probe awaits what it gives back, since a promise that an async function returns is asked for its `then`, by the language.

import { RpcTarget, WorkerEntrypoint, env as imported, waitUntil } from "cloudflare:workers";

const {
  Promise, Blob, File, FormData, Headers, URL, URLSearchParams, Request, Response, ReadableStream, WritableStream, TransformStream, TextEncoder, TextDecoder,
  TextDecoderStream, CompressionStream, DecompressionStream, AbortController, AbortSignal, Event, EventTarget, MessageChannel, WebSocketPair,
  IdentityTransformStream, FixedLengthStream, URLPattern, Uint8Array, Map, Date, Object, Error, crypto, scheduler, structuredClone, setTimeout, setInterval,
  clearInterval, queueMicrotask, console, btoa, atob, fetch,
} = globalThis;

const bytes = new TextEncoder().encode("y");
const key = new TextEncoder().encode("0123456789abcdef");
const ALGORITHM = { name: "HMAC", hash: "SHA-256" };
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const someMap = new Map([["a", 1]]);
const PARTS = [
  "--b", 'Content-Disposition: form-data; name="a"', "", "1",
  "--b", 'Content-Disposition: form-data; name="f"; filename="n\\".txt"', "Content-Type: text/x", "", "file",
  "--b--", "",
].join("\r\n");
const multipart = () => new Request("http://a.b", { method: "POST", headers: { "content-type": 'multipart/form-data; boundary="b"' }, body: PARTS });
const source = () => new ReadableStream({ start(controller) { controller.enqueue(bytes); controller.enqueue(bytes); controller.close(); } });
const textOf = (buffer) => new TextDecoder().decode(buffer);
const post = (body) => new Request("http://a.b", { method: "POST", headers: { a: "b" }, body });
const failure = async (run) => { try { return await run(); } catch (error) { return `${error.name}: ${error.message}`; } };

const probes = {
  url: () => new URL("http://a.b/c?d=e#f").searchParams.get("d"),
  params: () => { const params = new URLSearchParams("b=2&a=1"); params.append("c", "3"); params.sort(); return params.toString(); },
  headers: () => { const headers = new Headers({ A: "1" }); headers.append("a", "2"); return headers.get("a"); },
  newHeader: () => { const headers = new Headers(); headers.set(`x-${crypto.randomUUID()}`, " 1 "); let value; headers.forEach((given) => value = given); return value; },
  pairs: () => new Headers([["x", "y"]]).get("x"),
  cookies: () => { const headers = new Headers(); headers.append("set-cookie", "a=1"); return headers.getSetCookie()[0] + headers.getAll("Set-Cookie")[0]; },
  request: () => { const made = post("text"); return made.method + made.headers.get("a") + made.cf; },
  again: async () => { const made = new Request(post("text"), { headers: { c: "d" } }); return made.headers.get("c") + await made.text(); },
  text: async () => await post("text").text(),
  json: async () => (await new Response('{"a":5}').json()).a,
  responseJson: async () => await Response.json({ a: 1 }).text(),
  redirect: () => Response.redirect("http://a.b/c", 301).headers.get("location"),
  response: () => new Response("x", { status: 201, headers: { a: "b" } }).statusText,
  copied: async () => await new Response(new Response("x").body, new Response("", { status: 202 })).text(),
  responseBuffer: async () => textOf(await new Response("abc").arrayBuffer()),
  responseBlob: async () => { const blob = await new Response("abc", { headers: { "content-type": "Text/X; a=b" } }).blob(); return blob.type + await blob.text(); },
  responseClone: async () => { const response = new Response("x"), copy = response.clone(); return await response.text() + await copy.text(); },
  clone: () => structuredClone({ a: [1, { b: 2 }], c: new Date(5) }).a[1].b,
  cloneMap: () => structuredClone(someMap) instanceof Map,
  cloneError: () => structuredClone(new Error("x")).message,
  log: () => console.log("probe", { a: [1, "b"], c: new Headers({ d: "e" }), m: someMap, b: bytes }, new Error("shown"), "%s", 1n),
  table: () => console.table([{ a: 1, b: "c" }, { a: [2] }, 3]),
  tableOfMap: () => console.table(someMap),
  grouped: () => { console.group("a"); console.assert(false, "b"); console.dir({ a: 1 }, { depth: 1 }); console.trace("c"); console.groupEnd(); },
  timed: () => { console.time("a"); console.count("b"); console.timeEnd("a"); },
  event: () => { let seen; const target = new EventTarget(); target.addEventListener("a", (event) => seen = event.type); target.dispatchEvent(new Event("a")); return seen; },
  once: () => { let seen = 0; const target = new EventTarget(); target.addEventListener("a", () => seen++, { once: true }); target.dispatchEvent(new Event("a")); target.dispatchEvent(new Event("a")); return seen; },
  abort: () => { const controller = new AbortController(); let heard = ""; controller.signal.addEventListener("abort", () => heard = "heard"); controller.abort("why"); return controller.signal.reason + heard; },
  any: () => { const controller = new AbortController(), signal = AbortSignal.any([controller.signal]); controller.abort("x"); return signal.reason; },
  timer: async () => { await new Promise((resolve) => setTimeout(resolve, 1)); return "timer"; },
  interval: async () => { await new Promise((resolve) => { const timer = setInterval(() => { clearInterval(timer); resolve(); }, 1); }); return "interval"; },
  microtask: async () => { await new Promise((resolve) => queueMicrotask(resolve)); return "microtask"; },
  wait: async () => { await scheduler.wait(1); return "waited"; },
  encode: () => textOf(new TextEncoder().encode("é")),
  decode: () => new TextDecoder("windows-1252").decode(bytes),
  encodeInto: () => new TextEncoder().encodeInto("ab", new Uint8Array(4)).written,
  base64: () => btoa(atob("eA==")),
  digest: async () => (await crypto.subtle.digest("SHA-256", new Uint8Array(1))).byteLength,
  digestStream: async () => { const stream = new crypto.DigestStream("SHA-256"), writer = stream.getWriter(); await writer.write(bytes); await writer.close(); return (await stream.digest).byteLength; },
  hmac: async () => { const secret = await crypto.subtle.importKey("raw", bytes, ALGORITHM, false, ["sign", "verify"]); return await crypto.subtle.verify("HMAC", secret, await crypto.subtle.sign("HMAC", secret, bytes), bytes); },
  sealed: async () => { const secret = await crypto.subtle.importKey("raw", key, "AES-GCM", true, ["encrypt", "decrypt"]), how = { name: "AES-GCM", iv: new Uint8Array(12) }; return textOf(await crypto.subtle.decrypt(how, secret, await crypto.subtle.encrypt(how, secret, bytes))); },
  pair: async () => { const { publicKey } = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]); return (await crypto.subtle.importKey("jwk", await crypto.subtle.exportKey("jwk", publicKey), CURVE, true, ["verify"])).type; },
  signed: async () => { const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]); return await crypto.subtle.verify("Ed25519", publicKey, await crypto.subtle.sign("Ed25519", privateKey, bytes), bytes); },
  derived: async () => { const secret = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]); return (await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes, iterations: 1 }, secret, 128)).byteLength; },
  random: () => crypto.randomUUID().length,
  values: () => crypto.getRandomValues(new Uint8Array(2)).length,
  equal: () => crypto.subtle.timingSafeEqual(bytes, bytes),
  stream: async () => await new Response(source()).text(),
  reader: async () => textOf((await source().getReader().read()).value),
  byob: async () => textOf((await new Response("abc").body.getReader({ mode: "byob" }).read(new Uint8Array(2))).value),
  tee: async () => { const branches = source().tee(); return await new Response(branches[0]).text() + await new Response(branches[1]).text(); },
  pipe: async () => { let count = 0; await source().pipeTo(new WritableStream({ write() { count++; } })); return count; },
  through: async () => await new Response(source().pipeThrough(new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk); } }))).text(),
  compressed: async () => await new Response(source().pipeThrough(new CompressionStream("gzip")).pipeThrough(new DecompressionStream("gzip"))).text(),
  identity: async () => { const { readable, writable } = new IdentityTransformStream(); const writer = writable.getWriter(); writer.write(bytes); writer.close(); return await new Response(readable).text(); },
  fixed: async () => { const { readable, writable } = new FixedLengthStream(1); const writer = writable.getWriter(); writer.write(bytes); writer.close(); return await new Response(readable).text(); },
  form: () => { const form = new FormData(); form.append("a", "b"); form.set("a", "c"); return form.get("a") + form.getAll("a").length + form.has("a"); },
  formSent: async () => { const form = new FormData(); form.append("a\"", "b"); form.append("f", new Blob(["x"], { type: "text/x" }), "n"); return (await new Response(form).text()).length; },
  formRead: async () => { const form = await multipart().formData(), file = form.get("f"); return form.get("a") + file.name + file.type + await file.text(); },
  formUrl: async () => (await new Response(new URLSearchParams({ a: "b c" })).formData()).get("a"),
  blob: async () => { const blob = new Blob(["ab", bytes, new Blob(["c"])], { type: "text/X" }); return blob.size + blob.type + await blob.text() + await blob.slice(1, 3).text(); },
  blobBytes: async () => textOf(await new Blob(["ab"]).arrayBuffer()) + textOf(await new Blob(["ab"]).bytes()),
  blobStream: async () => await new Response(new Blob(["ab", "cd"]).stream()).text(),
  file: async () => { const file = new File(["a"], "n", { lastModified: 5 }); return file.name + file.lastModified + await file.text(); },
  message: () => new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = (event) => resolve(event.data); port2.postMessage("sent"); }),
  socket: () => new Promise((resolve) => { const pair = new WebSocketPair(); pair[0].accept(); pair[1].accept(); pair[1].addEventListener("message", (event) => resolve(event.data)); pair[0].send("hi"); }),
  socketClose: () => new Promise((resolve) => { const pair = new WebSocketPair(); pair[0].accept(); pair[1].accept(); pair[1].addEventListener("close", (event) => resolve(event.code + event.reason)); pair[0].close(4000, "bye"); }),
  pattern: () => new URLPattern({ pathname: "/:a" }).exec("http://x/y").pathname.groups.a,
  data: async () => await (await fetch("data:text/plain;base64,eHg=")).text(),
  self: async (env) => await (await env.SELF.fetch("http://a.b/inner", { method: "POST", body: "x" })).text(),
  kv: async (env) => { await env.KV.put("k", "v", { metadata: { a: 1 }, expirationTtl: 60 }); return await env.KV.get("k"); },
  kvMore: async (env) => { await env.KV.put("b", bytes); return textOf(await env.KV.get("b", "arrayBuffer")) + (await env.KV.list({ prefix: "b" })).keys.length + (await env.KV.getWithMetadata("k")).metadata.a; },
  kvStream: async (env) => { await env.KV.put("s", source()); return await new Response(await env.KV.get("s", "stream")).text(); },
  rpc: async (env) => (await env.RPC.given(1, { a: [2, bytes], m: someMap, d: new Date(3) }))[1].a[0],
  rpcError: (env) => failure(() => env.RPC.fails()),
  rpcCaught: async (env) => await env.RPC.fails().catch((error) => error.message),
  rpcThen: (env) => new Promise((resolve) => env.RPC.given(4).then((given) => resolve(given[0]))),
  rpcFunction: async (env) => await env.RPC.calls((value) => value + 1),
  rpcTarget: async (env) => { const target = await env.RPC.target(); return await target.value() + await target.dup().value(); },
  rpcPipelined: async (env) => await env.RPC.target().value(),
  rpcProperty: async (env) => await env.RPC.target().property,
  rpcStream: async (env) => await new Response(await env.RPC.flows()).text(),
  rpcBlob: async (env) => await (await env.RPC.given(new Blob(["ab"])))[0].text(),
  rpcResponse: async (env) => await (await env.RPC.given(new Response("ab")))[0].text(),
  importedEnv: async () => { await imported.KV.put("i", "imported"); return await imported.KV.get("i") + ("KV" in imported); },
  importedWait: () => waitUntil(new Promise((resolve) => resolve(1))),
  d1: async (env) => (await env.DB.prepare("SELECT ?1 AS a").bind(7).first()).a,
  d1More: async (env) => { await env.DB.exec("CREATE TABLE IF NOT EXISTS t (a)"); return (await env.DB.batch([env.DB.prepare("SELECT 1 AS q")]))[0].results[0].q + (await env.DB.prepare("SELECT 2 AS q, ? AS w").bind(bytes).raw())[0][0]; },
  wrongArguments: () => failure(() => new Headers().get()),
  wrongKv: (env) => failure(() => env.KV.put("a", "b", { expirationTtl: 1 })),
  wrongD1: (env) => failure(() => env.DB.prepare("SELECT").all()),
  wrongUrl: () => failure(() => new URL("x")),
  wrongKey: () => failure(() => crypto.subtle.importKey("raw", bytes, { name: "AES-GCM" }, false, ["encrypt"])),
};

class Target extends RpcTarget {
  get property() { return "property"; }
  value() { return "value"; }
}

export class Rpc extends WorkerEntrypoint {
  given(...all) { return all; }
  fails() { throw new Error("failed"); }
  async calls(callback) { return await callback(1); }
  target() { return new Target(); }
  flows() { return source(); }
}
