// Runs named observations one after another and answers with what came of each, as JSON that keeps what JSON alone loses.

/** What an observation may look at. */
export interface Seen {
  request: Request;
  ctx: any;
  /** `http://host:port` of the server that answers with what it is asked to (`SITE` in the environment, set by whoever runs this). */
  site: string;
}

export type Observations = Record<string, (seen: Seen) => unknown>;

/** An observation that takes longer waits for ever: in milliseconds, and no machine is so slow. */
export const LONGEST = 60_000;

export async function observe(areas: Record<string, Observations>, seen: Seen): Promise<Response> {
  const answers: Record<string, unknown> = {};
  for (const [area, observations] of Object.entries(areas)) {
    for (const [name, observation] of Object.entries(observations)) answers[`${area}: ${name}`] = await observed(observation, seen);
  }
  return Response.json(answers);
}

async function observed(observation: (seen: Seen) => unknown, seen: Seen): Promise<unknown> {
  const hide = (shown: unknown) => hideAddress(shown, seen.site);
  let answer: unknown;
  try {
    answer = observation(seen);
  } catch (error) {
    return hide({ throws: describe(error) });
  }
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(() => resolve(NEVER), LONGEST)));
  try {
    const value = await Promise.race([answer, late]);
    return hide(value === NEVER ? { never: "settles" } : { value: show(value) });
  } catch (error) {
    return hide({ rejects: describe(error) });
  } finally {
    clearTimeout(timer);
  }
}

const NEVER = Symbol("never");

/** The server's address is another each time, and so is the reference of an internal error. */
function hideAddress(shown: unknown, site: string): unknown {
  const text = JSON.stringify(shown).replaceAll(site, "http://SITE").replaceAll(site.replace("http://", ""), "SITE");
  return JSON.parse(text.replaceAll(/reference = [0-9a-z]+/g, "reference = …"));
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: show(error) };
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  return { name: error.name, message: error.message, ...cause };
}

function show(value: unknown, depth = 0): unknown {
  if (depth > 6) return "(deep)";
  const inner = (item: unknown) => show(item, depth + 1);
  if (value === undefined) return "(undefined)";
  if (typeof value === "bigint") return `(bigint ${value})`;
  if (typeof value === "symbol") return `(${String(value)})`;
  if (typeof value === "function") return `(function ${value.name})`;
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) return `(number ${Object.is(value, -0) ? "-0" : value})`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return { [value.constructor.name]: [value.name, value.message] };
  if (value instanceof ArrayBuffer) return { ArrayBuffer: [...new Uint8Array(value)] };
  if (ArrayBuffer.isView(value)) return { [value.constructor.name]: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] };
  if (value instanceof Map) return { Map: [...value].map(([key, item]) => [inner(key), inner(item)]) };
  if (value instanceof Set) return { Set: [...value].map(inner) };
  if (value instanceof Date) return { Date: Number.isNaN(value.getTime()) ? "invalid" : value.toISOString() };
  if (value instanceof RegExp) return { RegExp: String(value) };
  if (value instanceof Headers || value instanceof FormData || value instanceof URLSearchParams) {
    return { [value.constructor.name]: [...(value as any)].map(inner) };
  }
  if (Array.isArray(value)) return value.map(inner);
  const prototype = Object.getPrototypeOf(value);
  const own = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
  return prototype === Object.prototype || prototype === null ? own : { [prototype.constructor.name]: own };
}

/** What `run` throws or what its promise is rejected with, to be listed among other values. */
export async function failure(run: () => unknown): Promise<unknown> {
  try {
    return { value: await run() };
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : error;
  }
}

/** The same for several; the answers in order. */
export async function failures(...runs: (() => unknown)[]): Promise<unknown[]> {
  const all = [];
  for (const run of runs) all.push(await failure(run));
  return all;
}

export const bytes = (...values: number[]) => new Uint8Array(values);
export const hex = (buffer: ArrayBuffer | Uint8Array) =>
  [...new Uint8Array(buffer as ArrayBuffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
export const utf8 = (text: string) => new TextEncoder().encode(text);
