// `Intl.PluralRules`.
(intl) => {
  "use strict";
  const { canonicalizeLocaleList, resolveLocale, coerce, getOption, asNumber, finish, receiver } = intl.use("core");
  const { digitOptions, showDigits, showRounding } = intl.use("number-options");
  const plural = intl.use("plural");
  const { fromNumber } = intl.use("decimal");
  const { prepare, take } = intl.use("number-parts");
  const SERVICE = "Intl.PluralRules";
  const records = new WeakMap();

  function category(s, number) {
    const { operands } = take(s.known, fromNumber(number));
    return operands === undefined ? "other" : plural.select(s.dataLocale, s.type, operands);
  }
  class PluralRules {
    constructor(locales = undefined, given = undefined) {
      const requested = canonicalizeLocaleList(locales);
      const options = coerce(given, SERVICE);
      getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
      const type = getOption(options, "type", "string", ["cardinal", "ordinal"], "cardinal", SERVICE);
      const notation = getOption(options, "notation", "string", ["standard", "scientific", "engineering", "compact"], "standard", SERVICE);
      const compactDisplay = getOption(options, "compactDisplay", "string", ["short", "long"], "short", SERVICE);
      const digits = digitOptions(options, SERVICE, 0, 3, notation);
      const found = resolveLocale(requested, {}, {}, plural.hasRules);
      const known = prepare({ locale: found.locale, dataLocale: found.data, numberingSystem: "latn", style: "decimal", notation, compactDisplay,
        signDisplay: "auto", useGrouping: false, ...digits });
      records.set(this, { locale: found.locale, dataLocale: found.data, type, notation, compactDisplay, known });
    }
    select(value) {
      return category(receiver(records, this, "Intl.PluralRules.prototype.select"), asNumber(value));
    }
    selectRange(start, end) {
      const s = receiver(records, this, "Intl.PluralRules.prototype.selectRange");
      if (start === undefined) throw new TypeError("Invalid startRange : undefined");
      if (end === undefined) throw new TypeError("Invalid endRange : undefined");
      const from = Number(start), to = Number(end);
      if (from !== from) throw new RangeError("Invalid startRange : NaN");
      if (to !== to) throw new RangeError("Invalid endRange : NaN");
      return plural.range(s.dataLocale, category(s, from), category(s, to));
    }
    resolvedOptions() {
      const s = receiver(records, this, "Intl.PluralRules.prototype.resolvedOptions");
      const result = { locale: s.locale, type: s.type, notation: s.notation };
      if (s.notation === "compact") result.compactDisplay = s.compactDisplay;
      showDigits(s.known, result);
      result.pluralCategories = plural.categories(s.dataLocale, s.type);
      showRounding(s.known, result);
      return result;
    }
  }
  return { PluralRules: finish(PluralRules, "PluralRules", { has: plural.hasRules }) };
}
