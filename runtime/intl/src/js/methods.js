// What methods of other classes answer by locale: `toLocaleString` and its kin.
(intl) => {
  "use strict";
  const { canonicalizeLocaleList, splitTag, describe } = intl.use("core");
  const { valueOf: numberValue } = Number.prototype;
  const { valueOf: bigintValue } = BigInt.prototype;
  const { valueOf: dateValue } = Date.prototype;
  const call = Function.prototype.call;
  const apply = (method, self) => call.call(method, self);

  /** The value inside `self`, or V8's error where it is no such object. */
  function inside(method, self, problem) {
    try {
      return apply(method, self);
    } catch {
      throw new TypeError(problem(self));
    }
  }
  const notA = (name) => () => `${name}.prototype.toLocaleString requires that 'this' be a ${name}`;
  const number = (self, locales, options) => intl.use("number").toLocaleString(inside(numberValue, self, notA("Number")), locales, options);
  const bigint = (self, locales, options) => intl.use("number").toLocaleString(inside(bigintValue, self, notA("BigInt")), locales, options);
  const DATE_METHODS = { any: "toLocaleString", date: "toLocaleDateString", time: "toLocaleTimeString" };
  function date(self, locales, options, required, defaults) {
    const time = inside(dateValue, self, () => `Method Date.prototype.${DATE_METHODS[required]} called on incompatible receiver ${describe(self)}`);
    if (time !== time) return "Invalid Date";
    return intl.use("datetime").toLocaleString(time, locales, options, required, defaults);
  }
  const element = (value, locales, options) => (value === undefined || value === null ? "" : String(value.toLocaleString(locales, options)));
  function array(self, locales, options) {
    const list = Object(self);
    const length = Math.min(Math.max(Math.trunc(Number(list.length)) || 0, 0), Number.MAX_SAFE_INTEGER);
    let text = "";
    for (let i = 0; i < length; i++) text += (i === 0 ? "" : ",") + element(list[i], locales, options);
    return text;
  }
  const lengthOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length").get;
  function typedArray(self, locales, options) {
    if (!ArrayBuffer.isView(self) || self instanceof DataView) throw new TypeError("this is not a typed array.");
    let text = "";
    for (let i = 0, length = apply(lengthOf, self); i < length; i++) text += (i === 0 ? "" : ",") + element(self[i], locales, options);
    return text;
  }
  function compare(self, that, locales, options) {
    if (self === undefined || self === null) throw new TypeError("String.prototype.localeCompare called on null or undefined");
    return intl.use("collator").compare(String(self), String(that), locales, options);
  }
  const BY_LANGUAGE = new Set(["az", "el", "hy", "lt", "tr", "nl"]);
  function toCase(self, locales, upper) {
    const name = upper ? "toLocaleUpperCase" : "toLocaleLowerCase";
    if (self === undefined || self === null) throw new TypeError(`String.prototype.${name} called on null or undefined`);
    const text = String(self);
    const requested = canonicalizeLocaleList(locales);
    const language = requested.length > 0 ? splitTag(requested[0]).base.split("-")[0] : "en";
    if (!BY_LANGUAGE.has(language)) return upper ? text.toUpperCase() : text.toLowerCase();
    return intl.ops.case(upper, language, text);
  }
  return { number, bigint, date, array, typedArray, compare, toCase };
}
