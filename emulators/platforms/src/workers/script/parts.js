// What the scripts of Workers share. Each of them adds to it; `worker.js`, the last, makes the platform of it.
(runtime) => {
  const { defineProperty, entries, getOwnPropertyDescriptors } = Object;
  const boots = [];
  const afterwards = [];
  const modules = [];
  const behind = new runtime.safe.WeakMap();

  // https://developers.cloudflare.com/workers/runtime-apis/web-standards/#javascript-standards: the classes of the global object.
  const { EventTarget } = runtime.web.event;
  class WorkerGlobalScope extends EventTarget {
    constructor() {
      throw new TypeError("Illegal constructor");
    }
  }
  class ServiceWorkerGlobalScope extends WorkerGlobalScope {}
  const scope = ServiceWorkerGlobalScope.prototype;

  runtime.parts.workers = {
    scope: { ServiceWorkerGlobalScope, WorkerGlobalScope, prototype: scope },

    /** `step(head)` is run once there is an app, before any of its code. */
    boot(step) {
      boots.push(step);
    },

    /** `step()` is run once the app's modules are evaluated. */
    loaded(step) {
      afterwards.push(step);
    },

    /** A module that user code can import by `name`; `source` is its text. */
    module(name, source) {
      modules.push([name, source]);
    },

    /** A global that is no property of the global object itself: as all classes and functions of Workers, it is its prototype's. */
    define(name, value) {
      delete globalThis[name];
      defineProperty(scope, name, { value, writable: true, configurable: true, enumerable: true });
    },

    /** A global that is a property of the global object itself. */
    own(name, value) {
      defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true });
    },

    /** Makes the members of a class what the vendor's binding layer makes them: enumerable, and named by its tag. */
    tag(Class) {
      const { prototype } = Class;
      for (const [name, member] of entries(getOwnPropertyDescriptors(prototype))) {
        if (name !== "constructor") defineProperty(prototype, name, { ...member, enumerable: true });
      }
      defineProperty(prototype, Symbol.toStringTag, { value: Class.name, writable: true, configurable: true, enumerable: false });
    },

    /** Classes by name, as globals. */
    interfaces(classes) {
      for (const [name, Class] of entries(classes)) {
        this.tag(Class);
        this.define(name, Class);
      }
    },

    /** Says what a proxy of the platform stands for: an object, or a function that gives the one that it stands for at the moment. */
    standsFor(proxy, object) {
      behind.set(proxy, object);
      return proxy;
    },

    /** What a proxy of the platform stands for; undefined for any other. */
    behind(proxy) {
      const object = behind.get(proxy);
      return typeof object === "function" ? object() : object;
    },

    /** Runs the steps for which the app has to be loaded. */
    ready() {
      for (const step of afterwards) step();
    },

    /** Runs the steps. Returns name and source of the modules. */
    start(head) {
      for (const step of boots) step(head);
      return modules;
    },
  };
};
