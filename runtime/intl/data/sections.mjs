// What of CLDR's JSON goes into which section of a locale. Names of keys stay CLDR's, shortened where there are thousands of them.

// Where a package is of an older version than the list of locales, a locale that came later has what it inherits.
const main = (json, pack, tag, file) => {
  const found = json(`${pack}/main/${tag}/${file}.json`)?.main[tag];
  if (found !== undefined || tag === "und" || !LATER.has(pack)) return found;
  const cut = tag.lastIndexOf("-");
  return main(json, pack, cut < 0 ? "und" : tag.slice(0, cut), file);
};
const LATER = new Set(["cldr-units-full", "cldr-misc-full"]);

/** A copy without the keys that `drop` matches, at any depth. */
function without(value, drop) {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !drop.test(key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, without(inner, drop)]));
}

/** `{ "x-count-one": a, "x-count-other": b }` of one `x` as `{ one: a, other: b }`. */
function counts(object, prefix) {
  const found = {};
  for (const [key, value] of Object.entries(object ?? {})) if (key.startsWith(prefix)) found[key.slice(prefix.length)] = value;
  return found;
}

function numbers(tag, json) {
  const n = main(json, "cldr-numbers-full", tag, "numbers").numbers;
  const out = { default: n.defaultNumberingSystem, other: n.otherNumberingSystems, minGroup: +n.minimumGroupingDigits, systems: {} };
  for (const key of Object.keys(n)) {
    const system = /^symbols-numberSystem-(.*)$/.exec(key)?.[1];
    if (system === undefined) continue;
    const of = (kind) => n[`${kind}-numberSystem-${system}`] ?? {};
    const compact = (table) => {
      const result = {};
      for (const [name, pattern] of Object.entries(table ?? {})) {
        const [, zeros, plural, alpha] = /^1(0+)-count-([a-z0-9]+)(-alt-alphaNextToNumber)?$/.exec(name) ?? [];
        if (zeros !== undefined) (result[zeros.length] ??= {})[plural + (alpha ? "-alpha" : "")] = pattern;
      }
      return result;
    };
    const currency = of("currencyFormats");
    const misc = of("miscPatterns");
    out.systems[system] = {
      symbols: n[key],
      decimal: of("decimalFormats").standard, percent: of("percentFormats").standard, scientific: of("scientificFormats").standard,
      compactShort: compact(of("decimalFormats").short?.decimalFormat), compactLong: compact(of("decimalFormats").long?.decimalFormat),
      currency: currency.standard, currencyAlpha: currency["standard-alphaNextToNumber"],
      accounting: currency.accounting, accountingAlpha: currency["accounting-alphaNextToNumber"],
      compactCurrency: compact(currency.short?.standard),
      currencyUnit: counts(currency, "unitPattern-count-"),
      range: misc.range, approximately: misc.approximately, atLeast: misc.atLeast,
    };
  }
  for (const [system, symbols] of Object.entries(ROOT_SYMBOLS)) out.systems[system] ??= { symbols: { ...n["symbols-numberSystem-latn"], ...symbols } };
  return out;
}

// Symbols of the root for two systems, which the JSON packages leave out.
const ROOT_SYMBOLS = {
  arab: { decimal: "\u066b", group: "\u066c", percentSign: "\u066a\u061c", plusSign: "\u061c+", minusSign: "\u061c-", exponential: "\u0627\u0633", perMille: "\u0609" },
  arabext: { decimal: "\u066b", group: "\u066c", percentSign: "\u066a", plusSign: "\u200e+\u200e", minusSign: "\u200e-\u200e", exponential: "\u00d7\u06f1\u06f0^", perMille: "\u0609" },
};

function currencies(tag, json) {
  const list = main(json, "cldr-numbers-full", tag, "currencies").numbers.currencies;
  const out = {};
  for (const [code, names] of Object.entries(list)) {
    out[code] = { n: names.displayName, s: names.symbol, w: names["symbol-alt-narrow"], f: names["symbol-alt-formal"],
      p: counts(names, "displayName-count-") };
  }
  return out;
}

function calendar(found) {
  if (found === undefined) return undefined;
  const types = without(found, /^(quarters|dateSkeletons|timeSkeletons|dateTimeFormats-relative)$|-alt-(?!leap)|^(GyMMMEd|y[wW].*|MMMMW.*|yQ+)-count/);
  const plain = (table) => Object.fromEntries(Object.entries(table ?? {}).map(([key, value]) => [key, value?._value ?? value]));
  const { availableFormats, intervalFormats, appendItems, ...glue } = types.dateTimeFormats ?? {};
  for (const key of Object.keys(availableFormats ?? {})) if (/Q|w|W|-count-/.test(key)) delete availableFormats[key];
  return {
    months: types.months, days: types.days && { format: types.days.format, "stand-alone": types.days["stand-alone"] },
    dayPeriods: types.dayPeriods, eras: types.eras, monthPatterns: types.monthPatterns, cyclic: types.cyclicNameSets?.years,
    date: plain(types.dateFormats), time: plain(types.timeFormats),
    glue: plain(glue), at: plain(types["dateTimeFormats-atTime"]?.standard ?? types["dateTimeFormats-atTime"]),
    available: availableFormats, append: appendItems, intervals: intervalFormats,
  };
}

// Of `roc` the registry has a very old package only: names of months and eras are taken from it, patterns from the generic calendar.
const CURRENT = ["buddhist", "hebrew", "islamic", "japanese", "persian"];
const CALENDARS = ["buddhist", "hebrew", "islamic", "japanese", "persian", "roc"];

function fields(tag, json) {
  const list = main(json, "cldr-dates-full", tag, "dateFields").dates.fields;
  const out = {};
  for (const [name, field] of Object.entries(list)) {
    if (/^(mon|tue|wed|thu|fri|sat|sun)(-|$)/.test(name)) continue;
    const relative = counts(field, "relative-type-");
    const pattern = "relativeTimePattern-count-";
    out[name] = { n: field.displayName, r: relative,
      f: counts(field["relativeTime-type-future"], pattern), p: counts(field["relativeTime-type-past"], pattern) };
  }
  return out;
}

function zones(tag, json) {
  const names = main(json, "cldr-dates-full", tag, "timeZoneNames").dates.timeZoneNames;
  const flat = {};
  const walk = (table, path) => {
    for (const [key, value] of Object.entries(table ?? {})) {
      const name = path ? `${path}/${key}` : key;
      if (value._type === "zone" || value.exemplarCity || value.long || value.short) {
        // Chromium's build of ICU has no names of cities: they are made from the zones' ids.
        const { _type, exemplarCity, ...rest } = value;
        if (Object.keys(rest).length > 0) flat[name] = rest;
      } else walk(value, name);
    }
  };
  walk(without(names.zone, /-alt-/), "");
  const { zone, metazone, ...rest } = names;
  return { ...rest, zone: flat, metazone };
}

// The units that ECMA-402 sanctions; pairs joined by "-per-" are looked up as well.
export const UNITS = ("acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit gigabyte gram hectare hour inch kilobit " +
  "kilobyte kilogram kilometer liter megabit megabyte meter microsecond mile mile-scandinavian milliliter millimeter millisecond minute month " +
  "nanosecond ounce percent petabyte pound second stone terabit terabyte week yard year").split(" ");

function units(tag, json) {
  const all = main(json, "cldr-units-full", tag, "units").units;
  const simple = new Set(UNITS);
  const wanted = (unit) => simple.has(unit) || unit.split("-per-").length === 2 && unit.split("-per-").every((part) => simple.has(part));
  const out = {};
  for (const width of ["long", "short", "narrow"]) {
    out[width] = { per: all[width].per.compoundUnitPattern };
    for (const [key, unit] of Object.entries(all[width])) {
      const name = key.slice(key.indexOf("-") + 1);
      if (!wanted(name)) continue;
      out[width][name] = { p: counts(unit, "unitPattern-count-"), per: unit.perUnitPattern };
      for (const plural of Object.keys(out[width][name].p)) if (plural.includes("-case-") || plural.includes("-gender-")) delete out[width][name].p[plural];
    }
  }
  out.duration = all["durationUnit-type-hm"] && {
    hm: all["durationUnit-type-hm"].durationUnitPattern, hms: all["durationUnit-type-hms"].durationUnitPattern,
    ms: all["durationUnit-type-ms"].durationUnitPattern,
  };
  return out;
}

function names(tag, json) {
  const of = (file) => main(json, "cldr-localenames-full", tag, file)?.localeDisplayNames ?? {};
  const display = of("localeDisplayNames");
  const keep = (table) => without(table, /-alt-(?!short)|-menu-/);
  return { pattern: display.localeDisplayPattern, calendar: display.types?.calendar, keys: display.keys, types: display.types,
    scripts: without(of("scripts").scripts, /-alt-(?!stand-alone)/), variants: of("variants").variants };
}

const lists = (tag, json) => {
  const table = main(json, "cldr-misc-full", tag, "listPatterns").listPatterns;
  const out = {};
  for (const [key, value] of Object.entries(table)) out[key.slice("listPattern-type-".length)] = value;
  return out;
};

/** Names of regions as Chromium's build of ICU has them: no groups of countries but Latin America, and other names for four places. */
function chromium(all) {
  const out = without(all, /^(?!419)\d|-alt-(?!short)/);
  for (const [code, kind] of [["FK", "variant"], ["HK", "short"], ["MO", "short"], ["PS", "short"]]) out[code] = all[`${code}-alt-${kind}`] ?? all[code];
  return out;
}

export const sections = {
  numbers,
  currencies,
  gregorian: (tag, json) => calendar(main(json, "cldr-dates-full", tag, "ca-gregorian").dates.calendars.gregorian),
  generic: (tag, json) => calendar(main(json, "cldr-dates-full", tag, "ca-generic").dates.calendars.generic),
  ...Object.fromEntries(CALENDARS.map((name) => [name, (tag, json) => {
    // The packages of some calendars are older than the rest, and lack locales that came later: they have the root's then.
    const found = main(json, `cldr-cal-${name}-full`, tag, `ca-${name}`) ?? main(json, `cldr-cal-${name}-full`, "root", `ca-${name}`);
    const whole = calendar((found ?? main(json, `cldr-cal-${name}-full`, "und", `ca-${name}`))?.dates.calendars[name]);
    if (whole === undefined) return undefined;
    return CURRENT.includes(name) ? { months: whole.months, eras: whole.eras, date: whole.date, available: whole.available, intervals: whole.intervals }
      : { months: whole.months, eras: whole.eras };
  }])),
  fields,
  zones,
  units,
  names,
  languages: (tag, json) => without(main(json, "cldr-localenames-full", tag, "languages")?.localeDisplayNames.languages ?? {}, /-alt-(?!short)|-menu-/),
  territories: (tag, json) => chromium(main(json, "cldr-localenames-full", tag, "territories")?.localeDisplayNames.territories ?? {}),
  lists,
  misc: (tag, json) => ({ order: main(json, "cldr-misc-full", tag, "layout").layout.orientation.characterOrder }),
};
