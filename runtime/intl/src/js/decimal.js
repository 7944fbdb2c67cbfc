// Exact decimal numbers: the digits that a number prints with, rounded as `Intl.NumberFormat` rounds.
// A decimal is `{ negative, digits, point, special }`: its value is 0.digits × 10^point; zero has no digits; `special` is "nan" or "infinity".
(intl) => {
  "use strict";
  const { asNumber } = intl.use("core");

  const make = (negative, digits, point, special = "") => {
    let from = 0, to = digits.length;
    while (from < to && digits.charCodeAt(from) === 48) from++;
    while (to > from && digits.charCodeAt(to - 1) === 48) to--;
    return from === to ? { negative, digits: "", point: 0, special } : { negative, digits: digits.slice(from, to), point: point - from, special };
  };
  const NAN = { negative: false, digits: "", point: 0, special: "nan" };
  const infinity = (negative) => ({ negative, digits: "", point: 0, special: "infinity" });

  function fromText(text) {
    const negative = text.charCodeAt(0) === 45;
    const [mantissa, exponent = "0"] = (negative || text.charCodeAt(0) === 43 ? text.slice(1) : text).split(/e/i);
    const dot = mantissa.indexOf(".");
    const whole = dot < 0 ? mantissa : mantissa.slice(0, dot);
    return make(negative, dot < 0 ? whole : whole + mantissa.slice(dot + 1), whole.length + Number(exponent));
  }
  function fromNumber(number) {
    if (number !== number) return NAN;
    if (number === Infinity || number === -Infinity) return infinity(number < 0);
    if (number === 0) return make(Object.is(number, -0), "", 0);
    if (Number.isSafeInteger(number)) {
      const digits = String(Math.abs(number));
      return make(number < 0, digits, digits.length);
    }
    return fromText(String(number));
  }
  /** What the specification calls an intl mathematical value: numbers, BigInts, and strings of any length kept exact. */
  function fromValue(value) {
    if (typeof value === "number") return fromNumber(value);
    if (typeof value === "object" && value !== null || typeof value === "function") value = toPrimitive(value);
    if (typeof value === "bigint") return fromText(String(value));
    if (typeof value !== "string") return fromNumber(asNumber(value));
    const text = value.trim();
    if (/^[+-]?Infinity$/.test(text)) return infinity(text[0] === "-");
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return fromText(text);
    if (/^0[xob]/i.test(text)) {
      try {
        return fromText(String(BigInt(text)));
      } catch {
        return NAN;
      }
    }
    return text === "" ? make(false, "", 0) : NAN;
  }
  function toPrimitive(value) {
    const exotic = value[Symbol.toPrimitive];
    if (exotic !== undefined && exotic !== null) return exotic.call(value, "number");
    for (const name of ["valueOf", "toString"]) {
      const method = value[name];
      if (typeof method !== "function") continue;
      const result = method.call(value);
      if (typeof result !== "object" || result === null) return result;
    }
    throw new TypeError("Cannot convert object to primitive value");
  }

  /** Whether what is cut off makes the last digit that stays go up, away from zero. `cut` is compared with one half: -1, 0, 1. */
  function goesUp(mode, negative, half, odd) {
    switch (mode) {
      case "ceil": return !negative;
      case "floor": return negative;
      case "expand": return true;
      case "trunc": return false;
      case "halfCeil": return half > 0 || half === 0 && !negative;
      case "halfFloor": return half > 0 || half === 0 && negative;
      case "halfTrunc": return half > 0;
      case "halfEven": return half > 0 || half === 0 && odd;
      default: return half >= 0;
    }
  }
  function addOne(digits) {
    let i = digits.length - 1;
    while (i >= 0 && digits[i] === "9") i--;
    const zeros = "0".repeat(digits.length - 1 - i);
    return i < 0 ? `1${zeros}` : digits.slice(0, i) + (digits.charCodeAt(i) - 47) + zeros;
  }
  /** Rounded to a multiple of `increment` × 10^magnitude. */
  function roundTo(d, magnitude, mode, increment = 1) {
    if (d.special !== "" || d.digits === "") return d;
    if (increment !== 1) return roundToIncrement(d, magnitude, mode, increment);
    const keep = d.point - magnitude; // how many digits stay
    if (keep >= d.digits.length) return d;
    const kept = keep > 0 ? d.digits.slice(0, keep) : "";
    const rest = keep < 0 ? "0" : d.digits.slice(keep);
    const half = rest[0] < "5" ? -1 : rest[0] > "5" || rest.length > 1 ? 1 : 0;
    const odd = kept !== "" && (kept.charCodeAt(kept.length - 1) & 1) === 1;
    if (!goesUp(mode, d.negative, half, odd)) return make(d.negative, kept, d.point);
    if (kept === "") return make(d.negative, "1", magnitude + 1);
    const up = addOne(kept);
    return make(d.negative, up, d.point + up.length - kept.length);
  }
  function roundToIncrement(d, magnitude, mode, increment) {
    const scale = d.digits.length - d.point; // digits after the point
    const shift = Math.max(0, scale + magnitude);
    const size = BigInt(increment) * 10n ** BigInt(shift);
    const value = BigInt(d.digits) * 10n ** BigInt(Math.max(0, -(scale + magnitude)));
    let steps = value / size;
    const twice = (value % size) * 2n;
    if (twice !== 0n && goesUp(mode, d.negative, twice < size ? -1 : twice > size ? 1 : 0, (steps & 1n) === 1n)) steps += 1n;
    const digits = String(steps * BigInt(increment));
    return make(d.negative, digits, digits.length + magnitude);
  }

  /**
   * Rounds by the digit settings of a formatter. Gives the decimal and how many digits of its fraction are printed at least.
   * Settings: minimumFractionDigits, maximumFractionDigits, minimumSignificantDigits, maximumSignificantDigits, type
   * ("fraction", "significant", "more", "less"), increment, mode, strip (trailing zeros of whole numbers).
   */
  function round(d, s) {
    const significant = () => {
      const magnitude = d.digits === "" ? 0 : d.point - s.maximumSignificantDigits;
      const result = roundTo(d, magnitude, s.mode);
      return { result, magnitude, minimum: Math.max(0, s.minimumSignificantDigits - (result.digits === "" ? 1 : result.point)) };
    };
    const fraction = () => ({
      result: roundTo(d, -s.maximumFractionDigits, s.mode, s.increment), magnitude: -s.maximumFractionDigits, minimum: s.minimumFractionDigits,
    });
    let chosen;
    if (s.type === "significant") chosen = significant();
    else if (s.type === "fraction") chosen = fraction();
    else {
      const a = significant(), b = fraction();
      const bySignificant = (a.magnitude <= b.magnitude) === (s.type === "more");
      chosen = bySignificant ? a : b;
    }
    const { result } = chosen;
    let { minimum } = chosen;
    if (s.strip && result.digits.length <= result.point || s.strip && result.digits === "") minimum = 0;
    return { decimal: result, minimum };
  }

  /** Its digits before and after the point, with at least so many of each. */
  function split(d, minimumInteger, minimumFraction) {
    const { digits, point } = d;
    let whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "";
    let fraction = point >= digits.length ? "" : point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
    whole = whole.padStart(minimumInteger, "0");
    fraction = fraction.padEnd(minimumFraction, "0");
    return [whole, fraction];
  }
  const shift = (d, by) => (d.digits === "" ? d : { ...d, point: d.point + by });
  /** -1, 0 or 1; not for NaN. */
  function compare(a, b) {
    const sign = (d) => (d.digits === "" && d.special === "" ? 0 : d.negative ? -1 : 1);
    if (sign(a) !== sign(b)) return sign(a) < sign(b) ? -1 : 1;
    const s = sign(a);
    if (a.special !== b.special) return (a.special === "infinity" ? 1 : -1) * s;
    if (a.point !== b.point) return (a.point < b.point ? -1 : 1) * s;
    return (a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0) * s;
  }
  return { fromValue, fromNumber, round, roundTo, split, shift, compare };
}
