// The tables of the bench of AWS Lambda, in Markdown.
import { spread } from "../statistics.mjs";
import { resultTable, table, targetTable } from "../table.mjs";
import { AT_ONCE, CALLERS } from "./measure.mjs";
import { RUNTIMES } from "./project.mjs";

const MIB = 2 ** 20;
const KINDS = Object.keys(RUNTIMES);
const milliseconds = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
const mebibytes = (value) => (value / MIB).toFixed(1);
const whole = (value) => Math.round(value).toLocaleString("en");
const median = (values) => spread(values ?? [])?.median;

/** Aims: times of the bare function and of MiniStack, and what a call may add. */
const AIMS = { overhead: 1, cold: 1.3, rate: 5 };

const each = (name, of, as) => KINDS.map((kind) => ({ name: name.replace("KIND", kind), of: (results) => of(results, kind), as }));
const loads = (field, measure) => (results, kind) => (results[field]?.[kind] ?? []).map((load) => load[measure]);

const ROWS = [
  { name: "start → first answer of a function (node), ms", of: ({ start }) => start, as: milliseconds },
  ...each("cold call, KIND, ms", ({ cold }, kind) => cold?.[kind], milliseconds),
  ...each("the bare interpreter beside it, KIND, ms", ({ bare }, kind) => bare?.[kind], milliseconds),
  ...each("warm call, KIND, p50, ms", loads("warm", "p50"), milliseconds),
  ...each("warm call, KIND, p99, ms", loads("warm", "p99"), milliseconds),
  ...each("warm calls/s, KIND, one caller", loads("warm", "rate"), whole),
  ...each(`warm calls/s, KIND, ${CALLERS} callers`, loads("rate", "rate"), whole),
  { name: "save → new answer (node), ms", of: ({ reload }) => reload, as: milliseconds },
  ...each(`${AT_ONCE} calls of 100 ms at once, KIND, ms`, ({ burst }, kind) => burst?.[kind], milliseconds),
  ...each("the same again, KIND, ms", ({ again }, kind) => again?.[kind], milliseconds),
  ...each("instances that answered, KIND", ({ instances }, kind) => instances?.[kind], whole),
  ...each("memory per instance, KIND, MiB", ({ memory }, kind) => memory?.[kind], mebibytes),
  { name: "memory with one instance, MiB", of: ({ idle }) => idle, as: mebibytes },
];

/** @param measured `[{ name, results }]` in the order of the columns. */
export function report({ machine, plan, measured, notes, targets }) {
  const isMeasured = (row) => measured.some(({ results }) => spread(row.of(results) ?? []) !== null);
  return `${[
    "# AWS Lambda",
    table(["", ""], machine),
    `Medians, with the least and the greatest value in brackets. ${plan}`,
    resultTable(ROWS.filter(isMeasured), measured),
    ...notes,
    "## Targets",
    targetTable(targets),
  ].join("\n\n")}\n`;
}

/** `[{ target, measured, met }]` of one column, those whose both sides were measured. */
export function targetsOf(name, measured, bareCalls) {
  const of = (wanted) => measured.find((column) => column.name === wanted)?.results;
  const [own, peer] = [of(name), of("MiniStack")];
  return KINDS.flatMap((kind) => {
    const targets = [];
    const call = (results) => median(loads("warm", "p50")(results, kind));
    const rate = (results) => median(loads("warm", "rate")(results, kind));
    if (!own.warm[kind]) return [];
    const add = (target, value, unit, met) => targets.push({ target: `${name}: ${kind}, ${target}`, measured: `${value.toFixed(2)} ${unit}`, met });
    const overhead = call(own) - (median(bareCalls[kind]) ?? 0);
    add(`a warm call adds ≤ ${AIMS.overhead} ms to the bare function`, overhead, "ms", overhead <= AIMS.overhead);
    if (own.bare[kind]) {
      const cold = median(own.cold[kind]) / median(own.bare[kind]);
      add(`cold call ≤ ${AIMS.cold} × the bare interpreter with it`, cold, "×", cold <= AIMS.cold);
    }
    if (peer?.warm[kind]) {
      const ratio = rate(own) / rate(peer);
      add(`warm calls/s ≥ ${AIMS.rate} × MiniStack`, ratio, "×", ratio >= AIMS.rate);
    }
    return targets;
  });
}
