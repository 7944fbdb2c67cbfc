// The object `Intl`: its functions, and its classes by the file that has each.
(intl) => {
  "use strict";
  const CLASSES = {
    NumberFormat: "number", PluralRules: "plural-rules", DateTimeFormat: "datetime", RelativeTimeFormat: "relative", ListFormat: "list",
    Collator: "collator", Segmenter: "segmenter", DisplayNames: "display-names", Locale: "locale", DurationFormat: "duration",
  };
  function makeIntl(lazily) {
    const { canonicalizeLocaleList } = intl.use("core");
    const object = {};
    const define = (name, value) => Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
    const functions = {
      getCanonicalLocales(locales) {
        return canonicalizeLocaleList(locales);
      },
      supportedValuesOf(key) {
        return intl.use("supported").valuesOf(key);
      },
    };
    define("getCanonicalLocales", functions.getCanonicalLocales);
    define("supportedValuesOf", functions.supportedValuesOf);
    for (const [name, file] of Object.entries(CLASSES)) lazily(object, name, () => intl.use(file)[name]);
    Object.defineProperty(object, Symbol.toStringTag, { value: "Intl", configurable: true });
    return object;
  }
  return { makeIntl };
}
