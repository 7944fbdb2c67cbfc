// The options that `NumberFormat` and `PluralRules` share: how many digits, and how they are rounded.
(intl) => {
  "use strict";
  const { getOption, getNumberOption, defaultNumberOption } = intl.use("core");
  const INCREMENTS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];
  const MODES = ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"];

  /** Reads them in the order of the specification. */
  function digitOptions(options, service, minimumDefault, maximumDefault, notation, isCompactDefault) {
    const minimumIntegerDigits = getNumberOption(options, "minimumIntegerDigits", 1, 21, 1);
    let minimumFraction = options.minimumFractionDigits;
    let maximumFraction = options.maximumFractionDigits;
    let minimumSignificant = options.minimumSignificantDigits;
    let maximumSignificant = options.maximumSignificantDigits;
    const increment = getNumberOption(options, "roundingIncrement", 1, 5000, 1);
    if (!INCREMENTS.includes(increment)) throw new RangeError("roundingIncrement value is out of range.");
    const mode = getOption(options, "roundingMode", "string", MODES, "halfExpand", service);
    const priority = getOption(options, "roundingPriority", "string", ["auto", "morePrecision", "lessPrecision"], "auto", service);
    const trailing = getOption(options, "trailingZeroDisplay", "string", ["auto", "stripIfInteger"], "auto", service);
    if (increment !== 1) maximumDefault = minimumDefault;

    const hasSignificant = minimumSignificant !== undefined || maximumSignificant !== undefined;
    const hasFraction = minimumFraction !== undefined || maximumFraction !== undefined;
    let needSignificant = true, needFraction = true;
    if (priority === "auto") {
      needSignificant = hasSignificant;
      if (needSignificant || !hasFraction && notation === "compact") needFraction = false;
    }
    const rounding = { increment, mode, strip: trailing === "stripIfInteger" };
    if (needSignificant) {
      if (hasSignificant) {
        rounding.minimumSignificantDigits = defaultNumberOption(minimumSignificant, 1, 21, 1, "minimumSignificantDigits");
        rounding.maximumSignificantDigits = defaultNumberOption(maximumSignificant, rounding.minimumSignificantDigits, 21, 21, "maximumSignificantDigits");
      } else {
        rounding.minimumSignificantDigits = 1;
        rounding.maximumSignificantDigits = 21;
      }
    }
    if (needFraction) {
      if (hasFraction) {
        minimumFraction = defaultNumberOption(minimumFraction, 0, 100, undefined, "minimumFractionDigits");
        maximumFraction = defaultNumberOption(maximumFraction, 0, 100, undefined, "maximumFractionDigits");
        if (minimumFraction === undefined) minimumFraction = Math.min(minimumDefault, maximumFraction);
        else if (maximumFraction === undefined) maximumFraction = Math.max(maximumDefault, minimumFraction);
        else if (minimumFraction > maximumFraction) throw new RangeError("maximumFractionDigits value is out of range.");
        rounding.minimumFractionDigits = minimumFraction;
        rounding.maximumFractionDigits = maximumFraction;
      } else {
        rounding.minimumFractionDigits = minimumDefault;
        rounding.maximumFractionDigits = maximumDefault;
      }
    }
    let computed = priority;
    if (!needSignificant && !needFraction) {
      rounding.minimumFractionDigits = 0;
      rounding.maximumFractionDigits = 0;
      rounding.minimumSignificantDigits = 1;
      rounding.maximumSignificantDigits = 2;
      rounding.type = "more";
      computed = "morePrecision";
    } else if (priority !== "auto") rounding.type = priority === "morePrecision" ? "more" : "less";
    else rounding.type = needSignificant ? "significant" : "fraction";
    if (increment !== 1) {
      if (rounding.type !== "fraction") throw new TypeError("RoundingType is not fractionDigits");
      if (rounding.maximumFractionDigits !== rounding.minimumFractionDigits) throw new RangeError("maximumFractionDigits value is out of range.");
    }
    return { minimumIntegerDigits, rounding, roundingPriority: computed, trailingZeroDisplay: trailing };
  }

  /** As `resolvedOptions()` shows them. */
  function showDigits(s, result) {
    const { rounding } = s;
    result.minimumIntegerDigits = s.minimumIntegerDigits;
    for (const key of ["minimumFractionDigits", "maximumFractionDigits", "minimumSignificantDigits", "maximumSignificantDigits"]) {
      if (rounding[key] !== undefined) result[key] = rounding[key];
    }
  }
  function showRounding(s, result) {
    result.roundingIncrement = s.rounding.increment;
    result.roundingMode = s.rounding.mode;
    result.roundingPriority = s.roundingPriority;
    result.trailingZeroDisplay = s.trailingZeroDisplay;
  }
  return { digitOptions, showDigits, showRounding };
}
