/**
 * Who was shown what, one JSON line each in the log, from where Workers Logs, Logpush or a tail Worker take it. Written where a variant is
 * rendered, not where it is decided: who never came to the checkout says nothing about it.
 */
import type { Context } from "hono";

import type { Env } from "./env";

/** The variant of a flag, which the visitor is about to see. */
export function expose(c: Context<Env>, flag: string): string {
  const assignment = c.var.assignments[flag];
  if (assignment === undefined) throw new Error(`there is no flag \`${flag}\``);
  if (assignment.counted) log(c, "exposure", { flag, variant: assignment.variant });
  return assignment.variant;
}

/** What the visitor did, beside every variant that counts for them. */
export function convert(c: Context<Env>, goal: string): void {
  const counted = Object.entries(c.var.assignments).filter(([, { counted }]) => counted);
  log(c, "conversion", { goal, variants: Object.fromEntries(counted.map(([flag, { variant }]) => [flag, variant])) });
}

function log(c: Context<Env>, event: string, what: object): void {
  console.log(JSON.stringify({ event, visitor: c.var.visitor, at: new Date().toISOString(), ...what }));
}
