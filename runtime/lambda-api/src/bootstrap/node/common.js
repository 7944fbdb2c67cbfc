// What runtimes of handlers written for Node.js have in common, on a process of `node` and in an isolate: errors and their documents, log lines,
// `context`, and what counts as the outcome of a handler. Nothing here is of Node.js; what differs is handed in.
// eslint-disable-next-line no-unused-vars
function commonRuntime({ env, isNativeError, format, write, ownPart = (stack) => stack }) {
  const JSON_LOGS = env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  /** The invocation that is being handled. */
  const current = { requestId: undefined, tenantId: undefined };

  // --- Errors

  class RuntimeError extends Error {
    constructor(name, message, stack) {
      super(message);
      this.name = name;
      if (stack) this.stack = stack;
    }
  }

  const isError = (value) => isNativeError(value) || (value != null && typeof value === 'object' && 'name' in value && 'message' in value && 'stack' in value);

  function errorDocument(error) {
    try {
      if (isError(error)) {
        return { errorType: String(error.name), errorMessage: String(error.message), trace: traceOf(error).split('\n') };
      }
      return { errorType: typeof error, errorMessage: String(error), trace: [] };
    } catch {
      return { errorType: 'handled', errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack' };
    }
  }

  /** With the error's own line first, which not every engine puts there. */
  function traceOf(error) {
    const stack = ownPart(String(error.stack)), first = `${error.name}: ${error.message}`;
    return /^\s+at /.test(stack) || stack === '' ? `${first}\n${stack}`.trimEnd() : stack;
  }

  function logged(error) {
    if (!isError(error)) return error;
    const { errorType, errorMessage, trace } = errorDocument(error);
    return { errorType, errorMessage, ...own(error), stack: trace };
  }

  function own(error) {
    const all = {};
    for (const name of Object.keys(error)) if (name !== 'name') all[name] = error[name];
    if (error.cause !== undefined) all.cause = isError(error.cause) ? logged(error.cause) : error.cause;
    return all;
  }

  function unhandledRejection(reason, promise) {
    const error = new RuntimeError('Runtime.UnhandledPromiseRejection', isError(reason) ? String(reason) : format(reason));
    return Object.assign(error, { reason: isError(reason) ? logged(reason) : reason, promise });
  }

  // --- Logs

  const LEVELS = { trace: [1, 'TRACE'], debug: [2, 'DEBUG'], log: [3, 'INFO'], info: [3, 'INFO'], warn: [4, 'WARN'], error: [5, 'ERROR'], fatal: [6, 'FATAL'] };
  const LEAST = JSON_LOGS ? (LEVELS[(env.AWS_LAMBDA_LOG_LEVEL ?? '').toLowerCase()]?.[0] ?? 0) : 0;

  function message(name, values) {
    const [level, word] = LEVELS[name];
    if (level < LEAST) return;
    if (JSON_LOGS) write(level, json(word, values), true);
    else write(level, `${new Date().toISOString()}\t${current.requestId}\t${word}\t${format(...values)}`, false);
  }

  function json(word, values) {
    const { requestId, tenantId } = current;
    const line = { timestamp: new Date().toISOString(), level: word, requestId };
    if (tenantId) line.tenantId = tenantId;
    const inside = (_, value) => (isError(value) ? described(value) : value);
    try {
      if (values.length === 1) {
        line.message = values[0];
        return JSON.stringify(line, inside);
      }
    } catch {
      // What has no JSON is written as text.
    }
    line.message = format(...values);
    for (const value of values) if (isError(value)) Object.assign(line, described(value));
    return JSON.stringify(line);
  }

  function described(error) {
    const { errorType, errorMessage, trace } = errorDocument(error);
    return { errorType, errorMessage, stackTrace: trace, ...own(error) };
  }

  function patchConsole(console) {
    for (const name of ['trace', 'debug', 'log', 'info', 'warn', 'error']) console[name] = (...values) => message(name, values);
    console.fatal = (...values) => message('fatal', values);
  }

  function logError(text, error) {
    if (JSON_LOGS) {
      message('error', [error]);
      return;
    }
    const value = isError(error) ? JSON.stringify(logged(error)) : format(error);
    write(5, `${new Date().toISOString()}\t${current.requestId}\tERROR\t${text} \t${value}`, false);
  }

  // --- Handlers

  /** Folder, module and the names below it: `src/`, `app`, `['handler']` of `src/app.handler`. */
  function partsOf(handler) {
    const at = handler.lastIndexOf('/') + 1;
    const name = handler.slice(at);
    if (handler.includes('..') || !/^[^.]+\..+$/.test(name)) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
    const dot = name.indexOf('.');
    return { folder: handler.slice(0, at), name: name.slice(0, dot), names: name.slice(dot + 1).split('.') };
  }

  /** The handler of this name among what a module exports. */
  function handlerIn(module, names, handler) {
    const below = (from) => names.reduce((value, key) => (value == null ? undefined : value[key]), from);
    const found = below(module) ?? below(module.default);
    if (found === undefined) throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
    if (typeof found !== 'function') throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
    return found;
  }

  function contextOf({ arn, deadline, clientContext, identity }, callbacks) {
    const { requestId, tenantId } = current;
    return {
      callbackWaitsForEmptyEventLoop: true,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      clientContext: clientContext ? JSON.parse(clientContext) : undefined,
      identity: identity ? JSON.parse(identity) : undefined,
      invokedFunctionArn: arn,
      awsRequestId: requestId,
      ...(tenantId ? { tenantId } : {}),
      getRemainingTimeInMillis: () => deadline - Date.now(),
      ...callbacks,
    };
  }

  /** The invocation with this `meta` begins. */
  function begin(meta) {
    current.requestId = meta.requestId;
    current.tenantId = meta.tenantId;
    if (meta.trace) env._X_AMZN_TRACE_ID = meta.trace;
    else delete env._X_AMZN_TRACE_ID;
  }

  /**
   * Lets `handler` handle what `read()` gives. The first outcome counts: `succeed(value)` or `fail(error)` is called once. So does the first word of
   * the callback, the methods of the context and the promise that is returned, as in
   * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/CallbackContext.js. `run(event, context, call)` stands in for
   * calling the handler, if it is there. `whenIdle` of what is returned is to be called where nothing is left that could run.
   */
  function invoke(handler, read, meta, { succeed, fail, run }) {
    const call = { open: true, whenIdle: () => answered(null), once };
    function once(finish) {
      if (!call.open) return;
      call.open = false;
      call.whenIdle = undefined;
      finish();
    }
    const answered = (value) => once(() => succeed(value));
    const failed = (error) => once(() => fail(error));
    let spoken = false;
    const first = (speak) => (...words) => {
      if (spoken) return;
      spoken = true;
      speak(...words);
    };
    try {
      let context;
      const done = (error, value) => (error == null ? answered(value) : failed(error));
      const callback = first((error, value) => {
        if (error == null && context.callbackWaitsForEmptyEventLoop) call.whenIdle = () => answered(value);
        else done(error, value);
      });
      const resolved = first(answered);
      const rejected = first((error) => failed(error ?? 'handled'));
      context = contextOf(meta, { done: first(done), succeed: resolved, fail: rejected });
      const event = read();
      if (run !== undefined) {
        run(event, context, call);
        return call;
      }
      const result = handler(event, context, callback);
      if (typeof result?.then === 'function') result.then(resolved, rejected);
      else if (result !== undefined && handler.length < 3) answered(result);
    } catch (error) {
      failed(error);
    }
    return call;
  }

  /** An answer as it is sent. */
  function answerOf(value) {
    try {
      return JSON.stringify(value === undefined ? null : value) ?? 'null';
    } catch {
      throw new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body');
    }
  }

  return { RuntimeError, errorDocument, logged, unhandledRejection, patchConsole, logError, partsOf, handlerIn, begin, invoke, answerOf };
}
