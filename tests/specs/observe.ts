// Runs named observations one after another and answers with what came of each, as JSON that keeps what JSON alone loses.

export async function observe<E>(observations: Record<string, (env: E) => unknown>, env: E): Promise<Response> {
  const seen: Record<string, unknown> = {};
  for (const [name, observation] of Object.entries(observations)) {
    let answer: unknown;
    try {
      answer = observation(env);
    } catch (error) {
      seen[name] = { throws: describe(error) };
      continue;
    }
    try {
      seen[name] = { value: show(await answer) };
    } catch (error) {
      seen[name] = { rejects: describe(error) };
    }
  }
  return Response.json(seen);
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: show(error) };
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  return { name: error.name, message: error.message, ...cause };
}

function show(value: unknown): unknown {
  if (value === undefined) return "(undefined)";
  if (typeof value === "bigint") return `(bigint ${value})`;
  if (typeof value === "number" && !Number.isFinite(value)) return `(number ${value})`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof ArrayBuffer) return { ArrayBuffer: [...new Uint8Array(value)] };
  if (ArrayBuffer.isView(value)) return { [value.constructor.name]: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] };
  if (value instanceof Map) return { Map: [...value].map(([key, item]) => [key, show(item)]) };
  if (Array.isArray(value)) return value.map(show);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return { [prototype.constructor.name]: show({ ...value }) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, show(item)]));
}
