// Observations of streams: each is recorded as its value or its error. `expected.json` beside the folder of sources holds what workerd
// answers.

import { observe } from "./observe";

type Any = any;
const G = globalThis as Any;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Any) => new TextDecoder().decode(value);
const read = async (stream: ReadableStream) => await new Response(stream as Any).text();
const message = (error: Any) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
const outcome = async (promise: Promise<Any>) => promise.then((value) => ({ value }), (error) => ({ error: message(error) }));
const throwing = (action: () => Any) => {
  try {
    return { value: action() };
  } catch (error) {
    return { error: message(error) };
  }
};

const stream = (...chunks: Any[]) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const byteStream = (...chunks: string[]) =>
  new ReadableStream({
    type: "bytes",
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytes(chunk));
      controller.close();
    },
  } as Any);

async function through(transform: Any, ...chunks: Uint8Array[]) {
  const writer = transform.writable.getWriter();
  const writing = (async () => {
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  })();
  const reading = new Response(transform.readable).bytes();
  const [read, write] = await Promise.all([outcome(reading), outcome(writing)]);
  return { read, write };
}

const packed = async (format: string, content = "text ".repeat(20)) => {
  const { read } = await through(new G.CompressionStream(format), bytes(content));
  return (read as Any).value as Uint8Array;
};

async function unpacked(format: string, ...chunks: Uint8Array[]) {
  const { read, write } = await through(new G.DecompressionStream(format), ...chunks);
  return { read: "value" in read ? text(read.value) : read, write: "error" in write ? write : "written" };
}

const observations: Record<string, (env: unknown) => unknown> = {
  // Locks.
  "locked twice": () => {
    const it = stream("a");
    it.getReader();
    return throwing(() => it.getReader());
  },
  "reader of a locked stream": () => {
    const it = stream("a");
    it.getReader();
    return throwing(() => new G.ReadableStreamDefaultReader(it));
  },
  "unknown mode": () => throwing(() => stream("a").getReader({ mode: "x" } as Any)),
  "byob of a stream that is none of bytes": () => throwing(() => stream("a").getReader({ mode: "byob" } as Any)),
  "cancel when locked": () => {
    const it = stream("a");
    it.getReader();
    return outcome(it.cancel());
  },
  "tee when locked": () => {
    const it = stream("a");
    it.getReader();
    return throwing(() => it.tee());
  },
  "pipeTo when locked": () => {
    const it = stream("a");
    it.getReader();
    return outcome(it.pipeTo(new WritableStream()));
  },
  "pipeTo into what is locked": () => {
    const to = new WritableStream();
    to.getWriter();
    return outcome(stream("a").pipeTo(to));
  },
  "pipeThrough when locked": () => {
    const it = stream("a");
    it.getReader();
    return throwing(() => it.pipeThrough(new TransformStream() as Any));
  },
  "writer twice": () => {
    const it = new WritableStream();
    it.getWriter();
    return throwing(() => it.getWriter());
  },
  "abort when locked": () => {
    const it = new WritableStream();
    it.getWriter();
    return outcome(it.abort());
  },
  "close when locked": () => {
    const it = new WritableStream();
    it.getWriter();
    return outcome(it.close());
  },

  // Readers.
  "read after release": () => {
    const reader = stream("a").getReader();
    reader.releaseLock();
    return outcome(reader.read());
  },
  "closed after release": async () => {
    const reader = stream("a").getReader();
    const { closed } = reader;
    reader.releaseLock();
    return [await outcome(closed), await outcome(reader.closed)];
  },
  "pending read when released": async () => {
    const reader = new ReadableStream().getReader();
    const pending = reader.read();
    reader.releaseLock();
    return outcome(pending);
  },
  "cancel after release": () => {
    const reader = stream("a").getReader();
    reader.releaseLock();
    return outcome(reader.cancel());
  },
  "read with a view of nothing": () => outcome((byteStream("a").getReader({ mode: "byob" } as Any) as Any).read(new Uint8Array(0))),
  "read without a view": () => outcome((byteStream("a").getReader({ mode: "byob" } as Any) as Any).read()),
  "read at least nothing": () => outcome((byteStream("a").getReader({ mode: "byob" } as Any) as Any).readAtLeast(0, new Uint8Array(4))),
  "read at least too much": () => outcome((byteStream("a").getReader({ mode: "byob" } as Any) as Any).readAtLeast(5, new Uint8Array(4))),
  "read at least": async () => {
    const { value, done } = await (byteStream("ab", "cd", "ef").getReader({ mode: "byob" } as Any) as Any).readAtLeast(3, new Uint8Array(5));
    return [text(value), done];
  },
  "read at least more than there is": async () => {
    const reader = byteStream("ab", "cd").getReader({ mode: "byob" } as Any) as Any;
    const first = await reader.readAtLeast(10, new Uint8Array(10));
    const second = await reader.read(new Uint8Array(10));
    return [text(first.value), first.done, second.value?.byteLength, second.done];
  },
  "read with min": async () => {
    const reader = byteStream("ab", "cd", "ef").getReader({ mode: "byob" } as Any) as Any;
    const { value, done } = await reader.read(new Uint8Array(5), { min: 3 });
    return [text(value), done];
  },
  "the view's buffer is taken": async () => {
    const view = new Uint8Array(4);
    const { value } = await (byteStream("ab").getReader({ mode: "byob" } as Any) as Any).read(view);
    return [view.byteLength, value.byteLength, value.buffer.byteLength];
  },
  "bytes that wait are read together": async () => text((await byteStream("ab", "cd").getReader().read()).value),
  "bytes are read 4096 at a time": async () => (await byteStream("x".repeat(10_000)).getReader().read()).value!.byteLength,

  // Controllers.
  "enqueue after close": () => throwing(() => new ReadableStream({ start: (c) => (c.close(), c.enqueue("a")) })) && "no error of the constructor",
  "error of start": () => outcome(new ReadableStream({ start() { throw new RangeError("why"); } }).getReader().read()),
  "error of pull": () => outcome(new ReadableStream({ pull() { throw new RangeError("why"); } }).getReader().read()),
  "close twice": async () => {
    let told;
    new ReadableStream({ start: (c) => (c.close(), told = throwing(() => c.close()), undefined) });
    return told;
  },
  "enqueue once closed": () => {
    let told;
    new ReadableStream({ start: (c) => (c.close(), told = throwing(() => c.enqueue("a")), undefined) });
    return told;
  },
  "enqueue bytes once closed": () => {
    let told;
    new ReadableStream({ type: "bytes", start: (c: Any) => (c.close(), told = throwing(() => c.enqueue(bytes("a"))), undefined) } as Any);
    return told;
  },
  "enqueue no bytes": () => {
    let told;
    new ReadableStream({ type: "bytes", start: (c: Any) => (told = throwing(() => c.enqueue(new Uint8Array(0))), undefined) } as Any);
    return told;
  },
  "a type that is none": () => throwing(() => new ReadableStream({ type: "x" } as Any)),
  "buffers of no size": () => throwing(() => new ReadableStream({ type: "bytes", autoAllocateChunkSize: 0 } as Any)),
  "pull runs at once": () => {
    let pulled = false;
    new ReadableStream({ pull: () => void (pulled = true) });
    return pulled;
  },
  "byobRequest without a reader's buffer": async () => {
    let seen: Any;
    const it = new ReadableStream({ type: "bytes", pull(c: Any) { seen = c.byobRequest?.view.byteLength; c.enqueue(bytes("a")); c.close(); } } as Any);
    await it.getReader().read();
    return seen;
  },
  "respond too much": async () => {
    let told: Any;
    const it = new ReadableStream({
      type: "bytes",
      pull(c: Any) {
        told = throwing(() => c.byobRequest.respond(9));
        c.byobRequest.respond(1);
      },
    } as Any);
    await (it.getReader({ mode: "byob" } as Any) as Any).read(new Uint8Array(4));
    return told;
  },
  "respond nothing": async () => {
    let told: Any;
    const it = new ReadableStream({
      type: "bytes",
      pull(c: Any) {
        told = throwing(() => c.byobRequest.respond(0));
        c.byobRequest.respond(1);
      },
    } as Any);
    await (it.getReader({ mode: "byob" } as Any) as Any).read(new Uint8Array(4));
    return told;
  },
  "respond twice": async () => {
    let told: Any;
    const it = new ReadableStream({
      type: "bytes",
      pull(c: Any) {
        const request = c.byobRequest;
        request.respond(1);
        told = throwing(() => request.respond(1));
      },
    } as Any);
    await (it.getReader({ mode: "byob" } as Any) as Any).read(new Uint8Array(4));
    return told;
  },
  "a bad high water mark": () => throwing(() => new ReadableStream({}, { highWaterMark: -1 })).error?.split(":")[0],

  // Iteration, from, tee, pipes.
  "iterate": async () => {
    const seen = [];
    for await (const chunk of stream("a", "b") as Any) seen.push(chunk);
    return seen;
  },
  "iterate and leave": async () => {
    let cancelled: Any = "no";
    const it = new ReadableStream({ pull: (c) => c.enqueue("a"), cancel: (why) => void (cancelled = String(why)) });
    for await (const _ of it as Any) break;
    return [cancelled, it.locked];
  },
  "from": () => read(G.ReadableStream.from(["a", "b"].map(bytes))),
  "from nothing": () => throwing(() => G.ReadableStream.from(5)).error?.split(":")[0],
  "tee": async () => Promise.all(stream(bytes("a"), bytes("b")).tee().map(read)),
  "cancel one branch": async () => {
    const [left, right] = stream(bytes("a")).tee();
    await left.cancel("enough");
    return read(right);
  },
  "pipeTo": async () => {
    const seen: Any[] = [];
    await stream("a", "b").pipeTo(new WritableStream({ write: (chunk) => void seen.push(chunk) }));
    return seen;
  },
  "pipeTo with preventClose": async () => {
    let closed = false;
    const to = new WritableStream({ close: () => void (closed = true) });
    await stream("a").pipeTo(to, { preventClose: true });
    return [closed, to.locked];
  },
  "pipeTo fails to write": () => outcome(stream("a").pipeTo(new WritableStream({ write() { throw new RangeError("full"); } }))),
  "pipeTo fails to read": async () => {
    let aborted: Any;
    const from = new ReadableStream({ pull() { throw new RangeError("empty"); } });
    const told = await outcome(from.pipeTo(new WritableStream({ abort: (why) => void (aborted = message(why)) })));
    return [told, aborted];
  },
  "pipeTo aborted": async () => {
    const controller = new AbortController();
    controller.abort(new RangeError("stop"));
    return outcome(new ReadableStream().pipeTo(new WritableStream(), { signal: controller.signal }));
  },
  "pipeTo into what is closed": async () => {
    const to = new WritableStream();
    await to.close();
    return outcome(stream("a").pipeTo(to));
  },

  // Writers.
  "write after close": async () => {
    const writer = new WritableStream().getWriter();
    await writer.close();
    return outcome(writer.write("a"));
  },
  "close a closed one": async () => {
    const writer = new WritableStream().getWriter();
    await writer.close();
    return outcome(writer.close());
  },
  "write after release": () => {
    const writer = new WritableStream().getWriter();
    writer.releaseLock();
    return outcome(writer.write("a"));
  },
  "desired size after release": () => {
    const writer = new WritableStream().getWriter();
    writer.releaseLock();
    return throwing(() => writer.desiredSize);
  },
  "write after abort": async () => {
    const writer = new WritableStream().getWriter();
    await writer.abort(new RangeError("why"));
    return outcome(writer.write("a"));
  },
  "sink with a type": () => throwing(() => new WritableStream({ type: "bytes" } as Any) && "made"),

  // TransformStream.
  "transform": () => read(stream("a", "b").pipeThrough(new TransformStream({ transform: (chunk, c) => c.enqueue(bytes(chunk.toUpperCase())) }) as Any)),
  "transform that throws": () => outcome(read(stream("a").pipeThrough(new TransformStream({ transform() { throw new RangeError("why"); } }) as Any))),
  "transform that ends early": async () => {
    const { readable, writable } = new TransformStream({ transform: (_, c) => c.terminate() });
    const writer = writable.getWriter();
    const reading = outcome(read(readable));
    await outcome(writer.write("a"));
    return [await reading, await outcome(writer.write("b"))];
  },
  "flush": () => read(stream(bytes("a")).pipeThrough(new TransformStream({ flush: (c) => c.enqueue(bytes("!")) }) as Any)),
  "transformer with a type": () => throwing(() => new TransformStream({ readableType: "bytes" } as Any)),

  // IdentityTransformStream and FixedLengthStream.
  "identity": async () => {
    const { readable, writable } = new G.IdentityTransformStream();
    const writer = writable.getWriter();
    writer.write("text ");
    writer.write(bytes("bytes"));
    writer.close();
    return read(readable);
  },
  "identity is a TransformStream": () => new G.IdentityTransformStream() instanceof TransformStream,
  "identity takes no numbers": () => outcome(new G.IdentityTransformStream().writable.getWriter().write(5)),
  "identity and one read at a time": async () => {
    const reader = new G.IdentityTransformStream().readable.getReader();
    reader.read();
    return outcome(reader.read());
  },
  "identity released while it reads": () => {
    const reader = new G.IdentityTransformStream().readable.getReader();
    reader.read();
    return throwing(() => reader.releaseLock());
  },
  "identity in parts": async () => {
    const { readable, writable } = new G.IdentityTransformStream();
    const writing = outcome(writable.getWriter().write(new Uint8Array(5000)));
    const reader = readable.getReader();
    const sizes = [(await reader.read()).value.byteLength, (await reader.read()).value.byteLength];
    return [sizes, await writing];
  },
  "identity without a mark": () => new G.IdentityTransformStream().writable.getWriter().desiredSize,
  "identity with a mark": () => {
    const writer = new G.IdentityTransformStream({ highWaterMark: 10 }).writable.getWriter();
    const before = writer.desiredSize;
    writer.write(new Uint8Array(4));
    return [before, writer.desiredSize];
  },
  "identity with an aborted writer": async () => {
    const { readable, writable } = new G.IdentityTransformStream();
    const reading = outcome(readable.getReader().read());
    await writable.getWriter().abort(new RangeError("why"));
    return reading;
  },
  "identity with a cancelled reader": async () => {
    const { readable, writable } = new G.IdentityTransformStream();
    const writing = outcome(writable.getWriter().write("a"));
    await readable.cancel("enough");
    return writing;
  },
  "fixed length": async () => {
    const { readable, writable } = new G.FixedLengthStream(5);
    const writer = writable.getWriter();
    writer.write("hello");
    writer.close();
    return read(readable);
  },
  "fixed length, too much": async () => {
    const { readable, writable } = new G.FixedLengthStream(3);
    const writing = outcome(writable.getWriter().write("hello"));
    return [await outcome(readable.getReader().read()), await writing];
  },
  "fixed length, too little": async () => {
    const { readable, writable } = new G.FixedLengthStream(9);
    const writer = writable.getWriter();
    const writing = Promise.all([outcome(writer.write("hello")), outcome(writer.close())]);
    return [await outcome(read(readable)), await writing];
  },
  "fixed length of no length": () => [-1, 2 ** 53, "x"].map((length) => throwing(() => new G.FixedLengthStream(length) && "made")),

  // Compression.
  "formats": () => ["gzip", "deflate", "deflate-raw", "br", "brotli", "x"].map((format) => throwing(() => new G.CompressionStream(format) && "made")),
  "formats of the other way": () => ["gzip", "br"].map((format) => throwing(() => new G.DecompressionStream(format) && "made")),
  "there and back, gzip": async () => unpacked("gzip", await packed("gzip")),
  "there and back, deflate": async () => unpacked("deflate", await packed("deflate")),
  "there and back, deflate-raw": async () => unpacked("deflate-raw", await packed("deflate-raw")),
  "byte by byte": async () => unpacked("gzip", ...[...(await packed("gzip"))].map((byte) => new Uint8Array([byte]))),
  "nothing": async () => unpacked("gzip", await packed("gzip", "")),
  "truncated": async () => unpacked("gzip", (await packed("gzip")).slice(0, -4)),
  "truncated early": async () => unpacked("deflate", (await packed("deflate")).slice(0, 5)),
  "with something behind": async () => unpacked("gzip", new Uint8Array([...(await packed("gzip")), 1, 2])),
  "with something behind in a chunk of its own": async () => unpacked("gzip", await packed("gzip"), new Uint8Array([1, 2])),
  "not compressed at all": () => unpacked("gzip", bytes("plain text")),
  "a chunk of text": () => outcome(new G.CompressionStream("gzip").writable.getWriter().write("text")),
  "a chunk of no bytes": () => outcome(new G.CompressionStream("gzip").writable.getWriter().write({})),
  "nobody reads": async () => {
    const writer = new G.CompressionStream("gzip").writable.getWriter();
    for (let i = 0; i < 20; i++) await writer.write(crypto.getRandomValues(new Uint8Array(10_000)));
    await writer.close();
    return "written";
  },

  // Text.
  "TextEncoderStream": () => read(stream("é", "\ud83d", "\ude48").pipeThrough(new TextEncoderStream() as Any)),
  "TextDecoderStream": async () => {
    const seen = [];
    for await (const chunk of stream(new Uint8Array([0xc3]), new Uint8Array([0xa9, 65])).pipeThrough(new TextDecoderStream() as Any) as Any) seen.push(chunk);
    return seen;
  },
  "TextDecoderStream, fatal": () =>
    outcome((stream(new Uint8Array([0xff])).pipeThrough(new TextDecoderStream("utf-8", { fatal: true }) as Any) as Any).getReader().read()),
  "TextDecoderStream's properties": () => {
    const it = new TextDecoderStream("utf-16le", { fatal: true, ignoreBOM: true });
    return [it.encoding, it.fatal, it.ignoreBOM];
  },
};

export default { fetch: (_: Request, env: unknown) => observe(observations, env) };
