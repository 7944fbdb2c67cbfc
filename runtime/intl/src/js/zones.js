// Time zones: which there are, their offsets, and their names in a locale
// (https://unicode.org/reports/tr35/tr35-dates.html#Using_Time_Zone_Names).
(intl) => {
  "use strict";
  const { data, supplemental } = intl.use("core");
  const { digitsOf, inDigits } = intl.use("number-parts");

  let index;
  /** Lower-cased name → CLDR's name for the zone. */
  function known() {
    if (index !== undefined) return index;
    index = new Map();
    for (const [, first, ...others] of supplemental("zones").aliases) {
      for (const name of [first, ...others]) index.set(name.toLowerCase(), first);
    }
    for (const name of ["Etc/UTC", "Etc/GMT", "GMT", "UTC", "Etc/UCT", "UCT", "Etc/Zulu", "Zulu", "Etc/Universal", "Universal", "Etc/GMT0", "GMT0", "Etc/GMT+0",
      "GMT+0", "Etc/GMT-0", "GMT-0", "Etc/Greenwich", "Greenwich"]) index.set(name.toLowerCase(), "UTC");
    return index;
  }
  const zones = new Map();
  /** `{ id, cldr, number }` of a zone by name, or `{ id, fixed }` of an offset; undefined: there is none. */
  function find(text) {
    let zone = zones.get(text);
    if (zone === undefined) {
      zone = lookUp(text);
      if (zone !== undefined) zones.set(text, zone);
    }
    return zone;
  }
  function lookUp(text) {
    const offset = /^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$/.exec(text);
    if (offset !== null) {
      const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
      const sign = minutes === 0 ? "+" : offset[1];
      return { id: `${sign}${offset[2]}:${offset[3] ?? "00"}`, fixed: (sign === "-" ? -minutes : minutes) * 60 };
    }
    const cldr = known().get(text.toLowerCase());
    if (cldr === undefined) return undefined;
    if (cldr === "UTC") return { id: "UTC", cldr: "Etc/UTC", fixed: 0 };
    const number = intl.ops.zone(cldr);
    return number < 0 ? undefined : { id: cldr, cldr, number };
  }
  /** The offset in seconds, and whether it is daylight saving time. */
  function at(zone, time) {
    if (zone.fixed !== undefined) return { offset: zone.fixed, saving: false };
    const second = Math.floor(time / 1000);
    // Offsets change at whole minutes at the earliest; one that was just looked up is asked for again all the time.
    if (zone.second === second) return zone.last;
    const both = intl.ops.offset(zone.number, second);
    zone.second = second;
    return zone.last = { offset: both >> 1, saving: (both & 1) === 1 };
  }

  // ---- names ----

  function metazone(zone, time) {
    const list = supplemental("zones").meta[zone.cldr];
    const minute = time / 60000;
    return list?.find(([, from, to]) => (from === null || minute >= from) && (to === null || minute < to))?.[0];
  }
  function gmt(s, offset, long) {
    const names = data(s.dataLocale, "zones");
    if (offset === 0) return names.gmtZeroFormat;
    const [plus, minus] = names.hourFormat.split(";");
    const total = Math.abs(offset);
    const hours = Math.floor(total / 3600), minutes = Math.floor(total / 60) % 60, seconds = total % 60;
    const separator = /H+([^Hm]*)m/.exec(plus)?.[1] ?? ":";
    const two = (number) => String(number).padStart(2, "0");
    let text = long ? two(hours) : String(hours);
    if (long || minutes !== 0 || seconds !== 0) text += separator + two(minutes);
    if (seconds !== 0) text += separator + two(seconds);
    const format = offset < 0 ? minus : plus;
    const whole = long || minutes !== 0 || seconds !== 0;
    text = format.replace(whole ? /H+.*m+/ : /H+.*/s, inDigits(text, digitsOf(s.numberingSystem)));
    return names.gmtFormat.replace("{0}", text);
  }
  function specific(s, f, long) {
    const { zone } = s;
    const width = long ? "long" : "short", kind = f.zone.saving ? "daylight" : "standard";
    const names = data(s.dataLocale, "zones");
    const own = names.zone[zone.cldr]?.[width]?.[kind];
    if (own !== undefined) return own;
    const meta = zone.cldr === undefined ? undefined : metazone(zone, f.time);
    const name = names.metazone?.[meta]?.[width]?.[kind];
    return name !== undefined && name !== "∅∅∅" ? name : gmt(s, f.zone.offset, long);
  }

  const RANGE = 184 * 86400000;
  function generic(s, f, long) {
    const { zone } = s;
    if (zone.cldr === undefined || zone.id === "UTC") return gmt(s, f.zone.offset, long);
    return genericName(s, f, long) ?? location(s, zone.cldr) ?? gmt(s, f.zone.offset, long);
  }
  function genericName(s, f, long) {
    const { zone } = s;
    const width = long ? "long" : "short";
    const names = data(s.dataLocale, "zones");
    const own = names.zone[zone.cldr]?.[width]?.generic;
    if (own !== undefined) return own;
    const meta = metazone(zone, f.time);
    if (meta === undefined) return undefined;
    const table = names.metazone?.[meta]?.[width];
    const name = table?.generic;
    const noSaving = !f.zone.saving && !at(zone, f.time - RANGE).saving && !at(zone, f.time + RANGE).saving;
    if (noSaving && table?.standard !== undefined && table.standard.toLowerCase() !== name?.toLowerCase()) return table.standard;
    if (name === undefined) return undefined;
    const region = regionOf(s.locale);
    const { golden } = supplemental("zones");
    const reference = golden[meta]?.[region] ?? golden[meta]?.["001"];
    if (reference !== undefined && reference !== zone.cldr) {
      const other = at(find(reference), f.time);
      if (other.offset !== f.zone.offset) return partial(s, zone.cldr, meta, name);
    }
    return name;
  }
  const regionOf = (tag) => intl.ops.locale(tag, 1).split("-").find((part, i) => i > 0 && /^([A-Z]{2}|\d{3})$/.test(part));
  function city(s, cldr) {
    const names = data(s.dataLocale, "zones").zone[cldr];
    if (names?.exemplarCity !== undefined) return names.exemplarCity;
    return /^Etc\/|^SystemV\//.test(cldr) ? undefined : cldr.slice(cldr.lastIndexOf("/") + 1).replaceAll("_", " ");
  }
  let perRegion;
  function isOnly(cldr, region) {
    const { regions, primary } = supplemental("zones");
    if (perRegion === undefined) {
      perRegion = new Map();
      for (const of of Object.values(regions)) perRegion.set(of, (perRegion.get(of) ?? 0) + 1);
    }
    return perRegion.get(region) === 1 || find(primary[region] ?? "")?.cldr === cldr;
  }
  function place(s, cldr) {
    const region = supplemental("zones").regions[cldr];
    return region !== undefined && isOnly(cldr, region) ? data(s.dataLocale, "territories")[region] ?? region : city(s, cldr);
  }
  function location(s, cldr) {
    if (supplemental("zones").regions[cldr] === undefined) return undefined;
    const name = place(s, cldr);
    return name === undefined ? undefined : data(s.dataLocale, "zones").regionFormat.replace("{0}", name);
  }
  function partial(s, cldr, meta, name) {
    const region = supplemental("zones").regions[cldr];
    const { golden } = supplemental("zones");
    const where = region !== undefined && (golden[meta]?.[region] ?? golden[meta]?.["001"]) === cldr ? data(s.dataLocale, "territories")[region] ?? region : city(s, cldr);
    return data(s.dataLocale, "zones").fallbackFormat.replace("{1}", name).replace("{0}", where);
  }
  function name(s, f, letter, length) {
    if (letter === "O") return gmt(s, f.zone.offset, length === 4);
    return letter === "z" ? specific(s, f, length === 4) : generic(s, f, length === 4);
  }
  const ids = () => [...new Set(known().values())].filter((name) => name !== "UTC" && !name.startsWith("Etc/"));
  return { find, at, name, ids };
}
