"""The state of all apps of a run."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from .events import Events
from .wire import Control, query


class State:
    """Snapshots: all services of all apps, and the time where it stood still."""

    def __init__(self, control: Control, events: Events):
        self._control = control
        self._events = events

    def snapshot(self, name: str, *, replace: bool = False) -> dict[str, Any]:
        """Keeps a copy under a name."""
        return self._control.ask("POST", "/v1/state/snapshots", {"name": name, "replace": replace})

    def restore(self, name: str, *, restart: bool = False, keep_clock: bool = False) -> dict[str, Any]:
        """Puts a copy back, all at once, and the time with it where it stood still.

        ``restart``: code serves afresh, without what it keeps in its own variables. ``keep_clock``: time stays where it is.
        """
        return self._control.ask("POST", "/v1/state/restore", {"name": name, "restart": restart, "keep_clock": keep_clock})

    def reset(self, *, restart: bool = False) -> dict[str, Any]:
        """Empties everything; databases have their migrations."""
        return self._control.ask("POST", "/v1/state/reset", {"restart": restart})

    def list(self) -> "list[dict[str, Any]]":
        return self._control.ask("GET", "/v1/state/snapshots")["snapshots"]

    def remove(self, name: str) -> None:
        self._control.ask("DELETE", f"/v1/state/snapshots/{quote(name, safe='')}")

    def diff(self, before: str, after: str | None = None) -> "list[dict[str, Any]]":
        """What differs between a snapshot and another, or what is there now."""
        return self._control.ask("GET", "/v1/state/diff" + query(**{"from": before, "to": after}))["differences"]

    def branch(self) -> Branch:
        """Remembers the world as it is now: state, time, faults and rules for the outside. Expected events are looked for from here on."""
        return Branch(self._control, self._events)


class Branch:
    """A world to come back to."""

    def __init__(self, control: Control, events: Events):
        self._control = control
        self._events = events
        self._name = f"test-{uuid.uuid4()}"
        control.ask("POST", "/v1/state/snapshots", {"name": self._name})
        self._faults = _added(control.ask("GET", "/v1/faults")["faults"])
        self._outbound = control.ask("GET", "/v1/outbound")
        events.mark()

    def restore(self, *, restart: bool = False) -> None:
        """Makes it as it was. ``restart``: code serves afresh, without what it keeps in its own variables."""
        self._control.ask("POST", "/v1/state/restore", {"name": self._name, "restart": restart})
        self._control.ask("PUT", "/v1/faults", {"faults": self._faults})
        self._control.ask("DELETE", "/v1/outbound")
        for rule in _added(self._outbound["rules"]):
            self._control.ask("POST", "/v1/outbound", rule)
        self._control.ask("PUT", "/v1/outbound/default", {"default": self._outbound.get("set_default")})
        self._events.mark()

    def drop(self) -> None:
        """Forgets it."""
        self._control.ask("DELETE", f"/v1/state/snapshots/{quote(self._name, safe='')}")

    def __enter__(self) -> Branch:
        return self

    def __exit__(self, *_: object) -> None:
        self.restore()
        self.drop()


def _added(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those rules that were added and are in no file, as they were given."""
    listed = ("origin", "matched", "applied", "warning")
    return [{key: value for key, value in rule.items() if key not in listed} for rule in rules if rule["origin"] == "api"]
