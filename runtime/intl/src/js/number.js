// `Intl.NumberFormat`.
(intl) => {
  "use strict";
  const { supplemental, data, canonicalizeLocaleList, resolveLocale, coerce, getOption, outOfRange, isType, finish, receiver } = intl.use("core");
  const { digitOptions, showDigits, showRounding } = intl.use("number-options");
  const { fromValue } = intl.use("decimal");
  const { prepare, format, formatText, text, currencyDigits } = intl.use("number-parts");
  const SERVICE = "Intl.NumberFormat";
  const UNITS = new Set(supplemental("numbering").units);

  const records = new WeakMap();
  const isNumberingSystem = (name) => name in supplemental("numbering").digits;
  const isUnit = (name) => UNITS.has(name) || name.split("-per-").length === 2 && name.split("-per-").every((part) => UNITS.has(part));

  function unitOptions(options) {
    const style = getOption(options, "style", "string", ["decimal", "percent", "currency", "unit"], "decimal", SERVICE);
    let currency = getOption(options, "currency", "string", undefined, undefined, SERVICE);
    if (currency === undefined) {
      if (style === "currency") throw new TypeError("Currency code is required with currency style.");
    } else if (!/^[a-z]{3}$/i.test(currency)) throw new RangeError(`Invalid currency code : ${currency}`);
    const currencyDisplay = getOption(options, "currencyDisplay", "string", ["code", "symbol", "name", "narrowSymbol"], "symbol", SERVICE);
    const currencySign = getOption(options, "currencySign", "string", ["standard", "accounting"], "standard", SERVICE);
    const unit = getOption(options, "unit", "string", undefined, undefined, SERVICE);
    if (unit === undefined) {
      if (style === "unit") throw new TypeError(`Invalid unit argument for ${SERVICE}() ''`);
    } else if (!isUnit(unit)) throw new RangeError(`Invalid unit argument for ${SERVICE}() '${unit}'`);
    const unitDisplay = getOption(options, "unitDisplay", "string", ["short", "narrow", "long"], "short", SERVICE);
    return {
      style,
      currency: style === "currency" ? currency.toUpperCase() : undefined, currencyDisplay, currencySign,
      unit: style === "unit" ? unit : undefined, unitDisplay,
    };
  }
  function groupingOption(options, fallback) {
    const value = options.useGrouping;
    if (value === undefined) return fallback;
    if (value === true) return "always";
    if (!value) return false;
    const name = String(value);
    if (name === "true" || name === "false") return fallback;
    if (!["min2", "auto", "always"].includes(name)) throw outOfRange(name, SERVICE, "useGrouping");
    return name;
  }

  /** The settings that a formatter with these arguments has. */
  function settings(locales, options) {
    const requested = canonicalizeLocaleList(locales);
    options = coerce(options, SERVICE);
    getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
    const nu = getOption(options, "numberingSystem", "string", undefined, undefined, SERVICE);
    if (nu !== undefined && !isType(nu)) throw new RangeError(`Invalid numberingSystem : ${nu}`);
    const found = resolveLocale(requested, { nu: isNumberingSystem }, { nu: nu?.toLowerCase() });
    const s = { locale: found.locale, dataLocale: found.data, numberingSystem: found.used.nu ?? data(found.data, "numbers").default,
      ...unitOptions(options) };
    s.notation = getOption(options, "notation", "string", ["standard", "scientific", "engineering", "compact"], "standard", SERVICE);
    let minimum = 0, maximum = s.style === "percent" ? 0 : 3;
    if (s.style === "currency" && s.notation === "standard") minimum = maximum = currencyDigits(s.currency);
    Object.assign(s, digitOptions(options, SERVICE, minimum, maximum, s.notation));
    s.compactDisplay = getOption(options, "compactDisplay", "string", ["short", "long"], "short", SERVICE);
    s.useGrouping = groupingOption(options, s.notation === "compact" ? "min2" : "auto");
    s.signDisplay = getOption(options, "signDisplay", "string", ["auto", "never", "always", "exceptZero", "negative"], "auto", SERVICE);
    return prepare(s);
  }
  const formatted = (s, value) => formatText(s, fromValue(value));

  class NumberFormat {
    constructor(locales = undefined, options = undefined) {
      records.set(this, settings(locales, options));
    }
    get format() {
      const s = receiver(records, this, "UnwrapNumberFormat");
      return s.bound ??= nameless((value) => formatted(s, value));
    }
    formatToParts(value) {
      const s = receiver(records, this, "Intl.NumberFormat.prototype.formatToParts");
      return format(s, fromValue(value)).parts.map(({ type, value }) => ({ type, value }));
    }
    formatRange(start, end) {
      const s = receiver(records, this, "Intl.NumberFormat.prototype.formatRange");
      return text(range(s, start, end));
    }
    formatRangeToParts(start, end) {
      const s = receiver(records, this, "Intl.NumberFormat.prototype.formatRangeToParts");
      return range(s, start, end);
    }
    resolvedOptions() {
      const s = receiver(records, this, "Intl.NumberFormat.prototype.resolvedOptions");
      const result = { locale: s.locale, numberingSystem: s.numberingSystem, style: s.shown ?? s.style };
      if (s.style === "currency") Object.assign(result, { currency: s.currency, currencyDisplay: s.currencyDisplay, currencySign: s.currencySign });
      if (s.style === "unit" && s.shown === undefined) Object.assign(result, { unit: s.unit, unitDisplay: s.unitDisplay });
      showDigits(s, result);
      result.useGrouping = s.useGrouping;
      result.notation = s.notation;
      if (s.notation === "compact") result.compactDisplay = s.compactDisplay;
      result.signDisplay = s.signDisplay;
      showRounding(s, result);
      return result;
    }
  }
  function range(s, start, end) {
    if (start === undefined) throw new TypeError("Invalid start : undefined");
    if (end === undefined) throw new TypeError("Invalid end : undefined");
    const from = fromValue(start), to = fromValue(end);
    if (from.special === "nan") throw new RangeError("Invalid start : NaN");
    if (to.special === "nan") throw new RangeError("Invalid end : NaN");
    return intl.use("number-range").range(s, from, to);
  }
  function nameless(call) {
    return Object.defineProperty(call, "name", { value: "" });
  }

  const Callable = finish(NumberFormat, "NumberFormat", { callable: true });

  // Formatters of `toLocaleString` without options, by the text of the locale.
  const kept = new Map();
  function toLocaleString(value, locales, options) {
    if (options !== undefined || locales !== undefined && typeof locales !== "string") return formatted(settings(locales, options), value);
    let s = kept.get(locales);
    if (s === undefined) {
      if (kept.size >= 50) kept.clear();
      kept.set(locales, s = settings(locales, options));
    }
    return formatted(s, value);
  }
  return { NumberFormat: Callable, settings, formatted, toLocaleString };
}
