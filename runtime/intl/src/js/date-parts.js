// A point in time as the parts of a pattern.
(intl) => {
  "use strict";
  const { data, supplemental, parentOf } = intl.use("core");
  const { tokens } = intl.use("date-patterns");
  const { inDigits } = intl.use("number-parts");
  const zones = intl.use("zones");

  // Calendars of `Intl`, and where CLDR keeps what is theirs.
  const CALENDARS = {
    gregory: "gregorian", iso8601: "iso8601", buddhist: "buddhist", hebrew: "hebrew", "islamic-civil": "islamic", "islamic-tbla": "islamic",
    "islamic-umalqura": "islamic", japanese: "japanese", persian: "persian", roc: "roc",
  };
  const GREGORIAN_MONTHS = new Set(["gregorian", "iso8601", "buddhist", "japanese", "roc"]);
  // CLDR's numbers for the eras that `icu` names.
  const ERAS = {
    be: "0", meiji: "232", taisho: "233", showa: "234", heisei: "235", reiwa: "236", roc: "1", broc: "0", minguo: "1", ap: "0", ah: "0", am: "0",
    bh: "0", ce: "1", bce: "0",
  };
  const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
  const DAY = 86400000;

  /** Year, month (from 0), day of a count of days since 1970, in the Gregorian calendar from its beginning on. */
  function civil(days) {
    const z = days + 719468;
    const era = Math.floor(z / 146097);
    const doe = z - era * 146097;
    const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
    const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
    const mp = Math.floor((5 * doy + 2) / 153);
    const month = mp < 10 ? mp + 2 : mp - 10;
    return { year: yoe + era * 400 + (month <= 1 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 };
  }

  // The first day of the Gregorian calendar: 15 October 1582. Calendars that count its years count the Julian calendar's before it, in ICU.
  const FIRST_GREGORIAN = -141427;
  function julian(days) {
    const c = days + 719470, cycle = Math.floor((4 * c + 3) / 1461);
    const doy = c - Math.floor(1461 * cycle / 4);
    const mp = Math.floor((5 * doy + 2) / 153);
    const month = mp < 10 ? mp + 2 : mp - 10;
    return { year: cycle + (month <= 1 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 };
  }
  /** The fields of calendars that differ from the Gregorian one in the count of years alone. */
  function countedFromOurs(calendar, days, gregorian) {
    if (calendar !== "buddhist" && calendar !== "roc") return undefined;
    const { year, month, day } = days < FIRST_GREGORIAN ? julian(days) : gregorian;
    const common = { month, monthCode: month + 1, day, leap: false };
    if (calendar === "buddhist") return { ...common, era: "0", year: year + 543 };
    return year > 1911 ? { ...common, era: "1", year: year - 1911 } : { ...common, era: "0", year: 1912 - year };
  }

  /** The fields of a time for a formatter: what its calendar and its clock say. */
  function fieldsAt(s, time) {
    const zone = zones.at(s.zone, time);
    const local = time + zone.offset * 1000;
    const days = Math.floor(local / DAY);
    const inDay = local - days * DAY;
    const { year, month, day } = civil(days);
    const f = {
      time, zone, days, weekday: ((days + 4) % 7 + 7) % 7,
      hour: Math.floor(inDay / 3600000), minute: Math.floor(inDay / 60000) % 60, second: Math.floor(inDay / 1000) % 60, ms: Math.floor(inDay % 1000),
      relatedYear: year,
    };
    if (s.calendar === "gregory" || s.calendar === "iso8601") return Object.assign(f, { year: year > 0 ? year : 1 - year, era: year > 0 ? "1" : "0", month, monthCode: month + 1, day });
    const counted = countedFromOurs(s.calendar, days, { year, month, day });
    if (counted !== undefined) return Object.assign(f, counted);
    const other = intl.ops.calendar(s.calendar, year, month + 1, day);
    if (other === "") throw new RangeError(`The calendar ${s.calendar} cannot tell this date here.`);
    const [era, eraYear, , code, ordinal, itsDay] = other.split("|");
    const leap = code.endsWith("L");
    const number = Number(code.slice(1, 3));
    let eraName = ERAS[era] ?? "0";
    let itsYear = Number(eraYear);
    return Object.assign(f, { year: itsYear, era: eraName, eraCode: era, month: Number(ordinal) - 1, monthCode: number, leap, day: Number(itsDay) });
  }

  const pad = (number, length) => String(number).padStart(length, "0");
  const WIDTH = { 3: "abbreviated", 4: "wide", 5: "narrow", 6: "short" };

  function monthName(s, f, context, width) {
    const source = GREGORIAN_MONTHS.has(s.cldrCalendar) ? "gregorian" : s.cldrCalendar;
    const names = data(s.dataLocale, source).months ?? data("und", source).months;
    const table = names[context]?.[width] ?? names.format[width];
    if (s.cldrCalendar === "hebrew") return hebrewMonth(table, f);
    return table[f.monthCode];
  }
  // CLDR counts Hebrew months with Adar I as the sixth; in other years Adar is the seventh, in leap years Adar II.
  function hebrewMonth(table, f) {
    if (f.leap) return table[6];
    if (f.monthCode < 6) return table[f.monthCode];
    if (f.monthCode === 6) return f.month === 6 ? table["7-yeartype-leap"] ?? table["7-alt-leap"] ?? table[7] : table[7];
    return table[f.monthCode + 1];
  }
  const hebrewNumber = (f) => (f.leap ? 6 : f.monthCode < 6 ? f.monthCode : f.monthCode + 1);

  function dayPeriodRules(locale) {
    const { periods } = supplemental("time");
    for (let tag = locale; tag !== "und"; tag = parentOf(tag)) if (periods[tag] !== undefined) return periods[tag];
    return periods[locale.split("-")[0]];
  }
  const minutesOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  function periodOf(rules, hour) {
    const minute = hour * 60;
    for (const [name, rule] of Object.entries(rules)) {
      if (rule._from === undefined) continue;
      const from = minutesOf(rule._from), before = minutesOf(rule._before);
      if (from < before ? minute >= from && minute < before : minute >= from || minute < before) return name;
    }
    return undefined;
  }
  function flexiblePeriod(s, f, length, list) {
    const has = (letter) => list.some((token) => token.letter === letter);
    const { narrow, wide, abbreviated } = data(s.dataLocale, "gregorian").dayPeriods.format;
    const names = length === 5 ? { ...abbreviated, ...narrow } : length === 4 ? wide : abbreviated;
    const rules = dayPeriodRules(s.dataLocale);
    if (rules === undefined) return amPm(s, f, length);
    const exact = (!has("m") || f.minute === 0) && (!has("s") || f.second === 0);
    let name;
    if (exact && f.hour === 12 && rules.noon !== undefined) name = "noon";
    else name = periodOf(rules, f.hour);
    return names[name] ?? names[periodOf(rules, f.hour)] ?? amPm(s, f, length);
  }
  function amPm(s, f, length) {
    const table = data(s.dataLocale, "gregorian").dayPeriods.format;
    return table[length === 5 ? "narrow" : "wide"][f.hour < 12 ? "am" : "pm"];
  }

  const hour12 = (hour) => (hour % 12 === 0 ? 12 : hour % 12);
  const TYPES = {
    G: "era", y: "year", u: "year", U: "yearName", r: "relatedYear", M: "month", L: "month", d: "day", E: "weekday", c: "weekday", e: "weekday", a: "dayPeriod", b: "dayPeriod",
    B: "dayPeriod", h: "hour", H: "hour", K: "hour", k: "hour", m: "minute", s: "second", S: "fractionalSecond", z: "timeZoneName", O: "timeZoneName",
    v: "timeZoneName",
  };
  function field(s, f, letter, length, list) {
    const names = s.names ??= data(s.dataLocale, "gregorian");
    switch (letter) {
      case "G": return eraName(s, f, length);
      case "y": return length === 2 ? pad(f.year % 100, 2) : pad(f.year, length);
      case "u": return pad(f.relatedYear, length);
      case "r": return pad(f.relatedYear, length);
      case "M": return length >= 3 ? monthName(s, f, "format", WIDTH[length]) : pad(monthNumber(s, f), length);
      case "L": return length >= 3 ? monthName(s, f, "stand-alone", WIDTH[length]) : pad(monthNumber(s, f), length);
      case "d": return pad(f.day, length);
      case "E": return names.days.format[WIDTH[Math.max(length, 3)]][WEEKDAYS[f.weekday]];
      case "e":
      case "c": return length < 3 ? String(f.weekday + 1) : names.days[letter === "c" ? "stand-alone" : "format"][WIDTH[length]][WEEKDAYS[f.weekday]];
      case "a": return amPm(s, f, length);
      case "b":
      case "B": return flexiblePeriod(s, f, length, list);
      case "h": return pad(hour12(f.hour), length);
      case "H": return pad(f.hour, length);
      case "K": return pad(f.hour % 12, length);
      case "k": return pad(f.hour === 0 ? 24 : f.hour, length);
      case "m": return pad(f.minute, length);
      case "s": return pad(f.second, length);
      case "S": return pad(f.ms, 3).slice(0, length).padEnd(length, "0");
      case "z":
      case "O":
      case "v": return zones.name(s, f, letter, length);
      default: throw new RangeError(`Intl.DateTimeFormat: the pattern letter ${letter} is not emulated`);
    }
  }
  const monthNumber = (s, f) => (s.cldrCalendar === "hebrew" ? hebrewNumber(f) : f.monthCode);
  function eraName(s, f, length) {
    const calendar = s.cldrCalendar === "iso8601" ? "gregorian" : s.cldrCalendar;
    const eras = data(s.dataLocale, calendar).eras ?? data("und", calendar).eras;
    return eras[length === 5 ? "eraNarrow" : length === 4 ? "eraNames" : "eraAbbr"][f.era];
  }
  const TEXTS = new Set(["G", "a", "b", "B", "E", "z", "O", "v"]);
  const isNumber = (letter, length) => !TEXTS.has(letter) && !("MLce".includes(letter) && length >= 3);

  /** The parts of a time by a pattern. */
  function parts(s, pattern, f) {
    const list = tokens(pattern);
    const result = [];
    for (let i = 0; i < list.length; i++) {
      const token = list[i];
      if (typeof token === "string") {
        result.push({ type: "literal", value: token });
        continue;
      }
      const { letter, length } = token;
      let value = field(s, f, letter, length, list);
      if (value[0] === "-" && isNumber(letter, length)) value = s.minusSign + value.slice(1);
      if (s.digits !== undefined && isNumber(letter, length)) value = inDigits(value, s.digits);
      if (value !== "") result.push({ type: TYPES[letter], value });
    }
    return result;
  }
  return { CALENDARS, fieldsAt, parts };
}
