"""Queues of Amazon SQS, whoever declares or makes them."""

from __future__ import annotations

import json
from typing import Any, Mapping

from .wire import Control, GreenroomError, query


class Queue:
    """A queue, by its name, ARN or URL."""

    def __init__(self, control: Control, name: str):
        self._control = control
        self.name = name

    def send(
        self,
        body: Any,
        *,
        attributes: Mapping[str, str] | None = None,
        group_id: str | None = None,
        deduplication_id: str | None = None,
        delay_seconds: int | None = None,
    ) -> str:
        """Sends text; anything else as JSON. Gives the message's id. A FIFO queue's message gets a deduplication id of its own."""
        message = {
            "queue": self.name,
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": dict(attributes or {}),
            "groupId": group_id,
            "deduplicationId": deduplication_id,
            "delaySeconds": delay_seconds,
        }
        return self._control.ask("POST", "/v1/sqs/send", message)["messageId"]

    def peek(self, most: int = 10) -> list[dict[str, Any]]:
        """The first messages, also those that are not to be seen now. Nothing happens to them."""
        return self._control.ask("GET", "/v1/sqs/messages" + query(queue=self.name, most=most))["messages"]

    def counts(self) -> dict[str, int]:
        """How many messages there are: ``visible``, ``inFlight``, ``delayed``."""
        every = queues(self._control)
        name = self.name.rsplit("/", 1)[-1]
        for queue in every:
            if name in (queue["name"], queue["arn"]):
                return {key: queue[key] for key in ("visible", "inFlight", "delayed")}
        names = ", ".join(queue["name"] for queue in every) or "none"
        raise GreenroomError(f"there is no queue {self.name}; there are: {names}", code="not-found")

    def purge(self) -> int:
        """Takes all messages out of it. Gives how many there were."""
        return self._control.ask("POST", "/v1/sqs/purge", {"queue": self.name})["messages"]

    def redrive(self, *, to: str | None = None, rate: int | None = None) -> int:
        """Starts moving the messages of this dead letter queue to where they came from, or to another queue, so many a second.

        Gives how many there are; they move by the run's clock, where it stands still with the next ``advance``.
        """
        return self._control.ask("POST", "/v1/sqs/redrive", {"queue": self.name, "to": to, "rate": rate})["messages"]


def queues(control: Control, app: str | None = None) -> list[dict[str, Any]]:
    """The queues of the run, or of one of its apps."""
    return control.ask("GET", "/v1/sqs" + query(app=app))["queues"]
