// What every class of `Intl` stands on: locales as code gives them, options, and CLDR's data by locale.
// Each file here is one expression, a function of the loader that gives what the file offers; it is evaluated when it is first needed.
(intl) => {
  "use strict";
  const { ops } = intl;

  const parsed = (chunk) => {
    const text = ops.data(chunk);
    return text === "" ? undefined : JSON.parse(text);
  };
  const shared = new Map();
  /** A chunk of the data that belongs to no locale. */
  const supplemental = (name) => {
    let value = shared.get(name);
    if (value === undefined) shared.set(name, value = parsed(name));
    return value;
  };

  // ---- which locales there are ----

  let index;
  const locales = () => {
    if (index !== undefined) return index;
    const { locales: list, inherited, defaults } = supplemental("locales");
    const own = new Set(list);
    const available = new Set(list);
    available.delete("und");
    for (const tag of defaults) available.add(tag);
    // A locale that names its script is available without it, too.
    for (const tag of [...available]) {
      const [language, script, region] = tag.split("-");
      if (region !== undefined && script.length === 4) available.add(`${language}-${region}`);
    }
    return index = { own, available, inherited, defaults: new Set(defaults) };
  };

  /** The locale whose data `tag` uses, where `tag` is an available one. */
  function dataLocale(tag) {
    const { own, defaults } = locales();
    if (own.has(tag)) return tag;
    if (!defaults.has(tag)) {
      const full = ops.locale(tag, 1);
      if (full !== tag && (own.has(full) || defaults.has(full))) return dataLocale(full);
    }
    const cut = tag.lastIndexOf("-");
    return cut < 0 ? "und" : dataLocale(tag.slice(0, cut));
  }
  function parentOf(tag) {
    if (tag === "und") return undefined;
    const { own, inherited } = locales();
    if (inherited[tag] !== undefined) return inherited[tag];
    const cut = tag.lastIndexOf("-");
    if (cut < 0) return "und";
    const shorter = tag.slice(0, cut);
    return own.has(shorter) ? shorter : parentOf(shorter);
  }
  function overlay(base, own) {
    const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isTable(base) || !isTable(own)) return own;
    const result = { ...base };
    for (const key of Object.keys(own)) {
      if (own[key] === null) delete result[key];
      else result[key] = key in base ? overlay(base[key], own[key]) : own[key];
    }
    return result;
  }
  const cache = new Map();
  /** A section of a locale's data, with what it inherits. */
  function data(locale, section) {
    const name = `${locale}/${section}`;
    let value = cache.get(name);
    if (value !== undefined) return value;
    const parent = parentOf(locale);
    const own = parsed(name);
    value = parent === undefined ? own ?? {} : data(parent, section);
    if (parent !== undefined && own !== undefined) value = overlay(value, own);
    // Many locales, one after the other, would fill the heap; the few that a program uses stay.
    if (cache.size >= 200) cache.clear();
    cache.set(name, value);
    return value;
  }

  // ---- tags ----

  const WRONG = "Incorrect locale information provided";
  const localeText = new WeakMap(); // an `Intl.Locale` → its tag

  function canonicalize(tag) {
    const canonical = ops.locale(tag, 0);
    if (canonical === "") throw new RangeError(`Invalid language tag: ${tag}`);
    return canonical;
  }
  const seenTags = new Map();
  function canonicalTag(tag) {
    let canonical = seenTags.get(tag);
    if (canonical === undefined) {
      canonical = canonicalize(tag);
      if (seenTags.size >= 500) seenTags.clear();
      seenTags.set(tag, canonical);
    }
    return canonical;
  }

  function canonicalizeLocaleList(value) {
    if (value === undefined) return [];
    if (typeof value === "string") return [canonicalTag(value)];
    if (value === null) throw new TypeError("Cannot convert undefined or null to object");
    if (typeof value === "object" && localeText.has(value)) return [localeText.get(value)];
    const list = Object(value);
    const length = Math.min(Math.max(Math.trunc(Number(list.length)) || 0, 0), Number.MAX_SAFE_INTEGER);
    const seen = [];
    for (let i = 0; i < length; i++) {
      if (!(i in list)) continue;
      const item = list[i];
      if (typeof item !== "string" && (typeof item !== "object" || item === null)) throw new TypeError("Language ID should be string or object.");
      const tag = localeText.get(item) ?? canonicalTag(String(item));
      if (!seen.includes(tag)) seen.push(tag);
    }
    return seen;
  }

  /** `{ base, keywords, rest }` of a canonical tag: the tag before its extensions, the keywords of `-u-`, all other extensions. */
  function splitTag(tag) {
    const parts = tag.split("-");
    let end = parts.findIndex((part, i) => part.length === 1 && i > 0);
    if (parts[0] === "x" || end < 0) end = parts[0] === "x" ? 0 : parts.length;
    const keywords = new Map(), attributes = [], others = [];
    for (let i = end; i < parts.length;) {
      const singleton = parts[i++];
      const from = i;
      while (i < parts.length && (singleton === "x" || parts[i].length > 1)) i++;
      const subtags = parts.slice(from, i);
      if (singleton !== "u") {
        others.push([singleton, ...subtags].join("-"));
        continue;
      }
      let key;
      for (const subtag of subtags) {
        if (subtag.length === 2) keywords.set(key = subtag, "");
        else if (key === undefined) attributes.push(subtag);
        else keywords.set(key, keywords.get(key) === "" ? subtag : `${keywords.get(key)}-${subtag}`);
      }
    }
    return { base: parts.slice(0, end).join("-"), keywords, attributes, others };
  }
  /** The tag of these parts again, canonical. */
  function joinTag({ base, keywords, attributes = [], others = [] }) {
    const words = [...keywords].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => (value === "" ? key : `${key}-${value}`));
    const u = attributes.length + words.length > 0 ? [["u", ...attributes, ...words].join("-")] : [];
    const extensions = [...others, ...u].sort((a, b) => (a[0] === "x") - (b[0] === "x") || (a[0] < b[0] ? -1 : 1));
    return [base, ...extensions].join("-");
  }

  const isAvailable = (tag) => locales().available.has(tag);
  /** The longest beginning of a tag that is available; by default to all services. */
  function bestAvailable(base, has = isAvailable) {
    for (let tag = base; ;) {
      if (has(tag)) return tag;
      const cut = tag.lastIndexOf("-");
      if (cut < 0) return undefined;
      tag = tag.slice(0, cut);
      if (/-[a-z0-9]$/i.test(tag)) tag = tag.slice(0, -2);
    }
  }

  const DEFAULT = "en-US";
  /**
   * The locale to use. `keys`: for each keyword that matters, a function of its value and the locale that says whether it is
   * supported. `given`: keywords from options; they win over those of the tag. `has`: the locales that the service has.
   */
  function resolveLocale(requested, keys, given = {}, has = isAvailable) {
    // Where nothing is asked for, or nothing of it is there, the default is what it is.
    let found = DEFAULT, keywords = new Map();
    for (const tag of requested) {
      const split = splitTag(tag);
      const best = bestAvailable(split.base, has);
      if (best === undefined) continue;
      found = best;
      keywords = split.keywords;
      break;
    }
    const used = {}, kept = new Map();
    for (const [key, supports] of Object.entries(keys)) {
      let value = keywords.get(key);
      if (value === "") value = "true";
      const inTag = value !== undefined && supports(value, found);
      if (inTag) used[key] = value;
      if (given[key] !== undefined && given[key] !== null && supports(given[key], found) && given[key] !== used[key]) used[key] = given[key];
      else if (inTag) kept.set(key, value === "true" ? "" : value);
    }
    return { locale: joinTag({ base: found, keywords: kept }), base: found, data: dataLocale(found), used };
  }

  function supportedLocalesOf(name, requested, options, has) {
    const list = canonicalizeLocaleList(requested);
    if (options !== undefined) {
      getOption(coerce(options, name), "localeMatcher", "string", ["lookup", "best fit"], "best fit", `${name}.supportedLocalesOf`);
    }
    return list.filter((tag) => bestAvailable(splitTag(tag).base, has) !== undefined);
  }

  // ---- options ----

  function coerce(options, service) {
    if (options === null) throw new TypeError(`${service} called on null or undefined`);
    return options === undefined ? Object.create(null) : Object(options);
  }
  function getOptionsObject(options) {
    if (options === undefined) return Object.create(null);
    if (typeof options === "object" && options !== null || typeof options === "function") return options;
    throw new TypeError("invalid_argument");
  }
  const outOfRange = (value, service, property) =>
    new RangeError(`Value ${String(value)} out of range for ${service} options property ${property}`);
  function getOption(options, property, type, values, fallback, service) {
    let value = options[property];
    if (value === undefined) return fallback;
    if (type === "boolean") return Boolean(value);
    value = asString(value);
    if (values !== undefined && !values.includes(value)) throw outOfRange(value, service, property);
    return value;
  }
  function asString(value) {
    if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    return String(value);
  }
  function getNumberOption(options, property, minimum, maximum, fallback) {
    return defaultNumberOption(options[property], minimum, maximum, fallback, property);
  }
  function defaultNumberOption(value, minimum, maximum, fallback, property) {
    if (value === undefined) return fallback;
    const number = Number(value);
    if (!(number >= minimum && number <= maximum)) throw new RangeError(`${property} value is out of range.`);
    return Math.floor(number);
  }
  /** A number, in V8's words where it is none. */
  function asNumber(value) {
    if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a number");
    return Number(value);
  }
  const isType = (value) => /^[a-z0-9]{3,8}(-[a-z0-9]{3,8})*$/i.test(value);

  // ---- classes ----

  /** Gives `prototype` what classes of the specification have and class syntax does not give. */
  function finish(constructor, name, { supported: hasSupported = true, length = 0, callable = false, has = isAvailable } = {}) {
    constructor = callable ? withoutNew(constructor) : onlyNew(constructor, name);
    Object.defineProperty(constructor, "length", { value: length, configurable: true });
    Object.defineProperty(constructor, "name", { value: name, configurable: true });
    Object.defineProperty(constructor, "prototype", { writable: false, enumerable: false, configurable: false });
    Object.defineProperty(constructor.prototype, Symbol.toStringTag, { value: `Intl.${name}`, configurable: true });
    Object.defineProperty(constructor.prototype, "constructor", { value: constructor, writable: true, enumerable: false, configurable: true });
    if (hasSupported) {
      const supported = { supportedLocalesOf(requested, options = undefined) {
        return supportedLocalesOf(`Intl.${name}`, requested, options, has);
      } };
      Object.defineProperty(constructor, "supportedLocalesOf", { value: supported.supportedLocalesOf, writable: true, enumerable: false, configurable: true });
    }
    return constructor;
  }
  /** A class that makes an object when it is called as a function, too. */
  function withoutNew(inner) {
    function constructor(locales, options) {
      return Reflect.construct(inner, [locales, options], new.target ?? constructor);
    }
    constructor.prototype = inner.prototype;
    return constructor;
  }
  /** A class with V8's words for a call without `new`. */
  function onlyNew(inner, name) {
    function constructor(...args) {
      if (new.target === undefined) throw new TypeError(`Constructor Intl.${name} requires 'new'`);
      return Reflect.construct(inner, args, new.target);
    }
    constructor.prototype = inner.prototype;
    return constructor;
  }
  /** The private record of an object, or V8's error for a method that was called on something else. */
  function receiver(records, value, method) {
    const record = typeof value === "object" && value !== null ? records.get(value) : undefined;
    if (record === undefined) throw new TypeError(`Method ${method} called on incompatible receiver ${method.startsWith("Unwrap") ? undefined : describe(value)}`);
    return record;
  }
  function describe(value) {
    try {
      return typeof value === "symbol" ? value.toString() : typeof value === "object" && value !== null ? Object.prototype.toString.call(value) === "[object Array]" ? String(value) : `#<${value.constructor?.name || "Object"}>` : String(value);
    } catch {
      return "#<Object>";
    }
  }

  return {
    supplemental, data, dataLocale, locales, parentOf, canonicalTag, canonicalizeLocaleList, localeText, splitTag, joinTag, bestAvailable,
    resolveLocale, supportedLocalesOf, coerce, getOptionsObject, getOption, getNumberOption, defaultNumberOption, outOfRange, asString, asNumber,
    isType, finish, receiver, describe, WRONG, DEFAULT,
  };
}
