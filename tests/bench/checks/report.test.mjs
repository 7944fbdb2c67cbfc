import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyResults, ROUTES } from "../lib/measure.mjs";
import { report, targetsOf } from "../lib/report.mjs";
import { spread } from "../lib/statistics.mjs";

/** A subject that answers every route at `rate`, starts and reloads in so many milliseconds and idles at so many bytes. */
function subject(name, { rate, start, reload, idle, failed = 0 }) {
  const results = { ...emptyResults(), start: [start], reload: [reload], idle: [idle], loaded: [idle] };
  for (const route of ROUTES) results.loads[route.name] = [{ rate, p50: 1, p99: 2, failed }];
  return { name, results };
}

const PEERS = [
  subject("miniflare", { rate: 100, start: 900, reload: 200, idle: 200e6 }),
  subject("wrangler dev", { rate: 10, start: 3000, reload: 800, idle: 400e6 }),
];

const HELD = ROUTES.filter(({ held }) => held);
const unmet = (targets) => targets.filter(({ met }) => !met).map(({ target }) => target);

test("the median of an even number of values lies between the two in the middle", () => {
  assert.deepEqual(spread([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4, count: 4 });
  assert.equal(spread([]), null);
});

test("targets on their very edge are met", () => {
  const own = subject("greenroom (quickjs)", { rate: 300, start: 300, reload: 100, idle: 40e6 });
  const targets = targetsOf("quickjs", [own, ...PEERS]);
  assert.equal(targets.length, 2 * HELD.length + 4);
  assert.deepEqual(unmet(targets), []);
});

test("each target that is missed is named", () => {
  const own = subject("greenroom (v8)", { rate: 599, start: 301, reload: 101, idle: 71e6, failed: 1 });
  const missed = unmet(targetsOf("v8", [own, ...PEERS]));
  assert.deepEqual(missed, [
    ...HELD.map(({ name }) => `v8: ${name}, requests/s ≥ 6 × miniflare`),
    "v8: start → first answer ≤ 1/3 of miniflare",
    "v8: save → new answer ≤ 1/2 of miniflare",
    "v8: no request failed",
    "v8: idle memory ≤ 70 MB",
  ]);
});

test("a peer that was left out has no targets", () => {
  const own = subject("greenroom (v8)", { rate: 1, start: 1, reload: 1, idle: 1 });
  assert.deepEqual(targetsOf("v8", [own]).map(({ target }) => target), ["v8: no request failed", "v8: idle memory ≤ 70 MB"]);
});

test("what was not measured is a dash, what was measured often has its spread", () => {
  const floor = { name: "bare hyper", results: { ...emptyResults(), start: [1, 2, 12] } };
  const text = report({ title: "Bench", machine: [["memory", "1 GiB"]], plan: "", measured: [floor], targets: [], stages: [] });
  assert.match(text, /\| start → first answer, ms \| 2\.0 \(1\.0–12\) \|/);
  assert.match(text, /\| D1 query, requests\/s \| – \|/);
});
