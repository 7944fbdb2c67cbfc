"""What becomes of requests that the apps' code makes to the outside."""

from __future__ import annotations

import re
from typing import Any, Mapping
from urllib.parse import quote

from .faults import named
from .wire import Control


class Outbound:
    """The rules of a run for requests to the outside.

    Which requests a rule is for is said by a URL without scheme, where ``*`` stands for any characters
    (``"feeds.example.com/*"``), or by a dict: ``host``, ``path``, ``methods``, ``times``, ``app``, ``name``.
    """

    def __init__(self, control: Control):
        self._control = control

    def reply(
        self,
        which: str | Mapping[str, Any],
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
        json: Any = None,
    ) -> dict[str, Any]:
        """They are answered."""
        return self._add(which, action="reply", status=status, headers=headers, body=body, json=json)

    def pass_(self, which: str | Mapping[str, Any]) -> dict[str, Any]:
        """They go out, whatever later rules say."""
        return self._add(which, action="pass")

    def deny(self, which: str | Mapping[str, Any]) -> dict[str, Any]:
        """They fail, as if nobody were there."""
        return self._add(which, action="deny")

    def record(self, which: str | Mapping[str, Any], to: str | None = None) -> dict[str, Any]:
        """What is recorded in the folder is played back; all else goes out and is recorded."""
        return self._add(which, action="record", to=to)

    def replay(self, which: str | Mapping[str, Any], to: str | None = None) -> dict[str, Any]:
        """What is recorded in the folder is played back; all else fails."""
        return self._add(which, action="replay", to=to)

    def deny_others(self) -> None:
        """Requests that no rule is for fail: no test meets the network."""
        self._control.ask("PUT", "/v1/outbound/default", {"default": "deny"})

    def pass_others(self) -> None:
        """Requests that no rule is for go out."""
        self._control.ask("PUT", "/v1/outbound/default", {"default": "pass"})

    def list(self) -> "list[dict[str, Any]]":
        """The rules, with how many requests each was for (``matched``)."""
        return self._control.ask("GET", "/v1/outbound")["rules"]

    def matched(self, name: str) -> int:
        """How many requests a rule was for."""
        return named(self.list(), name)["matched"]

    def remove(self, name: str) -> None:
        self._control.ask("DELETE", f"/v1/outbound/{quote(name, safe='')}")

    def clear(self) -> None:
        """Removes all that was added; what files say holds again."""
        self._control.ask("DELETE", "/v1/outbound")

    def _add(self, which: str | Mapping[str, Any], **what: Any) -> dict[str, Any]:
        rule = {**_matcher(which), **{name: value for name, value in what.items() if value is not None}}
        return self._control.ask("POST", "/v1/outbound", rule)


def _matcher(which: str | Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(which, str):
        return dict(which)
    parts = re.fullmatch(r"(?:https?://)?([^/]*)(/.*)?", which)
    assert parts is not None
    return {"host": parts[1], **({"path": parts[2]} if parts[2] else {})}
