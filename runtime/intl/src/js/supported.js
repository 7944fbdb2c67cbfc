// `Intl.supportedValuesOf`.
(intl) => {
  "use strict";
  const { supplemental, asString } = intl.use("core");
  const LISTS = {
    calendar: () => Object.keys(intl.use("date-parts").CALENDARS),
    collation: () => [...new Set(["emoji", "eor", ...Object.values(intl.use("collator").KINDS).flat()])],
    currency: () => supplemental("numbering").currencies,
    numberingSystem: () => Object.keys(supplemental("numbering").digits),
    timeZone: () => intl.use("zones").ids(),
    unit: () => supplemental("numbering").units,
  };
  function valuesOf(key) {
    const name = asString(key);
    if (!Object.hasOwn(LISTS, name)) throw new RangeError(`Invalid key : ${name}`);
    return [...LISTS[name]()].sort();
  }
  return { valuesOf };
}
