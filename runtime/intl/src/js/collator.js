// `Intl.Collator` and `localeCompare`. The order of texts itself is the work of Rust.
(intl) => {
  "use strict";
  const { canonicalizeLocaleList, resolveLocale, coerce, getOption, isType, finish, receiver } = intl.use("core");
  const SERVICE = "Intl.Collator";
  const records = new WeakMap();

  // The locales that ICU keeps an order for; all others have that of the longest one among them that they begin with.
  const LOCALES = new Set(("af am ar ar-SA as az be bg blo bn bo br bs bs-Cyrl ca ceb chr cs cy da de de-AT dsb dz ee el en en-US eo es et fa fa-AF ff ff-Adlm " +
    "fi fil fo fr fr-CA fy ga gl gu ha haw he he-IL hi hr hsb hu hy id id-ID ig is it ja ka kk kk-Arab kl km kn ko kok ku ky lb lij lkt ln lo lt lv mk ml mn " +
    "mr ms mt my nb nb-NO ne nl nn no nso om or pa pa-Guru pa-Guru-IN pl ps pt ro ru sa se si sk sl smn sq sr sr-Cyrl sr-Cyrl-BA sr-Cyrl-ME sr-Cyrl-RS " +
    "sr-Latn sr-Latn-BA sr-Latn-RS st sv sw ta te th tk tn to tr ug uk ur uz vi wae wo xh yi yo zh zh-Hans zh-Hans-CN zh-Hans-SG zh-Hant zh-Hant-HK zh-Hant-MO " +
    "zh-Hant-TW zu pa-IN sr-BA sr-ME sr-RS zh-CN zh-SG zh-HK zh-MO zh-TW").split(" "));
  const hasOrder = (tag) => LOCALES.has(tag);

  // Kinds of order that languages have beside their usual one.
  const KINDS = {
    ar: ["compat"], bn: ["trad"], de: ["phonebk"], es: ["trad"], fi: ["trad"], kn: ["trad"], ko: ["searchjl", "unihan"], sv: ["trad"],
    vi: ["trad"], zh: ["pinyin", "stroke", "zhuyin"], ja: ["unihan"],
  };
  const isKind = (value, locale) => value === "emoji" || value === "eor" || (KINDS[locale.split("-")[0]] ?? []).includes(value);
  // Chinese has two usual orders, which are called by their names.
  const usual = (base) => (!/^zh(-|$)/.test(base) ? "default" : /-(Hant|TW|HK|MO)/.test(base) ? "stroke" : "pinyin");
  // Languages whose usual order differs from the root's in these.
  const UPPER_FIRST = new Set(["da", "mt"]);

  function settings(locales, given) {
    const requested = canonicalizeLocaleList(locales);
    const options = coerce(given, SERVICE);
    const usage = getOption(options, "usage", "string", ["sort", "search"], "sort", SERVICE);
    getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
    const collation = getOption(options, "collation", "string", undefined, undefined, SERVICE);
    if (collation !== undefined && !isType(collation)) throw new RangeError(`Invalid collation : ${collation}`);
    const numeric = getOption(options, "numeric", "boolean");
    const caseFirst = getOption(options, "caseFirst", "string", ["upper", "lower", "false"], undefined, SERVICE);
    const found = resolveLocale(requested, {
      co: isKind, kn: (value) => value === "true" || value === "false", kf: (value) => ["upper", "lower", "false"].includes(value),
    }, { co: collation, kn: numeric === undefined ? undefined : String(numeric), kf: caseFirst }, hasOrder);
    const sensitivity = getOption(options, "sensitivity", "string", ["base", "accent", "case", "variant"], undefined, SERVICE) ?? "variant";
    const language = found.base.split("-")[0];
    const ignorePunctuation = getOption(options, "ignorePunctuation", "boolean") ?? language === "th";
    const s = {
      locale: found.locale, usage, sensitivity, ignorePunctuation, collation: found.used.co ?? usual(found.base), numeric: found.used.kn === "true",
      caseFirst: found.used.kf ?? (UPPER_FIRST.has(language) ? "upper" : "false"),
    };
    const kind = usage === "search" ? "search" : found.used.co;
    const tag = kind === undefined ? found.base : `${found.base}-u-co-${kind}`;
    s.number = intl.ops.collator(tag, sensitivity, s.caseFirst, s.numeric, ignorePunctuation ? "yes" : "no");
    if (s.number < 0) throw new RangeError(`${SERVICE}: there is no order of texts for ${tag}`);
    return s;
  }
  const ordered = (s, left, right) => (left === right ? 0 : intl.ops.compare(s.number, left, right));

  class Collator {
    constructor(locales = undefined, options = undefined) {
      records.set(this, settings(locales, options));
    }
    get compare() {
      const s = receiver(records, this, "get Intl.Collator.prototype.compare");
      return s.bound ??= Object.defineProperty((x, y) => ordered(s, String(x), String(y)), "name", { value: "" });
    }
    resolvedOptions() {
      const { locale, usage, sensitivity, ignorePunctuation, collation, numeric, caseFirst } = receiver(records, this, "Intl.Collator.prototype.resolvedOptions");
      return { locale, usage, sensitivity, ignorePunctuation, collation, numeric, caseFirst };
    }
  }
  const kept = new Map();
  function compare(left, right, locales, options) {
    if (options !== undefined || locales !== undefined && typeof locales !== "string") return ordered(settings(locales, options), left, right);
    let s = kept.get(locales);
    if (s === undefined) {
      if (kept.size >= 50) kept.clear();
      kept.set(locales, s = settings(locales));
    }
    return ordered(s, left, right);
  }
  return { Collator: finish(Collator, "Collator", { callable: true, has: hasOrder }), compare, KINDS, isKind };
}
