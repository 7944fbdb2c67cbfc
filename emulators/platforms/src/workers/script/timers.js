// Timers take functions and nothing else: text would be code made from strings.
(runtime) => {
  const { apply } = Reflect;
  const { workers } = runtime.parts;

  for (const name of ["setTimeout", "setInterval"]) {
    const start = runtime.web.timers[name];
    const timer = {
      [name](callback, delay = undefined, ...args) {
        if (typeof callback !== "function") {
          throw new TypeError(`Failed to execute '${name}' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.`);
        }
        return apply(start, undefined, [callback, delay, ...args]);
      },
    }[name];
    workers.define(name, timer);
  }
};
