// Runs a handler written for Node.js over Lambda's Runtime API. Loaded by `node` before the function's own code, so it loads as little as it
// can: a plain socket in place of an HTTP client.
'use strict';

const net = require('node:net');
const fs = require('node:fs');
const path = require('node:path');
const util = require('node:util');

const env = process.env;
const RUNTIME = '/2018-06-01/runtime/';
const JSON_LOGS = env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const LOG_FD = Number(env._LAMBDA_TELEMETRY_LOG_FD) || 0;
// It is for the runtime alone.
delete env._LAMBDA_TELEMETRY_LOG_FD;

let requestId;
let tenantId;

// --- The Runtime API, over one connection. Requests may be sent before the answers to earlier ones have come: answers keep the order.

class Api {
  constructor(address) {
    this.host = address;
    const at = address.lastIndexOf(':');
    this.socket = net.connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), noDelay: true });
    this.waiting = [];
    this.read = Buffer.alloc(0);
    this.socket.on('data', (bytes) => this.take(bytes));
    // Without its server the runtime has nothing left to do.
    this.socket.on('close', () => process.exit(0));
    this.socket.on('error', () => process.exit(0));
  }

  head(method, target, headers) {
    let head = `${method} ${RUNTIME}${target} HTTP/1.1\r\nHost: ${this.host}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    return head + '\r\n';
  }

  answer() {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  get(target) {
    this.socket.write(this.head('GET', target));
    return this.answer();
  }

  post(target, body, headers) {
    const head = this.head('POST', target, { ...headers, 'Content-Length': Buffer.byteLength(body) });
    if (typeof body === 'string') {
      this.socket.write(head + body);
    } else {
      this.socket.write(head);
      this.socket.write(body);
    }
    return this.answer();
  }

  take(bytes) {
    this.read = this.read.length === 0 ? bytes : Buffer.concat([this.read, bytes]);
    for (;;) {
      const end = this.read.indexOf('\r\n\r\n');
      if (end < 0) return;
      const lines = this.read.toString('latin1', 0, end).split('\r\n');
      const headers = {};
      for (let at = 1; at < lines.length; at += 1) {
        const colon = lines[at].indexOf(':');
        headers[lines[at].slice(0, colon).toLowerCase()] = lines[at].slice(colon + 1).trim();
      }
      const from = end + 4;
      const to = from + Number(headers['content-length'] ?? 0);
      if (this.read.length < to) return;
      const body = this.read.subarray(from, to);
      this.read = this.read.subarray(to);
      this.waiting.shift()?.({ status: Number(lines[0].slice(9, 12)), headers, body });
    }
  }
}

// --- Errors

class RuntimeError extends Error {
  constructor(name, message, stack) {
    super(message);
    this.name = name;
    if (stack) this.stack = stack;
  }
}

const isError = (value) =>
  util.types.isNativeError(value) || (value != null && typeof value === 'object' && 'name' in value && 'message' in value && 'stack' in value);

function errorDocument(error) {
  try {
    if (isError(error)) {
      return { errorType: String(error.name), errorMessage: String(error.message), trace: String(error.stack).split('\n') };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return { errorType: 'handled', errorMessage: "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack" };
  }
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

// --- Logs

const LEVELS = { trace: [1, 'TRACE'], debug: [2, 'DEBUG'], log: [3, 'INFO'], info: [3, 'INFO'], warn: [4, 'WARN'], error: [5, 'ERROR'], fatal: [6, 'FATAL'] };
const LEAST = JSON_LOGS ? (LEVELS[(env.AWS_LAMBDA_LOG_LEVEL ?? '').toLowerCase()]?.[0] ?? 0) : 0;

// Descriptors of pipes take what is written at once, or say that they are full.
function writeAll(fd, bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}

function write(level, text) {
  if (LOG_FD === 0) {
    writeAll(1, Buffer.from(`${text.replaceAll('\n', '\r')}\n`));
    return;
  }
  const body = Buffer.from(`${text}\n`);
  const frame = Buffer.alloc(16 + body.length);
  frame.writeUInt32BE((0xa55a0000 | (level << 2) | (JSON_LOGS ? 2 : 3)) >>> 0, 0);
  frame.writeUInt32BE(body.length, 4);
  frame.writeBigInt64BE(BigInt(Date.now()) * 1000n, 8);
  body.copy(frame, 16);
  writeAll(LOG_FD, frame);
}

function message(name, values) {
  const [level, word] = LEVELS[name];
  if (level < LEAST) return;
  if (JSON_LOGS) {
    write(level, json(word, values));
    return;
  }
  write(level, `${new Date().toISOString()}\t${requestId}\t${word}\t${util.format(...values)}`);
}

function json(word, values) {
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
  line.message = util.format(...values);
  for (const value of values) if (isError(value)) Object.assign(line, described(value));
  return JSON.stringify(line);
}

function described(error) {
  const { errorType, errorMessage, trace } = errorDocument(error);
  return { errorType, errorMessage, stackTrace: trace, ...own(error) };
}

function patchConsole() {
  for (const name of ['trace', 'debug', 'log', 'info', 'warn', 'error']) console[name] = (...values) => message(name, values);
  console.fatal = (...values) => message('fatal', values);
}

function logError(text, error) {
  const value = logged(error);
  if (JSON_LOGS) message('error', [error]);
  else write(5, `${new Date().toISOString()}\t${requestId}\tERROR\t${text} \t${isError(error) ? JSON.stringify(value) : util.format(value)}`);
}

// --- Answers that are streamed

const STREAMED = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const HTTP_TYPE = 'application/vnd.awslambda.http-integration-response';

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMED] = 'response';
    if (options?.highWaterMark !== undefined) handler[HIGH_WATER_MARK] = Number.parseInt(options.highWaterMark, 10);
    return handler;
  },
  HttpResponseStream: {
    from(stream, metadata) {
      stream.setContentType(HTTP_TYPE);
      stream._onBeforeFirstWrite = (write) => {
        write(JSON.stringify(metadata));
        write(Buffer.alloc(8));
      };
      return stream;
    },
  },
};

function responseStream(api, id, highWaterMark) {
  const { Writable } = require('node:stream');
  const { socket } = api;
  let contentType = 'application/octet-stream';
  let begun = false;
  const chunk = (bytes) => {
    if (bytes.length === 0) return true;
    socket.write(`${bytes.length.toString(16)}\r\n`);
    socket.write(bytes);
    return socket.write('\r\n');
  };
  const begin = () => {
    if (begun) return;
    begun = true;
    socket.write(
      api.head('POST', `invocation/${id}/response`, {
        'Content-Type': contentType,
        'Lambda-Runtime-Function-Response-Mode': 'streaming',
        Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
        'Transfer-Encoding': 'chunked',
      }),
    );
    stream._onBeforeFirstWrite?.((bytes) => chunk(Buffer.from(bytes)));
  };
  const stream = new Writable({
    highWaterMark,
    write(bytes, encoding, done) {
      begin();
      if (chunk(typeof bytes === 'string' ? Buffer.from(bytes, encoding) : bytes)) done();
      else socket.once('drain', done);
    },
    final(done) {
      begin();
      socket.write('0\r\n\r\n');
      done();
    },
  });
  stream.setContentType = (type) => {
    contentType = type;
  };
  // The error goes behind what has been sent. Without any of it the answer is an error as any other.
  stream.fail = (error) => {
    if (!begun) return false;
    const document = errorDocument(error);
    const body = Buffer.from(JSON.stringify(document)).toString('base64');
    socket.write(`0\r\nLambda-Runtime-Function-Error-Type: ${document.errorType}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n\r\n`);
    return true;
  };
  return stream;
}

// --- The handler

async function load(root, handler) {
  const at = handler.lastIndexOf('/') + 1;
  const [folder, name] = [handler.slice(0, at), handler.slice(at)];
  if (handler.includes('..') || !/^[^.]+\..+$/.test(name)) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const dot = name.indexOf('.');
  const module = await loadModule(root, folder, name.slice(0, dot));
  const names = name.slice(dot + 1).split('.');
  const found = names.reduce((value, key) => (value == null ? undefined : value[key]), module) ?? names.reduce((value, key) => (value == null ? undefined : value[key]), module.default);
  if (found === undefined) throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found;
}

async function loadModule(root, folder, name) {
  const stem = path.resolve(root, folder, name);
  try {
    for (const extension of ['', '.js', '.cjs']) {
      if (fs.existsSync(stem + extension) && fs.statSync(stem + extension).isFile()) return await requireOrImport(stem + extension);
    }
    if (fs.existsSync(`${stem}.mjs`)) return await imported(`${stem}.mjs`);
    return await requireOrImport(require.resolve(name, { paths: [root, path.resolve(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError('Runtime.UserCodeSyntaxError', `${error}`, error.stack);
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') throw new RuntimeError('Runtime.ImportModuleError', `${error}`, error.stack);
    throw error;
  }
}

async function requireOrImport(file) {
  try {
    return require(file);
  } catch (error) {
    if (error?.code === 'ERR_REQUIRE_ESM' || error?.code === 'ERR_REQUIRE_ASYNC_MODULE') return imported(file);
    throw error;
  }
}

function imported(file) {
  return import(require('node:url').pathToFileURL(file).href);
}

function parsed(header) {
  return header ? JSON.parse(header) : undefined;
}

function contextOf(headers, callbacks) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed(headers['lambda-runtime-client-context']),
    identity: parsed(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    ...(tenantId ? { tenantId } : {}),
    getRemainingTimeInMillis: () => deadline - Date.now(),
    ...callbacks,
  };
}

const utf8 = (text) => Buffer.from(text, 'latin1').toString('utf8');

function answerOf(value) {
  const text = JSON.stringify(value === undefined ? null : value);
  return text === undefined ? 'null' : text;
}

class Loop {
  constructor(api, handler) {
    this.api = api;
    this.handler = handler;
    this.finish = undefined;
  }

  run(ready) {
    // What is sent next waits for nothing: the answers keep the order.
    this.api.socket.ref();
    ready.then((event) => this.handle(event));
  }

  handle({ status, headers, body }) {
    if (status !== 200) process.exit(1);
    requestId = headers['lambda-runtime-aws-request-id'];
    tenantId = headers['lambda-runtime-aws-tenant-id'];
    if (headers['lambda-runtime-trace-id']) env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    else delete env._X_AMZN_TRACE_ID;
    for (const name of ['lambda-runtime-client-context', 'lambda-runtime-cognito-identity']) if (headers[name]) headers[name] = utf8(headers[name]);
    // The handler's own work alone keeps the event loop going.
    this.api.socket.unref();
    const id = requestId;
    const succeed = (value) => this.once(id, () => this.succeed(id, value));
    const fail = (error) => this.once(id, () => this.fail(id, error));
    this.open = id;
    this.whenIdle = () => succeed(null);
    let context;
    try {
      const done = (error, value) => {
        const finish = error === undefined || error === null ? () => succeed(value) : () => fail(error);
        if (context.callbackWaitsForEmptyEventLoop && !(error != null)) this.whenIdle = finish;
        else finish();
      };
      const now = (finish) => (value) => {
        context.callbackWaitsForEmptyEventLoop = false;
        finish(value);
      };
      context = contextOf(headers, { done, succeed: now(succeed), fail: now(fail) });
      const event = JSON.parse(body.toString('utf8'));
      if (this.handler[STREAMED]) {
        this.stream(id, event, context);
        return;
      }
      const result = this.handler(event, context, done);
      if (typeof result?.then === 'function') result.then(succeed, fail);
      else if (result !== undefined && this.handler.length < 3) succeed(result);
    } catch (error) {
      fail(error);
    }
  }

  // The first outcome of an invocation counts.
  once(id, finish) {
    if (this.open !== id) return;
    this.open = undefined;
    this.whenIdle = undefined;
    finish();
  }

  succeed(id, value) {
    let text;
    try {
      text = answerOf(value);
    } catch {
      this.fail(id, new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body'));
      return;
    }
    this.api.socket.cork();
    this.api.post(`invocation/${id}/response`, text, { 'Content-Type': 'application/json' });
    this.next();
  }

  fail(id, error) {
    logError('Invoke Error', error);
    this.api.socket.cork();
    this.postError(id, error);
    this.next();
  }

  postError(id, error) {
    const document = errorDocument(error);
    this.api.post(`invocation/${id}/error`, JSON.stringify(document), {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Function-Error-Type': document.errorType.replaceAll(/[^\x20-\x7e]/g, '?'),
    });
  }

  next() {
    const ready = this.api.get('invocation/next');
    this.api.socket.uncork();
    this.run(ready);
  }

  stream(id, event, context) {
    const stream = responseStream(this.api, id, this.handler[HIGH_WATER_MARK]);
    const over = () => {
      this.api.answer();
      this.next();
    };
    stream.on('finish', () => this.once(id, over));
    const fail = (error) => this.once(id, () => {
      if (!stream.fail(error)) {
        this.fail(id, error);
        return;
      }
      logError('Invoke Error', error);
      over();
    });
    stream.on('error', fail);
    this.whenIdle = () => fail(new RuntimeError('Runtime.StreamError', 'Response stream was not ended'));
    const result = this.handler(event, stream, context);
    if (typeof result?.then !== 'function') {
      fail(new RuntimeError('Runtime.StreamError', 'Streaming does not support non-async handlers.'));
      return;
    }
    result.then(() => {
      if (!stream.writableEnded) stream.end();
    }, fail);
  }
}

function exitWith(api, target, error) {
  const document = errorDocument(error);
  const posted = api.post(target, JSON.stringify(document), { 'Content-Type': 'application/json', 'Lambda-Runtime-Function-Error-Type': document.errorType });
  api.socket.ref();
  posted.then(() => process.exit(129));
}

async function main() {
  const api = new Api(env.AWS_LAMBDA_RUNTIME_API);
  let fatal = (error) => exitWith(api, 'init/error', error);
  patchConsole();
  process.on('uncaughtException', (error) => {
    logError('Uncaught Exception', error);
    fatal(error);
  });
  process.on('unhandledRejection', (reason, promise) => {
    const error = new RuntimeError('Runtime.UnhandledPromiseRejection', isError(reason) ? String(reason) : util.inspect(reason));
    Object.assign(error, { reason: isError(reason) ? logged(reason) : reason, promise });
    logError('Unhandled Promise Rejection', error);
    fatal(error);
  });
  let handler;
  try {
    handler = await load(env.LAMBDA_TASK_ROOT, env._HANDLER);
  } catch (error) {
    logError('Uncaught Exception', error);
    fatal(error);
    return;
  }
  const loop = new Loop(api, handler);
  fatal = (error) => {
    if (loop.open !== undefined) exitWith(api, `invocation/${loop.open}/error`, error);
    else process.exit(129);
  };
  process.on('beforeExit', () => loop.whenIdle?.());
  loop.run(api.get('invocation/next'));
}

main();
