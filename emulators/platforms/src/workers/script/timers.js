// Timers take functions and nothing else: text would be code made from strings.
(runtime) => {
  const { apply } = Reflect;
  const { workers } = runtime.parts;

  for (const name of ["setTimeout", "setInterval"]) {
    const start = runtime.web.timers[name];
    const timer = {
      // Handed on as they came: code may have changed how lists are gone through.
      [name](callback) {
        if (typeof callback !== "function") {
          throw new TypeError(`Failed to execute '${name}' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.`);
        }
        return apply(start, undefined, arguments);
      },
    }[name];
    workers.define(name, timer);
  }
};
