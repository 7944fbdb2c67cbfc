// What of CLDR belongs to no locale.

import { UNITS } from "./sections.mjs";

export function supplemental(json, { locales, inherited }) {
  const core = (name) => json(`cldr-core/supplemental/${name}.json`).supplemental;
  const rules = (table) => Object.fromEntries(Object.entries(table).map(([tag, list]) => [tag,
    Object.fromEntries(Object.entries(list).map(([key, rule]) => [key.slice("pluralRule-count-".length), rule.split("@")[0].trim()])
      .filter(([name]) => name !== "other"))]));
  const ranges = Object.fromEntries(Object.entries(core("pluralRanges").plurals).map(([tag, list]) => [tag,
    Object.fromEntries(Object.entries(list).map(([key, value]) => [key.replace(/^pluralRange-start-(\w+)-end-(\w+)$/, "$1-$2"), value]))]));
  const digits = Object.fromEntries(Object.entries(core("numberingSystems").numberingSystems)
    .filter(([, system]) => system._type === "numeric").map(([name, system]) => [name, system._digits]));
  const fractions = Object.fromEntries(Object.entries(core("currencyData").currencyData.fractions).map(([code, f]) => [code, +f._digits]));
  return {
    locales: { locales, inherited, defaults: json("cldr-core/defaultContent.json").defaultContent.filter((tag) => new Intl.NumberFormat(tag).resolvedOptions().locale === tag) },
    plurals: { cardinal: rules(core("plurals")["plurals-type-cardinal"]), ordinal: rules(core("ordinals")["plurals-type-ordinal"]), ranges },
    numbering: { digits, fractions, units: UNITS, currencies: currencies(core("currencyData").currencyData.region) },
    time: { hours: core("timeData").timeData, periods: core("dayPeriods").dayPeriodRuleSet, week: core("weekData").weekData,
      calendars: core("calendarPreferenceData").calendarPreferenceData },
    zones: zones(json, core),
  };
}

/** The currencies that are legal tender somewhere, or were until a few years ago, as ICU's list of some years ago has them. */
function currencies(regions) {
  const found = new Set();
  for (const list of Object.values(regions)) {
    for (const entry of list) for (const [code, use] of Object.entries(entry)) if (use._tender !== "false" && (use._to === undefined || use._to >= "2019")) found.add(code);
  }
  for (const later of ["SLE", "XCG", "ZWG"]) found.delete(later);
  for (const unit of ["SVC", "XDR", "XSU"]) found.add(unit);
  return [...found].sort();
}

function zones(json, core) {
  const ids = json("cldr-bcp47/bcp47/timezone.json").keyword.u.tz;
  const aliases = []; // CLDR's id first, then its other names
  const regions = {};
  for (const [key, zone] of Object.entries(ids)) {
    if (key.startsWith("_") || zone._alias === undefined || zone._deprecated === true) continue;
    const names = zone._alias.split(" ");
    aliases.push([zone._iana ?? "", ...names]);
    const region = zone._region ?? key.slice(0, 2).toUpperCase();
    if (/^[A-Z]{2}$/.test(region) && names[0].includes("/") && !names[0].startsWith("Etc/")) regions[names[0]] = region;
  }
  const meta = {};
  const walk = (table, path) => {
    for (const [key, value] of Object.entries(table)) {
      const name = path ? `${path}/${key}` : key;
      if (Array.isArray(value)) {
        meta[name] = value.map(({ usesMetazone: use }) => [use._mzone, minutes(use._from), minutes(use._to)]);
      } else walk(value, name);
    }
  };
  walk(core("metaZones").metaZones.metazoneInfo.timezone, "");
  const golden = {}; // metazone → territory → zone
  for (const { mapZone } of core("metaZones").metaZones.metazones) (golden[mapZone._other] ??= {})[mapZone._territory] = mapZone._type;
  return { aliases, regions, meta, golden, primary: core("primaryZones").primaryZones };
}

const minutes = (text) => text === undefined ? null : Date.parse(`${text.replace(" ", "T")}Z`) / 60000;
