"""Runs a handler written for Python over Lambda's Runtime API.

Loaded by `python3` before the function's own code, so it loads as little as it can: `_socket` in place of an HTTP client, and `logging`,
`json` and `traceback` only when somebody needs them.
"""

import os
import sys
import time
from _socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, socket

# As where code cannot be written to. What is compiled is told from what was saved by whole seconds and sizes, so that a quick save would be missed.
sys.dont_write_bytecode = True

RUNTIME = "/2018-06-01/runtime/"
JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
# It is for the runtime alone.
LOG_FD = int(os.environ.pop("_LAMBDA_TELEMETRY_LOG_FD", "0"))
LEVELS = {"TRACE": 1, "DEBUG": 2, "INFO": 3, "WARN": 4, "WARNING": 4, "ERROR": 5, "CRITICAL": 6, "FATAL": 6}


class Current:
    """What is being handled."""

    request_id = None
    tenant_id = None


class Api:
    """The Runtime API, over one connection. Answers keep the order of requests."""

    def __init__(self, address):
        self.address = address
        host, port = address.rsplit(":", 1)
        self.socket = socket(AF_INET, SOCK_STREAM)
        self.socket.connect((host, int(port)))
        self.socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self.read = b""

    def head(self, method, target, headers=()):
        lines = [f"{method} {RUNTIME}{target} HTTP/1.1", f"Host: {self.address}"]
        lines.extend(f"{name}: {value}" for name, value in headers)
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    def post(self, target, body, headers=(), then=b""):
        """Sends what is posted, and what is asked `then` in one go."""
        head = self.head("POST", target, (("Content-Type", "application/json"), ("Content-Length", len(body)), *headers))
        self.send(head + body + then)
        return self.answer()

    def get(self, target):
        self.send(self.head("GET", target))
        return self.answer()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            os._exit(0)

    def more(self):
        try:
            data = self.socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            # Without its server the runtime has nothing left to do.
            os._exit(0)
        self.read += data

    def answer(self):
        while (end := self.read.find(b"\r\n\r\n")) < 0:
            self.more()
        lines = self.read[:end].split(b"\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            headers[name.lower().decode("latin-1")] = value.strip().decode("utf-8", "replace")
        start = end + 4
        stop = start + int(headers.get("content-length", 0))
        if len(self.read) < stop:
            pieces, size = [self.read], len(self.read)
            while size < stop:
                self.read = b""
                self.more()
                pieces.append(self.read)
                size += len(self.read)
            self.read = b"".join(pieces)
        body, self.read = self.read[start:stop], self.read[stop:]
        return int(lines[0][9:12]), headers, body


# --- Logs


def write(level, text):
    if not LOG_FD:
        sys.stdout.write(text.replace("\n", "\r") + "\n")
        return
    body = text.encode("utf-8", "replace")
    kind = 0xA55A0000 | (LEVELS.get(level, 0) << 2) | (2 if JSON_LOGS else 3)
    frame = kind.to_bytes(4, "big") + len(body).to_bytes(4, "big") + (time.time_ns() // 1000).to_bytes(8, "big") + body
    while frame:
        frame = frame[os.write(LOG_FD, frame) :]


class Loggers:
    """Sees `logging` being imported, and gives its root the vendor's handler before anybody uses it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(Loggers)
        from importlib.util import find_spec

        spec = find_spec("logging")
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            install(module)

        spec.loader.exec_module = exec_module
        return spec


def install(logging):
    class Formatter(logging.Formatter):
        converter = time.gmtime

        def format(self, record):
            record.aws_request_id = Current.request_id or ""
            return json_record(self, record) if JSON_LOGS else super().format(record)

    class Handler(logging.Handler):
        def emit(self, record):
            write(record.levelname, self.format(record))

    handler = Handler()
    text = "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s"
    handler.setFormatter(Formatter(text, "%Y-%m-%dT%H:%M:%S"))
    logging.root.addHandler(handler)
    least = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    if JSON_LOGS and least in LEVELS:
        logging.root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(least, least))


STANDARD = frozenset(
    "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno funcName created msecs relativeCreated "
    "thread threadName processName process taskName aws_request_id message asctime".split()
)


def json_record(formatter, record):
    import json

    error = record.exc_info[1] if record.exc_info else None
    fields = {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
        "level": record.levelname,
        "message": record.getMessage(),
        "logger": record.name,
        "stackTrace": formatter.formatException(record.exc_info).splitlines() if error else None,
        "errorType": type(error).__name__ if error else None,
        "errorMessage": str(error) if error else None,
        "requestId": Current.request_id,
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}" if error else None,
        "tenantId": Current.tenant_id,
    }
    fields.update((name, value) for name, value in record.__dict__.items() if name not in STANDARD)
    return json.dumps({name: value for name, value in fields.items() if value is not None}, default=str, ensure_ascii=False)


def log_error(document):
    if JSON_LOGS:
        import json

        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        write("ERROR", json.dumps({"timestamp": stamp, "log_level": "ERROR", **document}, ensure_ascii=False))
        return
    lines = [f"[ERROR] {document['errorType']}: {document['errorMessage']}"]
    if document["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        lines.extend(entry.rstrip("\n") for entry in document["stackTrace"])
    write("ERROR", "\n".join(lines))


# --- Errors


class Fault(Exception):
    """A failure that has a name of its own."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.trace = list(trace)


def document_of(error):
    if isinstance(error, Fault):
        kind, message, trace = error.kind, str(error), error.trace
    else:
        kind, message, trace = type(error).__name__, str(error), stack_of(error)
    return {"errorMessage": message, "errorType": kind, "requestId": Current.request_id or "", "stackTrace": trace}


def stack_of(error):
    import traceback

    frames = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(error.__traceback__)]
    ours = lambda name: name == __file__ or name.startswith("<frozen importlib")
    while frames and ours(frames[0][0]):
        frames.pop(0)
    return traceback.format_list(frames)


def dumps(value):
    import json

    def decimal(value):
        if type(value).__name__ == "Decimal":
            return float(value)
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")

    version = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("python")[2].split(".")
    modern = len(version) == 2 and version[1].isdigit() and int(version[1]) >= 12
    return json.dumps(value, default=decimal, ensure_ascii=not modern)


# --- The handler


def load(handler):
    try:
        module_name, name = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': {error}") from None
    module_name = module_name.replace("/", ".")
    if module_name in sys.builtin_module_names:
        raise Fault("Runtime.ImportModuleError", f"Cannot use built-in module {module_name} as a handler module")
    try:
        module = importlib_import(module_name)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from None
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", [place]) from None
    try:
        return getattr(module, name)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'") from None


def importlib_import(name):
    __import__(name)
    return sys.modules[name]


class Identity:
    def __init__(self, fields):
        self.cognito_identity_id = fields.get("cognitoIdentityId", fields.get("cognito_identity_id"))
        self.cognito_identity_pool_id = fields.get("cognitoIdentityPoolId", fields.get("cognito_identity_pool_id"))


class Client:
    NAMES = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")

    def __init__(self, fields):
        for name in self.NAMES:
            setattr(self, name, fields.get(name))


class ClientContext:
    def __init__(self, fields):
        self.custom = fields.get("custom")
        self.env = fields.get("env")
        self.client = Client(fields["client"]) if fields.get("client") else None


class LambdaContext:
    def __init__(self, headers):
        env = os.environ
        self.aws_request_id = Current.request_id
        self.log_group_name = env["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = env["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.function_name = env["AWS_LAMBDA_FUNCTION_NAME"]
        self.memory_limit_in_mb = env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.function_version = env["AWS_LAMBDA_FUNCTION_VERSION"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = Current.tenant_id
        self.client_context = self.read(headers, "lambda-runtime-client-context", ClientContext)
        self.identity = self.read(headers, "lambda-runtime-cognito-identity", Identity) or Identity({})
        self._deadline = int(headers.get("lambda-runtime-deadline-ms", 0))

    @staticmethod
    def read(headers, name, kind):
        if name not in headers:
            return None
        import json

        return kind(json.loads(headers[name]))

    def get_remaining_time_in_millis(self):
        return max(self._deadline - int(time.time() * 1000), 0)

    def log(self, message):
        write("INFO", str(message))

    def __repr__(self):
        fields = ",".join(f"{name}={value}" for name, value in self.__dict__.items() if not name.startswith("_"))
        return f"LambdaContext([{fields}])"


def handle(handler, headers, body):
    """The target of the answer, its body and headers."""
    import json

    Current.request_id = headers.get("lambda-runtime-aws-request-id")
    Current.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
    if trace := headers.get("lambda-runtime-trace-id"):
        os.environ["_X_AMZN_TRACE_ID"] = trace
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    target = f"invocation/{Current.request_id}/"
    try:
        try:
            event = json.loads(body)
        except ValueError as error:
            raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
        value = handler(event, LambdaContext(headers))
        try:
            return target + "response", dumps(value).encode("utf-8"), ()
        except Exception as error:
            raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None
    except Exception as error:
        return target + "error", *failure(error)


def failure(error):
    import json

    document = document_of(error)
    log_error(document)
    kind = document["errorType"].encode("ascii", "replace").decode("ascii")
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"), (("Lambda-Runtime-Function-Error-Type", kind),)


def flush():
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass


def init_failed(api, error):
    body, headers = failure(error)
    flush()
    api.post("init/error", body, headers)


def main():
    api = Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    for stream in (sys.stdout, sys.stderr):
        # Lines are in the log when they are written, though it is no terminal.
        stream.reconfigure(line_buffering=True, encoding="utf-8", errors="backslashreplace")
    if "logging" in sys.modules:
        install(sys.modules["logging"])
    else:
        sys.meta_path.insert(0, Loggers)
    snap_start = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"
    if snap_start:
        import greenroom_snapstart

        greenroom_snapstart.watch(lambda text: write("WARN", text))
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        init_failed(api, error)
        sys.exit(1)
    if snap_start:
        restored(api, greenroom_snapstart)
    serve(api, handler)


def restored(api, snapstart):
    """From the end of the init until the instance has been restored."""
    snapstart.watched = None
    try:
        snapstart.before_snapshot()
    except Exception as error:
        error = Fault("Runtime.BeforeSnapshotError", str(error), stack_of(error))
        init_failed(api, error)
        sys.exit(64)
    flush()
    api.get("restore/next")
    try:
        snapstart.after_restore()
    except Exception as error:
        body, headers = failure(Fault("Runtime.AfterRestoreError", str(error), stack_of(error)))
        flush()
        api.post("restore/error", body, headers)
        sys.exit(65)


def serve(api, handler):
    following = api.head("GET", "invocation/next")
    api.send(following)
    status, headers, body = api.answer()
    while status == 200:
        target, answer, extra = handle(handler, headers, body)
        flush()
        # What is asked next goes along: the answers keep the order.
        api.post(target, answer, extra, following)
        status, headers, body = api.answer()
    sys.exit(1)
