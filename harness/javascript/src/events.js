/** What happens in a run: every request, cron tick and call, with what it asked of services and what became of it. */
import { readFile } from "node:fs/promises";
import { inspect } from "node:util";

import { GreenroomError } from "./control.js";
import { matches } from "./match.js";

/** How many of the latest events are shown when an expected one does not come. */
const SHOWN = 20;

/** The journal of a run. */
export class Events {
  #control;
  #position = 0;

  constructor(control) {
    this.#control = control;
  }

  /** Lets `expect` look from here on. */
  async mark() {
    this.#position = (await this.#control.ask("GET", "/v1/events?limit=1")).position;
  }

  /** Events in short, the newest first: `{ app, kind, outcome, since, until, trace, text, limit }`. */
  async list(filters = {}) {
    const given = Object.entries(filters).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(given.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]));
    return (await this.#control.ask("GET", `/v1/events?${query}`)).events;
  }

  /** One event, with everything that is kept of it. */
  get(id) {
    return this.#control.ask("GET", `/v1/events/${encodeURIComponent(id)}`);
  }

  /** The events of a trace, with everything that is kept of them, in the order in which they happened; also by the id of one of them. */
  async trace(id) {
    return (await this.#control.ask("GET", `/v1/traces/${encodeURIComponent(id)}`)).events;
  }

  /**
   * The first event that has ended since the test began, or ends in time, and is like `like`: an object of which each key must match
   * (`{ kind: "cron.tick", outcome: "ok", calls: [{ service: "kv", operation: "put" }] }`), or a function. Regular expressions match
   * text; of arrays, each given item must match one that is there. Without such an event it throws, with those that there were.
   */
  async expect(like, { timeoutMs = 30_000 } = {}) {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      for await (const event of this.#tail(signal)) {
        if (matches(like, event)) return event;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    const latest = await this.list({ limit: SHOWN });
    const lines = latest.reverse().map((event) => `\n  ${line(event)}`);
    const wanted = typeof like === "function" ? "as expected" : `like ${inspect(like, { depth: null, breakLength: Infinity })}`;
    throw new GreenroomError(`no event ${wanted} in ${timeoutMs} ms; the journal's latest:${lines.join("") || " none"}`, { code: "no-event" });
  }

  /** Events as a fixture that can be replayed. `chain`: with all that they caused. `redact`: regular expressions of what to leave out. */
  export(ids, { chain = false, redact = [] } = {}) {
    return this.#control.ask("POST", "/v1/events/export", { ids: [ids].flat(), chain, redact });
  }

  /**
   * Makes recorded events happen again: one of the journal by its id, or a fixture (an object, or the path or URL of a file). Gives what
   * differs, `differences`, and whether it failed. `mode`: `"chain"` or `"isolate"`. `untilFails`: again and again, at most so often.
   */
  async replay(what, { mode = "chain", untilFails } = {}) {
    const source = typeof what === "string" && /^[0-9a-f]{32}$/.test(what) ? { id: what } : { fixture: await fixture(what) };
    return this.#control.ask("POST", "/v1/events/replay", { ...source, mode, until_fails: untilFails });
  }

  /** Events as they end, beginning where `mark` was. */
  async *#tail(signal) {
    const response = await this.#control.send("GET", `/v1/events/tail?after=${this.#position}`, { signal });
    let text = "";
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + piece).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const data = block.split("\n").filter((line) => line.startsWith("data:"));
        if (data.length > 0) yield JSON.parse(data.map((line) => line.slice(5)).join("\n"));
      }
    }
  }
}

async function fixture(what) {
  const isFile = typeof what === "string" || what instanceof URL;
  return isFile ? JSON.parse(await readFile(what, "utf8")) : what;
}

function line({ at, app, kind, summary, outcome, status, message }) {
  return [at, app, kind, summary, "→", outcome, status, message].filter((part) => part !== undefined && part !== null).join(" ");
}
