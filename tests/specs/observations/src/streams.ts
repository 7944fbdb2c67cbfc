import { bytes, failure, failures, utf8, type Observations } from "./observe";

const of = (...chunks: unknown[]) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
const all = async (stream: ReadableStream) => {
  const chunks = [];
  for await (const chunk of stream as any) chunks.push(chunk);
  return chunks;
};
const fixed = (length: any) => new (globalThis as any).FixedLengthStream(length);
const identity = (options?: any) => new (globalThis as any).IdentityTransformStream(options);

async function through(transform: any, ...chunks: unknown[]) {
  const writer = transform.writable.getWriter();
  const wrote = (async () => {
    for (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  })();
  const read = new Response(transform.readable).text();
  return [await failure(() => read), await failure(() => wrote)];
}

export const streams: Observations = {
  "read to the end": async () => {
    const reader = of("a", 1).getReader();
    return [await reader.read(), await reader.read(), await reader.read(), await reader.read()];
  },
  "async iteration": () => all(of(1, 2, 3)),
  "from": () => all((ReadableStream as any).from([1, 2])),
  "tee": async () => {
    const [a, b] = of(1, 2).tee();
    return [await all(a), await all(b)];
  },
  "locked twice": () => {
    const stream = of();
    stream.getReader();
    return [stream.locked, failures(() => stream.getReader())].at(0) && stream.getReader();
  },
  "tee of locked": () => {
    const stream = of();
    stream.getReader();
    return stream.tee();
  },
  "cancel of locked": () => {
    const stream = of();
    stream.getReader();
    return stream.cancel();
  },
  "pipe of locked": () => {
    const stream = of();
    stream.getReader();
    return failures(() => stream.pipeTo(new WritableStream()), () => stream.pipeThrough(new TransformStream()));
  },
  "released reader": async () => {
    const reader = of(1).getReader();
    reader.releaseLock();
    return failures(() => reader.read(), () => reader.cancel(), () => reader.closed);
  },
  "getReader modes": () => failures(() => of().getReader({ mode: "byob" } as any), () => of().getReader({ mode: "x" } as any)),
  "enqueue after close": () => {
    let controller: any;
    new ReadableStream({ start: (c) => void (controller = c) });
    controller.close();
    return failures(() => controller.enqueue(1), () => controller.close(), () => controller.desiredSize);
  },
  "error": async () => {
    const stream = new ReadableStream({ start: (c) => c.error(new RangeError("bad")) });
    const reader = stream.getReader();
    return failures(() => reader.read(), () => reader.closed);
  },
  "pull that throws": () => all(new ReadableStream({ pull: () => { throw new RangeError("in pull"); } })),
  "start that throws": () => new ReadableStream({ start: () => { throw new RangeError("in start"); } }),
  "cancel reason": async () => {
    let reason;
    await new ReadableStream({ cancel: (why) => void (reason = why) }).cancel("enough");
    return reason;
  },
  "byob read": async () => {
    const stream = new ReadableStream({ type: "bytes", start: (c) => (c.enqueue(bytes(1, 2, 3)), c.close()) } as any);
    const reader = stream.getReader({ mode: "byob" }) as any;
    return [await reader.read(new Uint8Array(2)), await reader.read(new Uint8Array(2)), await reader.read(new Uint8Array(2))];
  },
  "byob with an empty view": () => (new ReadableStream({ type: "bytes" } as any).getReader({ mode: "byob" }) as any).read(new Uint8Array(0)),
  "byob without a view": () => (new ReadableStream({ type: "bytes" } as any).getReader({ mode: "byob" }) as any).read(),
  "byob readAtLeast": async () => {
    const stream = new Response("abcdef").body as any;
    return (await stream.getReader({ mode: "byob" }).readAtLeast(3, new Uint8Array(4))).value;
  },
  "byte stream enqueue of text": () => all(new ReadableStream({ type: "bytes", start: (c: any) => c.enqueue("x") } as any)),
  "type unknown": () => new ReadableStream({ type: "x" } as any),
  "source of null": () => new ReadableStream(null as any),
  "high water marks": () => [new ByteLengthQueuingStrategy({ highWaterMark: 5 }).highWaterMark, new CountQueuingStrategy({ highWaterMark: 1 }).size(), (new ByteLengthQueuingStrategy({ highWaterMark: 5 }) as any).size(bytes(1, 2))],
  "strategies without a mark": () => [(new ByteLengthQueuingStrategy({} as any)).highWaterMark, (new CountQueuingStrategy({} as any)).highWaterMark],
  "negative high water mark": () => new ReadableStream({}, { highWaterMark: -1 }),
  "desired size": () => {
    let size;
    new ReadableStream({ start: (c) => void (size = c.desiredSize) }, { highWaterMark: 3 });
    return size;
  },
  "pipeThrough": () => all(of(1, 2).pipeThrough(new TransformStream({ transform: (chunk, c) => c.enqueue(chunk * 2), flush: (c) => c.enqueue("end") }))),
  "transform that throws": () => all(of(1).pipeThrough(new TransformStream({ transform: () => { throw new RangeError("in transform"); } }))),
  "transform terminate": () => all(of(1, 2).pipeThrough(new TransformStream({ transform: (chunk, c) => (c.enqueue(chunk), c.terminate()) }))),
  "pipeTo": async () => {
    const seen: unknown[] = [];
    await of(1, 2).pipeTo(new WritableStream({ write: (chunk) => void seen.push(chunk), close: () => void seen.push("closed") }));
    return seen;
  },
  "pipeTo a failing sink": () => of(1).pipeTo(new WritableStream({ write: () => { throw new RangeError("in write"); } })),
  "pipeTo with an aborted signal": () => of(1).pipeTo(new WritableStream(), { signal: AbortSignal.abort() }),
  "writer": async () => {
    const writer = new WritableStream().getWriter();
    const sizes = [writer.desiredSize];
    await writer.write(1);
    await writer.close();
    return [sizes, await failure(() => writer.write(2)), await failure(() => writer.close())];
  },
  "writable locked": () => {
    const stream = new WritableStream();
    stream.getWriter();
    return failures(() => stream.getWriter(), () => stream.abort(), () => stream.close());
  },
  "abort": async () => {
    let reason;
    const stream = new WritableStream({ abort: (why) => void (reason = why) });
    await stream.abort("why");
    return [reason, await failure(() => stream.getWriter().write(1))];
  },
  "identity": async () => through(identity(), utf8("ab"), utf8("c")),
  "identity takes text?": async () => through(identity(), "text"),
  "identity readable is a byte stream": () => identity().readable.getReader({ mode: "byob" }).constructor.name,
  "identity without arguments to TransformStream": async () => through(new TransformStream(), utf8("ab")),
  "fixed": () => through(fixed(3), utf8("abc")),
  "fixed with bigint": () => through(fixed(3n), utf8("abc")),
  "fixed too much": () => through(fixed(2), utf8("abc")),
  "fixed too little": () => through(fixed(4), utf8("abc")),
  "fixed wrong": () => failures(() => fixed(-1), () => fixed("x"), () => fixed(undefined), () => fixed(1.5)),
  "text encoder stream": async () => (await all(of("é", "x").pipeThrough(new TextEncoderStream() as any))).map((chunk) => [...chunk]),
  "text decoder stream": () => all(of(bytes(0xc3), bytes(0xa9)).pipeThrough(new TextDecoderStream() as any)),
  "text decoder stream fatal": () => all(of(bytes(0xff)).pipeThrough(new TextDecoderStream("utf-8", { fatal: true }) as any)),
  "gzip round trip": () => new Response(of(utf8("hello")).pipeThrough(new CompressionStream("gzip") as any).pipeThrough(new DecompressionStream("gzip") as any)).text(),
  "compression formats": () => failures(...["gzip", "deflate", "deflate-raw", "brotli", "zstd", "x"].map((format) => () => new CompressionStream(format as any).constructor.name)),
  "decompression of nonsense": () => new Response(of(utf8("nonsense")).pipeThrough(new DecompressionStream("gzip") as any)).text(),
  "decompression cut short": async () => {
    const whole = new Uint8Array(await new Response(of(utf8("hello hello")).pipeThrough(new CompressionStream("gzip") as any)).arrayBuffer());
    return new Response(of(whole.slice(0, -6)).pipeThrough(new DecompressionStream("gzip") as any)).text();
  },
  "decompression with more after the end": async () => {
    const whole = new Uint8Array(await new Response(of(utf8("hello")).pipeThrough(new CompressionStream("gzip") as any)).arrayBuffer());
    return new Response(of(whole, utf8("more")).pipeThrough(new DecompressionStream("gzip") as any)).text();
  },
  "deflate-raw bytes": async () => new Response(of(utf8("aaaa")).pipeThrough(new CompressionStream("deflate-raw") as any)).arrayBuffer(),
  "string into compression": () => new Response(of("text").pipeThrough(new CompressionStream("gzip") as any)).text(),
  "closed promise": async () => {
    const reader = of().getReader();
    return await reader.closed;
  },
  "transfer": () => {
    const stream = of(1);
    return structuredClone(stream, { transfer: [stream as any] }).constructor.name;
  },
  "classes cannot be made": () =>
    failures(...["ReadableStreamDefaultController", "ReadableByteStreamController", "WritableStreamDefaultController", "TransformStreamDefaultController", "ReadableStreamBYOBRequest"]
      .map((name) => () => new (globalThis as any)[name]())),
  "readers of no stream": () => failures(() => new ReadableStreamDefaultReader({} as any), () => new WritableStreamDefaultWriter({} as any), () => new ReadableStreamBYOBReader(of())),
  "members that are no functions": () =>
    failures(
      ...["start", "pull", "cancel"].map((name) => () => new ReadableStream({ [name]: 5 })),
      ...["start", "write", "close", "abort"].map((name) => () => new WritableStream({ [name]: "x" } as any)),
      ...["start", "transform", "flush", "cancel"].map((name) => () => new TransformStream({ [name]: {} } as any)),
      () => new ReadableStream({}, { size: 5 } as any),
    ),
  "text into a decoder": () => all(of("text").pipeThrough(new TextDecoderStream() as any)),
  "identity aborted with anything": () =>
    Promise.all(["text", 5, null, undefined, { a: 1 }, new RangeError("own")].map(async (reason) => {
      const { readable, writable } = identity();
      writable.abort(reason);
      return await failure(() => readable.getReader().read());
    })),
};
