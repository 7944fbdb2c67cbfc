// What `Intl` says of itself.
export function supported(note) {
  for (const key of ["calendar", "collation", "currency", "numberingSystem", "timeZone", "unit"]) note(`supportedValuesOf ${key}`, () => Intl.supportedValuesOf(key).join());
  const tags = ["EN-us", "en-u-nu-arab", "iw", "xx", "zh-TW", "zh-Hant-TW", "sr-ME", "no", "de-u-ca-buddhist-x-private", "es-419", "fil", "tl", "aa", "en-GB-oed", "sl-rozaj-biske", "en-a-bbb-u-ca-gregory", "de-DE-u-co-phonebk", "mo", "sh", "zh-cmn-Hans"];
  for (const tag of tags) {
    note(`canonical ${tag}`, () => Intl.getCanonicalLocales(tag).join());
    note(`supported ${tag}`, () => Intl.NumberFormat.supportedLocalesOf(tag).join());
    note(`resolved ${tag}`, () => new Intl.DateTimeFormat(tag).resolvedOptions().locale);
  }
  const names = ["Collator", "DateTimeFormat", "DisplayNames", "DurationFormat", "ListFormat", "Locale", "NumberFormat", "PluralRules", "RelativeTimeFormat", "Segmenter"];
  for (const name of names) {
    const of = Intl[name];
    note(`shape of ${name}`, () => [of.name, of.length, Object.prototype.toString.call(of.prototype), Object.keys(of.prototype).length, typeof of.supportedLocalesOf].join());
    note(`methods of ${name}`, () => Object.getOwnPropertyNames(of.prototype).sort().filter((key) => typeof Object.getOwnPropertyDescriptor(of.prototype, key).value === "function")
      .map((key) => `${key}/${of.prototype[key].length}`).join());
  }
  note("Intl", () => [typeof Intl, String(Intl), Object.keys(Intl).length, Object.getOwnPropertyNames(Intl).filter((name) => names.includes(name) || name.startsWith("get") || name.startsWith("supp")).sort().join()].join());
  note("without new", () => [Intl.NumberFormat("de").format(1.5), Intl.DateTimeFormat("de", { timeZone: "UTC" }).format(0), Intl.Collator("de").compare("a", "b")].join());
  note("subclass", () => new (class Own extends Intl.NumberFormat {})("de").format(1234.5));
  note("bound", () => [1, 2.5].map(new Intl.NumberFormat("de").format).join(" "));
}
