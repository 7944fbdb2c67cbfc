// Lists: order, pages, cursors.

const names = (page: any) => page.keys.map((key: { name: string }) => key.name);

export const listing: Record<string, (env: any) => unknown> = {
  "listing: fill": async ({ OTHER }) => {
    for (const { name } of (await OTHER.list()).keys) await OTHER.delete(name);
    const keys = ["order/\u{1f648}", "order/\uffee", "order/a", "order/A", "order/\u00e9", "order/ ", "order/0", "order/\u0001"];
    await Promise.all(keys.map((key) => OTHER.put(key, "v")));
    return names(await OTHER.list({ prefix: "order/" }));
  },
  "listing: a cursor is the same twice": async ({ OTHER }) =>
    (await OTHER.list({ limit: 2 })).cursor === (await OTHER.list({ limit: 2 })).cursor,
  "listing: a cursor is text": async ({ OTHER }) => typeof (await OTHER.list({ limit: 2 })).cursor,
  "listing: a cursor outlives what it stood for": async ({ OTHER }) => {
    const { cursor, keys } = await OTHER.list({ limit: 2 });
    await OTHER.delete(keys[1].name);
    const after = names(await OTHER.list({ cursor }));
    await OTHER.put(keys[1].name, "v");
    return after;
  },
  "listing: a cursor with another limit": async ({ OTHER }) => {
    const { cursor } = await OTHER.list({ limit: 3 });
    return names(await OTHER.list({ limit: 1, cursor }));
  },
  "listing: a cursor that is no cursor": async ({ OTHER }) => (await OTHER.list({ cursor: "!!!" })).keys.length,
  "listing: a cursor of another namespace": async ({ KV, OTHER }) => {
    const { cursor } = await KV.list({ limit: 1, prefix: "text" });
    return typeof cursor === "string" ? (await OTHER.list({ cursor })).keys.length : cursor;
  },
  "listing: a cursor that is a number": async ({ OTHER }) => (await OTHER.list({ cursor: 5 })).keys.length,
  "listing: the end of the last page": async ({ OTHER }) => {
    const first = await OTHER.list({ limit: 4 });
    const last = await OTHER.list({ limit: 4, cursor: first.cursor });
    return [Object.keys(first), Object.keys(last), first.list_complete, last.list_complete];
  },
  "listing: limit as text": async ({ OTHER }) => (await OTHER.list({ limit: "2" })).keys.length,
  "listing: limit with a fraction": async ({ OTHER }) => (await OTHER.list({ limit: 2.9 })).keys.length,
  "listing: limit too large by far": ({ OTHER }) => OTHER.list({ limit: 1e12 }).catch((error: Error) => error.name),
  "listing: prefix number": async ({ OTHER }) => (await OTHER.put("123", "v"), names(await OTHER.list({ prefix: 12 }))),
  "listing: prefix empty": async ({ OTHER }) => (await OTHER.list({ prefix: "" })).keys.length,
  "listing: prefix .": async ({ OTHER }) => (await OTHER.list({ prefix: "." })).keys.length,
  "listing: prefix of 512 bytes": async ({ OTHER }) => (await OTHER.list({ prefix: "p".repeat(512) })).keys.length,
  "listing: other options": async ({ OTHER }) => (await OTHER.list({ reverse: true, start: "z" })).keys.length,
  "listing: metadata of every kind": async ({ OTHER }) => {
    await OTHER.put("meta/1", "v", { metadata: [1, null] });
    await OTHER.put("meta/2", "v", { metadata: "text" });
    await OTHER.put("meta/3", "v", { metadata: null });
    await OTHER.put("meta/4", "v", { metadata: 0 });
    return (await OTHER.list({ prefix: "meta/" })).keys;
  },
  "listing: a key with expiry and metadata": async ({ OTHER }) => {
    await OTHER.put("meta/5", "v", { metadata: { b: 1 }, expiration: 2000000000 });
    const [key] = (await OTHER.list({ prefix: "meta/5" })).keys;
    return [key, Object.keys(key)];
  },
  "listing: more than a thousand": async ({ OTHER }) => {
    for (let batch = 0; batch < 5; batch++) {
      await Promise.all(Array.from({ length: 201 }, (_, i) => OTHER.put(`t/${String(batch * 201 + i).padStart(4, "0")}`, "")));
    }
    const first = await OTHER.list({ prefix: "t/" });
    const last = await OTHER.list({ prefix: "t/", cursor: first.cursor });
    return [first.keys.length, first.list_complete, names(last), last.list_complete];
  },
};
