// Runs a handler written for Node.js over Lambda's Runtime API. Loaded by `node` before the function's own code, so it loads as little as it
// can: a plain socket in place of an HTTP client.

const net = require('node:net');
const fs = require('node:fs');
const path = require('node:path');
const util = require('node:util');

const env = process.env;
const RUNTIME = '/2018-06-01/runtime/';
const LOG_FD = Number(env._LAMBDA_TELEMETRY_LOG_FD) || 0;
// It is for the runtime alone.
delete env._LAMBDA_TELEMETRY_LOG_FD;

const common = commonRuntime({ env, isNativeError: util.types.isNativeError, format: (...values) => util.format(...values), write });
const { RuntimeError, errorDocument, logError } = common;

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

// --- Logs

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

function write(level, text, isJson) {
  if (LOG_FD === 0) {
    writeAll(1, Buffer.from(`${text.replaceAll('\n', '\r')}\n`));
    return;
  }
  const body = Buffer.from(`${text}\n`);
  const frame = Buffer.alloc(16 + body.length);
  frame.writeUInt32BE((0xa55a0000 | (level << 2) | (isJson ? 2 : 3)) >>> 0, 0);
  frame.writeUInt32BE(body.length, 4);
  frame.writeBigInt64BE(BigInt(Date.now()) * 1000n, 8);
  body.copy(frame, 16);
  writeAll(LOG_FD, frame);
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
  const { folder, name, names } = common.partsOf(handler);
  return common.handlerIn(await loadModule(root, folder, name), names, handler);
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

const utf8 = (text) => Buffer.from(text, 'latin1').toString('utf8');

class Loop {
  constructor(api, handler) {
    this.api = api;
    this.handler = handler;
    this.call = undefined;
    this.id = undefined;
  }

  run(ready) {
    // What is sent next waits for nothing: the answers keep the order.
    this.api.socket.ref();
    ready.then((event) => this.handle(event));
  }

  handle({ status, headers, body }) {
    if (status !== 200) process.exit(1);
    const header = (name) => headers[`lambda-runtime-${name}`];
    const id = header('aws-request-id');
    const text = (name) => header(name) && utf8(header(name));
    const meta = {
      requestId: id,
      tenantId: header('aws-tenant-id'),
      trace: header('trace-id'),
      arn: header('invoked-function-arn'),
      deadline: Number(header('deadline-ms')),
      clientContext: text('client-context'),
      identity: text('cognito-identity'),
    };
    common.begin(meta);
    // The handler's own work alone keeps the event loop going.
    this.api.socket.unref();
    this.id = id;
    const read = () => JSON.parse(body.toString('utf8'));
    const streamed = this.handler[STREAMED] ? (event, context, call) => this.stream(id, event, context, call) : undefined;
    this.call = common.invoke(this.handler, read, meta, {
      succeed: (value) => this.succeed(id, value),
      fail: (error) => this.fail(id, error),
      run: streamed,
    });
  }

  succeed(id, value) {
    let text;
    try {
      text = common.answerOf(value);
    } catch (error) {
      this.fail(id, error);
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

  stream(id, event, context, call) {
    const stream = responseStream(this.api, id, this.handler[HIGH_WATER_MARK]);
    const over = () => {
      this.api.answer();
      this.next();
    };
    stream.on('finish', () => call.once(over));
    const fail = (error) => call.once(() => {
      if (!stream.fail(error)) {
        this.fail(id, error);
        return;
      }
      logError('Invoke Error', error);
      over();
    });
    stream.on('error', fail);
    call.whenIdle = () => fail(new RuntimeError('Runtime.StreamError', 'Response stream was not ended'));
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
  common.patchConsole(console);
  process.on('uncaughtException', (error) => {
    logError('Uncaught Exception', error);
    fatal(error);
  });
  process.on('unhandledRejection', (reason, promise) => {
    const error = common.unhandledRejection(reason, promise);
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
    if (loop.call?.open) exitWith(api, `invocation/${loop.id}/error`, error);
    else process.exit(129);
  };
  process.on('beforeExit', () => loop.call?.whenIdle?.());
  loop.run(api.get('invocation/next'));
}

main();
