"""Requests over HTTP, with the standard library alone."""

from __future__ import annotations

import http.client
import json as json_module
from time import monotonic
from typing import Any, Iterator, Mapping
from urllib.parse import quote, urlencode, urlsplit

PATIENCE = 120.0
"""Seconds after which a request counts as unanswered."""


class GreenroomError(Exception):
    """What the control API, or the program, says is wrong. ``code`` is a word that stays the same."""

    def __init__(self, message: str, *, code: str = "failed", status: int = 0, hint: str | None = None):
        super().__init__(f"{message}\nhint: {hint}" if hint else message)
        self.code = code
        self.status = status
        self.hint = hint


class Response:
    """An answer, whole."""

    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        return json_module.loads(self.body)

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.text[:200]!r}>"


def _open(url: str, timeout: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=timeout)


def _encoded(text: str) -> str:
    """With what no request line can have as UTF-8 in percents, as browsers send it; what is written in percents stays."""
    return quote(text, safe="!#$%&'()*+,/:;=?@[]~")


def request(
    url: str,
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
    json: Any = None,
    timeout: float = PATIENCE,
) -> Response:
    """A request; redirects are not followed, since they are what is tested."""
    sent = dict(headers or {})
    if json is not None:
        body = json_module.dumps(json)
        sent.setdefault("content-type", "application/json")
    parts = urlsplit(url)
    path = _encoded(parts.path or "/") + (f"?{_encoded(parts.query)}" if parts.query else "")
    connection = _open(url, timeout)
    try:
        connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
        answer = connection.getresponse()
        return Response(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


class Control:
    """The control API of a run."""

    def __init__(self, url: str, token: str | None = None):
        self.url = url.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, json: Any = None) -> Any:
        """Asks, and gives the answer's JSON."""
        return self.send(method, path, json=json).json()

    def send(self, method: str, path: str, **request_options: Any) -> Response:
        """Asks, and gives the answer as it is; what is no success is raised."""
        try:
            response = request(self.url + path, method, headers=self._headers, **request_options)
        except OSError as error:
            raise self._unreachable(error) from error
        if not response.ok:
            raise self._problem(method, path, response.status, response.body)
        return response

    def events(self, path: str, timeout: float) -> Iterator[Any]:
        """The objects of a stream of server-sent events, as they come, for ``timeout`` seconds at most."""
        connection = _open(self.url, timeout)
        until = monotonic() + timeout
        try:
            connection.request("GET", path, headers={**self._headers, "accept": "text/event-stream"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise self._problem("GET", path, answer.status, answer.read())
            data: list[str] = []
            while connection.sock or not answer.closed:
                left = until - monotonic()
                if left <= 0:
                    return
                if connection.sock:
                    connection.sock.settimeout(left)
                line = answer.readline()
                if not line:
                    return
                text = line.decode().rstrip("\r\n")
                if text.startswith("data:"):
                    data.append(text[5:].lstrip(" "))
                elif not text and data:
                    yield json_module.loads("\n".join(data))
                    data = []
        except TimeoutError:
            return
        except ConnectionError as error:
            raise self._unreachable(error) from error
        finally:
            connection.close()

    def _unreachable(self, error: OSError) -> GreenroomError:
        hint = "run the tests by `greenroom exec -- …`, or let them start a run of their own"
        return GreenroomError(f"nothing answers at {self.url}: {error}", code="unreachable", hint=hint)

    def _problem(self, method: str, path: str, status: int, body: bytes) -> GreenroomError:
        try:
            error = json_module.loads(body)["error"]
            return GreenroomError(error["message"], code=error["code"], status=status, hint=error.get("hint"))
        except (ValueError, KeyError, TypeError):
            return GreenroomError(f"{self.url} answered {status} to {method} {path}, as no run of Greenroom does", status=status)


def query(**values: Any) -> str:
    """A query of those values that are not None."""
    text = urlencode({name: value for name, value in values.items() if value is not None})
    return f"?{text}" if text else ""
