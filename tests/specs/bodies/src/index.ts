// Observations of bodies and what carries them: each is recorded as its value or its error. `expected.json` beside the folder of sources
// holds what workerd answers.

import { observe } from "./observe";

type Any = any;
const G = globalThis as Any;
const bytes = (text: string) => new TextEncoder().encode(text);
const message = (error: Any) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
const outcome = async (promise: Promise<Any>) => promise.then((value) => ({ value }), (error) => ({ error: message(error) }));
const throwing = (action: () => Any) => {
  try {
    return { value: action() };
  } catch (error) {
    return { error: message(error) };
  }
};
const stream = (...chunks: Any[]) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const post = (body: Any, more: Any = {}) => new Request("https://a.example/p", { method: "POST", body, ...more });
const form = (body: string, type = 'multipart/form-data; boundary="b"') => new Response(body, { headers: { "content-type": type } }).formData();
const parts = (data: FormData) =>
  Promise.all([...(data as Any)].map(async ([name, value]: Any) => [name, typeof value === "string" ? value : [value.name, value.type, await value.text()]]));
/** The text of a form, with its boundary named the same every time. */
const written = async (data: FormData) => {
  const response = new Response(data);
  const type = response.headers.get("content-type")!;
  const boundary = /boundary="?([^";]+)"?/.exec(type)![1]!;
  return [type.replace(boundary, "B"), (await response.text()).replaceAll(boundary, "B"), /^[0-9a-f]{32}$/.test(boundary)];
};
const formOf = (...entries: Any[]) => {
  const data = new FormData();
  for (const entry of entries) (data as Any).append(...entry);
  return data;
};

const observations: Record<string, (env: unknown) => unknown> = {
  // Bodies that are used.
  "read twice": async () => {
    const it = new Response("a");
    await it.text();
    return [it.bodyUsed, await outcome(it.text()), await outcome(it.json()), await outcome(it.formData()), await outcome(it.arrayBuffer())];
  },
  "request read twice": async () => {
    const it = post("a");
    await it.text();
    return [it.bodyUsed, await outcome(it.bytes())];
  },
  "clone once used": async () => {
    const it = new Response("a");
    await it.text();
    return throwing(() => it.clone() && "cloned");
  },
  "clone of a request once used": async () => {
    const it = post("a");
    await it.text();
    return throwing(() => it.clone() && "cloned");
  },
  "clone of what is locked": () => {
    const it = new Response(stream(bytes("a")));
    it.body!.getReader();
    return throwing(() => it.clone() && "cloned");
  },
  "read when locked": () => {
    const it = new Response(stream(bytes("a")));
    it.body!.getReader();
    return outcome(it.text());
  },
  "response of a used stream": async () => {
    const it = stream(bytes("a"));
    await new Response(it).text();
    return throwing(() => new Response(it) && "made");
  },
  "response of a locked stream": () => {
    const it = stream(bytes("a"));
    it.getReader();
    return throwing(() => new Response(it) && "made");
  },
  "request of a used request": async () => {
    const it = post("a");
    await it.text();
    return throwing(() => new Request(it) && "made");
  },
  "response whose stream gives text": () => outcome(new Response(stream("a") as Any).text()),
  "response whose stream gives a number": () => outcome(new Response(stream(5) as Any).text()),
  "null body": async () => {
    const it = new Response(null);
    return [it.body, it.bodyUsed, await it.text(), it.bodyUsed, await it.text()];
  },
  "empty body": () => new Response("").body === null,
  "bytes": async () => new Response("é").bytes(),
  "json of no json": async () => (await outcome(new Response("{").json())).error?.split(":")[0],
  "blob of a response": async () => {
    const it = await new Response("a", { headers: { "content-type": "Text/HTML; Charset=utf-8" } }).blob();
    return [it.type, it.size];
  },
  "text with a byte order mark": () => new Response(new Uint8Array([0xef, 0xbb, 0xbf, 65])).text(),
  "text that is not UTF-8": () => new Response(new Uint8Array([0xff, 65])).text(),
  "bodies of kinds": () =>
    Promise.all([new ArrayBuffer(2), new DataView(new ArrayBuffer(3)), new Uint16Array(2), new URLSearchParams({ a: "b c" }), new Blob(["x"], { type: "a/b" }), 5, {}, true]
      .map(async (body: Any) => { const it = new Response(body); return [it.headers.get("content-type"), (await it.bytes()).byteLength]; })),
  "a body that can be iterated": async () => outcome(new Response((async function* () { yield bytes("a"); yield bytes("b"); })() as Any).text()),

  // Responses.
  "statuses": () => [199, 200, 204, 304, 599, 600, 0, "abc", 200.7, 65736].map((status) => throwing(() => new Response(null, { status: status as Any }).status)),
  "a body where there can be none": () => [101, 204, 205, 304].map((status) => throwing(() => new Response("a", { status }).status)),
  "an empty body where there can be none": () => [204, 205, 304].map((status) => throwing(() => [new Response("", { status }).status, new Response("", { status }).body])),
  "a stream where there can be a body of none": () => throwing(() => new Response(stream(), { status: 204 }).status),
  "status texts": () => ["", "Fine", "é", "a\nb", "a\tb", undefined].map((statusText) => throwing(() => new Response(null, { statusText }).statusText)),
  "default status texts": () => [200, 201, 299, 404, 418, 499, 503].map((status) => new Response(null, { status }).statusText),
  "init from a response": () => {
    const it = new Response("x", new Response("y", { status: 201, statusText: "Made", headers: { a: "b" } }) as Any);
    return [it.status, it.statusText, [...(it.headers as Any)]];
  },
  "redirects": () =>
    [["https://a.example/x y"], ["https://a.example/", 301], ["/relative"], ["https://a.example/", 200], ["nonsense", 302]].map((args) =>
      throwing(() => { const it = Response.redirect(...(args as [string])); return [it.status, it.headers.get("location")]; })),
  "headers of a redirect": () => throwing(() => Response.redirect("https://a.example/").headers.set("a", "b")),
  "json": async () => {
    const it = Response.json({ a: [1, null, "é"] }, { status: 201, headers: { b: "c" } });
    return [it.status, [...(it.headers as Any)], await it.text()];
  },
  "json with a type": () => Response.json(1, { headers: { "content-type": "a/b" } }).headers.get("content-type"),
  "json of what is none": () => [throwing(() => Response.json(undefined) && "made").error?.split(":")[0], throwing(() => Response.json(1n as Any)).error?.split(":")[0]],
  "error": () => { const it = Response.error(); return [it.type, it.status, it.ok]; },
  "properties": () => { const it = new Response("a") as Any; return [it.type, it.url, it.redirected, it.ok, it.webSocket, it.cf, it.encodeBody]; },
  "encodeBody": () => ["manual", "automatic", "x"].map((encodeBody) => throwing(() => new Response("a", { encodeBody } as Any) && "made")),
  "header from the body's kind": () => [new Response("a").headers.get("content-type"), new Response(bytes("a")).headers.get("content-type"), new Response("a", { headers: { "content-type": "x/y" } }).headers.get("content-type")],

  // Requests.
  "methods": () => ["get", "Get", "patch", "PATCH", "NOPE", "a b", ""].map((method) => throwing(() => new Request("https://a.example/", { method }).method)),
  "body with GET": () => ["GET", "HEAD", "DELETE"].map((method) => throwing(() => new Request("https://a.example/", { method, body: "a" }) && "made")),
  "bad addresses": () => ["", "nonsense", "/x", "https://"].map((url) => throwing(() => new Request(url).url)),
  "address": () => new Request("HTTPS://A.example:443/ä b?ö#frag").url,
  "redirect modes": () => ["follow", "manual", "error", "x"].map((redirect) => throwing(() => new Request("https://a.example/", { redirect: redirect as Any }).redirect)),
  "cache modes": () => ["no-store", "no-cache", "reload", "default", "x"].map((cache) => throwing(() => (new Request("https://a.example/", { cache: cache as Any }) as Any).cache)),
  "integrity": () => throwing(() => new Request("https://a.example/", { integrity: "sha256-x" }) && "made"),
  "request properties": () => { const it = new Request("https://a.example/") as Any; return [it.method, it.redirect, it.cf, it.keepalive, it.integrity, it.cache, it.fetcher, it.body, it.bodyUsed, typeof it.signal]; },
  "a request from a request": async () => {
    const it = new Request(post("body", { headers: { a: "1" } }), { headers: { b: "2" }, method: "PUT" });
    return [it.method, [...(it.headers as Any)], await it.text()];
  },
  "the first is used then": () => { const first = post("a"); new Request(first); return [first.bodyUsed, throwing(() => new Request(first) && "made")]; },

  // Headers.
  "names": () => ["a b", "a:b", "a\n", "A-1_"].map((name) => throwing(() => [...(new Headers([[name, "x"]]) as Any)])),
  "values": () => ["a\nb", "a\rb", "a\0b", " a ", "\ta\t", "ä", "\u{1f648}", "a\u007f", ""].map((value) => throwing(() => [...(new Headers({ a: value }) as Any)])),
  "by every method": () => {
    const it = new Headers();
    return [throwing(() => it.append("a", "x\ny")), throwing(() => it.set("a b", "x")), throwing(() => it.get("a b")), throwing(() => it.has("a b")), throwing(() => it.delete("a b"))];
  },
  "sequences": () => [[["a"]], [["a", "b", "c"]], [["a", "b"]], "ab", 5, null].map((init) => throwing(() => [...(new Headers(init as Any) as Any)])),
  "cookies": () => {
    const it = new Headers([["set-cookie", "a=1"], ["Set-Cookie", "b=2"], ["z", "1"], ["A", "2"], ["a", "3"]]) as Any;
    return [it.getSetCookie(), it.getAll("Set-Cookie"), it.get("set-cookie"), [...it], throwing(() => it.getAll("a"))];
  },
  "order and case": () => [...(new Headers({ Zed: "1", alpha: "2", Mid: "3" }) as Any).keys()],

  // Forms, read.
  "multipart": async () => parts(await form('--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b\r\ncontent-disposition: form-data; name="f"; filename="x.txt"\r\ncontent-type: text/plain\r\n\r\nhé\r\n--b--')),
  "multipart with line feeds": async () => outcome(form('--b\nContent-Disposition: form-data; name="a"\n\n1\n--b--').then(parts)),
  "a file without a type": async () => outcome(form('--b\r\ncontent-disposition: form-data; name="f"; filename="x"\r\n\r\nz\r\n--b--').then(parts)),
  "no boundary in the type": () => outcome(form("x", "multipart/form-data")),
  "no boundary in the body": () => outcome(form("nothing")),
  "no type": () => outcome(new Response(bytes("a")).formData()),
  "another type": () => outcome(form("a", "text/plain")),
  "truncated": () => outcome(form('--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1')),
  "no end of the head": () => outcome(form('--b\r\ncontent-disposition: form-data; name="a"\r\n')),
  "something after the boundary": () => outcome(form('--bX\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b--')),
  "no disposition": () => outcome(form("--b\r\ncontent-type: a/b\r\n\r\n1\r\n--b--")),
  "another disposition": () => outcome(form('--b\r\ncontent-disposition: attachment; name="a"\r\n\r\n1\r\n--b--')),
  "an invalid disposition": () => outcome(form("--b\r\ncontent-disposition: ; x\r\n\r\n1\r\n--b--")),
  "no name": () => outcome(form("--b\r\ncontent-disposition: form-data\r\n\r\n1\r\n--b--")),
  "a name without quotes": () => outcome(form("--b\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n--b--").then(parts)),
  "odd names": async () => parts(await form('--b\r\ncontent-disposition: form-data; name="a\\"b%22"; filename="\\\\x;é.txt"\r\n\r\n1\r\n--b--')),
  "urlencoded": async () => parts(await form("a=1&b=%C3%A9+x&a=2&=e&c", "application/x-www-form-urlencoded")),
  "urlencoded in another charset": () => outcome(form("a=1", "application/x-www-form-urlencoded; charset=latin1").then(parts)),

  // Forms, written.
  "written": () => written(formOf(["a", "1\n2"], ["é", "ü"], ["f", new File(["x"], "n.txt", { type: "a/b" })])),
  "written without a type": () => written(formOf(["f", new Blob(["x"])])),
  "written with odd names": () => written(formOf(['q"\n\\x', "1"], ["f", new Blob(["x"]), 'n"\n.txt'])),
  "written with a backslash at the end": () => throwing(() => new Response(formOf(["a\\", "1"])) && "made"),
  "names of blobs": () => [...(formOf(["f", new Blob(["x"])], ["g", new Blob(["x"]), "g.txt"], ["h", new File(["x"], "h.txt")]) as Any)].map(([name, file]: Any) => [name, file.name]),
  "methods of forms": () => {
    const it = formOf(["a", "1"], ["b", "2"], ["a", "3"]) as Any;
    it.set("a", "4");
    it.delete("b");
    return [[...it], it.get("x"), it.getAll("a"), it.has("a"), throwing(() => it.append("a")).error?.split(":")[0], throwing(() => it.append("a", "b", "c"))];
  },

  // Blobs and files.
  "blob": async () => { const it = new Blob(["ab", bytes("cd"), new Blob(["ef"]), 5 as Any], { type: "Text/PLAIN" }); return [it.size, it.type, await it.text(), await it.slice(1, -1, "x/y").text(), it.slice(1, 2, "X/Y").type]; },
  "blob of what is none": () => throwing(() => new Blob("ab" as Any) && "made").error?.split(":")[0],
  "blob stream": async () => { const seen = []; for await (const chunk of new Blob(["abc"]).stream() as Any) seen.push(chunk.byteLength); return seen; },
  "file": () => { const it = new File(["x"], "a/b:c", { type: "t/u", lastModified: 5 }); return [it.name, it.type, it.lastModified, it.size]; },
  "file without a name": () => throwing(() => new (G.File)(["x"])).error?.split(":")[0],

  // Addresses and texts.
  "URLSearchParams": () => { const it = new URLSearchParams("?a=1&b=2&a=3"); it.delete("a", "1"); it.append("c", "é &"); it.sort(); return [String(it), it.size, it.has("a", "3"), it.getAll("b")]; },
  "bad URLs": () => [throwing(() => new URL("x")), throwing(() => new URL("/x", "y")), (URL as Any).canParse("x"), (URL as Any).parse("x")],
  "URLPattern": () => { const it = new G.URLPattern({ pathname: "/a/:id{/:more}?" }); return [it.pathname, it.test("https://x.example/a/1"), it.exec("https://x.example/a/1/2")?.pathname.groups, it.hasRegExpGroups, throwing(() => new G.URLPattern({ pathname: "(" }) && "made").error?.split(":")[0]]; },
  "labels": () => ["utf8", "UTF-16", "latin1", "shift_jis", "gbk", "gb18030", "big5", "euc-kr", "euc-jp", "iso-2022-jp", "windows-1252", "koi8-r", "macintosh", "x-user-defined", "replacement", "iso-8859-8-i", "x"].map((label) => throwing(() => new TextDecoder(label).encoding)),
  "decodes": () => [["shift_jis", [0x93, 0xfa]], ["gbk", [0xc4, 0xe3]], ["big5", [0xa7, 0x41]], ["euc-kr", [0xb0, 0xa1]], ["windows-1252", [0x80, 0x81]], ["koi8-r", [0xc1]], ["utf-16be", [0, 65]], ["x-user-defined", [0x80]]].map(([label, list]: Any) => throwing(() => new TextDecoder(label).decode(new Uint8Array(list)))),
  "fatal": () => [throwing(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff]))), throwing(() => new TextDecoder("shift_jis", { fatal: true }).decode(new Uint8Array([0xff])))],
  "byte order marks": () => [[...new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 65]))].length, [...new TextDecoder("utf-8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 65]))].length],
  "in parts": () => { const it = new TextDecoder(); return [it.decode(new Uint8Array([0xe2, 0x82]), { stream: true }), it.decode(new Uint8Array([0xac])), it.decode(new Uint8Array([0xe2]), { stream: true }), it.decode()]; },
  "encodeInto": () => ({ ...new TextEncoder().encodeInto("aé🙈", new Uint8Array(4)) }),

  "lone surrogates": async () => { const text = "a\ud800b\udc00\ud83d\ude48é\udbff"; const into = new Uint8Array(9); const { read, written } = new TextEncoder().encodeInto(text, into); return [[...new TextEncoder().encode(text)], [...into], read, written]; },
  "lone surrogates of a body": async () => [...(await new Response("a\ud800b").bytes())],
  "texts of every width": async () => { const all = []; for (const text of ["", "ascii", "é ü", "日本 🙈"]) { const long = text.repeat(5000); const made = await new Response(long).text(); all.push([made === long, new TextEncoder().encode(long).length, new TextDecoder().decode(new TextEncoder().encode(long)) === long]); } return all; },
  "encodeInto of what does not fit": () => ["é", "🙈", "a🙈", "ab"].map((text) => ({ ...new TextEncoder().encodeInto(text, new Uint8Array(1)) })),

  // Clones.
  "clone of errors": () => { const it = structuredClone(new RangeError("why", { cause: new TypeError("deep") })) as Any; return [it instanceof RangeError, it.name, it.message, it.cause?.message, typeof it.stack]; },
  "clone of an error of one's own": () => { class Mine extends Error { override name = "Mine"; extra = 1; } const it = structuredClone(new Mine("m")) as Any; return [it.constructor.name, it.name, it.message, it.extra]; },
};

export default { fetch: (_: Request, env: unknown) => observe(observations, env) };
