"""The services that are bound to an app, as its code sees them, on the handles that the app has open."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from .wire import Control, GreenroomError, query


class Kv:
    """A KV namespace."""

    def __init__(self, control: Control, app: str, binding: str):
        self._control = control
        self._path = f"/v1/kv/{quote(app, safe='')}/{quote(binding, safe='')}"

    def get(self, key: str) -> str | None:
        """The value as text; None where there is none."""
        value = self.get_bytes(key)
        return None if value is None else value.decode()

    def get_json(self, key: str) -> Any:
        """The value as JSON; None where there is none."""
        value = self.get_bytes(key)
        return None if value is None else json.loads(value)

    def get_bytes(self, key: str) -> bytes | None:
        """The value; None where there is none."""
        return self.get_with_metadata(key)[0]

    def get_with_metadata(self, key: str) -> tuple[bytes | None, Any]:
        """The value and its metadata; both None where there is none."""
        try:
            response = self._control.send("GET", self._value(key))
        except GreenroomError as error:
            if error.code == "no-value":
                return None, None
            raise
        return response.body, json.loads(response.headers.get("kv-metadata", "null"))

    def put(
        self,
        key: str,
        value: Any,
        *,
        expiration: int | None = None,
        expiration_ttl: int | None = None,
        metadata: Any = None,
    ) -> None:
        """Writes text or bytes; anything else as JSON."""
        body = value if isinstance(value, (str, bytes)) else json.dumps(value)
        written = None if metadata is None else json.dumps(metadata)
        path = self._value(key, expiration=expiration, expiration_ttl=expiration_ttl, metadata=written)
        self._control.send("PUT", path, body=body)

    def delete(self, key: str) -> None:
        self._control.send("DELETE", self._value(key))

    def list(self, *, prefix: str | None = None, limit: int | None = None, cursor: str | None = None) -> dict:
        """A page of keys: ``keys``, ``list_complete`` and, where there is more, ``cursor``."""
        return self._control.ask("GET", f"{self._path}/keys" + query(prefix=prefix, limit=limit, cursor=cursor))

    def keys(self, prefix: str | None = None) -> list[str]:
        """The names of all keys."""
        page = self.list(prefix=prefix)
        names = [key["name"] for key in page["keys"]]
        while not page["list_complete"]:
            page = self.list(prefix=prefix, cursor=page["cursor"])
            names += [key["name"] for key in page["keys"]]
        return names

    def _value(self, key: str, **more: Any) -> str:
        return f"{self._path}/values" + query(key=key, **more)


class D1:
    """A D1 database."""

    def __init__(self, control: Control, app: str, binding: str):
        self._control = control
        self._path = f"/v1/d1/{quote(app, safe='')}/{quote(binding, safe='')}"

    def query(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """Runs a statement, and gives its rows."""
        return self.run(sql, *params)["results"]

    def run(self, sql: str, *params: Any) -> dict[str, Any]:
        """The same with all that D1 says: ``success``, ``meta``, ``results``."""
        sent = [list(value) if isinstance(value, (bytes, bytearray)) else value for value in params]
        return self._control.ask("POST", f"{self._path}/query", {"sql": sql, "params": sent})

    def first(self, sql: str, *params: Any) -> dict[str, Any] | None:
        """The first row; None where there is none."""
        rows = self.query(sql, *params)
        return rows[0] if rows else None
