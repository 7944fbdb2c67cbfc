"""Fixtures: ``greenroom``, the run of the whole session, and ``room``, the same for one test, put back afterwards."""

from __future__ import annotations

import os
from typing import Iterator

import pytest

from .room import Room, attach, start


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("greenroom_dirs", "folders of the apps to serve, from where the ini file is", type="paths", default=[])
    parser.addini("greenroom_freeze", "the instant at which time stands before the apps start", default="")
    parser.addini("greenroom_args", "more options of `greenroom exec`", type="args", default=[])


@pytest.fixture(scope="session")
def greenroom(pytestconfig: pytest.Config) -> Iterator[Room]:
    """The run of ``GREENROOM_CONTROL``, as ``greenroom exec`` sets it; where there is none, one of the apps in ``greenroom_dirs``."""
    if os.environ.get("GREENROOM_CONTROL"):
        yield attach()
        return
    dirs = pytestconfig.getini("greenroom_dirs") or [pytestconfig.rootpath]
    freeze = pytestconfig.getini("greenroom_freeze") or None
    with start(*dirs, freeze=freeze, args=pytestconfig.getini("greenroom_args")) as room:
        yield room


@pytest.fixture
def room(greenroom: Room) -> Iterator[Room]:
    """The run, for one test: state, time, faults and rules for the outside are put back after it."""
    with greenroom.state.branch():
        yield greenroom
