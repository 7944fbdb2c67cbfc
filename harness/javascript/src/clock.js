import { GreenroomError } from "./control.js";

/** The clock of a run: what all its apps, and everything that falls due, take for the time. */
export class Clock {
  #control;

  constructor(control) {
    this.#control = control;
  }

  /** What time it is. */
  async now() {
    return new Date((await this.#control.ask("GET", "/v1/clock")).now);
  }

  /** Whether time stands still. */
  async isFrozen() {
    return (await this.#control.ask("GET", "/v1/clock")).frozen;
  }

  /** Stops time where it is, or at an instant: a `Date`, ISO 8601, or milliseconds since 1970. What is due by then runs. */
  async freeze(at) {
    return new Date((await this.#control.ask("POST", "/v1/clock/freeze", at === undefined ? {} : { at: instant(at) })).now);
  }

  /**
   * Moves time on by a duration (`"1h 30m"`, or milliseconds), runs what falls due on the way, and waits until it has run.
   * Throws when something does not come to rest; the message names it.
   */
  advance(by, bounds) {
    return this.#advance({ by }, bounds);
  }

  /** The same to an instant. */
  advanceTo(to, bounds) {
    return this.#advance({ to: instant(to) }, bounds);
  }

  /** The same to the next thing that is due. */
  next(bounds) {
    return this.#advance({ next: true }, bounds);
  }

  /** Lets time run with the machine's again. */
  async resume() {
    await this.#control.ask("POST", "/v1/clock/resume");
  }

  /** What waits for an instant, the soonest first: `{ due, label }`. */
  async pending() {
    const { pending } = await this.#control.ask("GET", "/v1/clock/pending");
    return pending.map(({ due, label }) => ({ due: new Date(due), label }));
  }

  async #advance(how, { maxCount, maxWallMs, maxSettleMs, despiteOutside } = {}) {
    const bounds = { max_count: maxCount, max_wall_ms: maxWallMs, max_settle_ms: maxSettleMs, despite_outside: despiteOutside };
    const report = await this.#control.ask("POST", "/v1/clock/advance", { ...how, ...bounds });
    if (report.stopped) {
      const busy = report.busy.length === 0 ? "" : `; busy: ${report.busy.join(", ")}`;
      throw new GreenroomError(`time stopped at ${report.to} after ${report.count} due things (${report.stopped})${busy}`, { code: "stopped" });
    }
    const ran = report.ran.map((ran) => ({ ...ran, first: new Date(ran.first), last: new Date(ran.last) }));
    return { from: new Date(report.from), to: new Date(report.to), count: report.count, ran };
  }
}

function instant(at) {
  return at instanceof Date ? at.toISOString() : at;
}
