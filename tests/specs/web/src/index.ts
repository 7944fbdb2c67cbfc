// The web's globals, each used once where it can go wrong. `spec.json` has the answers.

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (buffer: ArrayBuffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const nameOf = async (work: () => unknown) => {
  try {
    await work();
    return "no error";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

const handlers: Record<string, (request: Request) => unknown> = {
  "/present": () => {
    const wanted = [
      "AbortController", "AbortSignal", "Blob", "ByteLengthQueuingStrategy", "CompressionStream", "CountQueuingStrategy", "Crypto", "CryptoKey",
      "CustomEvent", "DOMException", "DecompressionStream", "Event", "EventTarget", "File", "FormData", "Headers", "MessageChannel",
      "ReadableStream", "Request", "Response", "SubtleCrypto", "TextDecoder", "TextDecoderStream", "TextEncoder", "TextEncoderStream",
      "TransformStream", "URL", "URLPattern", "URLSearchParams", "WebAssembly", "WritableStream", "atob", "btoa", "clearInterval", "clearTimeout",
      "console", "crypto", "fetch", "navigator", "performance", "queueMicrotask", "reportError", "scheduler", "self", "setInterval", "setTimeout",
      "structuredClone",
    ];
    return wanted.filter((name) => !(name in globalThis));
  },
  "/hidden": () => ["Deno", "__bootstrap", "__greenroom", "process", "require", "window", "Buffer"].filter((name) => name in globalThis),
  "/userAgent": () => navigator.userAgent,
  "/url": () => {
    const url = new URL("../b c?x=1#h", "https://user@exämple.com:8080/a/d/");
    url.searchParams.append("y", "ä&=");
    return [url.href, url.origin, URL.canParse("no url")];
  },
  "/pattern": () => new URLPattern({ pathname: "/users/:id" }).exec("https://a.b/users/7")?.pathname.groups,
  "/encoding": () => [
    [...bytes("é🙈")],
    new TextDecoder().decode(new Uint8Array([0xff, 0x41])),
    new TextDecoder("windows-1252").decode(new Uint8Array([0x80])),
    atob(btoa("\u00ff")).charCodeAt(0),
  ],
  "/fatal": () => nameOf(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff]))).then((text) => text.split(":")[0]),
  "/gzip": async () => {
    const packed = new Blob(["abc".repeat(1000)]).stream().pipeThrough(new CompressionStream("gzip"));
    const small = await new Response(packed).arrayBuffer();
    const unpacked = new Blob([small]).stream().pipeThrough(new DecompressionStream("gzip"));
    return [small.byteLength < 100, (await new Response(unpacked).text()).length];
  },
  "/digest": async () => hex(await crypto.subtle.digest("SHA-256", bytes("abc"))),
  "/hmac": async () => {
    const key = await crypto.subtle.importKey("raw", bytes("key"), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
    const signature = await crypto.subtle.sign("HMAC", key, bytes("The quick brown fox jumps over the lazy dog"));
    return [hex(signature), await crypto.subtle.verify("HMAC", key, signature, bytes("something else"))];
  },
  "/aes": async () => {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes("secret"));
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed));
  },
  "/ecdsa": async () => {
    const { privateKey, publicKey } = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"])) as CryptoKeyPair;
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    const signature = await crypto.subtle.sign(algorithm, privateKey, bytes("text"));
    return [await crypto.subtle.verify(algorithm, publicKey, signature, bytes("text")), ((await crypto.subtle.exportKey("jwk", publicKey)) as JsonWebKey).crv];
  },
  "/random": () => [/^[0-9a-f-]{36}$/.test(crypto.randomUUID()), crypto.randomUUID() !== crypto.randomUUID(), Math.random() !== Math.random()],
  "/clone": () => {
    const original = { map: new Map([[1, new Set(["a"])]]), date: new Date(0), bytes: new Uint8Array([1, 2]), nothing: undefined };
    const clone = structuredClone(original);
    return [clone.map.get(1)!.has("a"), clone.date.getTime(), [...clone.bytes], clone.map !== original.map];
  },
  "/clone-function": () => nameOf(() => structuredClone(() => {})).then((text) => text.split(":")[0]),
  "/events": () => {
    const seen: string[] = [];
    const target = new EventTarget();
    target.addEventListener("a", (event) => seen.push((event as CustomEvent).detail), { once: true });
    target.dispatchEvent(new CustomEvent("a", { detail: "first" }));
    target.dispatchEvent(new CustomEvent("a", { detail: "second" }));
    return seen;
  },
  "/abort": async () => {
    const controller = new AbortController();
    controller.signal.addEventListener("abort", () => {});
    controller.abort(new RangeError("why"));
    return [controller.signal.reason.message, await nameOf(() => AbortSignal.any([controller.signal]).throwIfAborted())];
  },
  "/timers": async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      const interval = setInterval(() => {
        order.push("tick");
        if (order.length >= 4) {
          clearInterval(interval);
          resolve();
        }
      }, 1);
      clearTimeout(setTimeout(() => order.push("never"), 0));
      queueMicrotask(() => order.push("microtask"));
      order.push("now");
    });
    return order;
  },
  "/streams": async () => {
    const upper = new TransformStream({ transform: (chunk: string, controller) => controller.enqueue(chunk.toUpperCase()) });
    const source = new ReadableStream({
      start(controller) {
        for (const part of ["a", "b"]) controller.enqueue(part);
        controller.close();
      },
    });
    const [left, right] = source.pipeThrough(upper).pipeThrough(new TextEncoderStream()).tee();
    return [await new Response(left).text(), await new Response(right).text()];
  },
  "/byob": async () => {
    const reader = new Response("hello").body!.getReader({ mode: "byob" });
    const { value } = await reader.read(new Uint8Array(3));
    return new TextDecoder().decode(value);
  },
  "/form": async () => {
    const form = new FormData();
    form.append("a", "1");
    form.append("f", new File(["content"], "name.txt", { type: "text/plain" }));
    const back = await new Response(form).formData();
    const file = back.get("f") as File;
    return [back.get("a"), file.name, file.type, await file.text()];
  },
  "/blob": async () => {
    const blob = new Blob(["ab", bytes("cd"), new Blob(["ef"])]).slice(1, 5, "x/y");
    return [await blob.text(), blob.size, blob.type];
  },
  "/headers": () => {
    const headers = new Headers({ b: "2", A: "1" });
    headers.append("a", "3");
    headers.append("set-cookie", "x=1");
    headers.append("set-cookie", "y=2");
    return [[...headers], headers.getSetCookie()];
  },
  "/clones": async () => {
    const response = new Response("twice", { status: 201 });
    const clone = response.clone();
    return [await response.text(), await clone.text(), clone.status];
  },
  "/request": async () => {
    const request = new Request("https://a.b/c", { method: "post", body: "x", headers: { "content-type": "a/b" } });
    const changed = new Request(request, { headers: { other: "1" } });
    return [changed.method, changed.headers.get("other"), changed.headers.get("content-type"), await changed.text(), request.bodyUsed];
  },
  "/not-emulated": async () => [
    await nameOf(() => new (globalThis as any).WebSocketPair()),
    await nameOf(() => new (globalThis as any).HTMLRewriter()),
    await nameOf(() => (globalThis as any).caches.default),
  ],
  "/fetch-handler": (request) => [request.method, request.headers.get("x-a"), request.cf === undefined ? "no cf" : typeof request.cf],
};

declare global {
  interface Request {
    cf?: unknown;
  }
}

export default {
  async fetch(request: Request) {
    const { pathname } = new URL(request.url);
    return Response.json((await handlers[pathname]!(request)) ?? null);
  },
};
