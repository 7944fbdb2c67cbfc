// Tables in Markdown, and what stands in their cells.
import { spread } from "./statistics.mjs";

/** A table whose first column is text and whose others are numbers. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** The median of the values that a row has of a subject's results, with the least and the greatest where there are several. */
export function cell({ of, as }, results) {
  const found = spread(of(results) ?? []);
  if (found === null) return "–";
  return found.count === 1 ? as(found.median) : `${as(found.median)} (${as(found.min)}–${as(found.max)})`;
}

/** The main table. @param rows `[{ name, of, as }]`; @param measured `[{ name, results }]` in the order of the columns. */
export function resultTable(rows, measured) {
  return table(["", ...measured.map(({ name }) => name)], rows.map((row) => [row.name, ...measured.map(({ results }) => cell(row, results))]));
}

/** @param targets `[{ target, measured, met }]` */
export function targetTable(targets) {
  return table(["target", "measured", "met"], targets.map(({ target, measured, met }) => [target, measured, met ? "yes" : "**no**"]));
}
