import { cryptography, json, transforms, wasm } from "./compute";
import { VERSION } from "./version";

type Env = { KV: KVNamespace; DB: D1Database };

const ROWS = 1000;
const BODY = "0123456789abcdef".repeat(6400); // 102,400 bytes

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case "/hello":
        return new Response("Hello World!");
      case "/version":
        return new Response(VERSION);
      case "/kv":
        return new Response(await env.KV.get("key"));
      case "/d1":
        return Response.json(await env.DB.prepare("SELECT id, title FROM notes WHERE id = ?").bind(1 + Math.floor(Math.random() * ROWS)).first());
      case "/body":
        return new Response(BODY);
      case "/json":
        return new Response(json());
      case "/crypto":
        return new Response(await cryptography());
      case "/transforms":
        return new Response(transforms());
      case "/wasm":
        return new Response(wasm());
      case "/seed":
        await seed(env);
        return new Response("seeded");
      default:
        return new Response("not found", { status: 404 });
    }
  },
};

async function seed({ KV, DB }: Env): Promise<void> {
  await KV.put("key", "a value of some forty characters, no more");
  await DB.batch([
    DB.prepare("CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL)"),
    DB.prepare("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO notes SELECT i, 'note ' || i FROM n").bind(ROWS),
  ]);
}
