// Globals of Workers that the web does not have, or has otherwise.
(runtime) => {
  const { workers } = runtime.parts;

  class Navigator {
    get userAgent() {
      return "Cloudflare-Workers";
    }
  }

  class Scheduler {
    wait(delay, { signal } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = setTimeout(resolve, delay);
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(signal.reason);
        }, { once: true });
      });
    }
  }

  workers.boot(() => {
    workers.own("navigator", new Navigator());
    workers.define("Navigator", Navigator);
    workers.own("scheduler", new Scheduler());
  });
};
