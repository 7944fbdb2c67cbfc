import { failures, type Observations } from "./observe";

const parts = (text: string, base?: string) => {
  const url = new URL(text, base);
  return [url.href, url.origin, url.protocol, url.username, url.password, url.host, url.port, url.pathname, url.search, url.hash];
};

export const url: Observations = {
  "all parts": () => parts("https://user:pa%20ss@EXAMPLE.com:8080/a/../b c/%7e?x=1&y=ä#frag ment"),
  "default port goes": () => parts("http://example.com:80/"),
  "relative": () => ["../x", "./y?z", "//other/p", "/abs", "?q", "#h", ""].map((text) => new URL(text, "https://a.b/c/d/e?f#g").href),
  "international host": () => parts("https://bücher.example/ü"),
  "ipv4 in odd forms": () => ["http://0x7f.1/", "http://017700000001/", "http://2130706433/"].map((text) => new URL(text).host),
  "ipv6": () => new URL("http://[::ffff:1.2.3.4]:99/").host,
  "backslashes": () => new URL("http:\\\\a\\b\\c").href,
  "tabs and newlines go": () => new URL(" ht\ntp://a\t.b/c\rd ").href,
  "opaque": () => parts("mailto:a@b.c?subject=x"),
  "data": () => parts("data:text/plain,hello world"),
  "blob origin": () => parts("blob:https://a.b/c"),
  "file": () => parts("file:///C|/x/../y"),
  "invalid": () => new URL("not a url"),
  "invalid with base": () => new URL("http://[", "https://a.b"),
  "relative without base": () => new URL("/x"),
  "invalid base": () => new URL("/x", "nope"),
  "invalid port": () => new URL("http://a.b:99999"),
  "no arguments": () => new (URL as any)(),
  "without new": () => (URL as any)("http://a"),
  "undefined base": () => new URL("http://a.b", undefined).href,
  "canParse": () => [URL.canParse("x"), URL.canParse("x", "http://a"), URL.canParse("http://a")],
  "parse": () => [(URL as any).parse("x"), (URL as any).parse("x", "http://a").href],
  "setters": () => {
    const url = new URL("http://a.b/c?d#e");
    url.protocol = "https";
    url.host = "x.y:44";
    url.pathname = "p q";
    url.search = "s=ß";
    url.hash = "";
    url.username = "ü";
    return url.href;
  },
  "setting an invalid port": () => {
    const url = new URL("http://a.b:1/");
    url.port = "99999";
    return url.href;
  },
  "setting an invalid href": () => {
    const url = new URL("http://a.b");
    url.href = "nope";
    return url.href;
  },
  "protocol cannot become opaque": () => {
    const url = new URL("http://a.b/");
    url.protocol = "mailto";
    return url.href;
  },
  "searchParams is one object": () => {
    const url = new URL("http://a.b/?x=1");
    const { searchParams } = url;
    searchParams.append("y", "2 3");
    url.search = "?z=4";
    return [url.searchParams === searchParams, searchParams.get("z"), url.href];
  },
  "toJSON and tag": () => [JSON.stringify({ url: new URL("http://a.b") }), Object.prototype.toString.call(new URL("http://a.b")), `${new URL("http://a.b")}`],
  "own keys": () => Object.keys(new URL("http://a.b")),
  "createObjectURL": () => typeof (URL as any).createObjectURL,
};

export const searchParams: Observations = {
  "from a string": () => [...new URLSearchParams("?a=1&b=%20x+y&a=&=c&d&&e=%zz")],
  "from an object": () => new URLSearchParams({ a: "1", b: "ü &" }).toString(),
  "from pairs": () => new URLSearchParams([["a", "1"], ["a", "2"]]).toString(),
  "from another": () => new URLSearchParams(new URLSearchParams("x=1")).toString(),
  "from a map": () => new URLSearchParams(new Map([["k", "v"]]) as any).toString(),
  "from wrong pairs": () => new URLSearchParams([["a"]] as any),
  "from a number": () => new URLSearchParams(5 as any).toString(),
  "from null": () => new URLSearchParams(null as any).toString(),
  "from form data": () => {
    const form = new FormData();
    form.append("a", "b");
    return new URLSearchParams(form as any).toString();
  },
  "get, getAll, has": () => {
    const params = new URLSearchParams("a=1&a=2&b=3");
    return [params.get("a"), params.get("z"), params.getAll("a"), params.has("a"), params.has("a", "2"), (params as any).has("a", "9"), params.size];
  },
  "set, delete, sort": () => {
    const params = new URLSearchParams("z=1&a=2&z=3&b=4");
    params.set("z", "9");
    params.sort();
    const sorted = params.toString();
    params.append("b", "5");
    params.delete("b", "4");
    return [sorted, params.toString()];
  },
  "iteration": () => {
    const params = new URLSearchParams("a=1&b=2");
    const seen: string[] = [];
    params.forEach((value, key) => seen.push(key + value));
    return [[...params.keys()], [...params.values()], [...params.entries()], seen, String(params.entries())];
  },
  "what is escaped": () => new URLSearchParams([["a !'()*-._~", "\u0000/?:@&=+$,#"]]).toString(),
  "append without value": () => new URLSearchParams().append("a" as any),
  "get without name": () => (new URLSearchParams() as any).get(),
  "lone surrogates": () => new URLSearchParams([["a", "\ud800"]]).toString(),
};

export const pattern: Observations = {
  "match": () => new URLPattern({ pathname: "/users/:id{/:rest}?" }).exec("https://a.b/users/7/x")?.pathname,
  "no match": () => [new URLPattern("https://*.b/x").test("https://a.b/x"), new URLPattern({ pathname: "/x" }).exec("https://a.b/y")],
  "parts": () => {
    const p = new URLPattern("https://a.b:*/c/:d(\\d+)?q=*#h");
    return [p.protocol, p.hostname, p.port, p.pathname, p.search, p.hash];
  },
  "with base": () => new URLPattern("/p/:x", "https://a.b").exec("https://a.b/p/1")?.pathname.groups,
  "ignoreCase": () => new (URLPattern as any)({ pathname: "/ABC" }, { ignoreCase: true }).test("https://a.b/abc"),
  "hasRegExpGroups": () => [(new URLPattern({ pathname: "/:a(\\d)" }) as any).hasRegExpGroups, (new URLPattern({ pathname: "/:a" }) as any).hasRegExpGroups],
  "invalid": () => failures(() => new URLPattern("/x").pathname, () => new URLPattern({ pathname: "/:" }), () => new URLPattern({ pathname: "(" })),
};
