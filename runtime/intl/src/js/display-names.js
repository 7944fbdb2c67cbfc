// `Intl.DisplayNames`.
(intl) => {
  "use strict";
  const { data, canonicalizeLocaleList, resolveLocale, getOptionsObject, getOption, asString, canonicalTag, isType, finish, receiver } = intl.use("core");
  const SERVICE = "Intl.DisplayNames";
  const FIELDS = { era: "era", year: "year", quarter: "quarter", month: "month", weekOfYear: "week", weekday: "weekday", day: "day", dayPeriod: "dayperiod",
    hour: "hour", minute: "minute", second: "second", timeZoneName: "zone" };
  const records = new WeakMap();
  const invalid = () => new RangeError("invalid_argument");

  const short = (table, code, style) => (style !== "long" ? table[`${code}-alt-short`] : undefined) ?? table[code];
  const regionName = (s, code) => short(data(s.dataLocale, "territories"), code, s.style);
  const scriptName = (s, code) => short(data(s.dataLocale, "names").scripts, code, s.style);
  function languageName(s, tag) {
    const languages = data(s.dataLocale, "languages");
    const parts = tag.split("-");
    let used = 1;
    let name;
    if (s.languageDisplay === "dialect") {
      // With script and region both, only a name for all three counts.
      const hasBoth = parts.length > 2 && parts[1].length === 4 && /^([A-Z]{2}|\d{3})$/.test(parts[2]);
      for (let end = Math.min(parts.length, 3); end > (hasBoth ? 2 : 1); end--) {
        name = short(languages, parts.slice(0, end).join("-"), s.style);
        if (name !== undefined) {
          used = end;
          break;
        }
      }
    }
    name ??= short(languages, parts[0], s.style);
    if (name === undefined && parts.length === 1) return undefined;
    name ??= parts[0];
    const details = parts.slice(used).map((part) => {
      if (/^[A-Z][a-z]{3}$/.test(part)) return scriptName(s, part) ?? part;
      if (/^([A-Z]{2}|\d{3})$/.test(part)) return regionName(s, part) ?? part;
      return data(s.dataLocale, "names").variants?.[part.toUpperCase()] ?? part.toUpperCase();
    });
    if (details.length === 0) return name;
    const { localePattern, localeSeparator } = data(s.dataLocale, "names").pattern;
    const replace = (text) => text.replaceAll("(", "[").replaceAll(")", "]");
    const inner = details.map(replace).reduce((all, detail) => localeSeparator.replace("{0}", all).replace("{1}", detail));
    return localePattern.replace("{0}", replace(name)).replace("{1}", inner);
  }
  /** The canonical code and its name. */
  function find(s, given) {
    const code = asString(given);
    switch (s.type) {
      case "language": {
        if (!/^([a-z]{2,3}|[a-z]{5,8})(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z0-9]{5,8}|\d[a-z0-9]{3}))*$/i.test(code)) throw invalid();
        const tag = canonicalTag(code);
        return [tag, languageName(s, tag)];
      }
      case "region": {
        if (!/^([a-z]{2}|\d{3})$/i.test(code)) throw invalid();
        const region = code.toUpperCase();
        return [region, regionName(s, region)];
      }
      case "script": {
        if (!/^[a-z]{4}$/i.test(code)) throw invalid();
        const script = code[0].toUpperCase() + code.slice(1).toLowerCase();
        return [script, scriptName(s, script)];
      }
      case "currency": {
        if (!/^[a-z]{3}$/i.test(code)) throw invalid();
        const currency = code.toUpperCase();
        // The style makes no difference, in V8.
        return [currency, data(s.dataLocale, "currencies")[currency]?.n];
      }
      case "calendar": {
        if (!isType(code)) throw invalid();
        const calendar = code.toLowerCase();
        const table = data(s.dataLocale, "names").calendar ?? {};
        const name = { gregory: "gregorian", ethioaa: "ethiopic-amete-alem" }[calendar] ?? calendar;
        return [calendar, table[name]];
      }
      default: {
        if (!Object.hasOwn(FIELDS, code)) throw invalid();
        const suffix = s.style === "long" ? "" : `-${s.style}`;
        return [code, data(s.dataLocale, "fields")[FIELDS[code] + suffix]?.n];
      }
    }
  }
  class DisplayNames {
    constructor(locales, given) {
      const requested = canonicalizeLocaleList(locales);
      if (given === undefined) throw new TypeError("invalid_argument");
      const options = getOptionsObject(given);
      getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
      const style = getOption(options, "style", "string", ["narrow", "short", "long"], "long", SERVICE);
      const type = getOption(options, "type", "string", ["language", "region", "script", "currency", "calendar", "dateTimeField"], undefined, SERVICE);
      if (type === undefined) throw new TypeError("invalid_argument");
      const fallback = getOption(options, "fallback", "string", ["code", "none"], "code", SERVICE);
      const languageDisplay = getOption(options, "languageDisplay", "string", ["dialect", "standard"], "dialect", SERVICE);
      const found = resolveLocale(requested, {});
      records.set(this, { locale: found.locale, dataLocale: found.data, style, type, fallback, languageDisplay });
    }
    of(code) {
      const s = receiver(records, this, "Intl.DisplayNames.prototype.of");
      const [canonical, name] = find(s, code);
      return name ?? (s.fallback === "code" ? canonical : undefined);
    }
    resolvedOptions() {
      const { locale, style, type, fallback, languageDisplay } = receiver(records, this, "Intl.DisplayNames.prototype.resolvedOptions");
      return { locale, style, type, fallback, ...type === "language" ? { languageDisplay } : {} };
    }
  }
  return { DisplayNames: finish(DisplayNames, "DisplayNames", { length: 2 }) };
}
