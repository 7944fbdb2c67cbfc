// Cases of dates.
import { flat, label } from "./show.js";

const NAMES = ["narrow", "short", "long"], NUMBERS = ["numeric", "2-digit"], STYLES = ["full", "long", "medium", "short"];
const OPTIONS = [
  {}, ...STYLES.flatMap((style) => [{ dateStyle: style }, { timeStyle: style }, { dateStyle: style, timeStyle: style }]),
  { dateStyle: "medium", timeStyle: "short" }, { dateStyle: "full", timeStyle: "short" },
  ...["h11", "h12", "h23", "h24"].flatMap((hourCycle) => [{ timeStyle: "short", hourCycle }, { hour: "numeric", minute: "2-digit", hourCycle }]),
  { timeStyle: "medium", hour12: true }, { hour: "numeric", hour12: false },
  ...NAMES.map((weekday) => ({ weekday })), ...NAMES.map((era) => ({ era })), ...NUMBERS.map((year) => ({ year })),
  ...[...NAMES, ...NUMBERS].flatMap((month) => [{ month }, { month, day: "numeric" }, { year: "numeric", month }, { year: "numeric", month, day: "numeric" },
    { weekday: "short", month, day: "numeric" }, { era: "short", year: "numeric", month }, { weekday: "long", year: "numeric", month, day: "numeric" }]),
  ...NUMBERS.map((day) => ({ day })), ...NUMBERS.map((hour) => ({ hour })), ...NUMBERS.map((minute) => ({ minute })), ...NUMBERS.map((second) => ({ second })),
  { year: "2-digit", month: "2-digit", day: "2-digit" }, { hour: "numeric", minute: "numeric" }, { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  { minute: "2-digit", second: "2-digit" }, { hour: "numeric", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 },
  { second: "numeric", fractionalSecondDigits: 1 }, { fractionalSecondDigits: 2 },
  ...NAMES.flatMap((dayPeriod) => [{ dayPeriod }, { hour: "numeric", dayPeriod, hour12: true }]),
  { weekday: "long", hour: "numeric" }, { year: "numeric", day: "numeric" }, { day: "numeric", hour: "numeric" }, { month: "long", hour: "numeric" },
  { year: "numeric", month: "long", day: "numeric", hour: "numeric", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
  { year: "numeric", month: "short", day: "numeric", hour: "numeric" }, { numberingSystem: "arab" }, { calendar: "gregory", dateStyle: "long" },
  { calendar: "buddhist", dateStyle: "long" }, { calendar: "islamic-umalqura", dateStyle: "long" }, { calendar: "persian", dateStyle: "long" },
  { calendar: "hebrew", dateStyle: "long" }, { calendar: "japanese", dateStyle: "long" }, { calendar: "roc", year: "numeric", month: "long", day: "numeric" },
  { calendar: "iso8601" },
];
const TIMES = [Date.UTC(2024, 0, 5, 3, 4, 5, 6), Date.UTC(2024, 6, 14, 15, 6, 7, 89), Date.UTC(1999, 11, 31), Date.UTC(2025, 10, 9, 12)];
const utc = (options) => ({ timeZone: "UTC", ...options });

export function dateTimeFormat(note, tag) {
  for (const options of OPTIONS) {
    const format = new Intl.DateTimeFormat(tag, utc(options));
    note(label(options), () => TIMES.map((time) => format.format(time)).join(" | "));
  }
  for (const options of [{}, { dateStyle: "full", timeStyle: "long" }, { hour: "numeric", minute: "2-digit" }, { era: "long", month: "short", weekday: "narrow", year: "numeric" },
    { hour: "numeric", hour12: true }, { timeStyle: "short", hourCycle: "h23" }, { minute: "numeric", second: "numeric", fractionalSecondDigits: 2 }]) {
    const format = new Intl.DateTimeFormat(tag, utc(options));
    note(`parts ${label(options)}`, () => flat(format.formatToParts(TIMES[1])));
    note(`resolved ${label(options)}`, () => JSON.stringify(format.resolvedOptions()));
  }
  const old = new Intl.DateTimeFormat(tag, utc({ era: "short", year: "numeric", month: "short", day: "numeric" }));
  for (const time of [-62135596800001, -8.64e15, 8.64e15, Date.UTC(-44, 2, 15), Date.UTC(1582, 9, 15) - 1]) note(`far ${time}`, () => old.format(time));
}

export function dateTimeRange(note, tag) {
  const kinds = [{}, ...STYLES.map((dateStyle) => ({ dateStyle })), { timeStyle: "short" }, { dateStyle: "medium", timeStyle: "short" }, { hour: "numeric" },
    { year: "numeric", month: "short", day: "numeric" }, { month: "long", day: "numeric" }, { year: "numeric", month: "long" }, { hour: "numeric", minute: "2-digit" },
    { weekday: "short", month: "short", day: "numeric" }, { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "2-digit" }];
  const start = Date.UTC(2024, 0, 10, 9, 5), hour = 3600e3;
  for (const options of kinds) {
    const format = new Intl.DateTimeFormat(tag, utc(options));
    for (const after of [0, 60e3, hour, 13 * hour, 24 * hour, 40 * 24 * hour, 500 * 24 * hour]) {
      note(`${label(options)} +${after / 60e3} min`, () => format.formatRange(start, start + after));
    }
    note(`${label(options)} parts`, () => flat(format.formatRangeToParts(start, start + 50 * hour)));
  }
}

export function dateMethods(note, tag) {
  const date = new Date(TIMES[1]);
  for (const method of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]) {
    note(`${method} in UTC`, () => date[method](tag, { timeZone: "UTC" }));
    note(`${method} with a field`, () => date[method](tag, utc({ weekday: "short" })));
    note(`${method} of no date`, () => new Date(NaN)[method](tag));
    note(`${method} by default`, () => date[method]());
  }
  note("style", () => date.toLocaleDateString(tag, utc({ dateStyle: "long" })));
  note("array of dates", () => [date].toLocaleString(tag, { timeZone: "UTC" }));
}
