import { AutoRouter, cors, error, IttyRouter, type IRequest, json, StatusError, text, withParams } from "itty-router";

const { preflight, corsify } = cors({ origin: "https://app.example" });

const router = AutoRouter({ base: "/v1", before: [preflight], finally: [corsify] })
  .get("/items/:id.:format?", ({ id, format, query }) => ({ id, format: format ?? null, query }))
  .get("/files/:path+", ({ path }) => path)
  .post("/items", async (request) => json(await request.json(), { status: 201 }))
  .get("/refused", () => {
    throw new StatusError(403, { reason: "not yours" });
  })
  .get("/broken", () => {
    throw new Error("on purpose");
  })
  .get("/text", () => text("plain"));

const small = IttyRouter<IRequest>();
small.all("*", withParams).get("/:a/:b", ({ a, b }) => new Response(a + b)).all("*", () => error(404));

async function show(path: string, init?: RequestInit) {
  const answer: Response = await router.fetch(new Request(`https://itty.example${path}`, init));
  return [answer.status, answer.headers.get("content-type"), await answer.text(), answer.headers.get("access-control-allow-origin")];
}

export async function ittyRouter() {
  return {
    item: await show("/v1/items/7.json?a=1&a=2"),
    "no format": await show("/v1/items/7"),
    greedy: await show("/v1/files/a/b/c"),
    created: await show("/v1/items", { method: "POST", body: '{"name":"a"}' }),
    refused: await show("/v1/refused"),
    broken: await show("/v1/broken"),
    text: await show("/v1/text"),
    missing: await show("/v2/items/7"),
    preflight: await show("/v1/items", { method: "OPTIONS", headers: { origin: "https://app.example" } }),
    small: await (await small.fetch(new Request("https://itty.example/x/y"))).text(),
    "small, missing": (await small.fetch(new Request("https://itty.example/x"))).status,
  };
}
