/** Short links that live for an hour: what the examples of the test clients test. */
export default {
  async fetch(request, env) {
    const link = new URL(request.url).pathname.slice(1);
    if (request.method === "PUT") return make(link, await request.text(), env);
    const target = await env.LINKS.get(link);
    if (target === null) return new Response("there is no such link\n", { status: 404 });
    await env.DB.prepare("INSERT INTO visits VALUES (?, ?)").bind(link, Date.now()).run();
    return Response.redirect(target, 302);
  },
};

/** Keeps a link, unless nothing answers where it leads. */
async function make(link, target, env) {
  const found = await fetch(target, { method: "HEAD" }).catch((error) => ({ ok: false, status: error.message }));
  if (!found.ok) return new Response(`${target} does not answer: ${found.status}\n`, { status: 422 });
  await env.LINKS.put(link, target, { expirationTtl: 3600 });
  return new Response(`made ${link}\n`, { status: 201 });
}
