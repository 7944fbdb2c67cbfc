// `Intl.DurationFormat`.
(intl) => {
  "use strict";
  const { data, supplemental, canonicalizeLocaleList, resolveLocale, getOptionsObject, getOption, getNumberOption, isType, finish, receiver, outOfRange } = intl.use("core");
  const numbers = intl.use("number");
  const lists = intl.use("list");
  const { format, text } = intl.use("number-parts");
  const { fromValue } = intl.use("decimal");
  const SERVICE = "Intl.DurationFormat";
  const UNITS = ["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"];
  const NAMED = ["long", "short", "narrow"], DIGITS = [...NAMED, "numeric", "2-digit"];
  const TINY = ["milliseconds", "microseconds", "nanoseconds"];
  const STYLES = { years: NAMED, months: NAMED, weeks: NAMED, days: NAMED, hours: DIGITS, minutes: DIGITS, seconds: DIGITS,
    milliseconds: [...NAMED, "numeric"], microseconds: [...NAMED, "numeric"], nanoseconds: [...NAMED, "numeric"] };
  const DIGITAL = { years: "short", months: "short", weeks: "short", days: "short", hours: "numeric", minutes: "numeric", seconds: "numeric",
    milliseconds: "numeric", microseconds: "numeric", nanoseconds: "numeric" };
  const records = new WeakMap();

  /** How one unit is shown, by its options, the whole's style and how the unit before it is shown. */
  function unitOptions(options, unit, base, before) {
    let style = getOption(options, unit, "string", STYLES[unit], undefined, SERVICE);
    let display = "always";
    if (style === undefined) {
      if (base === "digital") {
        if (!["hours", "minutes", "seconds"].includes(unit)) display = "auto";
        style = DIGITAL[unit];
      } else if (["fractional", "numeric", "2-digit"].includes(before)) {
        if (unit !== "minutes" && unit !== "seconds") display = "auto";
        style = "numeric";
      } else {
        display = "auto";
        style = base;
      }
    }
    if (style === "numeric" && TINY.includes(unit)) {
      style = "fractional";
      display = "auto";
    }
    const name = `${unit}Display`;
    display = getOption(options, name, "string", ["auto", "always"], display, SERVICE);
    if (display === "always" && style === "fractional") throw outOfRange(display, SERVICE, name);
    const wrong = before === "fractional" ? style !== "fractional" : ["numeric", "2-digit"].includes(before) && !["fractional", "numeric", "2-digit"].includes(style);
    if (wrong) throw new RangeError("Invalid object : #<Object>");
    if ((unit === "minutes" || unit === "seconds") && ["numeric", "2-digit"].includes(before)) style = "2-digit";
    return { style, display };
  }

  const problem = (kind, words) => new kind(`Temporal error: ${words}`);
  /** The duration that an object or an ISO 8601 text says. */
  function toDuration(value) {
    if (typeof value === "string") return fromIso(value);
    if (typeof value !== "object" && typeof value !== "function" || value === null) throw problem(TypeError, "Must provide a duration.");
    const duration = {};
    let any = false;
    for (const unit of [...UNITS].sort()) {
      const given = value[unit];
      duration[unit] = 0;
      if (given === undefined) continue;
      any = true;
      const number = Number(given);
      if (!Number.isInteger(number)) throw problem(RangeError, "Number not integral.");
      duration[unit] = number + 0;
    }
    if (!any) throw problem(TypeError, "Duration argument must contain at least one date/time field.");
    return checked(duration);
  }
  function fromIso(textGiven) {
    const number = "(\\d+)";
    const found = new RegExp(`^([+-\\u2212]?)P(?:${number}Y)?(?:${number}M)?(?:${number}W)?(?:${number}D)?(?:T(?=\\d)(?:${number}H)?(?:${number}M)?(?:(\\d+)(?:[.,](\\d{1,9}))?S)?)?$`, "i").exec(textGiven);
    if (found === null || !/\d/.test(textGiven)) throw new RangeError(`Invalid object : ${textGiven}`);
    const sign = found[1] === "-" || found[1] === "\u2212" ? -1 : 1;
    const duration = {};
    UNITS.slice(0, 7).forEach((unit, i) => (duration[unit] = sign * Number(found[i + 2] ?? 0) + 0));
    const fraction = (found[9] ?? "").padEnd(9, "0");
    TINY.forEach((unit, i) => (duration[unit] = sign * Number(fraction.slice(i * 3, i * 3 + 3)) + 0));
    return checked(duration);
  }
  function checked(duration) {
    const signs = new Set(UNITS.map((unit) => Math.sign(duration[unit])));
    const large = UNITS.slice(0, 3).some((unit) => Math.abs(duration[unit]) >= 2 ** 32);
    if (signs.has(1) && signs.has(-1) || large) throw new RangeError("Invalid object : #<Object>");
    const seconds = duration.days * 86400 + duration.hours * 3600 + duration.minutes * 60 + duration.seconds +
      duration.milliseconds / 1e3 + duration.microseconds / 1e6 + duration.nanoseconds / 1e9;
    if (Math.abs(seconds) >= 2 ** 53) throw new RangeError("Invalid object : #<Object>");
    return duration;
  }
  /** Seconds or a smaller unit with all that is smaller as its fraction, as decimal text. */
  function withFraction(duration, unit) {
    const from = UNITS.indexOf(unit);
    let nanoseconds = 0n;
    for (let i = from; i < UNITS.length; i++) nanoseconds += BigInt(duration[UNITS[i]]) * 1000n ** BigInt(UNITS.length - 1 - i);
    const digits = 3 * (UNITS.length - 1 - from);
    const negative = nanoseconds < 0n;
    const all = String(negative ? -nanoseconds : nanoseconds).padStart(digits + 1, "0");
    return `${negative ? "-" : ""}${all.slice(0, all.length - digits)}.${all.slice(all.length - digits)}`;
  }
  const isZeroText = (value) => !/[1-9]/.test(value);

  function numberSettings(s, options) {
    const key = JSON.stringify(options);
    let made = s.made.get(key);
    if (made === undefined) s.made.set(key, made = numbers.settings(s.base, { numberingSystem: s.numberingSystem, ...options }));
    return made;
  }
  function parts(s, duration) {
    const groups = [];
    const negative = UNITS.some((unit) => duration[unit] < 0);
    let signShown = true, separated = false, done = false;
    for (let i = 0; i < UNITS.length && !done; i++) {
      const unit = UNITS[i], single = unit.slice(0, -1);
      const { style, display } = s.units[unit];
      let value = duration[unit];
      const options = {};
      const next = s.units[UNITS[i + 1]]?.style;
      const fraction = ["seconds", "milliseconds", "microseconds"].includes(unit) && next === "fractional";
      if (fraction) {
        value = withFraction(duration, unit);
        options.maximumFractionDigits = s.fractionalDigits ?? 9;
        options.minimumFractionDigits = s.fractionalDigits ?? 0;
        options.roundingMode = "trunc";
        done = true;
      }
      const zero = fraction ? isZeroText(value) : value === 0;
      // Between hours and seconds that are shown, minutes are too.
      const needed = unit === "minutes" && separated && (s.units.seconds.display === "always" ||
        ["seconds", ...TINY].some((smaller) => duration[smaller] !== 0));
      if (zero && display === "auto" && !needed) continue;
      let shown = fraction ? value : String(value);
      if (signShown) {
        signShown = false;
        if (zero && negative) shown = `-${fraction ? value.replace("-", "") : "0"}`;
      } else options.signDisplay = "never";
      if (style === "2-digit") options.minimumIntegerDigits = 2;
      if (style === "numeric" || style === "2-digit" || style === "fractional") options.useGrouping = false;
      else Object.assign(options, { style: "unit", unit: single, unitDisplay: style });
      const formatted = format(numberSettings(s, options), fromValue(shown)).parts.map((part) => ({ ...part, unit: single }));
      const asDigits = style === "numeric" || style === "2-digit";
      if (asDigits && (unit === "minutes" || unit === "seconds") && groups.length > 0 || separated) groups.at(-1).push({ type: "literal", value: s.separator }, ...formatted);
      else groups.push(formatted);
      if (asDigits) separated ||= unit !== "seconds" && !TINY.includes(unit);
    }
    const style = s.style === "digital" ? "short" : s.style;
    return lists.parts(lists.settings(s.dataLocale, "unit", style), groups, text)
      .flatMap((part) => (part.type === "element" ? part.value : [part]));
  }
  class DurationFormat {
    constructor(locales = undefined, given = undefined) {
      const requested = canonicalizeLocaleList(locales);
      const options = getOptionsObject(given);
      getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
      const nu = getOption(options, "numberingSystem", "string", undefined, undefined, SERVICE);
      if (nu !== undefined && !isType(nu)) throw new RangeError(`Invalid numberingSystem : ${nu}`);
      const found = resolveLocale(requested, { nu: (name) => name in supplemental("numbering").digits }, { nu: nu?.toLowerCase() });
      const style = getOption(options, "style", "string", ["long", "short", "narrow", "digital"], "short", SERVICE);
      const numberingSystem = found.used.nu ?? data(found.data, "numbers").default;
      const duration = data(found.data, "units").duration?.hm ?? "h:mm";
      const s = { locale: found.locale, base: found.base, dataLocale: found.data, numberingSystem, style, units: {}, made: new Map(),
        separator: /h+([^hm]+)m/.exec(duration)?.[1] ?? ":" };
      let before = "";
      for (const unit of UNITS) {
        s.units[unit] = unitOptions(options, unit, style, before);
        if (["hours", "minutes", "seconds", "milliseconds", "microseconds"].includes(unit)) before = s.units[unit].style;
      }
      s.fractionalDigits = getNumberOption(options, "fractionalDigits", 0, 9, undefined);
      records.set(this, s);
    }
    format(duration) {
      return text(parts(receiver(records, this, "Intl.DurationFormat.prototype.format"), toDuration(duration)));
    }
    formatToParts(duration) {
      return parts(receiver(records, this, "Intl.DurationFormat.prototype.formatToParts"), toDuration(duration));
    }
    resolvedOptions() {
      const s = receiver(records, this, "Intl.DurationFormat.prototype.resolvedOptions");
      const result = { locale: s.locale, numberingSystem: s.numberingSystem, style: s.style };
      for (const unit of UNITS) {
        const { style, display } = s.units[unit];
        result[unit] = style === "fractional" ? "numeric" : style;
        result[`${unit}Display`] = display;
      }
      if (s.fractionalDigits !== undefined) result.fractionalDigits = s.fractionalDigits;
      return result;
    }
  }
  return { DurationFormat: finish(DurationFormat, "DurationFormat") };
}
