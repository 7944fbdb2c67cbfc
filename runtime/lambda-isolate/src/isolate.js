// What a guest is told of handlers written for Node.js: how their module is loaded, and how they are called. `commonRuntime` stands before this.
  const { format } = runtime.web.inspection;
  const { parse, stringify } = JSON;
  /** Levels of the vendor's log lines as the channel has them. */
  const LEVELS = [1, 0, 0, 1, 2, 3, 3];

  let common;
  let handler;
  let call;

  /** What code of Node.js may name without importing it, and what is not here. */
  const MISSING = /^'?(Buffer|require|setImmediate|__dirname|__filename|module|exports)'? is not defined$/;
  const WHAT_TO_DO = 'let the function run on Node.js, by `engine = "process"` for it in greenroom.toml, or without `--engine isolate`';

  function boot(head) {
    const env = {};
    for (const [name, value] of head.vars) env[name] = value;
    define("process", { env, nextTick: (step, ...args) => queueMicrotask(() => step(...args)) });
    define("global", globalThis);
    // Code that wants its answer streamed says so where it is loaded.
    define("awslambda", { streamifyResponse: refuse("awslambda.streamifyResponse()"), HttpResponseStream: { from: refuse("awslambda.HttpResponseStream") } });
    common = commonRuntime({
      env: process.env,
      isNativeError: (value) => value instanceof Error,
      format: (...values) => format(values),
      ownPart,
      write: (level, text) => runtime.log(LEVELS[level], text),
    });
    common.patchConsole(console);
    define("fetch", (input, init) => {
      const request = new Request(input, init);
      return runtime.fetch(request, request.signal);
    });
    return [];
  }

  function define(name, value) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }

  function refuse(what) {
    return () => {
      throw new common.RuntimeError("Runtime.NotInIsolate", `${what} is not there in an isolate: ${WHAT_TO_DO}`);
    };
  }

  const INSIDE = /^\s+at (.*\()?(greenroom:|ext:)|^\s+at new Promise \(<anonymous>\)$/;

  /** A stack without what called the handler. */
  function ownPart(stack) {
    const lines = stack.split("\n");
    while (lines.length > 1 && INSIDE.test(lines[lines.length - 1])) lines.pop();
    return lines.join("\n");
  }

  function load(namespace) {
    const { names } = common.partsOf(process.env._HANDLER);
    handler = common.handlerIn(namespace, names, process.env._HANDLER);
    return ["call"];
  }

  /** Everything that is to be answered is JSON with one key: `value`, or `error`, whose `last` says that nothing can go on after it. */
  function answer(bytes, invocation) {
    const meta = invocation.entry;
    return new Promise((resolve) => {
      const succeed = (value) => {
        try {
          resolve(runtime.encode(`{"value":${common.answerOf(value)}}`));
        } catch (error) {
          fail(error);
        }
      };
      const fail = (error, last) => {
        if (!last) common.logError("Invoke Error", error);
        const missing = error instanceof ReferenceError && MISSING.exec(error.message);
        if (missing) runtime.log(2, `\`${missing[1]}\` is of Node.js and not there in an isolate: ${WHAT_TO_DO}`);
        resolve(runtime.encode(stringify({ error: common.errorDocument(error), last })));
      };
      common.begin(meta);
      const read = () => parse(new TextDecoder().decode(bytes));
      call = common.invoke(handler, read, meta, { succeed, fail });
      call.fail = fail;
    });
  }

  /** An error that nobody caught: the vendor's runtime answers with it, and ends. */
  function uncaught(text, error) {
    common.logError(text, error);
    const open = call;
    open?.once(() => open.fail(error, true));
  }

  runtime.onException((error) => uncaught("Uncaught Exception", error));
  runtime.onRejections({
    unhandled(promise, reason) {
      if (handler === undefined) return false;
      uncaught("Unhandled Promise Rejection", common.unhandledRejection(reason, promise));
      return true;
    },
    handled() {},
  });

  runtime.platform("lambda", {
    boot,
    load,
    call: answer,
    /** Nothing is left that could run: what a callback was given is the answer now, else there is none. */
    idle() {
      const step = call?.whenIdle;
      step?.();
      return step !== undefined;
    },
    lengthOf: () => undefined,
    carry: () => undefined,
    cutOff: "",
  });
