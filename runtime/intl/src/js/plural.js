// Plural categories, by CLDR's rules.
(intl) => {
  "use strict";
  const { supplemental, parentOf } = intl.use("core");

  const compiled = new Map();

  // "n % 10 = 3..4 and n % 100 != 13..14 or …" as lists of relations.
  const parseRule = (text) => text.split(" or ").map((part) => part.split(" and ").map((relation) => {
    const [, operand, modulus, not, list] = /^([a-z])(?: % (\d+))? (!?)= (.*)$/.exec(relation.trim());
    const ranges = list.split(",").map((range) => {
      const [from, to = from] = range.trim().split("..");
      return [Number(from), Number(to)];
    });
    return { operand, modulus: modulus === undefined ? 0 : Number(modulus), not: not === "!", ranges };
  }));

  function rulesOf(locale, type) {
    const key = `${type}/${locale}`;
    let rules = compiled.get(key);
    if (rules !== undefined) return rules;
    const table = supplemental("plurals")[type];
    let source;
    for (let tag = locale; tag !== undefined && source === undefined; tag = parentOf(tag)) source = table[tag] ?? table[tag.split("-")[0]];
    rules = Object.entries(source ?? {}).map(([category, text]) => [category, parseRule(text)]);
    compiled.set(key, rules);
    return rules;
  }

  /**
   * Operands of a number as it is printed. `integer` and `fraction` are digits; `exponent` is that of compact notation, by which
   * the number stands for a larger one.
   */
  function operands(integer, fraction, exponent = 0) {
    if (exponent > 0) {
      const padded = fraction.padEnd(exponent, "0");
      integer += padded.slice(0, exponent);
      fraction = padded.slice(exponent);
    }
    const trimmed = fraction.replace(/0+$/, "");
    return { i: integer, whole: Number(integer), last: Number(integer.slice(-18)), v: fraction.length, w: trimmed.length, f: Number(fraction || 0), t: Number(trimmed || 0),
      c: exponent, e: exponent };
  }

  function holds({ operand, modulus, not, ranges }, of) {
    let value;
    if (operand === "n" || operand === "i") {
      // `i` has 18 digits at most, as ICU's has.
      value = operand === "i" ? of.last : of.whole;
      if (modulus > 0) value %= modulus;
      if (operand === "n" && of.t !== 0) return not;
    } else {
      value = of[operand];
      if (modulus > 0) value %= modulus;
    }
    return ranges.some(([from, to]) => value >= from && value <= to) !== not;
  }

  function select(locale, type, of) {
    for (const [category, alternatives] of rulesOf(locale, type)) {
      if (alternatives.some((relations) => relations.every((relation) => holds(relation, of)))) return category;
    }
    return "other";
  }
  const ORDER = ["zero", "one", "two", "few", "many", "other"];
  const categories = (locale, type) => {
    const own = rulesOf(locale, type).map(([category]) => category);
    return ORDER.filter((category) => category === "other" || own.includes(category));
  };
  function range(locale, start, end) {
    const { ranges } = supplemental("plurals");
    let table;
    for (let tag = locale; tag !== undefined && table === undefined; tag = parentOf(tag)) table = ranges[tag];
    return table?.[`${start}-${end}`] ?? "other";
  }
  const hasRules = (tag) => tag in supplemental("plurals").cardinal;
  return { hasRules, operands, select, categories, range };
}
