// The one part of `node:timers/promises` that the tests use.
export const setTimeout = (delay, value) => new Promise((resolve) => globalThis.setTimeout(() => resolve(value), delay));
export default { setTimeout };
