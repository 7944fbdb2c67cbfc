// What the scripts of Workers share. Each of them adds to it; `worker.js`, the last, makes the platform of it.
(runtime) => {
  const { defineProperty } = Object;
  const boots = [];
  const modules = [];

  runtime.parts.workers = {
    /** `step(head)` is run once there is an app, before any of its code. */
    boot(step) {
      boots.push(step);
    },

    /** A module that user code can import by `name`; `source` is its text. */
    module(name, source) {
      modules.push([name, source]);
    },

    /** A global as the web has them: not enumerable, replaceable. */
    define(name, value) {
      defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
    },

    /** Runs the steps. Returns name and source of the modules. */
    start(head) {
      for (const step of boots) step(head);
      return modules;
    },
  };
};
