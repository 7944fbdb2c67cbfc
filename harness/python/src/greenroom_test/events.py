"""What happens in a run: every request, cron tick and call, with what it asked of services and what became of it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Callable, Mapping
from urllib.parse import quote

from .clock import instant
from .wire import Control, GreenroomError, query

SHOWN = 20
"""How many of the latest events are shown when an expected one does not come."""


class Events:
    """The journal of a run."""

    def __init__(self, control: Control):
        self._control = control
        self._position = 0

    def mark(self) -> None:
        """Lets :meth:`expect` look from here on."""
        self._position = self._control.ask("GET", "/v1/events?limit=1")["position"]

    def list(self, **filters: Any) -> "list[dict[str, Any]]":
        """Events in short, the newest first. Filters: app, kind, outcome, since, until, trace, text, limit."""
        given = {name: instant(value) if isinstance(value, datetime) else value for name, value in filters.items()}
        return self._control.ask("GET", "/v1/events" + query(**given))["events"]

    def get(self, id: str) -> dict[str, Any]:
        """One event, with everything that is kept of it."""
        return self._control.ask("GET", f"/v1/events/{quote(id, safe='')}")

    def trace(self, id: str) -> "list[dict[str, Any]]":
        """The events of a trace, with everything that is kept of them, in the order in which they happened; also by the id of one of them."""
        return self._control.ask("GET", f"/v1/traces/{quote(id, safe='')}")["events"]

    def expect(
        self,
        like: Mapping[str, Any] | Callable[[dict[str, Any]], bool] | None = None,
        *,
        timeout: float = 30.0,
        **keys: Any,
    ) -> dict[str, Any]:
        """The first event that has ended since the test began, or ends in time, and is like this.

        Each key must match (``expect(kind="cron.tick", outcome="ok", calls=[{"service": "kv", "operation": "put"}])``), or a function
        decides. Compiled regular expressions match text; of lists, each given item must match one that is there. Without such an
        event it raises, with those that there were.
        """
        wanted = like if callable(like) else {**(like or {}), **keys}
        for event in self._control.events(f"/v1/events/tail?after={self._position}", timeout):
            if matches(wanted, event):
                return event
        lines = "".join(f"\n  {_line(event)}" for event in reversed(self.list(limit=SHOWN)))
        said = "as expected" if callable(wanted) else f"like {wanted!r}"
        raise GreenroomError(f"no event {said} in {timeout} s; the journal's latest:{lines or ' none'}", code="no-event")

    def export(self, *ids: str, chain: bool = False, redact: "list[str] | tuple[str, ...]" = ()) -> dict[str, Any]:
        """Events as a fixture that can be replayed. ``chain``: with all that they caused. ``redact``: regular expressions."""
        return self._control.ask("POST", "/v1/events/export", {"ids": list(ids), "chain": chain, "redact": list(redact)})

    def replay(
        self, what: str | PathLike[str] | Mapping[str, Any], *, mode: str = "chain", until_fails: int | None = None
    ) -> dict[str, Any]:
        """Makes recorded events happen again: one of the journal by its id, or a fixture (a dict, or the path of a file).

        Gives what differs, ``differences``, and whether it failed. ``mode``: ``chain`` or ``isolate``.
        """
        if isinstance(what, str) and re.fullmatch("[0-9a-f]{32}", what):
            source: dict[str, Any] = {"id": what}
        else:
            source = {"fixture": dict(what) if isinstance(what, Mapping) else json.loads(Path(what).read_text())}
        return self._control.ask("POST", "/v1/events/replay", {**source, "mode": mode, "until_fails": until_fails})


def matches(like: Any, actual: Any) -> bool:
    """Whether something is like what is expected.

    Of an event, ``app`` is its target; an outcome or a body may be given as its text alone.
    """
    if callable(like):
        return bool(like(actual))
    if isinstance(like, re.Pattern):
        return like.search(_text(actual)) is not None
    if isinstance(like, (list, tuple)):
        return isinstance(actual, list) and all(any(matches(item, other) for other in actual) for item in like)
    if isinstance(like, Mapping):
        if not isinstance(actual, dict):
            return False
        alias = {"app": actual.get("target")} if "app" not in actual else {}
        return all(matches(value, {**alias, **actual}.get(key)) for key, value in like.items())
    return like == actual or (isinstance(like, str) and like == _text(actual))


def _text(actual: Any) -> str:
    """Outcomes are ``{"type": "ok"}``, bodies ``{"text": "…"}``."""
    if isinstance(actual, dict):
        return str(actual.get("type", actual.get("text", "")))
    return "" if actual is None else str(actual)


def _line(event: Mapping[str, Any]) -> str:
    parts = [event["at"], event["app"], event["kind"], event["summary"], "→", event["outcome"], event.get("status"), event.get("message")]
    return " ".join(str(part) for part in parts if part is not None)
