// How the parts of an inspected object are put on lines: one line where they fit, columns for long lists, a line for each otherwise.
import { primordials } from "ext:core/mod.js";

const {
  ArrayPrototypeJoin,
  MathFloor,
  MathMax,
  MathMin,
  MathRound,
  MathSqrt,
  StringPrototypeCodePointAt,
  StringPrototypeIncludes,
  StringPrototypePadEnd,
  StringPrototypePadStart,
  StringPrototypeRepeat,
} = primordials;

/** Columns of a terminal that a line is to fit in. */
export const WIDTH = 80;

/** So many levels of objects may stand on one line. */
const LEVELS_ON_A_LINE = 3;
/** Lists of more items than this are put in columns. */
const MOST_IN_A_ROW = 6;
const MOST_COLUMNS = 15;
/** Characters of a terminal are about this much higher than wide. */
const HEIGHT_OF_CHARACTERS = 2.5;
/** A comma and a space. */
const SEPARATOR = 2;

const spaces = (count) => StringPrototypeRepeat(" ", count);

/**
 * The text of an object: `base` (nothing, or what stands before the braces), `braces` around `parts`. `columns`: undefined, or the list
 * whose items the first of the parts are, with how many of them are shown. `level`: how deep it is; `state.deepest`: how deep what was
 * shown last is.
 */
export function lay(state, { parts, base, braces, columns, level }) {
  const rows = columns !== undefined && parts.length > MOST_IN_A_ROW ? inColumns(state, parts, columns) : parts;
  const before = base === "" ? braces[0] : `${base} ${braces[0]}`;
  if (state.deepest - level < LEVELS_ON_A_LINE && rows === parts) {
    const taken = parts.length + state.indent + braces[0].length + base.length + 10;
    const line = ArrayPrototypeJoin(parts, ", ");
    if (fits(parts, taken, base) && !StringPrototypeIncludes(line, "\n")) return `${before} ${line} ${braces[1]}`;
  }
  const indent = `\n${spaces(state.indent)}`;
  return `${before}${indent}  ${ArrayPrototypeJoin(rows, `,${indent}  `)}${indent}${braces[1]}`;
}

function fits(parts, taken, base) {
  let length = parts.length + taken;
  if (length + parts.length > WIDTH) return false;
  for (let at = 0; at < parts.length; at++) {
    length += parts[at].length;
    if (length > WIDTH) return false;
  }
  return base === "" || !StringPrototypeIncludes(base, "\n");
}

/** The parts as rows of columns; the same list where they are better left as they are. */
function inColumns(state, parts, { list, more }) {
  // What says how many more there are has a line of its own.
  const count = more ? parts.length - 1 : parts.length;
  const widths = [];
  let total = 0, widest = 0;
  for (let at = 0; at < count; at++) {
    widths[at] = widthOf(parts[at]);
    total += widths[at] + SEPARATOR;
    widest = MathMax(widest, widths[at]);
  }
  const column = widest + SEPARATOR;
  if (column * 3 + state.indent >= WIDTH || (total / column <= 5 && widest > 6)) return parts;
  const columns = countOf(state, column, total, count, parts.length);
  if (columns <= 1) return parts;
  const rows = rowsOf(parts, widths, columns, count, isNumeric(list, parts.length));
  if (more) rows[rows.length] = parts[count];
  return rows;
}

function countOf(state, column, total, count, parts) {
  const biased = MathMax(column - 3 - MathSqrt(column - total / parts), 1);
  return MathMin(
    MathRound(MathSqrt(HEIGHT_OF_CHARACTERS * biased * count) / biased),
    MathFloor((WIDTH - state.indent) / column),
    LEVELS_ON_A_LINE * 4,
    MOST_COLUMNS,
  );
}

function rowsOf(parts, widths, columns, count, numeric) {
  const most = [];
  for (let column = 0; column < columns; column++) {
    let width = 0;
    for (let at = column; at < count; at += columns) width = MathMax(width, widths[at]);
    most[column] = width + SEPARATOR;
  }
  const rows = [];
  for (let start = 0; start < count; start += columns) {
    const last = MathMin(start + columns, count) - 1;
    let row = "";
    for (let at = start; at <= last; at++) {
      // What is wider or narrower than it is long is padded by how wide it is.
      const width = most[at - start] + parts[at].length - widths[at];
      if (at < last) row += numeric ? StringPrototypePadStart(`${parts[at]}, `, width) : StringPrototypePadEnd(`${parts[at]}, `, width);
      else row += numeric ? StringPrototypePadStart(parts[at], width - SEPARATOR) : parts[at];
    }
    rows[rows.length] = row;
  }
  return rows;
}

function isNumeric(list, count) {
  for (let at = 0; at < count; at++) if (typeof list[at] !== "number" && typeof list[at] !== "bigint") return false;
  return true;
}

function widthOf(text) {
  let width = 0;
  for (let at = 0; at < text.length; at++) {
    const code = StringPrototypeCodePointAt(text, at);
    if (code > 0xffff) at++;
    width += code < 0x7f ? 1 : widthOfCharacter(code);
  }
  return width;
}

/** https://www.unicode.org/reports/tr11/: two columns for what East Asian scripts write full width, none for what combines. */
function widthOfCharacter(code) {
  const between = (first, last) => code >= first && code <= last;
  if (between(0x7f, 0x9f) || between(0x300, 0x36f) || between(0x200b, 0x200f) || between(0x20d0, 0x20ff) || between(0xfe00, 0xfe0f)) return 0;
  const wide = between(0x1100, 0x115f) || between(0x2e80, 0xa4cf) || between(0xac00, 0xd7a3) || between(0xf900, 0xfaff) ||
    between(0xfe30, 0xfe6f) || between(0xff00, 0xff60) || between(0xffe0, 0xffe6) || between(0x1f300, 0x1f64f) || between(0x20000, 0x3fffd);
  return wide ? 2 : 1;
}
