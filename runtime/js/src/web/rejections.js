// Promises that are rejected and that nobody handles: told to the code by events, and to the user by a line.
import { core } from "ext:core/mod.js";

const listeners = { unhandled: undefined, handled: undefined };

/**
 * A platform says what its code is told. `unhandled(promise, reason)` returns true if nothing more is to be said about it,
 * `handled(promise)` is called when a promise that was told of is handled after all.
 */
export function onRejections({ unhandled, handled }) {
  listeners.unhandled = unhandled;
  listeners.handled = handled;
}

/** `report(reason)` writes the line. */
export function watchRejections(report) {
  core.setUnhandledPromiseRejectionHandler((promise, reason) => {
    if (listeners.unhandled?.(promise, reason) !== true) report(reason);
    return true;
  });
  core.setHandledPromiseRejectionHandler((promise) => listeners.handled?.(promise));
}
