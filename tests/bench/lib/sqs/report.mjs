// The tables of the bench of SQS, in Markdown.
import { spread } from "../statistics.mjs";
import { resultTable, table, targetTable } from "../table.mjs";
import { CLIENTS, WORKS } from "./measure.mjs";

const milliseconds = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
const mebibytes = (value) => (value / 2 ** 20).toFixed(1);
const whole = (value) => Math.round(value).toLocaleString("en");
const percent = (value) => `${Math.round(value * 100)} %`;

/** Aims: rates beside MiniStack's, sends per second with many clients, the wake-up in milliseconds, the rate of a full queue beside an empty one. */
const AIMS = { rate: 5, sends: 10_000, wake: 2, full: 0.8 };
const SENDS = `send, ${CLIENTS} clients`;

const loads = ({ name }) => [
  { name: `${name}, messages/s`, of: ({ loads }) => loads[name]?.map(({ rate }) => rate), as: whole },
  { name: `${name}, p50, ms`, of: ({ loads }) => loads[name]?.map(({ p50 }) => p50), as: milliseconds },
  { name: `${name}, p99, ms`, of: ({ loads }) => loads[name]?.map(({ p99 }) => p99), as: milliseconds },
];
const wakes = (name, field) => ({ name, of: ({ wake }) => wake.map((each) => each[field]), as: milliseconds });
const entered = (clients, field) => ({
  name: `send → function entered, ${clients === 1 ? "1 client" : `${clients} clients`}, ${field}, ms`,
  of: ({ entered }) => entered[clients]?.map((each) => each[field]),
  as: milliseconds,
});
const full = ({ name }) => ({ name: `${name}, full queue beside an empty one`, of: ({ full }) => full[name]?.map((each) => each.full / each.empty), as: percent });

const ROWS = [
  ...WORKS.flatMap(loads),
  wakes("long poll, from the send, p50, ms", "p50"),
  wakes("long poll, from the send, p99, ms", "p99"),
  wakes("long poll, from the answer to the send, p50, ms", "afterP50"),
  ...[1, CLIENTS].flatMap((clients) => [entered(clients, "p50"), entered(clients, "p99")]),
  { name: "memory of 100,000 messages, MiB", of: ({ memory }) => memory, as: mebibytes },
  ...WORKS.filter(({ full }) => full).map(full),
];

/** @param measured `[{ name, results }]` in the order of the columns. */
export function report({ machine, plan, measured, notes, targets }) {
  return `${[
    "# Amazon SQS",
    table(["", ""], machine),
    `Medians, with the least and the greatest value in brackets. ${plan}`,
    resultTable(ROWS, measured),
    ...notes,
    "## Targets",
    targetTable(targets),
  ].join("\n\n")}\n`;
}

const median = (values) => spread(values ?? [])?.median;

/** `[{ target, measured, met }]` of one column. */
export function targetsOf(name, measured) {
  const of = (wanted) => measured.find((column) => column.name === wanted)?.results;
  const [own, peer] = [of(name), of("MiniStack")];
  const rate = (results, work) => median(results.loads[work]?.map(({ rate }) => rate));
  const targets = [];
  const add = (target, found, met) => targets.push({ target: `${name}: ${target}`, measured: found, met });
  add(`${SENDS}: ≥ ${whole(AIMS.sends)}/s`, `${whole(rate(own, SENDS))}/s`, rate(own, SENDS) >= AIMS.sends);
  const wake = median(own.wake.map(({ p50 }) => p50));
  add(`a long poll is woken in < ${AIMS.wake} ms from the send (p50)`, `${milliseconds(wake)} ms`, wake < AIMS.wake);
  for (const { name: work } of WORKS.filter(({ full }) => full)) {
    const ratio = median(own.full[work].map((each) => each.full / each.empty));
    add(`${work}: full queue within 20 % of an empty one`, percent(ratio), ratio >= AIMS.full);
  }
  if (peer) for (const { name: work } of WORKS) {
    const ratio = rate(own, work) / rate(peer, work);
    add(`${work}: ≥ ${AIMS.rate} × MiniStack`, `${ratio.toFixed(1)} ×`, ratio >= AIMS.rate);
  }
  return targets;
}
