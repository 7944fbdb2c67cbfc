// `crypto.DigestStream`: a stream to write to, and the digest of what was written.
// https://developers.cloudflare.com/workers/runtime-apis/web-crypto/#constructors
(runtime) => {
  const { workers } = runtime.parts;
  const { digestName } = workers.keys;
  const { WritableStream } = runtime.web.streams;

  const { ArrayBuffer, BigInt, Promise, String, TypeError, Uint8Array } = globalThis;
  const { isView } = ArrayBuffer;
  const { apply } = globalThis.Reflect;
  const { withResolvers } = Promise;
  const { ArrayPrototypeIncludes: includes, StringPrototypeToUpperCase: toUpperCase } = runtime.primordials;

  const CHECKS = ["crc32", "crc32c", "crc64nvme"];

  function algorithmOf(given, count) {
    if (count === 0 || given === undefined) {
      throw new TypeError("Failed to construct 'DigestStream': constructor parameter 1 is not of type 'string or HashAlgorithm'.");
    }
    const name = typeof given === "object" && given !== null ? String(given.name) : String(given);
    return includes(CHECKS, name) ? toUpperCase(name) : digestName(name);
  }

  class DigestStream extends WritableStream {
    #written = 0n;
    #digest;
    #ended;

    constructor(algorithm) {
      const name = algorithmOf(algorithm, arguments.length);
      let stream;
      super({
        write: (chunk) => stream.#write(chunk),
        close: () => stream.#close(),
        abort: (reason) => stream.#fail(reason),
      });
      stream = this;
      const hash = runtime.hash.create(name);
      const { promise, resolve, reject } = apply(withResolvers, Promise, []);
      this.#digest = { promise, resolve, reject, hash };
    }

    #write(chunk) {
      if (this.#ended !== undefined) throw this.#ended.error;
      const bytes = bytesOf(chunk);
      if (bytes.byteLength === 0) return;
      runtime.hash.update(this.#digest.hash, bytes);
      this.#written += BigInt(bytes.byteLength);
    }

    #close() {
      if (this.#ended !== undefined) throw this.#ended.error;
      this.#digest.resolve(runtime.hash.finish(this.#digest.hash).buffer);
      this.#ended = { error: undefined };
    }

    #fail(error) {
      if (this.#ended !== undefined) return;
      this.#ended = { error };
      this.#digest.reject(error);
    }

    get digest() {
      return this.#digest.promise;
    }

    get bytesWritten() {
      return this.#written;
    }

    [Symbol.dispose]() {
      this.#fail(new TypeError("The DigestStream was disposed."));
    }
  }

  function bytesOf(chunk) {
    if (typeof chunk === "string") return runtime.encode(chunk);
    if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
    if (isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    throw new TypeError(
      "DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its writable side.",
    );
  }

  workers.tag(DigestStream);
  workers.DigestStream = DigestStream;
};
