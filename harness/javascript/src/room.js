/** A run: its apps, its time, its state, what happens in it. */
import { Clock } from "./clock.js";
import { Control, GreenroomError } from "./control.js";
import { Events } from "./events.js";
import { Faults } from "./faults.js";
import { Outbound } from "./outbound.js";
import { Queue, queues } from "./queues.js";
import { D1, Kv } from "./services.js";
import { start } from "./start.js";
import { State } from "./state.js";

/** An app of a run. */
export class App {
  #control;

  constructor(control, { name, url }) {
    this.#control = control;
    this.name = name;
    this.url = url;
  }

  /** A request to it; redirects are not followed, since they are what is tested. */
  fetch(path = "/", init = {}) {
    return fetch(new URL(path, this.url), { redirect: "manual", ...init });
  }

  /**
   * Reads its files again and lets them serve, as a save does, without waiting until it is seen. Gives whether another version serves now;
   * throws what is wrong with the files.
   */
  async reload() {
    return (await this.#control.ask("POST", `/v1/apps/${encodeURIComponent(this.name)}/reload`)).changed;
  }

  /** The KV namespace that its code has as `binding`. */
  kv(binding) {
    return new Kv(this.#control, this.name, binding);
  }

  /** The D1 database that its code has as `binding`. */
  d1(binding) {
    return new D1(this.#control, this.name, binding);
  }
}

/** A run. Made by `greenroom()`. */
export class Room {
  #end;

  constructor(control, apps, end) {
    this.control = control;
    this.apps = apps.map((app) => new App(control, app));
    this.clock = new Clock(control);
    this.events = new Events(control);
    this.state = new State(control, this.events);
    this.faults = new Faults(control);
    this.outbound = new Outbound(control);
    this.#end = end;
  }

  /**
   * Lets every test start from the world as it is now: state, time, faults and rules for the outside are put back after each.
   * `afterEach` is the one of the runner, `node:test` or vitest. `restart`: code serves afresh too.
   */
  async isolate(afterEach, { restart = false } = {}) {
    const branch = await this.state.branch();
    afterEach(() => branch.restore({ restart }));
    return branch;
  }

  /** One of its apps, by name; without one, the first. */
  app(name) {
    const app = name === undefined ? this.apps[0] : this.apps.find((app) => app.name === name);
    if (app === undefined) throw new GreenroomError(`no app of this run is named ${name}; there are: ${this.apps.map((app) => app.name).join(", ")}`);
    return app;
  }

  /** Where the first app is served. */
  get url() {
    return this.app().url;
  }

  /** The first event like this one: `events.expect`. */
  expectEvent(like, options) {
    return this.events.expect(like, options);
  }

  /** A request to the first app. */
  fetch(path, init) {
    return this.app().fetch(path, init);
  }

  /** The KV namespace that the first app's code has as `binding`. */
  kv(binding) {
    return this.app().kv(binding);
  }

  /** The D1 database that the first app's code has as `binding`. */
  d1(binding) {
    return this.app().d1(binding);
  }

  /** A queue of Amazon SQS, by its name, ARN or URL. */
  queue(name) {
    return new Queue(this.control, name);
  }

  /** The queues of the run, or of one of its apps. */
  queues(app) {
    return queues(this.control, app);
  }

  /** Ends the run if `greenroom()` started it; one that was there goes on. */
  async stop() {
    await this.#end?.();
    this.#end = undefined;
  }

  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    return this.stop();
  }
}

/** The run of `GREENROOM_CONTROL`, as `greenroom exec` sets it; where there is none, one is started. */
export async function greenroom(options = {}) {
  if (process.env.GREENROOM_CONTROL) return attach();
  return begin(options);
}

/** A run that is there. */
export async function attach(url = process.env.GREENROOM_CONTROL, { token = process.env.GREENROOM_TOKEN } = {}) {
  if (!url) throw new GreenroomError("no run is named", { hint: "give the URL of a control API, or set GREENROOM_CONTROL" });
  return join(new Control(url, token));
}

/** A run of its own, whatever else there is. */
export async function begin(options = {}) {
  const { url, stop } = await start(options);
  return join(new Control(url), stop);
}

async function join(control, stop) {
  const { apps } = await control.ask("GET", "/v1/apps");
  const room = new Room(control, apps, stop);
  await room.events.mark();
  return room;
}
