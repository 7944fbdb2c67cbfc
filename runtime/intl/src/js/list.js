// `Intl.ListFormat`.
(intl) => {
  "use strict";
  const { data, canonicalizeLocaleList, resolveLocale, getOptionsObject, getOption, finish, receiver } = intl.use("core");
  const { text } = intl.use("number-parts");
  const SERVICE = "Intl.ListFormat";
  const KINDS = { conjunction: "standard", disjunction: "or", unit: "unit" };
  const records = new WeakMap();

  function patternsOf(locale, type, style) {
    const lists = data(locale, "lists");
    const name = KINDS[type];
    return lists[style === "long" ? name : `${name}-${style}`] ?? lists[name];
  }
  // Spanish and Hebrew words for "and" and "or" change before some sounds; CLDR has the usual ones.
  function fitting(s, pattern, next) {
    const language = s.dataLocale.split("-")[0];
    if (language === "es") {
      if (pattern.includes(" y ") && /^(h?i(?![ae]))|^(hi(?![ae]))/i.test(next) && !/^h?[i][ae]/i.test(next)) return pattern.replace(" y ", " e ");
      if (pattern.includes(" o ") && /^(h?o|8|11($|\D))/i.test(next)) return pattern.replace(" o ", " u ");
    }
    if (language === "he" && pattern.includes(" \u05d5{1}") && !/^\p{Script=Hebrew}/u.test(next)) return pattern.replace("\u05d5{1}", "\u05d5-{1}");
    return pattern;
  }
  /** The parts of a list whose elements are values of any kind. */
  function parts(s, elements, toText = (value) => value) {
    const { patterns } = s;
    const element = (value) => ({ type: "element", value });
    const count = elements.length;
    if (count === 0) return [];
    const join = (pattern, left, right) => pattern.split(/(\{[01]\})/).flatMap((piece) =>
      piece === "{0}" ? left : piece === "{1}" ? right : piece === "" ? [] : [{ type: "literal", value: piece }]);
    if (count === 1) return [element(elements[0])];
    const last = elements[count - 1];
    if (count === 2) return join(fitting(s, patterns[2], toText(last)), [element(elements[0])], [element(last)]);
    let result = join(fitting(s, patterns.end, toText(last)), [element(elements[count - 2])], [element(last)]);
    for (let i = count - 3; i >= 0; i--) result = join(i === 0 ? patterns.start : patterns.middle, [element(elements[i])], result);
    return result;
  }
  function strings(iterable) {
    const list = [];
    if (iterable === undefined) return list;
    for (const item of iterable) {
      if (typeof item !== "string") throw new TypeError(`Iterable yielded ${String(item)} which is not a string`);
      list.push(item);
    }
    return list;
  }
  const settings = (locale, type, style) => ({ dataLocale: locale, patterns: patternsOf(locale, type, style) });
  class ListFormat {
    constructor(locales = undefined, given = undefined) {
      const requested = canonicalizeLocaleList(locales);
      const options = getOptionsObject(given);
      getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
      const found = resolveLocale(requested, {});
      const type = getOption(options, "type", "string", ["conjunction", "disjunction", "unit"], "conjunction", SERVICE);
      const style = getOption(options, "style", "string", ["long", "short", "narrow"], "long", SERVICE);
      records.set(this, { locale: found.locale, type, style, ...settings(found.data, type, style) });
    }
    format(list) {
      return text(parts(receiver(records, this, "Intl.ListFormat.prototype.format"), strings(list)));
    }
    formatToParts(list) {
      return parts(receiver(records, this, "Intl.ListFormat.prototype.formatToParts"), strings(list));
    }
    resolvedOptions() {
      const { locale, type, style } = receiver(records, this, "Intl.ListFormat.prototype.resolvedOptions");
      return { locale, type, style };
    }
  }
  return { ListFormat: finish(ListFormat, "ListFormat"), parts, settings };
}
