/** The state of all apps of a run. */
import { randomUUID } from "node:crypto";

/** Snapshots: all services of all apps, and the time where it stood still. */
export class State {
  #control;
  #events;

  constructor(control, events) {
    this.#control = control;
    this.#events = events;
  }

  /** Keeps a copy under a name. */
  snapshot(name, { replace = false } = {}) {
    return this.#control.ask("POST", "/v1/state/snapshots", { name, replace });
  }

  /**
   * Puts a copy back, all at once, and the time with it where it stood still. `restart`: code serves afresh, without what it keeps in
   * its own variables. `keepClock`: time stays where it is.
   */
  restore(name, { restart = false, keepClock = false } = {}) {
    return this.#control.ask("POST", "/v1/state/restore", { name, restart, keep_clock: keepClock });
  }

  /** Empties everything; databases have their migrations. */
  reset({ restart = false } = {}) {
    return this.#control.ask("POST", "/v1/state/reset", { restart });
  }

  async list() {
    return (await this.#control.ask("GET", "/v1/state/snapshots")).snapshots;
  }

  async remove(name) {
    await this.#control.ask("DELETE", `/v1/state/snapshots/${encodeURIComponent(name)}`);
  }

  /** What differs between a snapshot and another, or what is there now. */
  async diff(from, to) {
    const query = new URLSearchParams(to === undefined ? { from } : { from, to });
    return (await this.#control.ask("GET", `/v1/state/diff?${query}`)).differences;
  }

  /** Remembers the world as it is now: state, time, faults and rules for the outside. Expected events are looked for from here on. */
  async branch() {
    const branch = new Branch(this.#control, this.#events, `test-${randomUUID()}`);
    await branch.begin();
    return branch;
  }
}

/** A world to come back to. */
export class Branch {
  #control;
  #events;
  #name;
  #faults;
  #outbound;

  constructor(control, events, name) {
    this.#control = control;
    this.#events = events;
    this.#name = name;
  }

  async begin() {
    await this.#control.ask("POST", "/v1/state/snapshots", { name: this.#name });
    this.#faults = (await this.#control.ask("GET", "/v1/faults")).faults.filter(isAdded).map(asWritten);
    this.#outbound = await this.#control.ask("GET", "/v1/outbound");
    await this.#events.mark();
  }

  /** Makes it as it was. `restart`: code serves afresh, without what it keeps in its own variables. */
  async restore({ restart = false } = {}) {
    await this.#control.ask("POST", "/v1/state/restore", { name: this.#name, restart });
    await this.#control.ask("PUT", "/v1/faults", { faults: this.#faults });
    await this.#control.ask("DELETE", "/v1/outbound");
    for (const rule of this.#outbound.rules.filter(isAdded).map(asWritten)) await this.#control.ask("POST", "/v1/outbound", rule);
    await this.#control.ask("PUT", "/v1/outbound/default", { default: this.#outbound.set_default ?? null });
    await this.#events.mark();
  }

  /** Forgets it. */
  async drop() {
    await this.#control.ask("DELETE", `/v1/state/snapshots/${encodeURIComponent(this.#name)}`);
  }
}

const isAdded = ({ origin }) => origin === "api";

/** A listed rule as it was given. */
function asWritten({ origin, matched, applied, warning, ...rule }) {
  return rule;
}
