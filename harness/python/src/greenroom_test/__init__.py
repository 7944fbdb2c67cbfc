"""Tests of serverless apps on Greenroom."""

from .clock import Advanced, Clock, Pending, Ran
from .events import Events
from .faults import Faults
from .outbound import Outbound
from .queues import Queue
from .room import App, Room, attach, greenroom, start
from .services import D1, Kv
from .state import Branch, State
from .wire import Control, GreenroomError, Response

__all__ = [
    "Advanced",
    "App",
    "Branch",
    "Clock",
    "Control",
    "D1",
    "Events",
    "Faults",
    "GreenroomError",
    "Kv",
    "Outbound",
    "Pending",
    "Queue",
    "Ran",
    "Response",
    "Room",
    "State",
    "attach",
    "greenroom",
    "start",
]
