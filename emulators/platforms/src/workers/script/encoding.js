// `TextDecoder` in the words of Workers.
(runtime) => {
  const { workers } = runtime.parts;
  const { TextDecoder } = globalThis;
  const { apply } = Reflect;

  workers.boot(() => {
    const { prototype } = TextDecoder;
    const { decode } = prototype;
    const refused = {
      decode(...args) {
        try {
          return apply(decode, this, args);
        } catch (error) {
          if (error?.message === "The encoded data is not valid") throw new TypeError("Failed to decode input.");
          throw error;
        }
      },
    };
    Object.defineProperty(prototype, "decode", { value: refused.decode, writable: true, configurable: true, enumerable: true });
  });
};
