// `Intl.DateTimeFormat`.
(intl) => {
  "use strict";
  const { data, supplemental, canonicalizeLocaleList, resolveLocale, getOption, outOfRange, asString, asNumber, isType, finish, receiver, coerce } = intl.use("core");
  const { generator, bestPattern, glue, fill, tokens, join, skeletonOf } = intl.use("date-patterns");
  const { CALENDARS, fieldsAt, parts } = intl.use("date-parts");
  const { digitsOf, symbolsOf, text } = intl.use("number-parts");
  const zones = intl.use("zones");
  const SERVICE = "Intl.DateTimeFormat";
  const records = new WeakMap();

  const CYCLE = { h11: "K", h12: "h", h23: "H", h24: "k" };
  const LETTER = { K: "h11", h: "h12", H: "h23", k: "h24" };
  const NAMES = ["narrow", "short", "long"], NUMBERS = ["2-digit", "numeric"];
  // The options that ask for a field, in the order in which they are read; what each asks the skeleton for.
  const FIELDS = [
    ["weekday", NAMES, { narrow: "EEEEE", short: "EEE", long: "EEEE" }],
    ["era", NAMES, { narrow: "GGGGG", short: "GGG", long: "GGGG" }],
    ["year", NUMBERS, { "2-digit": "yy", numeric: "y" }],
    ["month", [...NUMBERS, ...NAMES], { "2-digit": "MM", numeric: "M", narrow: "MMMMM", short: "MMM", long: "MMMM" }],
    ["day", NUMBERS, { "2-digit": "dd", numeric: "d" }],
    ["dayPeriod", NAMES, { narrow: "BBBBB", short: "B", long: "BBBB" }],
    ["hour", NUMBERS, { "2-digit": "jj", numeric: "j" }],
    ["minute", NUMBERS, { "2-digit": "mm", numeric: "m" }],
    ["second", NUMBERS, { "2-digit": "ss", numeric: "s" }],
    ["fractionalSecondDigits"],
    ["timeZoneName", ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"],
      { short: "z", long: "zzzz", shortOffset: "O", longOffset: "OOOO", shortGeneric: "v", longGeneric: "vvvv" }],
  ];
  const DATE = ["weekday", "year", "month", "day"], TIME = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];

  const ALIASES = { gregorian: "gregory", "islamicc": "islamic-civil", "ethiopic-amete-alem": "ethioaa" };
  const calendarNamed = (name) => ALIASES[name] ?? name;
  const isCalendar = (name) => calendarNamed(name) in CALENDARS;
  const isNumberingSystem = (name) => name in supplemental("numbering").digits;
  // Calendars that `Intl` knows elsewhere and this one does not tell dates in.
  const LACKING = new Set(["chinese", "coptic", "dangi", "ethioaa", "ethiopic", "indian", "islamic", "islamic-rgsa"]);

  function defaultCalendar(tag) {
    const region = intl.ops.locale(tag, 1).split("-").find((part, i) => i > 0 && /^([A-Z]{2}|\d{3})$/.test(part));
    const { calendars } = supplemental("time");
    const first = (calendars[region] ?? calendars["001"])[0];
    return calendarNamed(first);
  }

  function settings(locales, given, required, defaults) {
    const requested = canonicalizeLocaleList(locales);
    const options = coerce(given, SERVICE);
    getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
    const ca = getOption(options, "calendar", "string", undefined, undefined, SERVICE);
    if (ca !== undefined && !isType(ca)) throw new RangeError(`Invalid calendar : ${ca}`);
    const nu = getOption(options, "numberingSystem", "string", undefined, undefined, SERVICE);
    if (nu !== undefined && !isType(nu)) throw new RangeError(`Invalid numberingSystem : ${nu}`);
    const hour12 = getOption(options, "hour12", "boolean");
    let hourCycle = getOption(options, "hourCycle", "string", ["h11", "h12", "h23", "h24"], undefined, SERVICE);
    if (hour12 !== undefined) hourCycle = null;
    if (ca !== undefined && LACKING.has(ca.toLowerCase())) lacking(ca.toLowerCase());
    const found = resolveLocale(requested, {
      ca: isCalendar, nu: isNumberingSystem, hc: (value) => value in CYCLE,
    }, { ca: ca?.toLowerCase(), nu: nu?.toLowerCase(), hc: hourCycle });
    const asked = / ?-u-(?:.*-)?ca-(\w+)/.exec(requested[0] ?? "")?.[1];
    if (ca === undefined && LACKING.has(asked)) lacking(asked);
    const s = {
      locale: hour12 === undefined ? found.locale : found.locale.replace(/-hc-h\d\d/, "").replace(/-u$/, ""), dataLocale: found.data,
      calendar: calendarNamed(found.used.ca ?? defaultCalendar(found.base)),
      numberingSystem: found.used.nu ?? data(found.data, "numbers").default,
    };
    s.cldrCalendar = CALENDARS[s.calendar];
    s.digits = digitsOf(s.numberingSystem);
    s.minusSign = symbolsOf(found.data, s.numberingSystem).own.symbols.minusSign;
    s.zone = zoneOption(options.timeZone);
    readFields(s, options, required, defaults);
    s.generator = generator(s.dataLocale, found.base, s.cldrCalendar);
    const preferred = s.generator.hour;
    let cycle = hour12 === undefined ? found.used.hc : undefined;
    if (hour12 === true) cycle = "hK".includes(preferred) ? LETTER[preferred] : found.base.endsWith("-JP") || found.base === "ja" ? "h11" : "h12";
    else if (hour12 === false) cycle = "Hk".includes(preferred) ? LETTER[preferred] : "h23";
    s.cycle = cycle ?? LETTER[preferred];
    s.cycleAsked = cycle !== undefined;
    s.pattern = s.dateStyle !== undefined || s.timeStyle !== undefined ? stylePattern(s) : fieldsPattern(s);
    s.hasHour = tokens(s.pattern).some((token) => "hHkK".includes(token.letter ?? "-"));
    return s;
  }
  function lacking(calendar) {
    throw new RangeError(`Intl.DateTimeFormat: the calendar ${calendar} is not emulated`);
  }
  function zoneOption(value) {
    if (value === undefined) return zones.find("UTC");
    const name = asString(value);
    const zone = zones.find(name);
    if (zone === undefined) throw new RangeError(`Invalid time zone specified: ${name}`);
    return zone;
  }

  function readFields(s, options, required, defaults) {
    const wanted = {};
    let explicit = false;
    for (const [name, values] of FIELDS) {
      if (name === "fractionalSecondDigits") {
        const digits = options.fractionalSecondDigits;
        if (digits !== undefined) {
          const number = Number(digits);
          if (!(number >= 1 && number <= 3)) throw new RangeError("fractionalSecondDigits value is out of range.");
          wanted[name] = Math.floor(number);
        }
      } else wanted[name] = getOption(options, name, "string", values, undefined, SERVICE);
      explicit ||= wanted[name] !== undefined;
    }
    getOption(options, "formatMatcher", "string", ["basic", "best fit"], "best fit", SERVICE);
    const STYLES = ["full", "long", "medium", "short"];
    s.dateStyle = getOption(options, "dateStyle", "string", STYLES, undefined, SERVICE);
    s.timeStyle = getOption(options, "timeStyle", "string", STYLES, undefined, SERVICE);
    if (s.dateStyle !== undefined || s.timeStyle !== undefined) {
      if (explicit) throw new TypeError("Invalid option : option");
      if (required === "date" && s.timeStyle !== undefined) throw new TypeError("Invalid option : timeStyle");
      if (required === "time" && s.dateStyle !== undefined) throw new TypeError("Invalid option : dateStyle");
      return;
    }
    const has = (names) => names.some((name) => wanted[name] !== undefined);
    let needed = true;
    if ((required === "date" || required === "any") && has(DATE)) needed = false;
    if ((required === "time" || required === "any") && has(TIME)) needed = false;
    if (needed && defaults !== "time") wanted.year = wanted.month = wanted.day = "numeric";
    if (needed && defaults !== "date") wanted.hour = wanted.minute = wanted.second = "numeric";
    s.wanted = wanted;
  }

  /** A pattern with the letters of its hours changed. */
  const withCycle = (pattern, cycle) => join(tokens(pattern).map((token) => ("hHkK".includes(token.letter ?? "-") ? { ...token, letter: CYCLE[cycle] } : token)));

  function fieldsPattern(s) {
    let skeleton = "";
    for (const [name, , letters] of FIELDS) {
      const value = s.wanted[name];
      if (value === undefined) continue;
      skeleton += name === "fractionalSecondDigits" ? "S".repeat(value) : letters[value].replaceAll("j", CYCLE[s.cycle]);
    }
    s.skeleton = skeleton;
    return withCycle(bestPattern(s.generator, skeleton, true), s.cycle);
  }
  function stylePattern(s) {
    const { formats } = s.generator;
    const date = s.dateStyle && formats.date[s.dateStyle];
    let time = s.timeStyle && formats.time[s.timeStyle];
    if (time === undefined) return date;
    const whole = date === undefined ? time : join(fill(glue(s.generator, s.dateStyle), tokens(time), tokens(date)));
    const own = tokens(whole).find((token) => "hHkK".includes(token.letter ?? "-"));
    if (own !== undefined && !s.cycleAsked) s.cycle = LETTER[own.letter];
    if (own === undefined || LETTER[own.letter] === s.cycle) return whole;
    const skeleton = withCycle(skeletonOf(whole), s.cycle);
    return withCycle(bestPattern(s.generator, skeleton, true), s.cycle);
  }

  function timeOf(value) {
    if (value === undefined) return intl.ops.now();
    const time = asNumber(value);
    if (!(Math.abs(time) <= 8.64e15)) throw new RangeError("Invalid time value");
    return Math.trunc(time) + 0;
  }
  // V8 keeps the plain spaces that stood before AM and PM, and around the dash of ranges, until CLDR 42.
  const THIN = /[\u202f\u2009]/g;
  const spaces = (list) => {
    for (const part of list) part.value = part.value.replace(THIN, " ");
    return list;
  };
  const partsOf = (s, time) => spaces(parts(s, s.pattern, fieldsAt(s, time)));
  const formatted = (s, value) => text(parts(s, s.pattern, fieldsAt(s, timeOf(value)))).replace(THIN, " ");

  function range(s, start, end, method) {
    if (start === undefined || end === undefined) throw new TypeError("Invalid time value");
    const from = timeOf(start), to = timeOf(end);
    return spaces(intl.use("date-range").range(s, from, to));
  }

  class DateTimeFormat {
    constructor(locales = undefined, options = undefined) {
      records.set(this, settings(locales, options, "any", "date"));
    }
    get format() {
      const s = receiver(records, this, "UnwrapDateTimeFormat");
      return s.bound ??= Object.defineProperty((date) => formatted(s, date), "name", { value: "" });
    }
    formatToParts(date) {
      const s = receiver(records, this, "Intl.DateTimeFormat.prototype.formatToParts");
      return partsOf(s, timeOf(date));
    }
    formatRange(startDate, endDate) {
      const s = receiver(records, this, "Intl.DateTimeFormat.prototype.formatRange");
      return text(range(s, startDate, endDate));
    }
    formatRangeToParts(startDate, endDate) {
      const s = receiver(records, this, "Intl.DateTimeFormat.prototype.formatRangeToParts");
      return range(s, startDate, endDate);
    }
    resolvedOptions() {
      const s = receiver(records, this, "Intl.DateTimeFormat.prototype.resolvedOptions");
      const result = { locale: s.locale, calendar: s.calendar, numberingSystem: s.numberingSystem, timeZone: s.zone.id };
      if (s.hasHour) Object.assign(result, { hourCycle: s.cycle, hour12: s.cycle === "h11" || s.cycle === "h12" });
      if (s.dateStyle === undefined && s.timeStyle === undefined) showFields(s, result);
      if (s.dateStyle !== undefined) result.dateStyle = s.dateStyle;
      if (s.timeStyle !== undefined) result.timeStyle = s.timeStyle;
      return result;
    }
  }
  // Which fields a pattern shows: V8 looks for these letters anywhere in it, quoted text included, and takes the first that it finds.
  const names = (...letters) => letters.flatMap((c) => [[c.repeat(5), "narrow"], [c.repeat(4), "long"], [c.repeat(c === "G" || c === "B" || c === "b" ? 1 : 3), "short"]]);
  const numbers = (...letters) => letters.flatMap((c) => [[c.repeat(2), "2-digit"], [c, "numeric"]]);
  const SHOWN = {
    weekday: names("E", "c"), era: names("G"), year: numbers("y"), month: [...names("M").slice(0, 3), ...numbers("M"), ...names("L"), ...numbers("L")],
    day: numbers("d"), dayPeriod: names("B", "b"), hour: numbers("H", "h", "k", "K"), minute: numbers("m"), second: numbers("s"),
    timeZoneName: [["zzzz", "long"], ["z", "short"], ["OOOO", "longOffset"], ["O", "shortOffset"], ["vvvv", "longGeneric"], ["v", "shortGeneric"]],
  };
  function showFields(s, result) {
    for (const [name] of FIELDS) {
      if (name === "fractionalSecondDigits") {
        const digits = tokens(s.pattern).find((token) => token.letter === "S")?.length;
        if (digits !== undefined) result[name] = digits;
        continue;
      }
      const found = SHOWN[name].find(([letters]) => s.pattern.includes(letters));
      if (found !== undefined) result[name] = found[1];
    }
  }
  const Callable = finish(DateTimeFormat, "DateTimeFormat", { callable: true });

  // Formatters of `toLocaleString` and its kin without options, by locale.
  const kept = new Map();
  function toLocaleString(time, locales, options, required, defaults) {
    if (options !== undefined || locales !== undefined && typeof locales !== "string") return formatted(settings(locales, options, required, defaults), time);
    const key = `${defaults}/${locales}`;
    let s = kept.get(key);
    if (s === undefined) {
      if (kept.size >= 50) kept.clear();
      kept.set(key, s = settings(locales, options, required, defaults));
    }
    return formatted(s, time);
  }
  return { DateTimeFormat: Callable, toLocaleString, isCalendar };
}
