// Ranges of numbers: two numbers in one text, what they share said once where it is longer than a sign.
(intl) => {
  "use strict";
  const { format, take, wrapped, joined, text } = intl.use("number-parts");
  const plural = intl.use("plural");
  const { shift } = intl.use("decimal");

  const lengthOf = (pieces) => [...text(pieces.before) + text(pieces.after)].length;
  // Of a percentage, V8 takes the hundredfold twice here.
  const repeated = (s, value) => (s.style === "percent" ? shift(value, 2) : value);
  const isSpace = (char) => char !== undefined && /\s/.test(char);

  function range(s, start, end) {
    const tag = (parts, source) => parts.map(({ type, value }) => ({ type, value, source }));
    const a = take(s, start), b = take(s, end);
    const first = format(s, start).parts;
    if (text(first) === text(format(s, end).parts)) return tag(format(s, repeated(s, start), true).parts, "shared");

    const sameOuter = a.outer === b.outer;
    const alike = a.sign === b.sign && a.exponent === b.exponent && (a.exponent > 0 || text(a.before) === text(b.before) && text(a.after) === text(b.after));
    const isOnce = sameOuter && alike && lengthOf(a) > 1;
    const around = !isOnce && lengthOf(a) > 0;
    let dash = (s.own.range ?? s.latn.range).split(/\{[01]\}/)[1];
    if (around) dash = (isSpace(dash[0]) ? "" : " ") + dash + (isSpace(dash.at(-1)) ? "" : " ");
    const between = { type: "literal", value: dash };

    const side = (pieces, source) => tag(isOnce ? pieces.number : joined([...pieces.before, ...pieces.number, ...pieces.after]), source);
    const category = plural.range(s.dataLocale, a.category, b.category);
    let parts = [...side(a, "startRange"), ...tag([between], "shared"), ...side(b, "endRange")];
    if (isOnce) parts = [...tag(b.before, "shared"), ...parts, ...tag(b.after, "shared")];
    if (!a.outer) return parts;
    return wrapped(s, parts, category).map((part) => (part.source === undefined ? { ...part, source: "shared" } : part));
  }
  return { range };
}
