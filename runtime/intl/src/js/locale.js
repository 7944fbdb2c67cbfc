// `Intl.Locale`.
(intl) => {
  "use strict";
  const { supplemental, data, dataLocale, bestAvailable, canonicalTag, localeText, splitTag, joinTag, coerce, getOption, isType, finish, receiver, WRONG } = intl.use("core");
  const SERVICE = "locale";
  const wrong = () => new RangeError(WRONG);

  function subtags(base) {
    const parts = base.split("-");
    const result = { language: parts.shift(), variants: [] };
    if (/^[a-z]{4}$/i.test(parts[0] ?? "")) result.script = parts.shift();
    if (/^([a-z]{2}|\d{3})$/i.test(parts[0] ?? "")) result.region = parts.shift();
    result.variants = parts;
    return result;
  }
  const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
  function firstDay(value) {
    const number = Number(value);
    return value.length === 1 && number >= 0 && number <= 7 ? DAYS[number % 7] : value.toLowerCase();
  }
  function typeOption(options, name) {
    const value = getOption(options, name, "string", undefined, undefined, SERVICE);
    if (value !== undefined && !isType(value)) throw wrong();
    return value?.toLowerCase();
  }
  function build(tag, options) {
    let split = splitTag(canonicalTag(tag));
    const parts = subtags(split.base);
    const subtag = (name, pattern) => {
      const value = getOption(options, name, "string", undefined, undefined, SERVICE);
      if (value === undefined) return;
      if (!pattern.test(value)) throw wrong();
      parts[name] = value;
    };
    subtag("language", /^([a-z]{2,3}|[a-z]{5,8})$/i);
    subtag("script", /^[a-z]{4}$/i);
    subtag("region", /^([a-z]{2}|\d{3})$/i);
    const variants = getOption(options, "variants", "string", undefined, undefined, SERVICE);
    if (variants !== undefined) {
      parts.variants = variants.split("-");
      const seen = parts.variants.map((variant) => variant.toLowerCase());
      if (!seen.every((variant) => /^([a-z0-9]{5,8}|\d[a-z0-9]{3})$/.test(variant)) || new Set(seen).size < seen.length) throw wrong();
    }
    split.base = [parts.language, parts.script, parts.region, ...parts.variants].filter(Boolean).join("-");
    const put = (key, value) => {
      if (value !== undefined) split.keywords.set(key, value === "true" ? "" : value);
    };
    put("ca", typeOption(options, "calendar"));
    put("co", typeOption(options, "collation"));
    const day = getOption(options, "firstDayOfWeek", "string", undefined, undefined, SERVICE);
    if (day !== undefined) {
      const name = firstDay(day);
      if (!isType(name)) throw wrong();
      put("fw", name);
    }
    put("hc", getOption(options, "hourCycle", "string", ["h11", "h12", "h23", "h24"], undefined, SERVICE));
    put("kf", getOption(options, "caseFirst", "string", ["upper", "lower", "false"], undefined, SERVICE));
    const numeric = getOption(options, "numeric", "boolean");
    put("kn", numeric === undefined ? undefined : String(numeric));
    put("nu", typeOption(options, "numberingSystem"));
    return canonicalTag(joinTag(split));
  }
  const self = (value, name) => receiver(localeText, value, name);
  const keyword = (value, key, name) => splitTag(self(value, `get Intl.Locale.prototype.${name}`)).keywords.get(key);
  const part = (value, name) => subtags(splitTag(self(value, `get Intl.Locale.prototype.${name}`)).base)[name];
  const regionOf = (tag) => {
    const { keywords, base } = splitTag(tag);
    const override = keywords.get("rg");
    return override !== undefined && /^[a-z]{2}zzzz$/.test(override) ? override.slice(0, 2).toUpperCase() : subtags(splitTag(intl.ops.locale(base, 1)).base).region ?? "001";
  };
  const dataOf = (tag) => dataLocale(bestAvailable(splitTag(tag).base) ?? "und");

  class Locale {
    constructor(tag, given = undefined) {
      if (typeof tag !== "string" && (typeof tag !== "object" || tag === null)) throw new TypeError("First argument to Intl.Locale constructor can't be empty or missing");
      const text = localeText.get(tag) ?? String(tag);
      const options = coerce(given, "Intl.Locale");
      let canonical;
      try {
        canonicalTag(text);
      } catch {
        throw wrong();
      }
      canonical = build(text, options);
      localeText.set(this, canonical);
    }
    maximize() {
      return new Callable(intl.ops.locale(self(this, "Intl.Locale.prototype.maximize"), 1));
    }
    minimize() {
      return new Callable(intl.ops.locale(self(this, "Intl.Locale.prototype.minimize"), 2));
    }
    toString() {
      return self(this, "Intl.Locale.prototype.toString");
    }
    get baseName() {
      return splitTag(self(this, "get Intl.Locale.prototype.baseName")).base;
    }
    get calendar() {
      return keyword(this, "ca", "calendar");
    }
    get caseFirst() {
      return keyword(this, "kf", "caseFirst");
    }
    get collation() {
      return keyword(this, "co", "collation");
    }
    get firstDayOfWeek() {
      return keyword(this, "fw", "firstDayOfWeek");
    }
    get hourCycle() {
      return keyword(this, "hc", "hourCycle");
    }
    get numeric() {
      const value = keyword(this, "kn", "numeric");
      return value === "" || value === "true";
    }
    get numberingSystem() {
      return keyword(this, "nu", "numberingSystem");
    }
    get language() {
      return part(this, "language");
    }
    get script() {
      return part(this, "script");
    }
    get region() {
      return part(this, "region");
    }
    get variants() {
      const list = part(this, "variants");
      return list.length > 0 ? list.join("-") : undefined;
    }
    getCalendars() {
      const tag = self(this, "Intl.Locale.prototype.getCalendars");
      const own = splitTag(tag).keywords.get("ca");
      if (own !== undefined) return [own];
      const { calendars } = supplemental("time");
      return (calendars[regionOf(tag)] ?? calendars["001"]).map((name) => (name === "gregorian" ? "gregory" : name));
    }
    getCollations() {
      const tag = self(this, "Intl.Locale.prototype.getCollations");
      const own = splitTag(tag).keywords.get("co");
      if (own !== undefined) return [own];
      return ["emoji", "eor", ...intl.use("collator").KINDS[subtags(splitTag(tag).base).language] ?? []].sort();
    }
    getHourCycles() {
      const tag = self(this, "Intl.Locale.prototype.getHourCycles");
      const own = splitTag(tag).keywords.get("hc");
      if (own !== undefined) return [own];
      const { hours } = supplemental("time");
      const { language } = subtags(splitTag(tag).base);
      const region = regionOf(tag);
      const entry = hours[`${language}-${region}`] ?? hours[region] ?? hours["001"];
      return [{ h: "h12", H: "h23", K: "h11", k: "h24" }[entry._preferred[0]]];
    }
    getNumberingSystems() {
      const tag = self(this, "Intl.Locale.prototype.getNumberingSystems");
      return [splitTag(tag).keywords.get("nu") ?? data(dataOf(tag), "numbers").default];
    }
    getTimeZones() {
      const { region } = subtags(splitTag(self(this, "Intl.Locale.prototype.getTimeZones")).base);
      if (region === undefined) return undefined;
      return Object.entries(supplemental("zones").regions).filter(([, of]) => of === region).map(([name]) => name).sort();
    }
    getTextInfo() {
      const tag = self(this, "Intl.Locale.prototype.getTextInfo");
      const order = data(dataOf(tag), "misc").order;
      return { direction: order === "right-to-left" ? "rtl" : "ltr" };
    }
    getWeekInfo() {
      const tag = self(this, "Intl.Locale.prototype.getWeekInfo");
      const { week } = supplemental("time");
      const region = regionOf(tag);
      const number = (day) => DAYS.indexOf(day) || 7;
      const of = (table) => number(table[region] ?? table["001"]);
      const own = splitTag(tag).keywords.get("fw");
      const start = of(week.weekendStart), end = of(week.weekendEnd);
      const weekend = [];
      for (let day = start; ; day = day % 7 + 1) {
        weekend.push(day);
        if (day === end) break;
      }
      return { firstDay: own !== undefined && DAYS.includes(own) ? number(own) : of(week.firstDay), weekend: weekend.sort() };
    }
  }
  const Callable = finish(Locale, "Locale", { supported: false, length: 1 });
  return { Locale: Callable };
}
