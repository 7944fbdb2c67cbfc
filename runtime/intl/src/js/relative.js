// `Intl.RelativeTimeFormat`.
(intl) => {
  "use strict";
  const { data, supplemental, canonicalizeLocaleList, resolveLocale, coerce, getOption, asString, asNumber, isType, finish, receiver } = intl.use("core");
  const plural = intl.use("plural");
  const { fromNumber } = intl.use("decimal");
  const numbers = intl.use("number");
  const { format, text } = intl.use("number-parts");
  const SERVICE = "Intl.RelativeTimeFormat";
  const UNITS = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
  const SUFFIX = { long: "", short: "-short", narrow: "-narrow" };
  const records = new WeakMap();

  function unitOf(value, method) {
    const unit = asString(value);
    const single = unit.endsWith("s") ? unit.slice(0, -1) : unit;
    if (!UNITS.includes(single)) throw new RangeError(`Invalid unit argument for ${method}() '${unit}'`);
    return single;
  }
  function parts(s, value, unit, method) {
    if (!Number.isFinite(value)) throw new RangeError(`Value need to be finite number for ${method}()`);
    const table = data(s.dataLocale, "fields")[unit + SUFFIX[s.style]];
    if (s.numeric === "auto") {
      const word = table.r[Object.is(value, -0) ? "0" : String(value)];
      if (word !== undefined) return [{ type: "literal", value: word }];
    }
    const past = value < 0 || Object.is(value, -0);
    const done = format(s.number, fromNumber(Math.abs(value)));
    const patterns = past ? table.p : table.f;
    const pattern = patterns[plural.select(s.dataLocale, "cardinal", done.operands)] ?? patterns.other;
    const result = [];
    for (const piece of pattern.split(/(\{0\})/)) {
      if (piece === "{0}") for (const part of done.parts) result.push({ ...part, unit });
      else if (piece !== "") result.push({ type: "literal", value: piece });
    }
    return result;
  }
  class RelativeTimeFormat {
    constructor(locales = undefined, given = undefined) {
      const requested = canonicalizeLocaleList(locales);
      const options = coerce(given, SERVICE);
      getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
      const nu = getOption(options, "numberingSystem", "string", undefined, undefined, SERVICE);
      if (nu !== undefined && !isType(nu)) throw new RangeError(`Invalid numberingSystem : ${nu}`);
      const found = resolveLocale(requested, { nu: (name) => name in supplemental("numbering").digits }, { nu: nu?.toLowerCase() });
      const style = getOption(options, "style", "string", ["long", "short", "narrow"], "long", SERVICE);
      const numeric = getOption(options, "numeric", "string", ["always", "auto"], "always", SERVICE);
      const numberingSystem = found.used.nu ?? data(found.data, "numbers").default;
      const number = numbers.settings(found.base, { numberingSystem });
      records.set(this, { locale: found.locale, dataLocale: found.data, style, numeric, numberingSystem, number });
    }
    format(value, unit) {
      const method = "Intl.RelativeTimeFormat.prototype.format";
      const s = receiver(records, this, method);
      return text(parts(s, asNumber(value), unitOf(unit, method), method));
    }
    formatToParts(value, unit) {
      const method = "Intl.RelativeTimeFormat.prototype.formatToParts";
      const s = receiver(records, this, method);
      return parts(s, asNumber(value), unitOf(unit, method), method);
    }
    resolvedOptions() {
      const { locale, style, numeric, numberingSystem } = receiver(records, this, "Intl.RelativeTimeFormat.prototype.resolvedOptions");
      return { locale, style, numeric, numberingSystem };
    }
  }
  return { RelativeTimeFormat: finish(RelativeTimeFormat, "RelativeTimeFormat") };
}
