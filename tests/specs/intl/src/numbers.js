// Cases of numbers.
import { flat, label } from "./show.js";

const units = ["kilometer", "celsius", "liter", "kilometer-per-hour", "byte", "day", "percent", "meter-per-second"];
const OPTIONS = [
  {}, { style: "percent" }, { style: "percent", maximumFractionDigits: 1 },
  ...["USD", "EUR", "JPY", "INR", "CHF", "KWD"].map((currency) => ({ style: "currency", currency })),
  ...["code", "name", "narrowSymbol"].map((currencyDisplay) => ({ style: "currency", currency: "CAD", currencyDisplay })),
  { style: "currency", currency: "EUR", currencySign: "accounting" }, { style: "currency", currency: "EUR", currencySign: "accounting", signDisplay: "always" },
  { notation: "compact" }, { notation: "compact", compactDisplay: "long" }, { notation: "compact", style: "currency", currency: "USD" },
  { notation: "compact", maximumFractionDigits: 2 }, { notation: "compact", style: "percent" },
  { notation: "scientific" }, { notation: "engineering", maximumFractionDigits: 1 },
  ...["short", "long", "narrow"].flatMap((unitDisplay) => units.map((unit) => ({ style: "unit", unit, unitDisplay }))),
  ...["always", "never", "exceptZero", "negative"].map((signDisplay) => ({ signDisplay })),
  { useGrouping: false }, { useGrouping: "always" }, { useGrouping: "min2" }, { minimumIntegerDigits: 4 }, { minimumFractionDigits: 2 },
  { maximumSignificantDigits: 3 }, { minimumSignificantDigits: 5 }, { maximumSignificantDigits: 2, maximumFractionDigits: 1, roundingPriority: "morePrecision" },
  { maximumSignificantDigits: 2, maximumFractionDigits: 1, roundingPriority: "lessPrecision" },
  ...["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfTrunc", "halfEven"].map((roundingMode) => ({ maximumFractionDigits: 0, roundingMode })),
  { roundingIncrement: 25, minimumFractionDigits: 2, maximumFractionDigits: 2 }, { trailingZeroDisplay: "stripIfInteger", minimumFractionDigits: 2 },
  { numberingSystem: "deva" },
];
const VALUES = [0, -0, 1, 2, 5, -1234.5, 2.5, 12345.678, 1234567, 1e9, 0.00123, NaN, -Infinity, 12345678901234567890n, "0.1234567890123456789"];

export function numberFormat(note, tag) {
  for (const options of OPTIONS) {
    const format = new Intl.NumberFormat(tag, options);
    note(label(options), () => VALUES.map((value) => format.format(value)).join(" | "));
    note(`${label(options)} parts`, () => flat(format.formatToParts(-12345.678)));
  }
  for (const options of [{}, { style: "currency", currency: "usd" }, { style: "unit", unit: "liter" }, { notation: "compact" }, { maximumSignificantDigits: 4 }]) {
    note(`resolved ${label(options)}`, () => JSON.stringify(new Intl.NumberFormat(tag, options).resolvedOptions()));
  }
}

export function numberRange(note, tag) {
  const kinds = [{}, { style: "currency", currency: "USD" }, { style: "currency", currency: "EUR", maximumFractionDigits: 0 }, { style: "unit", unit: "kilometer" },
    { style: "unit", unit: "liter", unitDisplay: "long" }, { style: "percent" }, { notation: "compact" }, { style: "currency", currency: "JPY", currencyDisplay: "name" }];
  for (const options of kinds) {
    const format = new Intl.NumberFormat(tag, options);
    for (const [start, end] of [[1, 2], [3, 3], [1234, 5678], [-5, 10], [-3, -1], [1e6, 2e6], [1, 1.0001]]) {
      note(`${label(options)} ${start} ${end}`, () => format.formatRange(start, end));
    }
    note(`${label(options)} parts`, () => flat(format.formatRangeToParts(3, 5)));
  }
}

export function numberMethods(note, tag) {
  note("number", () => (1234567.891).toLocaleString(tag));
  note("currency", () => (1234.5).toLocaleString(tag, { style: "currency", currency: "EUR" }));
  note("list of tags", () => (0.256).toLocaleString(["xx", tag], { style: "percent" }));
  note("bigint", () => 123456789012345678901234567890n.toLocaleString(tag));
  note("array", () => [1234.5, null, undefined, "text", 67n].toLocaleString(tag));
  note("array with options", () => [1, 2.5].toLocaleString(tag, { minimumFractionDigits: 2 }));
  note("typed array", () => new Float64Array([1234.5, -0.25]).toLocaleString(tag));
  note("default locale", () => (1234.5).toLocaleString());
}
