// Cases of texts: plurals, relative times, lists, names, durations, locales, order, segments, case.
import { flat, label } from "./show.js";

export function pluralRules(note, tag) {
  for (const type of ["cardinal", "ordinal"]) {
    const rules = new Intl.PluralRules(tag, { type });
    for (const n of [0, 1, 2, 3, 5, 7, 11, 12, 21, 22, 25, 100, 101, 111, 1000, 1e6, 0.5, 1.5, -1, NaN]) note(`${type} ${n}`, () => rules.select(n));
    for (const [a, b] of [[0, 1], [1, 2], [1, 5], [2, 2], [100, 102]]) note(`${type} ${a}–${b}`, () => rules.selectRange(a, b));
    note(`${type} resolved`, () => JSON.stringify(rules.resolvedOptions()));
  }
  note("two digits", () => [1, 2, 1.5].map((n) => new Intl.PluralRules(tag, { minimumFractionDigits: 2 }).select(n)).join());
  note("compact", () => [1000, 2e6, 1234567].map((n) => new Intl.PluralRules(tag, { notation: "compact" }).select(n)).join());
}

export function relativeTimeFormat(note, tag) {
  for (const style of ["long", "short", "narrow"]) {
    for (const numeric of ["always", "auto"]) {
      const format = new Intl.RelativeTimeFormat(tag, { style, numeric });
      for (const unit of ["second", "minutes", "hour", "day", "week", "month", "quarters", "year"]) {
        note(`${style} ${numeric} ${unit}`, () => [-2, -1, -0, 0, 1, 2, 5, 10.5, -1234].map((value) => format.format(value, unit)).join(" | "));
      }
      note(`${style} ${numeric} parts`, () => flat(format.formatToParts(-1234.5, "day")));
      note(`${style} ${numeric} resolved`, () => JSON.stringify(format.resolvedOptions()));
    }
  }
}

export function listFormat(note, tag) {
  for (const type of ["conjunction", "disjunction", "unit"]) {
    for (const style of ["long", "short", "narrow"]) {
      const format = new Intl.ListFormat(tag, { type, style });
      for (const list of [[], ["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"], ["uno", "iglesia"], ["siete", "ocho"]]) note(`${type} ${style} ${list}`, () => format.format(list));
      note(`${type} ${style} parts`, () => flat(format.formatToParts(new Set(["x", "y", "z"]))));
    }
  }
}

export function displayNames(note, tag) {
  const all = (options, codes) => {
    const names = new Intl.DisplayNames(tag, options);
    for (const code of codes) note(`${label(options)} ${code}`, () => names.of(code));
  };
  for (const options of [{ type: "language" }, { type: "language", languageDisplay: "standard" }, { type: "language", style: "short" }]) {
    all(options, ["en", "de", "fr-CA", "zh-Hant", "zh-Hans-CN", "en-GB", "pt-BR", "sr-Latn-RS", "es-419", "nl-BE", "xx", "zh-TW"]);
  }
  for (const style of ["long", "short", "narrow"]) {
    all({ type: "region", style }, ["US", "GB", "DE", "419", "XX", "HK", "TR"]);
    all({ type: "script", style }, ["Latn", "Arab", "Hans", "Zzzz"]);
    all({ type: "currency", style }, ["USD", "EUR", "JPY", "ABC", "UAH"]);
    all({ type: "calendar", style }, ["gregory", "buddhist", "iso8601", "hebrew"]);
    all({ type: "dateTimeField", style }, ["era", "year", "month", "weekOfYear", "weekday", "dayPeriod", "hour", "timeZoneName"]);
  }
  all({ type: "region", fallback: "none" }, ["QX"]);
}

export function durationFormat(note, tag) {
  const durations = [{ hours: 1, minutes: 2, seconds: 3 }, { years: 1, months: 2, days: 3 }, { days: 1 }, { hours: 10, seconds: 5, milliseconds: 120 },
    { seconds: 1, milliseconds: 5, microseconds: 6, nanoseconds: 7 }, { hours: -1, minutes: -30 }, { years: 1234 }];
  for (const options of [...["long", "short", "narrow", "digital"].map((style) => ({ style })), { style: "digital", fractionalDigits: 2 }, { hours: "numeric" },
    { style: "narrow", hoursDisplay: "always" }]) {
    const format = new Intl.DurationFormat(tag, options);
    for (const duration of durations) note(`${label(options)} ${label(duration)}`, () => format.format(duration));
    note(`${label(options)} parts`, () => flat(format.formatToParts(durations[3])));
    note(`${label(options)} resolved`, () => JSON.stringify(format.resolvedOptions()));
  }
}

export function locale(note, tag) {
  const of = new Intl.Locale(tag);
  for (const method of ["getCalendars", "getCollations", "getHourCycles", "getNumberingSystems", "getTimeZones", "getTextInfo", "getWeekInfo"]) note(method, () => JSON.stringify(of[method]()));
  note("maximize", () => of.maximize().toString());
  note("minimize", () => of.minimize().toString());
  const full = new Intl.Locale(tag, { calendar: "buddhist", hourCycle: "h11", numeric: true, caseFirst: "upper", collation: "phonebk", numberingSystem: "thai", firstDayOfWeek: "3" });
  for (const key of ["baseName", "calendar", "caseFirst", "collation", "hourCycle", "numeric", "numberingSystem", "language", "script", "region", "firstDayOfWeek"]) note(key, () => full[key]);
  note("text of the tag", () => full.toString());
}

const WORDS = ["z", "a", "Z", "A", "ä", "ö", "å", "ø", "o", "e", "é", "è", "E", "ñ", "n", "ch", "c", "d", "ll", "l", "ß", "ss", "i", "ı", "I", "İ", "10", "9", "1", "co-op", "coop", "co op",
  "б", "а", "ё", "е", "ж", "ا", "ب", "א", "ב", "あ", "ア", "か", "が", "한", "가", "中", "一", "国", "ก", "เ", "क", "अ", "ক", "_", "-", ",", "$", "résumé", "resume", "Resume", "cote", "coté", "côte", "côté"];
export function collator(note, tag) {
  for (const options of [{}, { numeric: true }, { caseFirst: "upper" }, { sensitivity: "base" }, { sensitivity: "accent" }, { sensitivity: "case" }, { ignorePunctuation: true }]) {
    const order = new Intl.Collator(tag, options);
    note(label(options), () => [...WORDS].sort(order.compare).join(" "));
    note(`${label(options)} alike`, () => [["a", "á"], ["a", "A"], ["a", "ä"], ["ss", "ß"], ["co-op", "coop"], ["2", "10"], ["あ", "ア"], ["v", "w"]].map(([a, b]) => order.compare(a, b)).join());
    note(`${label(options)} resolved`, () => JSON.stringify(order.resolvedOptions()));
  }
}

const TEXTS = ["Hello, world! How are you? I'm fine.", "e\u0301👨‍👩‍👧‍👦🇩🇪🇫🇷!", "これは日本語です。元気ですか？", "สวัสดีชาวโลก ยินดีต้อนรับ", "我们在北京学习中文。", "3.14 + 2,000 = ok@example.com", "नमस्ते दुनिया। कैसे हो?",
  "Mr. Smith went to Washington. He arrived at 5 p.m.", "a\r\nb\tc", ""];
export function segmenter(note, tag) {
  for (const granularity of ["grapheme", "word", "sentence"]) {
    const of = new Intl.Segmenter(tag, { granularity });
    for (const text of TEXTS) note(`${granularity} ${JSON.stringify(text)}`, () => [...of.segment(text)].map(({ segment, isWordLike }) => (isWordLike === true ? `${segment}*` : segment)).join("|"));
    note(`${granularity} containing`, () => JSON.stringify([0, 5, 12, 99].map((index) => of.segment(TEXTS[0]).containing(index) ?? null)));
  }
}

export function stringMethods(note, tag) {
  for (const text of ["istanbul İI ıi", "straße ŉ ﬁ", "ΑΣ Άλφα ΐ", "Ì Í Ĩ J́", "ijs IJS"]) {
    note(`upper ${text}`, () => text.toLocaleUpperCase(tag));
    note(`lower ${text}`, () => text.toLocaleLowerCase(tag));
  }
  note("localeCompare", () => [["a", "b"], ["ä", "z"], ["a", "a"], ["résumé", "resume"]].map(([a, b]) => a.localeCompare(b, tag)).join());
  note("localeCompare with options", () => "a".localeCompare("A", tag, { sensitivity: "base" }));
  note("normalize", () => ["NFC", "NFD", "NFKC", "NFKD"].map((form) => "ﬁ é e\u0301 Å 가".normalize(form)).join(" | "));
}
