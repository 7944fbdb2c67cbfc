// The tables, in Markdown.
import { ROUTES } from "./measure.mjs";
import { spread } from "./statistics.mjs";
import { resultTable, table, targetTable } from "./table.mjs";

const MIB = 2 ** 20;
const milliseconds = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const mebibytes = (value) => (value / MIB).toFixed(1);
const whole = (value) => Math.round(value).toLocaleString("en");

const failures = (results) => ROUTES.flatMap(({ name }) => results.loads[name].map(({ failed }) => failed));

/** Each row of the main table: what it is called, the values of a subject's results, how one is written. */
const ROWS = [
  { name: "start → first answer, ms", of: (results) => results.start, as: milliseconds },
  { name: "save → new answer, ms", of: (results) => results.reload, as: milliseconds },
  ...ROUTES.map(({ name }) => ({ name: `${name}, requests/s`, of: (results) => results.loads[name].map(({ rate }) => rate), as: whole })),
  ...ROUTES.map(({ name }) => ({ name: `${name}, p50, ms`, of: (results) => results.loads[name].map(({ p50 }) => p50), as: (v) => v.toFixed(2) })),
  ...ROUTES.map(({ name }) => ({ name: `${name}, p99, ms`, of: (results) => results.loads[name].map(({ p99 }) => p99), as: (v) => v.toFixed(2) })),
  { name: "failed requests, of a route in a round", of: failures, as: whole },
  { name: "memory idle, MiB", of: (results) => results.idle, as: mebibytes },
  { name: "memory after load, MiB", of: (results) => results.loaded, as: mebibytes },
];

/** What an engine must hold beside the peers, as `tests/bench/README.md` says. */
const LIMITS = {
  quickjs: { beside: { miniflare: 3, "wrangler dev": 20 }, memory: 40 },
  v8: { beside: { miniflare: 6, "wrangler dev": 20 }, memory: 70 },
};

/** @param measured `[{ name, results }]`, in the order of the columns. */
export function report({ title, machine, plan, measured, targets, stages }) {
  return [
    `# ${title}`,
    table(["", ""], machine),
    `Medians, with the least and the greatest value in brackets. ${plan}`,
    resultTable(ROWS, measured),
    ...(targets.length > 0 ? ["## Targets", targetTable(targets)] : []),
    ...stages.flatMap(({ engine, rows }) => [`## Time per stage of one request (${engine})`, stageTable(rows)]),
    "",
  ].join("\n\n").trimEnd() + "\n";
}

/** The targets of one engine: `[{ target, measured, met }]`, only those whose both sides were measured. */
export function targetsOf(engine, measured) {
  const limits = LIMITS[engine];
  const results = (name) => measured.find((each) => each.name === name)?.results;
  const own = results(`greenroom (${engine})`);
  if (limits === undefined || own === undefined) return [];
  const ratio = (of, peer) => median(of(own)) / median(of(results(peer)));
  const targets = [];
  for (const [peer, times] of Object.entries(limits.beside).filter(([peer]) => results(peer))) {
    for (const { name } of ROUTES.filter(({ held }) => held)) {
      const rate = ratio((each) => each.loads[name].map((load) => load.rate), peer);
      targets.push({ target: `${engine}: ${name}, requests/s ≥ ${times} × ${peer}`, measured: `${rate.toFixed(2)} ×`, met: rate >= times });
    }
  }
  if (results("miniflare")) {
    const start = ratio((each) => each.start, "miniflare");
    const reload = ratio((each) => each.reload, "miniflare");
    targets.push(
      { target: `${engine}: start → first answer ≤ 1/3 of miniflare`, measured: `${start.toFixed(2)} ×`, met: start <= 1 / 3 },
      { target: `${engine}: save → new answer ≤ 1/2 of miniflare`, measured: `${reload.toFixed(2)} ×`, met: reload <= 1 / 2 },
    );
  }
  const failed = failures(own).reduce((sum, each) => sum + each, 0);
  targets.push({ target: `${engine}: no request failed`, measured: `${failed}`, met: failed === 0 });
  const idle = median(own.idle);
  targets.push({ target: `${engine}: idle memory ≤ ${limits.memory} MB`, measured: `${(idle / 1e6).toFixed(1)} MB`, met: idle <= limits.memory * 1e6 });
  return targets;
}

const median = (values) => spread(values).median;

/** `rows`: `[{ stage, p50_us, p99_us }]`, as a stage file has them. */
function stageTable(rows) {
  return table(["stage", "p50, µs", "p99, µs"], rows.map(({ stage, p50_us, p99_us }) => [stage, p50_us.toFixed(1), p99_us.toFixed(1)]));
}
