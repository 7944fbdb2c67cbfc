import { failures, type Observations } from "./observe";

declare const Iterator: any;

export const headers: Observations = {
  "sorted and lower case": () => [...new Headers([["B", "2"], ["a", "1"], ["C-d", "3"], ["A", "4"]])],
  "from an object": () => [...new Headers({ "X-One": "1", two: "b" })],
  "from headers": () => [...new Headers(new Headers({ a: "1" }))],
  "from a map": () => [...new Headers(new Map([["a", "b"]]) as any)],
  "get joins": () => {
    const h = new Headers();
    h.append("a", "1");
    h.append("A", "2");
    return [h.get("a"), h.get("none"), h.has("A"), h.has("none")];
  },
  "set-cookie stays apart": () => {
    const h = new Headers([["set-cookie", "a=1"], ["x", "y"], ["Set-Cookie", "b=2"]]);
    return [h.get("set-cookie"), h.getSetCookie(), [...h], [...h.keys()]];
  },
  "getAll": () => new (Headers as any)([["set-cookie", "a=1"], ["set-cookie", "b=2"]]).getAll("Set-Cookie"),
  "getAll of another": () => (new Headers({ a: "1" }) as any).getAll("a"),
  "values are trimmed": () => new Headers({ a: " \t x y\t \n" }).get("a"),
  "delete": () => {
    const h = new Headers({ a: "1", b: "2" });
    h.delete("A");
    h.delete("none");
    return [...h];
  },
  "set replaces all": () => {
    const h = new Headers([["a", "1"], ["a", "2"]]);
    h.set("a", "3");
    return [...h];
  },
  "forEach": () => {
    const seen: unknown[] = [];
    new Headers({ b: "2", a: "1" }).forEach(function (this: any, value, key, all) {
      seen.push([key, value, all instanceof Headers, this.x]);
    }, { x: 1 });
    return seen;
  },
  "iterators": () => {
    const h = new Headers({ b: "2", a: "1" });
    return [[...h.keys()], [...h.values()], [...h.entries()], typeof (h as any)[Symbol.iterator], Object.prototype.toString.call(h)];
  },
  "appending while iterating": () => {
    const h = new Headers({ a: "1", b: "2" });
    const seen: string[] = [];
    for (const [key] of h) {
      seen.push(key);
      if (seen.length === 1) h.append("c", "3");
    }
    return seen;
  },
  "iterators by kind": () => [new Headers().keys(), new Headers().values(), new Headers().entries(), new FormData().keys(), new URLSearchParams().entries()].map((it: any) => {
    const prototype = Object.getPrototypeOf(it);
    return [String(it), it.constructor.name, Object.getOwnPropertyNames(prototype).sort(), Object.keys(prototype).sort(), it instanceof Iterator, it[Symbol.iterator]() === it, it.next()];
  }),
  "changing forms and parameters while iterating": () => {
    const seen: string[] = [];
    for (const made of [new FormData(), new URLSearchParams()]) {
      made.append("a", "1");
      for (const [key] of made as any) {
        seen.push(key);
        if (seen.length < 6) made.append(`b${seen.length}`, "2");
      }
    }
    return seen;
  },
  "deleting while iterating": () => {
    const seen: string[] = [];
    const params = new URLSearchParams("a=1&b=2&c=3");
    for (const [key] of params as any) {
      seen.push(key);
      params.delete(key);
    }
    return seen;
  },
  "newline in a value": () => new Headers({ a: "x\ny" }),
  "zero in a value": () => new Headers({ a: "x\0y" }),
  "return in a value": () => new Headers().set("a", "x\r\ny"),
  "space in a name": () => new Headers({ "a b": "1" }),
  "empty name": () => new Headers({ "": "1" }),
  "colon in a name": () => new Headers().append("a:b", "1"),
  "name beyond ASCII": () => new Headers({ "ä": "1" }),
  "value beyond latin1": () => new Headers({ a: "\u{1f600} €" }).get("a"),
  "value in latin1": () => new Headers({ a: "é" }).get("a"),
  "get with an invalid name": () => new Headers().get("a b"),
  "has and delete with invalid names": () => failures(() => new Headers().has(""), () => new Headers().delete("\n")),
  "numbers become text": () => new Headers({ a: 1, b: null, c: undefined } as any),
  "pairs of one": () => new Headers([["a"]] as any),
  "pairs of three": () => new Headers([["a", "b", "c"]] as any),
  "from a string": () => new Headers("abc" as any),
  "from null": () => new Headers(null as any),
  "from a number": () => new Headers(1 as any),
  "append without value": () => (new Headers() as any).append("a"),
  "get without name": () => (new Headers() as any).get(),
  "a long value": () => new Headers({ a: "x".repeat(200_000) }).get("a")!.length,
  "own keys": () => Object.keys(new Headers({ a: "1" })),
  "immutable of an incoming request": ({ request }) => failures(() => request.headers.set("a", "1"), () => request.headers.append("a", "1"), () => request.headers.delete("host")),
  "mutable of a copy": ({ request }) => {
    const copy = new Request(request);
    copy.headers.set("x-new", "1");
    return [copy.headers.get("x-new"), request.headers.get("x-new")];
  },
  "forbidden names are allowed": () => {
    const request = new Request("http://a.b", { headers: { host: "x", cookie: "c", connection: "close", "content-length": "5", origin: "o", "transfer-encoding": "t" } });
    return request.headers;
  },
  "many": () => {
    const headers = new Headers();
    for (let at = 0; at < 60; at++) headers.append(`N${at % 30}`, `${at}`);
    headers.delete("n3");
    headers.set("N5", "set");
    headers.append("n3", "again");
    headers.append("N7", "more");
    headers.set("new", "1");
    return [headers, headers.has("N3"), headers.get("n29"), headers.get("n30"), headers.has("n30")];
  },
  "many in an init": () => new Response("", { headers: Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at % 2 === 0 ? `n${at}` : `N${at - 1}`, `${at}`])) }).headers,
};
