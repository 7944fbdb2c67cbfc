"""What SnapStart adds to a start: hooks, and a look at what would be the same in every instance."""

import sys

watched = None


def before_snapshot():
    for hook, args, kwargs in reversed(hooks("before_snapshot")):
        hook(*args, **kwargs)


def after_restore():
    for hook, args, kwargs in hooks("after_restore"):
        hook(*args, **kwargs)


def hooks(name):
    module = sys.modules.get("snapshot_restore_py")
    return list(getattr(module, f"get_{name}")()) if module else []


def watch(warn):
    """Says where the init makes what should be unique: in production all instances are copies of one memory."""
    global watched
    import os
    import random

    watched = warn

    def seen(holder, name, shown):
        original = getattr(holder, name)

        def watching(*args, **kwargs):
            if watched and (place := outside()):
                watched(
                    f"SnapStart: `{shown}` is called while the function is initialised, at {place}: every instance that is restored from the "
                    "snapshot would have the same value. Make it in the handler, or in a hook of `snapshot_restore_py.register_after_restore`."
                )
            return original(*args, **kwargs)

        setattr(holder, name, watching)

    seen(os, "urandom", "os.urandom")
    for name in ("random", "randint", "randrange", "choice", "getrandbits", "uniform", "sample", "shuffle", "randbytes"):
        seen(random, name, f"random.{name}")


def outside():
    """The line of the function's own code that led here, if it did."""
    import os

    root = os.environ.get("LAMBDA_TASK_ROOT", "")
    frame = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if name.startswith(root + os.sep) and "site-packages" not in name:
            return f"{os.path.relpath(name, root)}:{frame.f_lineno}"
        frame = frame.f_back
    return None
