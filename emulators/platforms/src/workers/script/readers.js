// What readers and writers of Workers have, or do otherwise, beside the standard.
(runtime) => {
  const { workers } = runtime.parts;
  const { internal } = workers;
  const { ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader, WritableStream, WritableStreamDefaultWriter } = runtime.web.streams;
  const { _stream, _readRequests, _readIntoRequests } = runtime.web.streams;
  const { defineProperty } = Object;
  const { apply } = Reflect;
  const { isView } = ArrayBuffer;

  /** Puts `make(original)` in the place of a method. */
  function replace({ prototype }, name, make) {
    defineProperty(prototype, name, { value: make(prototype[name]), writable: true, configurable: true, enumerable: true });
  }

  const isInternal = (it) => it?.[_stream] !== undefined && internal.has(it[_stream]);
  const pending = (reader) => (reader[_readRequests]?.size ?? 0) + (reader[_readIntoRequests]?.size ?? 0) > 0;

  /** Such streams take one read at a time. */
  function single(read) {
    return {
      read(...args) {
        if (isInternal(this) && pending(this)) {
          return Promise.reject(new TypeError("This ReadableStream only supports a single pending read request at a time."));
        }
        return apply(read, this, args);
      },
    }.read;
  }

  function guarded(releaseLock) {
    return {
      releaseLock() {
        if (isInternal(this) && pending(this)) {
          throw new TypeError("Cannot call releaseLock() on a reader with outstanding read promises.");
        }
        apply(releaseLock, this, []);
      },
    }.releaseLock;
  }

  /** What is no bytes is refused before it can do harm, and what is written is copied then and there. */
  function checked(write) {
    return {
      write(chunk) {
        if (!isInternal(this)) return apply(write, this, arguments);
        let bytes;
        try {
          bytes = internal.bytesOf(chunk);
        } catch (error) {
          return Promise.reject(error);
        }
        return bytes.byteLength === 0 ? Promise.resolve() : apply(write, this, [bytes]);
      },
    }.write;
  }

  /** https://developers.cloudflare.com/workers/runtime-apis/streams/readablestreambyobreader/#methods */
  function readAtLeast(read) {
    return {
      readAtLeast(minElements, view) {
        const least = Math.trunc(minElements);
        const bytes = least * (view?.BYTES_PER_ELEMENT ?? 1);
        if (!(least > 0)) return Promise.reject(new TypeError(`Requested invalid minimum number of bytes to read (${least}).`));
        if (bytes > (view?.byteLength ?? 0)) {
          return Promise.reject(new TypeError(`Minimum bytes to read (${bytes}) exceeds size of buffer (${view?.byteLength ?? 0}).`));
        }
        return apply(read, this, [view, { min: least }]);
      },
    }.readAtLeast;
  }

  /** What waits to be read is given up at once. `streamOf`: the stream of what `abort` is called on. */
  const aborting = (streamOf) => (abort) =>
    ({
      abort(reason) {
        const stream = streamOf(this);
        if (stream !== undefined && internal.has(stream) && !(stream === this && stream.locked)) internal.abort(stream, reason);
        return apply(abort, this, arguments);
      },
    }).abort;

  function moded(getReader) {
    return {
      getReader(options) {
        const mode = options?.mode;
        if (mode !== undefined && mode !== "byob") throw new TypeError("mode must be undefined or 'byob' in call to getReader().");
        return apply(getReader, this, arguments);
      },
    }.getReader;
  }

  function viewed(read) {
    return {
      read(view) {
        if (isView(view)) return apply(read, this, arguments);
        return Promise.reject(new TypeError("Failed to execute 'read' on 'ReadableStreamBYOBReader': parameter 1 is not of type 'ArrayBufferView'."));
      },
    }.read;
  }

  /** The branches of such a stream are such streams again. */
  function adopting(tee) {
    return {
      tee() {
        // With a comma at the end.
        if (this?.locked) throw new TypeError("This ReadableStream is currently locked to a reader,");
        const branches = apply(tee, this, []);
        if (internal.has(this)) branches.forEach(internal.adopt);
        return branches;
      },
    }.tee;
  }

  workers.boot(() => {
    for (const Reader of [ReadableStreamDefaultReader, ReadableStreamBYOBReader]) {
      replace(Reader, "read", single);
      replace(Reader, "releaseLock", guarded);
    }
    replace(ReadableStreamBYOBReader, "readAtLeast", () => readAtLeast(ReadableStreamBYOBReader.prototype.read));
    replace(ReadableStreamBYOBReader, "read", viewed);
    replace(ReadableStream, "getReader", moded);
    replace(WritableStreamDefaultWriter, "write", checked);
    replace(WritableStreamDefaultWriter, "abort", aborting((writer) => writer?.[_stream]));
    replace(WritableStream, "abort", aborting((stream) => stream));
    replace(ReadableStream, "tee", adopting);
  });
};
