/** What becomes of requests that the apps' code makes to the outside. */
import { GreenroomError } from "./control.js";

/**
 * The rules of a run for requests to the outside. Which requests a rule is for is said by a URL without scheme, where `*` stands for
 * any characters (`"feeds.example.com/*"`), or by an object: `{ host, path, methods, times, app, name }`.
 */
export class Outbound {
  #control;

  constructor(control) {
    this.#control = control;
  }

  /** They are answered: `{ status, headers, body }`, or `json` in place of `body`. */
  reply(which, { status, headers, body, json } = {}) {
    return this.#add(which, { action: "reply", status, headers, body, json });
  }

  /** They go out, whatever later rules say. */
  pass(which) {
    return this.#add(which, { action: "pass" });
  }

  /** They fail, as if nobody were there. */
  deny(which) {
    return this.#add(which, { action: "deny" });
  }

  /** What is recorded in the folder is played back; all else goes out and is recorded. */
  record(which, to) {
    return this.#add(which, { action: "record", to });
  }

  /** What is recorded in the folder is played back; all else fails. */
  replay(which, to) {
    return this.#add(which, { action: "replay", to });
  }

  /** Requests that no rule is for fail: no test meets the network. */
  async denyOthers() {
    await this.#control.ask("PUT", "/v1/outbound/default", { default: "deny" });
  }

  /** Requests that no rule is for go out. */
  async passOthers() {
    await this.#control.ask("PUT", "/v1/outbound/default", { default: "pass" });
  }

  /** The rules, with how many requests each was for (`matched`). */
  async list() {
    return (await this.#control.ask("GET", "/v1/outbound")).rules;
  }

  /** How many requests a rule was for. */
  async matched(name) {
    const rule = (await this.list()).find((rule) => rule.name === name);
    if (rule === undefined) throw new GreenroomError(`no rule is named ${name}`, { code: "not-found" });
    return rule.matched;
  }

  async remove(name) {
    await this.#control.ask("DELETE", `/v1/outbound/${encodeURIComponent(name)}`);
  }

  /** Removes all that was added; what files say holds again. */
  async clear() {
    await this.#control.ask("DELETE", "/v1/outbound");
  }

  #add(which, what) {
    return this.#control.ask("POST", "/v1/outbound", { ...matcher(which), ...what });
  }
}

function matcher(which) {
  if (typeof which !== "string") return which;
  const [, host, path] = /^(?:https?:\/\/)?([^/]*)(\/.*)?$/.exec(which) ?? [];
  return { host, path };
}
