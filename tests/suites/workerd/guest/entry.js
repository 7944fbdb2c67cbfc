// The entry module of every project: passes requests on to the Worker under test, and runs its tests when asked by the driver's header.
import "GUEST/gc.js";
import * as worker from "./worker.js";

export * from "./worker.js";

const ASKED = "greenroom-suite";

/** The same entry points as workerd's own test command: objects, or classes whose instances, with a method `test`. */
function testOf(exported, env, ctx) {
  if (typeof exported === "function" && typeof exported.prototype?.test === "function") return new exported(ctx, env);
  return exported !== null && typeof exported === "object" && typeof exported.test === "function" ? exported : undefined;
}

async function run(name, env, ctx) {
  try {
    await testOf(worker[name], env, ctx).test({}, env, ctx);
    return {};
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : `thrown: ${String(error)}` };
  }
}

function pass(handler, event, env, ctx) {
  const target = worker.default;
  return typeof target === "function" ? new target(ctx, env)[handler](event) : target[handler](event, env, ctx);
}

/** The bindings under the names that the test gives them. */
function named(env) {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name.replace(/\$(\d+)\$/g, (_, code) => String.fromCharCode(code)), value]));
}

export default {
  async fetch(request, bindings, ctx) {
    const env = named(bindings);
    const asked = request.headers.get(ASKED);
    if (asked === null) return pass("fetch", request, env, ctx);
    if (asked === "") return Response.json(Object.keys(worker).filter((name) => testOf(worker[name], env, ctx) !== undefined));
    return Response.json(await run(decodeURIComponent(asked), env, ctx));
  },
};
