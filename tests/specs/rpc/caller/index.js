// Observations of service bindings: each runs in order and is recorded as what it gave. `expected.json` beside this folder holds what workerd
// answers; `record.mjs` records it again.
import { RpcPromise, RpcStub, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

class Point {
  x = 1;
}

class Target extends RpcTarget {
  own = 1;
  #count = 0;
  increment(by) {
    return this.#count += by;
  }
  get value() {
    return "value";
  }
}

export class Mine extends WorkerEntrypoint {
  hello(who) {
    return `hello ${who}`;
  }
  props() {
    return this.ctx.props;
  }
}

const bytesOf = (text) => new TextEncoder().encode(text);
const tag = (value) => `${typeof value} ${Object.prototype.toString.call(value)} ${value.constructor?.name}`;
const chunks = (...parts) =>
  new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });

const failing = () =>
  new ReadableStream({
    type: "bytes",
    async pull(controller) {
      controller.enqueue(bytesOf("abc"));
      await scheduler.wait(1);
      throw new RangeError("the caller's");
    },
  });
const told = (thrown) => (thrown instanceof Error ? error(thrown) : show(thrown));

const observations = {
  // Calls and properties.
  "a method": ({ CALLEE }) => CALLEE.add(1, 2),
  "no arguments": ({ CALLEE }) => CALLEE.count(),
  "many arguments": ({ CALLEE }) => CALLEE.count(1, 2, 3, 4, 5),
  "nothing returned": ({ CALLEE }) => CALLEE.nothing(),
  "a property": ({ CALLEE }) => CALLEE.value,
  "a promised property": ({ CALLEE }) => CALLEE.promised,
  "a property that throws": ({ CALLEE }) => CALLEE.throwing,
  "a method of a property": ({ CALLEE }) => CALLEE.nested.method(4),
  "a property with a function": ({ CALLEE }) => CALLEE.nested,
  "a method as a property": async ({ CALLEE }) => tag(await CALLEE.add),
  "a detached method": ({ CALLEE: { add } }) => add(3, 4),
  "several at once": async ({ CALLEE }) => await Promise.all([1, 2, 3].map((n) => CALLEE.add(n, n))),
  "environment of the other": ({ CALLEE }) => CALLEE.environment(),
  "context of the other": ({ CALLEE }) => CALLEE.context(),

  // What cannot be called.
  "a method that is not there": ({ CALLEE }) => CALLEE.missing(1),
  "what is no function": ({ CALLEE }) => CALLEE.value(),
  "an own property": ({ CALLEE }) => CALLEE.own,
  "an own function": ({ CALLEE }) => CALLEE.arrow(1),
  "a reserved name": ({ CALLEE }) => CALLEE.alarm(),

  // The objects.
  "the binding": ({ CALLEE }) => tag(CALLEE),
  "a property before it is read": ({ CALLEE }) => tag(CALLEE.anything),
  "the promise of a call": ({ CALLEE }) => {
    const promise = CALLEE.add(1, 2);
    return [tag(promise), promise instanceof Promise, promise instanceof RpcPromise].join();
  },
  "keys of the binding": ({ CALLEE }) => [Object.keys(CALLEE), JSON.stringify(CALLEE), "anything" in CALLEE].join(),
  "methods of every object": ({ CALLEE }) => [CALLEE.hasOwnProperty("x"), CALLEE.toString()].join(),
  "finally": async ({ CALLEE }) => {
    let ran = false;
    await CALLEE.add(1, 1).finally(() => ran = true);
    return ran;
  },

  // Errors.
  ...Object.fromEntries(
    [
      "Error", "TypeError", "custom", "string", "object", "undefined", "dom", "properties", "cause", "its own cause", "function", "target", "bytes",
      "instance", "symbol", "map", "hidden", "getter", "name", "aggregate", "empty message", "number", "null",
    ].map((how) => [
      `throws ${how}`,
      ({ CALLEE }) => CALLEE.fail(how),
    ]),
  ),

  ...Object.fromEntries(
    ["code", "more", "call", "counter", "bytes", "point", "map", "date", "big", "errors", "stack", "name"].map((field) => [
      `the ${field} of errors`,
      async ({ CALLEE }) => {
        const found = [];
        for (const how of ["custom", "properties", "function", "target", "bytes", "instance", "map", "hidden", "getter", "name", "aggregate"]) {
          const thrown = await CALLEE.fail(how).catch((error) => error);
          const value = thrown[field];
          if (field in thrown) found.push([how, typeof value, field === "stack" ? "" : String(value), Object.keys(thrown).includes(field)].join(" "));
        }
        return found;
      },
    ]),
  ),
  "keys of errors": async ({ CALLEE }) => {
    const found = [];
    for (const how of ["Error", "custom", "properties", "function", "target", "symbol", "its own cause"]) {
      const thrown = await CALLEE.fail(how).catch((error) => error);
      found.push([how, Object.keys(thrown).join()].join(": "));
    }
    return found;
  },
  "an error that is sent and thrown": ({ CALLEE }) => CALLEE.failing(Object.assign(new TypeError("sent"), { code: 9 })),
  "an error that came, sent on": async ({ CALLEE }) => CALLEE.failing(await CALLEE.fail("custom").catch((error) => error)),
  "an error that is returned": async ({ CALLEE }) => {
    const error = await CALLEE.echo(Object.assign(new TypeError("sent"), { code: 9, remote: 1 }));
    return [error.name, error.message, error.code, error.remote, Object.keys(error).join()];
  },

  // What is set.
  "a property that is set": ({ CALLEE }) => {
    CALLEE.value = 5;
  },
  "a property that is set, and read": async ({ CALLEE }) => {
    try {
      CALLEE.value = 5;
    } catch {}
    return await CALLEE.value;
  },
  "a property of a property that is set": ({ CALLEE }) => {
    CALLEE.nested.value = 5;
    return typeof CALLEE.nested.value;
  },
  "a property of a stub that is set": async ({ CALLEE }) => {
    const counter = await CALLEE.counter();
    counter.value = 5;
    return await counter.value;
  },
  "a property of an answer that is set": ({ CALLEE }) => {
    const promise = CALLEE.counter();
    promise.value = 5;
    return typeof promise.value;
  },
  "a property that is defined": ({ CALLEE }) => {
    Object.defineProperty(CALLEE, "defined", { value: 5 });
    return typeof CALLEE.defined;
  },
  "a property of a stub that is defined": async ({ CALLEE }) => {
    const counter = await CALLEE.counter();
    Object.defineProperty(counter, "defined", { value: 5, configurable: true });
    return typeof counter.defined;
  },
  "a property that is deleted": ({ CALLEE }) => delete CALLEE.value,
  "a property of a stub that is deleted": async ({ CALLEE }) => delete (await CALLEE.counter()).value,
  "Reflect.set": ({ CALLEE }) => Reflect.set(CALLEE, "x", 1),
  "Object.assign": ({ CALLEE }) => Object.keys(Object.assign(CALLEE, { assigned: 1 })),
  "a prototype that is set": async ({ CALLEE }) => Object.getPrototypeOf(Object.setPrototypeOf(await CALLEE.counter(), null)) === null,

  // What is carried.
  "a blob beside stubs": ({ CALLEE }) =>
    CALLEE.sizeOf({ blob: new Blob(["abc"], { type: "text/plain" }), counter: new Target(), call: (x) => x * 2 }),
  "a blob among arguments": ({ CALLEE }) => CALLEE.count(new Blob(["a"]), () => 1, new Target()),
  "a blob and a file in an answer": async ({ CALLEE }) => {
    const { blob, file } = await CALLEE.blob();
    return [tag(blob), blob.type, await blob.text(), tag(file), file.name, file.lastModified, await file.text()];
  },
  "a stub beside a blob, sent on": async ({ CALLEE }) =>
    CALLEE.sizeOf({ blob: new Blob(["abc"]), counter: await CALLEE.counter(), call: await CALLEE.times(5) }),
  "a stub as argument": async ({ CALLEE }) => CALLEE.use(await CALLEE.counter()),
  "a function of the other, given back": async ({ CALLEE }) => CALLEE.callBack(await CALLEE.times(5)),
  "the promise of a stub as argument": ({ CALLEE }) => CALLEE.use(CALLEE.counter()),
  "a property as argument": ({ CALLEE }) => CALLEE.use(CALLEE.nested),
  "a method as argument": ({ CALLEE }) => CALLEE.callBack(CALLEE.count),
  "an array of functions": async ({ CALLEE }) => {
    const [first, second] = await CALLEE.echo([() => 1, () => 2]);
    return [await first(), await second()];
  },
  "a map of functions": async ({ CALLEE }) => (await CALLEE.echo(new Map([["f", () => 3]]))).get("f")(),
  "one function twice": async ({ CALLEE }) => {
    const shared = () => 1;
    const [first, second] = await CALLEE.echo([shared, shared]);
    return [first === second, await first(), await second()];
  },
  "one's own function, echoed": async ({ CALLEE }) => {
    const mine = () => 1;
    const echoed = await CALLEE.echo(mine);
    return [echoed === mine, tag(echoed)];
  },
  "plain data": ({ CALLEE }) =>
    CALLEE.echo({
      undefined: undefined, null: null, bigint: 10n, date: new Date(0), regexp: /x/gi, map: new Map([[1, { a: 1 }]]), set: new Set([1]),
      buffer: new ArrayBuffer(3), bytes: new Uint8Array([1, 2]), error: new RangeError("carried"), nan: NaN, infinity: Infinity,
      sparse: [1, , 3], bigints: new BigInt64Array(1), view: new DataView(new ArrayBuffer(2)),
    }),
  "minus zero": async ({ CALLEE }) => Object.is(await CALLEE.echo(-0), -0),
  "text beyond ASCII": ({ CALLEE }) => CALLEE.echo("välue 🙈"),
  "half a character": async ({ CALLEE }) => (await CALLEE.echo("\ud800")).charCodeAt(0),
  "a circle": async ({ CALLEE }) => {
    const circle = {};
    circle.self = circle;
    const echoed = await CALLEE.echo(circle);
    return echoed.self === echoed;
  },
  "one object twice": async ({ CALLEE }) => {
    const shared = {};
    const [first, second] = await CALLEE.echo([shared, shared]);
    return first === second;
  },
  "views of one buffer": async ({ CALLEE }) => {
    const buffer = new ArrayBuffer(4);
    const [first, second] = await CALLEE.echo([new Uint8Array(buffer, 0, 2), new Uint8Array(buffer, 2)]);
    return [first.buffer === second.buffer, first.byteLength, second.byteOffset];
  },
  "a getter": ({ CALLEE }) => CALLEE.echo({ get a() { return 5; } }),
  "a part of a buffer": async ({ CALLEE }) => (await CALLEE.echo(new Uint8Array([1, 2, 3, 4]).subarray(1, 3))).join(),
  "headers": async ({ CALLEE }) => [...await CALLEE.echo(new Headers({ a: "1", b: "2" }))],
  "a blob": async ({ CALLEE }) => {
    const blob = await CALLEE.echo(new Blob(["text"], { type: "text/plain" }));
    return [blob.type, blob.size, await blob.text()];
  },
  "a binding": async ({ CALLEE }) => tag(await CALLEE.echo(CALLEE)),
  "a binding, called over there": async ({ CALLEE }) => (await CALLEE.echo(CALLEE)).add(2, 2),
  "a megabyte of text": async ({ CALLEE }) => (await CALLEE.echo("x".repeat(1_000_000))).length,
  "31 MiB": async ({ CALLEE }) => (await CALLEE.echo(new Uint8Array(31 * 1024 * 1024))).byteLength,

  // What is not.
  "an instance": ({ CALLEE }) => CALLEE.echo(new Point()),
  "a returned instance": ({ CALLEE }) => CALLEE.point(),
  "a symbol": ({ CALLEE }) => CALLEE.echo({ a: Symbol("x") }),
  "a returned symbol": ({ CALLEE }) => CALLEE.symbol(),
  "a URL": ({ CALLEE }) => CALLEE.echo(new URL("http://x")),
  "form data": ({ CALLEE }) => CALLEE.echo(new FormData()),
  "a weak map": ({ CALLEE }) => CALLEE.echo(new WeakMap()),
  "a promise": ({ CALLEE }) => CALLEE.echo(Promise.resolve(1)),
  "a returned generator": ({ CALLEE }) => CALLEE.generator(),
  "an object without prototype": ({ CALLEE }) => CALLEE.echo(Object.create(null)),

  // Requests, responses, streams.
  "a request": async ({ CALLEE }) => {
    const response = await CALLEE.request(new Request("http://x/p", { method: "POST", body: "body", headers: { a: "b" } }));
    return [response.status, response.headers.get("z"), await response.text()];
  },
  "a response": async ({ CALLEE }) => {
    const response = await CALLEE.response();
    return [tag(response), response.status, await response.text()];
  },
  "a returned stream": async ({ CALLEE }) => await new Response(await CALLEE.stream()).text(),
  "a stream of bytes": ({ CALLEE }) => CALLEE.read(chunks(bytesOf("a"), bytesOf("b"))),
  "a stream of text": ({ CALLEE }) => CALLEE.read(chunks("a", "b")),
  "a body": ({ CALLEE }) => CALLEE.read(new Response("hello").body),

  // Functions and objects that are handed over.
  "a function": ({ CALLEE }) => CALLEE.callBack((x) => `called ${x}`),
  "an asynchronous function": ({ CALLEE }) => CALLEE.callBack(async (x) => `called ${x}`),
  "a function that throws": ({ CALLEE }) =>
    CALLEE.callBack(() => {
      throw new RangeError("from the callback");
    }),
  "a target": ({ CALLEE }) => CALLEE.use(new Target()),
  "an own property of a target": ({ CALLEE }) => CALLEE.useOwn(new Target()),
  "a returned function": async ({ CALLEE }) => {
    const times = await CALLEE.times(5);
    return [tag(times), times instanceof RpcStub, await times(2)].join();
  },
  "a returned target": async ({ CALLEE }) => {
    const counter = await CALLEE.counter();
    return [tag(counter), await counter.increment(), await counter.increment(5), await counter.value].join();
  },
  "an own property of a returned target": async ({ CALLEE }) => (await CALLEE.counter()).own,
  "an own function of a returned target": async ({ CALLEE }) => (await CALLEE.counter()).arrow(),
  "an unknown method of a returned target": async ({ CALLEE }) => (await CALLEE.counter()).missing(),
  "an object with a function": async ({ CALLEE }) => {
    const object = await CALLEE.object();
    return [object.a.b, tag(object.add), await object.add(7)].join();
  },
  "what came back, sent on": async ({ CALLEE }) => {
    const counter = await CALLEE.counter();
    return await (await CALLEE.echo(counter)).increment(2);
  },
  "an echoed target": async ({ CALLEE }) => (await CALLEE.echo(new Target())).increment(4),
  "disposed of": async ({ CALLEE }) => {
    const counter = await CALLEE.counter();
    counter[Symbol.dispose]();
    return await counter.increment();
  },
  "disposed of, with a duplicate": async ({ CALLEE }) => {
    const counter = await CALLEE.counter();
    const duplicate = counter.dup();
    counter[Symbol.dispose]();
    return await duplicate.increment();
  },
  "an argument, kept": async ({ CALLEE }) => {
    await CALLEE.keep((x) => `kept ${x}`);
    return await CALLEE.useKept();
  },
  "a stub of one's own": ({ CALLEE: _ }) => new RpcStub(new Target()).increment(3),
  "a stub of a function": () => new RpcStub((x) => x + 1)(4),
  "a stub of what can have none": () => new RpcStub(new Point()),

  // Before the answer is there.
  "a method of an answer": ({ CALLEE }) => CALLEE.counter().increment(3),
  "a property of an answer": ({ CALLEE }) => CALLEE.object().a.b,
  "a function in an answer": ({ CALLEE }) => CALLEE.object().add(3),
  "a method that the answer lacks": ({ CALLEE }) => CALLEE.object().missing(3),
  "a property of a number": ({ CALLEE }) => CALLEE.add(1, 2).anything,

  // Entrypoints.
  "a named entrypoint": ({ NAMED }) => NAMED.who(),
  "its fetch": async ({ NAMED }) => await (await NAMED.fetch("http://x/")).text(),
  "its props": ({ NAMED }) => NAMED.props(),
  "an object as entrypoint": ({ PLAIN }) => PLAIN.one(5),
  "with fewer parameters": ({ PLAIN }) => PLAIN.two(5),
  "with more arguments": ({ PLAIN }) => PLAIN.one(5, 6),
  "with more parameters": ({ PLAIN }) => PLAIN.four(5),
  "a property of it": ({ PLAIN }) => PLAIN.value,
  "a nested method of it": ({ PLAIN }) => PLAIN.nested.method(1),
  "a method that it lacks": ({ PLAIN }) => PLAIN.missing(1),
  "fetch of it": async ({ PLAIN }) => await (await PLAIN.fetch("http://x/")).text(),
  "exports of the context": (_, ctx) => Object.keys(ctx.exports).sort().join(),
  "one's own entrypoint": (_, ctx) => ctx.exports.Mine.hello("you"),
  "one's own entrypoint with props": (_, ctx) => ctx.exports.Mine({ props: { a: 7 } }).props(),
  "oneself": async ({ SELF }) => await (await SELF.fetch("http://x/self")).text(),

  // fetch.
  "fetch": async ({ CALLEE }) => {
    const response = await CALLEE.fetch("http://host/path?q", { method: "POST", body: "b", headers: { x: "y" } });
    return [response.status, response.url, response.redirected, await response.text()].join(" ");
  },
  "fetch with a reason": async ({ CALLEE }) => (await CALLEE.fetch("http://x/reason")).statusText,
  "fetch of a request": async ({ CALLEE }) => await (await CALLEE.fetch(new Request("https://example.com/a", { headers: { x: "y" } }))).text(),
  "fetch of a relative URL": ({ CALLEE }) => CALLEE.fetch("/path"),
  "fetch of nothing": ({ CALLEE }) => CALLEE.fetch(),
  "fetch that throws": ({ CALLEE }) => CALLEE.fetch("http://x/throw"),
  "fetch without an answer": ({ CALLEE }) => CALLEE.fetch("http://x/nothing"),
  "fetch with a redirect": async ({ CALLEE }) => {
    const response = await CALLEE.fetch("http://callee/redirect");
    return [response.status, response.url, response.redirected].join(" ");
  },
  "fetch with a redirect, by hand": async ({ CALLEE }) => {
    const response = await CALLEE.fetch("http://callee/redirect", { redirect: "manual" });
    return [response.status, response.headers.get("location")].join(" ");
  },
  "fetch with a stream": async ({ CALLEE }) => {
    const body = new ReadableStream({
      type: "bytes",
      async start(controller) {
        for (let part = 0; part < 3; part++) {
          controller.enqueue(bytesOf(`part${part} `));
          await scheduler.wait(1);
        }
        controller.close();
      },
    });
    return await (await CALLEE.fetch("http://x/echo", { method: "POST", body })).text();
  },
  // Bodies and streams that fail.
  ...Object.fromEntries(["Error", "custom", "cause", "properties", "dom", "string", "undefined", "object", "map"].map((how) => [
    `a body that fails: ${how}`,
    async ({ CALLEE }) => {
      const { body } = await CALLEE.fetch(`http://x/fails/${how}`);
      const reader = body.getReader();
      const { value } = await reader.read();
      const failures = [await reader.read().catch(told), await reader.closed.catch(told)];
      return [value.length, ...failures];
    },
  ])),
  "a body that fails, as text": async ({ CALLEE }) => await (await CALLEE.fetch("http://x/fails/custom")).text(),
  "a body that fails, passed on": async ({ CALLEE, SELF }) => await (await SELF.fetch("http://x/passes/fails/custom")).text(),
  "a body that never ends": async ({ CALLEE }) => await (await CALLEE.fetch("http://x/hangs")).text(),
  "a body that is aborted": async ({ CALLEE }) => await (await CALLEE.fetch("http://x/aborts")).text(),
  "a body that is too short": async ({ CALLEE }) => await (await CALLEE.fetch("http://x/falls-short")).text(),
  "a body of an object": async ({ CALLEE }) => await (await CALLEE.fetch("http://x/object")).text(),
  "a body of half a pair": async ({ CALLEE }) => [...await (await CALLEE.fetch("http://x/half")).bytes()],
  "a body of half a pair in a stream": async ({ CALLEE }) => [...await (await CALLEE.fetch("http://x/half-stream")).bytes()],
  "a request's body that fails": async ({ CALLEE }) => await (await CALLEE.fetch("http://x/echo", { method: "POST", body: failing() })).text(),
  "a returned stream that fails": async ({ CALLEE }) => await new Response(await CALLEE.failingStream("custom")).text(),
  "a returned stream that fails, read": async ({ CALLEE }) => {
    const reader = (await CALLEE.failingStream("Error")).getReader();
    const { value } = await reader.read();
    return [value.length, await reader.read().catch(told), await reader.closed.catch(told)];
  },
  "a returned response that fails": async ({ CALLEE }) => await (await CALLEE.failingResponse()).text(),
  "a stream that fails": ({ CALLEE }) => CALLEE.read(failing()),

  // Modules that are not there.
  "import of nothing": async () => {
    const names = ["./nothing.mjs", "../up.mjs", "/abs.mjs", "bare", "node:nothing", "cloudflare:nothing", "https://example.com/x.js", ""];
    return await Promise.all(names.map((name) => import(name).catch(told)));
  },

  // An answer that never comes.
  "a method that never answers": ({ CALLEE }) => CALLEE.never(),
  "fetch that never answers": ({ CALLEE }) => CALLEE.fetch("http://x/never"),

  "fetch, detached": ({ CALLEE: { fetch } }) => fetch("http://x/"),
};

function show(value) {
  if (value === undefined) return "(undefined)";
  if (typeof value === "bigint") return `(bigint ${value})`;
  if (typeof value === "number" && !Number.isFinite(value)) return `(number ${value})`;
  if (typeof value === "function") return `(${tag(value)})`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return error(value);
  if (value instanceof Date) return { Date: value.toISOString() };
  if (value instanceof RegExp) return { RegExp: String(value) };
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { [value.constructor.name]: value.byteLength };
  if (value instanceof Map || value instanceof Set) return { [value.constructor.name]: show([...value]) };
  if (Array.isArray(value)) return value.map(show);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, show(item)]));
}

function error(error) {
  const { name, message, remote, code, cause } = error;
  const own = typeof DOMException === "function" && error instanceof DOMException ? undefined : code;
  return { class: error.constructor.name, name, message, remote, code: own, cause: cause && show(cause) };
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/self") return new Response("oneself");
    if (pathname.startsWith("/passes/")) return env.CALLEE.fetch(`http://x/${pathname.slice("/passes/".length)}`);
    const seen = {};
    for (const [name, observation] of Object.entries(observations)) {
      try {
        seen[name] = { value: show(await observation(env, ctx)) };
      } catch (thrown) {
        seen[name] = { throws: thrown instanceof Error ? error(thrown) : { thrown: show(thrown) } };
      }
    }
    return Response.json(seen);
  },
};
