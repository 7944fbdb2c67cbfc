"""What goes wrong on purpose."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from .wire import Control, GreenroomError


class Faults:
    """The rules of a run that say what goes wrong."""

    def __init__(self, control: Control):
        self._control = control

    def add(self, **rule: Any) -> dict[str, Any]:
        """Adds a rule: ``add(service="kv", operation="put", action="throttle", first=1)``. Raises where it can never strike."""
        added = self._control.ask("POST", "/v1/faults", rule)
        if "warning" in added:
            self.remove(added["name"])
            raise GreenroomError(f"the fault can never strike: {added['warning']}", code="no-effect")
        return added

    def list(self) -> "list[dict[str, Any]]":
        """The rules, with how many calls each was for (``matched``) and how many it struck (``applied``)."""
        return self._control.ask("GET", "/v1/faults")["faults"]

    def applied(self, name: str) -> int:
        """How many calls a rule has struck."""
        return named(self.list(), name)["applied"]

    def remove(self, name: str) -> None:
        self._control.ask("DELETE", f"/v1/faults/{quote(name, safe='')}")

    def clear(self) -> None:
        """Removes all that were added; those of files stay."""
        self._control.ask("DELETE", "/v1/faults")


def named(rules: list[dict[str, Any]], name: str) -> dict[str, Any]:
    for rule in rules:
        if rule["name"] == name:
            return rule
    raise GreenroomError(f"no rule is named {name}", code="not-found")
