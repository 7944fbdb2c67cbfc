// Streams of bytes that the platform itself makes: what is written to one side is read from the other, at most one read at a time.
// https://github.com/cloudflare/workerd/blob/main/src/workerd/api/streams/internal.c++ has the rules and the texts.
(runtime) => {
  const { workers } = runtime.parts;
  const { ReadableStream, WritableStream } = runtime.web.streams;
  const { isView } = ArrayBuffer;
  const { min } = Math;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const [push, shift, splice, subarray, slice, setBytes] = [
    uncurry(Array.prototype.push), uncurry(Array.prototype.shift), uncurry(Array.prototype.splice),
    uncurry(Uint8Array.prototype.subarray), uncurry(Uint8Array.prototype.slice), uncurry(Uint8Array.prototype.set),
  ];
  const { StringPrototypeToWellFormed: toWellFormed } = runtime.primordials;
  const { withResolvers } = Promise;
  const { apply } = Reflect;
  const PromiseOwn = Promise;
  const makePromise = () => apply(withResolvers, PromiseOwn, []);

  /** As much as a reader without a buffer of its own gets at a time. */
  const CHUNK = 4096;

  /** Every such stream: how many bytes it will give if that is known, and what is to be done at once when it is aborted. */
  const known = new runtime.safe.WeakMap();

  /** Streams of code that say how many bytes they will give. */
  const expected = new runtime.safe.WeakMap();

  const asBytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

  /** A copy of what was written, as bytes. */
  function bytesOf(chunk) {
    // Not as a body that is a text: https://github.com/cloudflare/workerd/blob/main/src/workerd/api/streams/internal.c++
    if (typeof chunk === "string") return runtime.encode(toWellFormed(chunk));
    if (isView(chunk)) return slice(asBytes(chunk));
    if (chunk instanceof ArrayBuffer) return slice(new Uint8Array(chunk));
    if (chunk instanceof SharedArrayBuffer) return new Uint8Array(new Uint8Array(chunk));
    throw new TypeError(
      "This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side.",
    );
  }

  /** Bytes on their way from a writer to a reader, in the order in which they came. */
  class Pipe {
    #parts = [];
    #ended = false;
    #failure;
    #controller;
    #wake;
    #taken;

    /** `taken(count)` is told how many bytes were read, 0 at the end, and may refuse them by throwing: the reader's error, not the writer's. */
    constructor(taken = () => {}) {
      this.#taken = taken;
    }

    /** The side that is read. `length`: how many bytes there will be; `cancelled` is told when the reader wants no more. */
    readable(length, cancelled = () => {}) {
      const stream = new ReadableStream({
        type: "bytes",
        start: (controller) => void (this.#controller = controller),
        pull: () => (this.#deliver() ? undefined : new Promise((resolve) => (this.#wake = resolve))),
        cancel: (reason) => {
          const error = reason instanceof Error ? reason : new Error(reason === undefined ? "Stream was cancelled." : String(reason));
          this.fail(error, true);
          cancelled(error);
        },
      }, { highWaterMark: 0 });
      known.set(stream, { length });
      return stream;
    }

    /** Settles when the bytes are read. */
    push(bytes) {
      if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
      const { promise, resolve, reject } = makePromise();
      push(this.#parts, { bytes, resolve, reject });
      this.#changed();
      return promise;
    }

    /** The same, and nobody waits for it. */
    put(bytes) {
      push(this.#parts, { bytes, loose: true, resolve() {}, reject() {} });
      this.#changed();
    }

    /** There is no more to come. */
    end() {
      if (this.#failure !== undefined) throw this.#failure.error;
      this.#ended = true;
      this.#changed();
    }

    /** Both sides end with this error; whoever reads may see another. */
    fail(error, byReader = false, read = error) {
      if (this.#failure !== undefined) return;
      this.#failure = { error };
      const parts = splice(this.#parts, 0);
      for (let at = 0; at < parts.length; at++) parts[at].reject(error);
      if (byReader) return;
      this.#controller.error(read);
      this.#wake?.();
    }

    #changed() {
      if (this.#wake === undefined || !this.#deliver()) return;
      const wake = this.#wake;
      this.#wake = undefined;
      wake();
    }

    /** Hands on what is there; says whether there was anything. */
    #deliver() {
      if (this.#failure !== undefined) return true;
      if (this.#parts.length === 0 && !this.#ended) return false;
      try {
        if (this.#parts.length === 0) this.#close();
        else this.#give();
      } catch (error) {
        this.fail(error);
      }
      return true;
    }

    #close() {
      this.#taken(0);
      this.#controller.close();
      // A reader with a buffer of its own waits until it is told that nothing was written into it.
      this.#controller.byobRequest?.respond(0);
    }

    /** Fills the reader's buffer from one part, or from as many as there are where nobody waits for them. */
    #give() {
      const request = this.#controller.byobRequest;
      const view = request === null ? new Uint8Array(CHUNK) : asBytes(request.view);
      let filled = 0;
      do {
        const part = this.#parts[0];
        const count = min(part.bytes.byteLength, view.byteLength - filled);
        setBytes(view, subarray(part.bytes, 0, count), filled);
        filled += count;
        part.bytes = subarray(part.bytes, count);
        if (part.bytes.byteLength === 0) shift(this.#parts).resolve();
        this.#taken(count);
      } while (filled < view.byteLength && this.#parts[0]?.loose);
      if (request === null) this.#controller.enqueue(slice(view, 0, filled));
      else request.respond(filled);
    }
  }

  /** The side that is written. Without `highWaterMark` it is always ready for more. */
  function writable({ write, close, abort }, highWaterMark) {
    const sink = {
      write(chunk) {
        // A writer is told by `readers.js`, before its chunk comes here: this is the end of a pipe.
        if (typeof chunk !== "string" && !isView(chunk) && !(chunk instanceof ArrayBuffer) && !(chunk instanceof SharedArrayBuffer)) {
          const error = new TypeError("This WritableStream only supports writing byte types.");
          abort(error);
          throw error;
        }
        const bytes = bytesOf(chunk);
        return bytes.byteLength === 0 ? undefined : write(bytes);
      },
      close,
      abort,
    };
    const size = highWaterMark === undefined ? () => 0 : (chunk) => (typeof chunk === "string" ? chunk.length * 3 : chunk.byteLength ?? 0);
    const stream = new WritableStream(sink, { highWaterMark: highWaterMark ?? 1, size });
    known.set(stream, { abort });
    return stream;
  }

  workers.internal = {
    Pipe,
    writable,
    bytesOf,
    has: (stream) => known.has(stream),
    lengthOf: (stream) => known.get(stream)?.length ?? expected.get(stream),
    /** What code says that a stream of its own will give: `expectedLength` of its source. */
    expect: (stream, length) => expected.set(stream, Number(length)),
    abort: (stream, reason) => known.get(stream)?.abort?.(reason),
    adopt: (stream) => known.set(stream, {}),
  };
};
