// 5 MB in KV and 5 MB in D1, in rows of 10 KB.
const ROWS = 500;
const text = (of) => String(of).padEnd(10_000, "x");

export default {
  async fetch(request, env) {
    const insert = env.DB.prepare("INSERT OR REPLACE INTO note VALUES (?, ?)");
    const { pathname } = new URL(request.url);
    if (pathname === "/fill") {
      for (let i = 0; i < ROWS; i++) await env.KV.put(`key ${i}`, text(i));
      for (let i = 0; i < ROWS; i += 50) {
        await env.DB.batch(Array.from({ length: 50 }, (_, at) => insert.bind(i + at, text(i + at))));
      }
    } else {
      await env.KV.put("key 1", text("changed"));
      await insert.bind(1, text("changed")).run();
    }
    return new Response("done");
  },
};
