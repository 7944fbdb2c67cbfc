"""Starts a run that lasts as long as this process wants it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from datetime import datetime
from typing import Callable, Sequence

from .clock import instant
from .wire import GreenroomError

# What `greenroom exec` runs: it tells where the control API is and ends when its standard input does, which also happens when this
# process is killed.
WAIT = ["sh", "-c", 'echo "$GREENROOM_CONTROL"; cat >/dev/null']


def start_program(
    dirs: Sequence[str | os.PathLike[str]],
    *,
    bin: str | None,
    freeze: datetime | str | bool | None,
    seed: int | None,
    keep_state: bool,
    verbose: bool,
    args: Sequence[str],
    cwd: str | os.PathLike[str] | None,
) -> tuple[str, Callable[[], None]]:
    """Gives the control API's address, and a function that ends the run."""
    program = bin or os.environ.get("GREENROOM_BIN") or "greenroom"
    options = list(args)
    if freeze:
        options.append("--freeze" if freeze is True else f"--freeze={instant(freeze)}")
    if seed is not None:
        options.append(f"--seed={seed}")
    if keep_state:
        options.append("--keep-state")
    if verbose:
        options.append("--verbose")
    # What it says goes to a file: a pipe that nobody reads would fill up and stop it.
    said = None if verbose else tempfile.TemporaryFile()
    command = [program, "exec", *options, *map(os.fspath, dirs), "--", *WAIT]
    try:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, cwd=cwd)
    except OSError as error:
        hint = "is greenroom on the PATH? Name the program in GREENROOM_BIN"
        raise GreenroomError(f"{program} cannot be started: {error}", code="not-started", hint=hint) from error

    def stop() -> None:
        if child.stdin:
            child.stdin.close()
        child.wait()
        if child.stdout:
            child.stdout.close()
        if said:
            said.close()

    url = child.stdout.readline().decode().strip() if child.stdout else ""
    if not url:
        code = child.wait()
        if said:
            said.seek(0)
        why = said.read().decode(errors="replace").strip() if said else ""
        stop()
        raise GreenroomError(f"the apps could not be started: {why or f'it ended with exit code {code}'}", code="not-started")
    return url, stop
