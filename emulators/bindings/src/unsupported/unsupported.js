// A binding of a kind that is not emulated: an object that throws when anything of it is used, and says why.

(runtime) => {
  "use strict";
  const { Proxy, Error } = globalThis;

  // What engines and consoles ask of any object, and `await` of what it is given.
  const HARMLESS = { __proto__: null, then: true, constructor: true, toJSON: true, inspect: true };

  runtime.register("unsupported", (binding) => {
    const refuse = () => {
      throw new Error(`\`env.${binding.name}\` is a binding of the kind \`${binding.options.kind}\`, which Greenroom does not emulate`);
    };
    return new Proxy(
      {},
      {
        get: (_target, key) => (typeof key === "symbol" || HARMLESS[key] ? undefined : refuse()),
        set: refuse,
        defineProperty: refuse,
      },
    );
  });
};
