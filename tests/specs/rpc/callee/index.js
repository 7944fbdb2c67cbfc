// What the observations of the other Worker call.
import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

class Counter extends RpcTarget {
  #count = 0;
  own = 2;
  arrow = () => 1;
  increment(by = 1) {
    return this.#count += by;
  }
  get value() {
    return this.#count;
  }
}

class CustomError extends Error {
  constructor(message) {
    super(message);
    this.name = "CustomError";
    this.code = "E1";
  }
}

class Point {
  x = 1;
}

const failures = {
  Error: () => new Error("plain"),
  TypeError: () => new TypeError("typed"),
  custom: () => new CustomError("custom"),
  string: () => "a string",
  object: () => ({ a: 1 }),
  undefined: () => undefined,
  dom: () => new DOMException("dommsg", "NotFoundError"),
  properties: () => Object.assign(new Error("properties"), { code: 5, more: { a: 1 } }),
  cause: () => new Error("outer", { cause: new RangeError("inner") }),
  "its own cause": () => {
    const error = new Error("round");
    return Object.assign(error, { cause: error });
  },
  function: () => Object.assign(new Error("with a function"), { code: 1, call: () => 2 }),
  target: () => Object.assign(new Error("with a target"), { counter: new Counter() }),
  bytes: () => Object.assign(new Error("with bytes"), { bytes: new Uint8Array([1, 2]) }),
  instance: () => Object.assign(new Error("with an instance"), { point: new Point() }),
  symbol: () => Object.assign(new Error("with a symbol"), { [Symbol("s")]: 1, code: 3 }),
  map: () => Object.assign(new RangeError("with a map"), { map: new Map([[1, 2]]), date: new Date(0), big: 5n }),
  hidden: () => Object.defineProperty(new Error("hidden"), "code", { value: 7, enumerable: false }),
  getter: () => Object.defineProperty(new Error("getter"), "code", { get: () => 8, enumerable: true }),
  name: () => Object.assign(new Error("named"), { name: "TypeError" }),
  aggregate: () => new AggregateError([new Error("one"), new RangeError("two")], "several"),
  "empty message": () => new Error(),
  number: () => 5,
  null: () => null,
};

const bytesOf = (text) => new TextEncoder().encode(text);
let kept;

const chunks = (...parts) =>
  new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });

/** A stream of three bytes and what `failures` has of that name. */
function failing(how) {
  let begun = false;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      if (begun) throw failures[how]();
      begun = true;
      controller.enqueue(bytesOf("abc"));
    },
  });
}

function broken(isAborted, ctx) {
  const { readable, writable } = new FixedLengthStream(5);
  const writer = writable.getWriter();
  const written = writer.write(bytesOf("abc"));
  ctx.waitUntil((isAborted ? written.then(() => writer.abort(new RangeError("aborted"))) : writer.close()).catch(() => {}));
  return readable;
}

export default class extends WorkerEntrypoint {
  own = "own";
  arrow = (x) => x;
  add(a, b) {
    return a + b;
  }
  get value() {
    return 42;
  }
  get nested() {
    return { method: (x) => x * 2, value: 1 };
  }
  get promised() {
    return Promise.resolve("promised");
  }
  get throwing() {
    throw new Error("getter threw");
  }
  echo(value) {
    return value;
  }
  count(...args) {
    return args.length;
  }
  nothing() {}
  never() {
    return new Promise(() => {});
  }
  async sizeOf({ blob, counter, call }) {
    return [blob.size, blob.type, await blob.text(), await counter?.increment(3), await call?.(4)];
  }
  blob() {
    return { blob: new Blob(["given"], { type: "text/x" }), file: new File(["f"], "name.txt", { type: "text/y", lastModified: 5 }) };
  }
  failing(error) {
    throw error;
  }
  environment() {
    return Object.keys(this.env);
  }
  context() {
    return Object.prototype.toString.call(this.ctx) + JSON.stringify(this.ctx.props);
  }
  fail(how) {
    throw failures[how]();
  }
  async request(request) {
    const { method, url, headers } = request;
    return new Response(`${method} ${url} ${headers.get("a")} ${await request.text()}`, { status: 202, headers: { z: "y" } });
  }
  response() {
    return new Response("body", { status: 203 });
  }
  stream() {
    return new ReadableStream({
      type: "bytes",
      async start(controller) {
        for (let part = 0; part < 3; part++) {
          controller.enqueue(bytesOf(`part${part} `));
          await scheduler.wait(1);
        }
        controller.close();
      },
    });
  }
  failingStream(how) {
    return failing(how);
  }
  failingResponse() {
    return new Response(failing("custom"));
  }
  async read(stream) {
    return "read: " + await new Response(stream).text();
  }
  async write(stream) {
    const writer = stream.getWriter();
    await writer.write(bytesOf("written"));
    await writer.close();
  }
  async callBack(callback) {
    return "got " + await callback(1);
  }
  async use(target) {
    return [await target.increment(2), await target.value].join();
  }
  async useOwn(target) {
    return await target.own;
  }
  times(n) {
    return (x) => x * n;
  }
  counter() {
    return new Counter();
  }
  object() {
    return { a: { b: 9 }, add: (x) => x + 1 };
  }
  keep(callback) {
    kept = callback;
  }
  keepDuplicate(callback) {
    kept = callback.dup();
  }
  useKept() {
    return kept(1);
  }
  point() {
    return new Point();
  }
  symbol() {
    return Symbol("returned");
  }
  *generator() {
    yield 1;
  }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/throw") throw new RangeError("fetch threw");
    if (pathname === "/redirect") return Response.redirect("http://callee/target", 302);
    if (pathname === "/reason") return new Response(null, { status: 404, statusText: "Nowhere" });
    if (pathname === "/nothing") return undefined;
    if (pathname === "/never") return new Promise(() => {});
    if (pathname.startsWith("/fails/")) return new Response(failing(pathname.slice("/fails/".length)));
    if (pathname === "/hangs") return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
    if (pathname === "/half") return new Response("a\ud800b");
    if (pathname === "/half-stream") return new Response(chunks("a\ud800b"));
    if (pathname === "/object") return new Response(chunks({}));
    if (pathname === "/falls-short" || pathname === "/aborts") return new Response(broken(pathname === "/aborts", this.ctx));
    if (pathname === "/echo") return new Response(request.body);
    return new Response(`${request.method} ${request.url} ${JSON.stringify([...request.headers])} ${await request.text()}`);
  }
}

export class Named extends WorkerEntrypoint {
  who() {
    return "Named";
  }
  props() {
    return this.ctx.props;
  }
  fetch() {
    return new Response("fetch of Named");
  }
}

export const plain = {
  one: (value, env, ctx) => `${value} ${Object.keys(env)} ${Object.prototype.toString.call(ctx)}`,
  two: (value, env) => `${value} ${Object.keys(env)}`,
  four(_a, _b, _c, _d) {},
  value: 5,
  nested: { method: (x) => `nested ${x}` },
  fetch: () => new Response("fetch of plain"),
};
