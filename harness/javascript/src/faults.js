/** What goes wrong on purpose. */
import { GreenroomError } from "./control.js";

/** The rules of a run that say what goes wrong. */
export class Faults {
  #control;

  constructor(control) {
    this.#control = control;
  }

  /** Adds a rule: `{ service: "kv", operation: "put", action: "throttle", first: 1 }`. Throws where it can never strike. */
  async add(rule) {
    const added = await this.#control.ask("POST", "/v1/faults", rule);
    if (added.warning === undefined) return added;
    await this.remove(added.name);
    throw new GreenroomError(`the fault can never strike: ${added.warning}`, { code: "no-effect" });
  }

  /** The rules, with how many calls each was for (`matched`) and how many it struck (`applied`). */
  async list() {
    return (await this.#control.ask("GET", "/v1/faults")).faults;
  }

  /** How many calls a rule has struck. */
  async applied(name) {
    const rule = (await this.list()).find((rule) => rule.name === name);
    if (rule === undefined) throw new GreenroomError(`no rule is named ${name}`, { code: "not-found" });
    return rule.applied;
  }

  async remove(name) {
    await this.#control.ask("DELETE", `/v1/faults/${encodeURIComponent(name)}`);
  }

  /** Removes all that were added; those of files stay. */
  async clear() {
    await this.#control.ask("DELETE", "/v1/faults");
  }
}
