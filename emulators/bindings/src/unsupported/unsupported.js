// A binding of a kind that is not emulated: an object that throws when anything of it is used, and says why. The console shows it, and
// `structuredClone` refuses it, as workerd does.

(runtime) => {
  "use strict";
  const { workers } = runtime.parts;
  const { Error, Object, Proxy, Symbol } = globalThis;

  // What engines and consoles ask of any object, and `await` of what it is given.
  const HARMLESS = { __proto__: null, then: true, constructor: true, toJSON: true, inspect: true };

  // What workerd calls the objects of a kind; those of the others are written in JavaScript, and cloned as plain ones.
  const CLASSES = {
    __proto__: null,
    assets: "Fetcher",
    browser: "Fetcher",
    dispatch_namespace: "DispatchNamespace",
    durable_object: "DurableObjectNamespace",
    hyperdrive: "Hyperdrive",
    mtls_certificate: "Fetcher",
    queue_producer: "WorkerQueue",
    r2_bucket: "R2Bucket",
    send_email: "Fetcher",
    vpc_network: "Fetcher",
    vpc_service: "Fetcher",
    worker_loader: "WorkerLoader",
  };

  // Why they are not cloned, where they are not like all classes of workerd.
  const WORDS = {
    __proto__: null,
    Fetcher: "ServiceStub cannot be serialized in this context.",
    R2Bucket: "An R2 bucket binding cannot be serialized.",
  };

  const prototypes = { __proto__: null };

  function prototypeOf(kind) {
    const name = CLASSES[kind];
    if (name === undefined) return Object.prototype;
    return prototypes[name] ??= makePrototype(name);
  }

  function makePrototype(name) {
    const { prototype } = { [name]: class {} }[name];
    Object.defineProperty(prototype, Symbol.toStringTag, { value: name });
    runtime.refuseClones(prototype, WORDS[name] ?? `Could not serialize object of type "${name}". This type does not support serialization.`);
    return prototype;
  }

  runtime.register("unsupported", (binding) => {
    const refuse = () => {
      throw new Error(`\`env.${binding.name}\` is a binding of the kind \`${binding.options.kind}\`, which Greenroom does not emulate`);
    };
    const target = Object.create(prototypeOf(binding.options.kind));
    const traps = {
      get: (_target, key) => (typeof key === "symbol" || HARMLESS[key] ? undefined : refuse()),
      set: refuse,
      defineProperty: refuse,
    };
    return workers.standsFor(new Proxy(target, traps), target);
  });
};
