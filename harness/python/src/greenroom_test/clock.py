"""The clock of a run: what all its apps, and everything that falls due, take for the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from .wire import Control, GreenroomError


@dataclass(frozen=True)
class Ran:
    """Due things of one kind that an advance ran."""

    label: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Advanced:
    """What an advance did."""

    start: datetime
    end: datetime
    count: int
    ran: list[Ran]


@dataclass(frozen=True)
class Pending:
    """Something that waits for an instant."""

    due: datetime
    label: str


class Clock:
    """Time, frozen and moved."""

    def __init__(self, control: Control):
        self._control = control

    def now(self) -> datetime:
        """What time it is, in UTC."""
        return parse(self._control.ask("GET", "/v1/clock")["now"])

    @property
    def is_frozen(self) -> bool:
        return self._control.ask("GET", "/v1/clock")["frozen"]

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Stops time where it is, or at an instant. What is due by then runs."""
        body = {} if at is None else {"at": instant(at)}
        return parse(self._control.ask("POST", "/v1/clock/freeze", body)["now"])

    def advance(self, by: str | timedelta, **bounds: int) -> Advanced:
        """Moves time on by a duration (``"1h 30m"``), runs what falls due on the way, and waits until it has run.

        Raises when something does not come to rest; the message names it. Bounds: ``max_count``, ``max_wall_ms``, ``max_settle_ms``;
        with ``despite_outside=True`` time goes on when a server outside does not answer within the last of them.
        """
        span = round(by.total_seconds() * 1000) if isinstance(by, timedelta) else by
        if isinstance(span, int) and span < 0:
            raise ValueError("time only goes on")
        return self._advance({"by": span, **bounds})

    def advance_to(self, to: datetime | str, **bounds: int) -> Advanced:
        """The same to an instant."""
        return self._advance({"to": instant(to), **bounds})

    def next(self, **bounds: int) -> Advanced:
        """The same to the next thing that is due."""
        return self._advance({"next": True, **bounds})

    def resume(self) -> None:
        """Lets time run with the machine's again."""
        self._control.ask("POST", "/v1/clock/resume", {})

    def pending(self) -> list[Pending]:
        """What waits for an instant, the soonest first."""
        pending = self._control.ask("GET", "/v1/clock/pending")["pending"]
        return [Pending(parse(thing["due"]), thing["label"]) for thing in pending]

    def _advance(self, body: dict) -> Advanced:
        report = self._control.ask("POST", "/v1/clock/advance", body)
        if report["stopped"]:
            busy = "; busy: " + ", ".join(report["busy"]) if report["busy"] else ""
            message = f"time stopped at {report['to']} after {report['count']} due things ({report['stopped']}){busy}"
            raise GreenroomError(message, code="stopped")
        ran = [Ran(ran["label"], ran["count"], parse(ran["first"]), parse(ran["last"])) for ran in report["ran"]]
        return Advanced(parse(report["from"]), parse(report["to"]), report["count"], ran)


def parse(text: str) -> datetime:
    """ISO 8601 as the control API writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def instant(at: datetime | str) -> str:
    """ISO 8601; a datetime without a time zone is taken for UTC."""
    if isinstance(at, str):
        return at
    at = at.replace(tzinfo=timezone.utc) if at.tzinfo is None else at.astimezone(timezone.utc)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
