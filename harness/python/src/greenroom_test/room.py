"""A run: its apps, its time, its state, what happens in it."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any, Callable, Sequence
from urllib.parse import quote

from .clock import Clock
from .events import Events
from .faults import Faults
from .outbound import Outbound
from .queues import Queue, queues
from .services import D1, Kv
from .start import start_program
from .state import State
from .wire import Control, GreenroomError, Response, request


class App:
    """An app of a run."""

    def __init__(self, control: Control, name: str, url: str):
        self._control = control
        self.name = name
        self.url = url

    def request(self, method: str, path: str = "/", **options: Any) -> Response:
        """A request to it. Options: ``headers``, ``body``, ``json``, ``timeout`` in seconds."""
        return request(self.url + path, method, **options)

    def get(self, path: str = "/", **options: Any) -> Response:
        return self.request("GET", path, **options)

    def post(self, path: str = "/", **options: Any) -> Response:
        return self.request("POST", path, **options)

    def reload(self) -> bool:
        """Reads its files again and lets them serve, as a save does, without waiting until it is seen.

        Gives whether another version serves now; raises what is wrong with the files.
        """
        return self._control.ask("POST", f"/v1/apps/{quote(self.name, safe='')}/reload")["changed"]

    def kv(self, binding: str) -> Kv:
        """The KV namespace that its code has as ``binding``."""
        return Kv(self._control, self.name, binding)

    def d1(self, binding: str) -> D1:
        """The D1 database that its code has as ``binding``."""
        return D1(self._control, self.name, binding)


class Room:
    """A run. Made by :func:`greenroom`, :func:`attach` and :func:`start`."""

    def __init__(self, control: Control, stop: Callable[[], None] | None = None):
        self.control = control
        self.apps = [App(control, app["name"], app["url"]) for app in control.ask("GET", "/v1/apps")["apps"]]
        self.clock = Clock(control)
        self.events = Events(control)
        self.state = State(control, self.events)
        self.faults = Faults(control)
        self.outbound = Outbound(control)
        self._stop = stop
        self.events.mark()

    def expect_event(self, like: Any = None, *, timeout: float = 30.0, **keys: Any) -> dict[str, Any]:
        """The first event like this one: :meth:`Events.expect`."""
        return self.events.expect(like, timeout=timeout, **keys)

    def app(self, name: str | None = None) -> App:
        """One of its apps, by name; without one, the first."""
        for app in self.apps:
            if name is None or app.name == name:
                return app
        raise GreenroomError(f"no app of this run is named {name}; there are: {', '.join(app.name for app in self.apps)}")

    @property
    def url(self) -> str:
        """Where the first app is served."""
        return self.app().url

    def request(self, method: str, path: str = "/", **options: Any) -> Response:
        """A request to the first app."""
        return self.app().request(method, path, **options)

    def get(self, path: str = "/", **options: Any) -> Response:
        return self.app().get(path, **options)

    def post(self, path: str = "/", **options: Any) -> Response:
        return self.app().post(path, **options)

    def kv(self, binding: str) -> Kv:
        """The KV namespace that the first app's code has as ``binding``."""
        return self.app().kv(binding)

    def d1(self, binding: str) -> D1:
        """The D1 database that the first app's code has as ``binding``."""
        return self.app().d1(binding)

    def queue(self, name: str) -> Queue:
        """A queue of Amazon SQS, by its name, ARN or URL."""
        return Queue(self.control, name)

    def queues(self, app: str | None = None) -> list[dict[str, Any]]:
        """The queues of the run, or of one of its apps."""
        return queues(self.control, app)

    def stop(self) -> None:
        """Ends the run if it was started here; one that was there goes on."""
        stop, self._stop = self._stop, None
        if stop:
            stop()

    def __enter__(self) -> Room:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def greenroom(*dirs: str | os.PathLike[str], **options: Any) -> Room:
    """The run of ``GREENROOM_CONTROL``, as ``greenroom exec`` sets it; where there is none, one is started."""
    return attach() if os.environ.get("GREENROOM_CONTROL") else start(*dirs, **options)


def attach(url: str | None = None, *, token: str | None = None) -> Room:
    """A run that is there."""
    url = url or os.environ.get("GREENROOM_CONTROL")
    if not url:
        raise GreenroomError("no run is named", hint="give the URL of a control API, or set GREENROOM_CONTROL")
    return Room(Control(url, token or os.environ.get("GREENROOM_TOKEN")))


def start(
    *dirs: str | os.PathLike[str],
    bin: str | None = None,
    freeze: datetime | str | bool | None = None,
    seed: int | None = None,
    keep_state: bool = False,
    verbose: bool = False,
    args: Sequence[str] = (),
    cwd: str | os.PathLike[str] | None = None,
) -> Room:
    """A run of its own of the apps in ``dirs``, by default the one in the current folder.

    ``freeze``: True, or an instant, stops time before the apps start. ``seed``: what ids are made from. ``keep_state``: the state that ``greenroom dev`` keeps.
    ``args``: more options of ``greenroom exec``.
    """
    url, stop = start_program(
        dirs or (".",), bin=bin, freeze=freeze, seed=seed, keep_state=keep_state, verbose=verbose, args=args, cwd=cwd
    )
    try:
        return Room(Control(url), stop)
    except BaseException:
        stop()
        raise
