// Timers take functions and nothing else: text would be code made from strings.
(runtime) => {
  const { apply } = Reflect;
  const { workers } = runtime.parts;
  const { mistyped } = workers.words;

  for (const name of ["setTimeout", "setInterval"]) {
    const start = runtime.web.timers[name];
    const timer = {
      // Handed on as they came: code may have changed how lists are gone through.
      [name](callback) {
        if (typeof callback !== "function") throw mistyped(`ServiceWorkerGlobalScope.${name}`, 1);
        return apply(start, undefined, arguments);
      },
    }[name];
    workers.define(name, timer);
  }

  for (const name of ["clearTimeout", "clearInterval"]) {
    const clear = runtime.web.timers[name];
    workers.define(name, {
      [name](id) {
        if (arguments.length === 0) throw mistyped(`ServiceWorkerGlobalScope.${name}`, 1);
        if (typeof id === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
        return apply(clear, undefined, arguments);
      },
    }[name]);
  }
};
