// Values as streams, in and out.

const KEY = "streams/value";
const encode = (text: string) => new TextEncoder().encode(text);
const streamOf = (...chunks: unknown[]) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const put = async (kv: any, stream: ReadableStream) => (await kv.put(KEY, stream), kv.get(KEY));
const rejection = (promise: Promise<unknown>) => promise.then(() => "no error", (error: Error) => error.name);
const count = async (stream: ReadableStream) => {
  let bytes = 0;
  for await (const chunk of stream as any) bytes += chunk.byteLength;
  return bytes;
};

export const streams: Record<string, (env: any) => unknown> = {
  "streams: put an empty stream": ({ KV }) => put(KV, streamOf()),
  "streams: put empty chunks": ({ KV }) => put(KV, streamOf(new Uint8Array(0), encode("a"), new Uint8Array(0))),
  "streams: put array buffers": ({ KV }) => put(KV, streamOf(encode("ab").buffer, encode("cd"))),
  "streams: put a view with an offset": ({ KV }) => put(KV, streamOf(encode("abcd").subarray(1, 3))),
  "streams: put a DataView": ({ KV }) => put(KV, streamOf(new DataView(encode("dataview").buffer, 4))),
  "streams: put a byte stream": ({ KV }) =>
    put(KV, new ReadableStream({ type: "bytes", start(controller) { controller.enqueue(encode("bytes")); controller.close(); } })),
  "streams: put the body of a request": ({ KV }) => put(KV, new Request("http://x", { method: "POST", body: "posted" }).body!),
  "streams: put what comes in time": ({ KV }) => {
    let left = 5;
    return put(KV, new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        controller.enqueue(encode(`${left}`));
        if (--left === 0) controller.close();
      },
    }));
  },
  "streams: put through a transform": ({ KV }) => {
    const upper = new TransformStream({
      transform: (chunk, controller) => controller.enqueue(encode(new TextDecoder().decode(chunk).toUpperCase())),
    });
    return put(KV, streamOf(encode("up"), encode("per")).pipeThrough(upper));
  },
  "streams: put a stored stream under another key": async ({ KV }) => {
    await KV.put(KEY, "copied");
    await KV.put(KEY + "/copy", await KV.get(KEY, "stream"));
    return KV.get(KEY + "/copy");
  },
  "streams: put one branch of a tee": async ({ KV }) => {
    const [one, two] = streamOf(encode("tee")).tee();
    return [await put(KV, one), await new Response(two).text()];
  },
  "streams: a stream is used up": async ({ KV }) => {
    const stream = streamOf(encode("once"));
    await KV.put(KEY, stream);
    return [stream.locked, await rejection(KV.put(KEY, stream)), await KV.get(KEY)];
  },
  "streams: a stream that fails leaves the value": async ({ KV }) => {
    await KV.put(KEY, "before");
    let first = true;
    const failing = new ReadableStream({
      pull(controller) {
        if (first) controller.enqueue(encode("half"));
        else controller.error(new RangeError("half way"));
        first = false;
      },
    });
    return [await rejection(KV.put(KEY, failing)), await KV.get(KEY)];
  },
  "streams: a large value in chunks": async ({ KV }) => {
    let left = 48;
    await KV.put(KEY + "/large", new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(65536).fill(left));
        if (--left === 0) controller.close();
      },
    }));
    return [await count(await KV.get(KEY + "/large", "stream")), (await KV.get(KEY + "/large", "arrayBuffer")).byteLength];
  },
  "streams: the first chunk is there and the rest is left": async ({ KV }) => {
    const reader = (await KV.get(KEY + "/large", "stream")).getReader();
    const { value, done } = await reader.read();
    await reader.cancel();
    return [value[0], done, (await reader.read()).done];
  },
  "streams: reading with a buffer of one's own": async ({ KV }) => {
    await KV.put(KEY, "own buffer");
    const reader = (await KV.get(KEY, "stream")).getReader({ mode: "byob" });
    const { value } = await reader.read(new Uint8Array(4));
    return new TextDecoder().decode(value);
  },
  "streams: two at once": async ({ KV }) => {
    const [one, two] = await Promise.all([KV.get(KEY, "stream"), KV.get(KEY + "/copy", "stream")]);
    return Promise.all([new Response(one).text(), new Response(two).text()]);
  },
  "streams: as the body of a response": async ({ KV }) => new Response(await KV.get(KEY, "stream")).text(),
  "streams: json through a stream": async ({ KV }) => (await KV.put(KEY, '{"a":1}'), new Response(await KV.get(KEY, "stream")).json()),
  "streams: with metadata": async ({ KV }) => {
    await KV.put(KEY, streamOf(encode("v")), { metadata: { m: 1 }, expiration: 2000000000 });
    const { value, ...rest } = await KV.getWithMetadata(KEY, "stream");
    return [await new Response(value).text(), rest];
  },
  "streams: a put while it is read": async ({ KV }) => {
    const stream = await KV.get(KEY + "/large", "stream");
    await KV.put(KEY + "/large", "short");
    return [await count(stream), await KV.get(KEY + "/large")];
  },
  "streams: class of a stream": async ({ KV }) => (await KV.get(KEY, "stream")).constructor.name,
};
