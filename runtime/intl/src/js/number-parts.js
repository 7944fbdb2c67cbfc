// A number as parts: CLDR's patterns filled with the digits of a decimal. What the classes ask for arrives as a plain record of settings.
(intl) => {
  "use strict";
  const { data, supplemental } = intl.use("core");
  const plural = intl.use("plural");
  const { round, roundTo, split, shift } = intl.use("decimal");

  // ---- patterns ----

  /** Text of an affix as tokens: `-`, `+`, `%`, `‰`, `¤` (one to five) stand for themselves, quoted and other text is literal. */
  function affix(text) {
    const tokens = [];
    let literal = "", quoted = false;
    const flush = () => {
      if (literal !== "") tokens.push({ type: "literal", value: literal });
      literal = "";
    };
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (c === "'") {
        if (text[i + 1] === "'") literal += text[i++];
        else quoted = !quoted;
      } else if (!quoted && "-+%‰¤".includes(c)) {
        flush();
        if (c === "¤") while (text[i + 1] === "¤") i++;
        tokens.push({ type: c });
      } else literal += c;
    }
    flush();
    return tokens;
  }
  const patterns = new Map();
  /** A number pattern taken apart. */
  function parse(pattern) {
    let result = patterns.get(pattern);
    if (result !== undefined) return result;
    const [positive, negative] = cutOutsideQuotes(pattern);
    result = { ...half(positive), negative: negative === undefined ? undefined : half(negative) };
    patterns.set(pattern, result);
    return result;
  }
  function cutOutsideQuotes(pattern) {
    let quoted = false;
    for (let i = 0; i < pattern.length; i++) {
      if (pattern[i] === "'") quoted = !quoted;
      if (pattern[i] === ";" && !quoted) return [pattern.slice(0, i), pattern.slice(i + 1)];
    }
    return [pattern];
  }
  function half(pattern) {
    let quoted = false, from = -1, to = pattern.length;
    for (let i = 0; i < pattern.length; i++) {
      if (pattern[i] === "'") quoted = !quoted;
      const isDigit = !quoted && "#0,.@123456789".includes(pattern[i]);
      if (isDigit && from < 0) from = i;
      if (!isDigit && from >= 0) {
        to = i;
        break;
      }
    }
    const bare = from < 0; // no place for digits: the text is the number
    if (bare) from = to;
    const body = pattern.slice(from, to).split(".")[0];
    const groups = body.split(",");
    const primary = groups.length > 1 ? groups.at(-1).length : 0;
    return { bare, prefix: affix(pattern.slice(0, from)), suffix: affix(pattern.slice(to)), primary,
      secondary: groups.length > 2 ? groups.at(-2).length : primary, zeros: (body.match(/0/g) ?? []).length };
  }

  // ---- what a formatter knows of its locale ----

  function symbolsOf(locale, numberingSystem) {
    const numbers = data(locale, "numbers");
    const { systems } = numbers;
    const own = systems[numberingSystem] ?? systems.latn;
    return { numbers, own: own.symbols === undefined ? systems.latn : own, latn: systems.latn };
  }
  const digitSets = new Map();
  function digitsOf(numberingSystem) {
    if (numberingSystem === "latn") return undefined;
    let set = digitSets.get(numberingSystem);
    if (set === undefined) digitSets.set(numberingSystem, set = [...(supplemental("numbering").digits[numberingSystem] ?? "0123456789")]);
    return set;
  }
  const inDigits = (text, set) => (set === undefined ? text : text.replace(/\d/g, (digit) => set[digit]));

  const currencyDigits = (code) => {
    const { fractions } = supplemental("numbering");
    return fractions[code] ?? fractions.DEFAULT;
  };
  function currencyText(locale, code, display) {
    const names = data(locale, "currencies")[code];
    if (display === "code" || names === undefined) return code;
    if (display === "narrowSymbol") return names.w ?? names.s ?? code;
    return names.s ?? code;
  }

  /** Everything about a formatter that does not depend on the number. `s` as resolved by the classes. */
  function prepare(s) {
    const { numbers, own, latn } = symbolsOf(s.dataLocale, s.numberingSystem);
    // Percent in compact notation is the unit of that name.
    if (s.style === "percent" && s.notation === "compact") s = { ...s, style: "unit", unit: "percent", unitDisplay: "short", shown: "percent", scale: 2 };
    const known = { ...s, symbols: own.symbols, digits: digitsOf(s.numberingSystem), own, latn, numbers };
    const decimal = own.decimal ?? latn.decimal;
    let main = decimal;
    if (s.style === "percent" || s.style === "unit" && s.unit === "percent" && s.unitDisplay !== "long" && s.scale === undefined) main = own.percent ?? latn.percent;
    if (s.style === "currency" && s.currencyDisplay !== "name") {
      main = s.currencySign === "accounting" ? own.accounting ?? latn.accounting : own.currency ?? latn.currency;
      known.currencyText = currencyText(s.dataLocale, s.currency, s.currencyDisplay);
    }
    known.pattern = parse(main);
    const grouping = known.pattern.primary > 0 ? known.pattern : parse(decimal);
    known.primary = grouping.primary || (s.useGrouping === "always" ? 3 : 0);
    known.secondary = grouping.secondary || known.primary;
    const { symbols } = known;
    known.groupSymbol = s.style === "currency" ? symbols.currencyGroup ?? symbols.group : symbols.group;
    known.decimalSymbol = s.style === "currency" ? symbols.currencyDecimal ?? symbols.decimal : symbols.decimal;
    known.around = [undefined, undefined, undefined];
    known.minimumGroup = s.useGrouping === "min2" ? Math.max(2, numbers.minGroup) : s.useGrouping === "always" ? 1 : numbers.minGroup;
    return known;
  }

  // ---- signs ----

  /** The sign to show for a rounded decimal: -1, 0 or 1; 0 shows none. */
  function shownSign(d, display) {
    const zero = d.special === "" && d.digits === "" || d.special === "nan";
    switch (display) {
      case "never": return 0;
      case "always": return d.negative ? -1 : 1;
      case "exceptZero": return zero ? 0 : d.negative ? -1 : 1;
      case "negative": return zero ? 0 : d.negative ? -1 : 0;
      default: return d.negative ? -1 : 0;
    }
  }
  /** Prefix and suffix of a pattern with its sign, as tokens. `approximately`: before the sign stands that sign. */
  function affixes(pattern, sign, approximately) {
    const { negative } = pattern;
    const plus = sign > 0;
    const has = (part, type) => [...part.prefix, ...part.suffix].some((token) => token.type === type);
    const useNegative = negative !== undefined && (sign < 0 || (plus || approximately) && has(negative, "-"));
    const from = useNegative ? negative : pattern;
    const prefix = [...from.prefix];
    if (!useNegative && (sign !== 0 || approximately) && !(plus && has(pattern, "+"))) prefix.unshift({ type: "-" });
    const marks = [...approximately ? ["~"] : [], ...sign < 0 ? ["-"] : plus ? ["+"] : []];
    const signed = (tokens) => tokens.flatMap((token) => (token.type === "-" ? marks.map((type) => ({ type })) : [token]));
    return { prefix: signed(prefix), suffix: signed(from.suffix) };
  }
  const KINDS = { "-": "minusSign", "+": "plusSign", "%": "percentSign", "‰": "perMille", "~": "approximatelySign" };

  /** Tokens as parts; white space beside other text of a field (`literalAs`) counts as literal. */
  function write(known, tokens, literalAs = "literal") {
    const parts = [];
    for (const { type, value } of tokens) {
      if (type === "literal") trimmed(value, literalAs, parts);
      else if (type === "¤") parts.push({ type: "currency", value: known.currencyText });
      else trimmed(known.symbols[KINDS[type]], type === "%" && known.style === "unit" ? "unit" : KINDS[type], parts);
    }
    return parts;
  }
  const IGNORABLE = "[\\s\\u00ad\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff]";
  const EDGES = new RegExp(`^(${IGNORABLE}*)(.*?)(${IGNORABLE}*)$`, "s");
  function trimmed(text, type, parts) {
    if (type === "literal") {
      parts.push({ type, value: text });
      return parts;
    }
    const [, before, middle, after] = EDGES.exec(text);
    if (before !== "") parts.push({ type: "literal", value: before });
    if (middle !== "") parts.push({ type, value: middle });
    if (after !== "") parts.push({ type: "literal", value: after });
    return parts;
  }
  const isLetterLike = (char) => char !== undefined && !/[\p{S}\p{Z}]/u.test(char);
  /** The space that belongs between a currency and the digits beside it. */
  function spaced(known, before, number, after) {
    const space = () => ({ type: "literal", value: "\u00a0" });
    const whole = (list) => list.flatMap((part) => (part.type === "currency" ? trimmed(part.value, "currency", []) : [part]));
    if (number.length === 0) return { before: whole(before), after: whole(after) };
    const last = before.at(-1), first = after[0];
    const digit = (char) => char !== undefined && /\p{Nd}/u.test(char);
    if (last?.type === "currency" && isLetterLike([...last.value].at(-1)) && digit([...number[0].value][0])) before = [...before, space()];
    if (first?.type === "currency" && isLetterLike([...first.value][0]) && digit([...number.at(-1).value].at(-1))) after = [space(), ...after];
    return { before: whole(before), after: whole(after) };
  }

  // ---- digits ----

  function digitParts(known, whole, fraction, parts = []) {
    const { digits, groupSymbol, decimalSymbol, primary, secondary } = known;
    const grouped = known.useGrouping !== false && primary > 0 && whole.length >= primary + known.minimumGroup;
    if (!grouped) parts.push({ type: "integer", value: inDigits(whole, digits) });
    else {
      const groups = [whole.slice(-primary)];
      for (let rest = whole.slice(0, -primary); rest !== ""; rest = rest.slice(0, -secondary)) groups.unshift(rest.slice(-secondary));
      groups.forEach((group, i) => {
        if (i > 0) parts.push({ type: "group", value: groupSymbol });
        parts.push({ type: "integer", value: inDigits(group, digits) });
      });
    }
    if (fraction !== "") {
      parts.push({ type: "decimal", value: decimalSymbol }, { type: "fraction", value: inDigits(fraction, digits) });
    }
    return parts;
  }
  function body(known, d, minimum) {
    if (d.special === "nan") return { parts: [{ type: "nan", value: known.symbols.nan }], operands: undefined };
    if (d.special === "infinity") return { parts: [{ type: "infinity", value: known.symbols.infinity }], operands: undefined };
    const [whole, fraction] = split(d, known.minimumIntegerDigits, minimum);
    return { parts: digitParts(known, whole, fraction), operands: plural.operands(whole.replace(/^0+(?=\d)/, "") || "0", fraction) };
  }

  /** In scientific and engineering notation. */
  function scientific(known, d) {
    if (d.special !== "") return { decimal: d, ...body(known, d, 0) };
    const step = known.notation === "engineering" ? 3 : 1;
    const exponentOf = (value) => (value.digits === "" ? 0 : Math.floor((value.point - 1) / step) * step);
    let exponent = exponentOf(d);
    let rounded = round(shift(d, -exponent), known.rounding);
    const again = exponentOf(rounded.decimal);
    if (again !== 0) {
      exponent += again;
      rounded = round(shift(d, -exponent), known.rounding);
    }
    const { parts, operands } = body(known, rounded.decimal, rounded.minimum);
    parts.push({ type: "exponentSeparator", value: known.symbols.exponential });
    if (exponent < 0) trimmed(known.symbols.minusSign, "exponentMinusSign", parts);
    parts.push({ type: "exponentInteger", value: inDigits(String(Math.abs(exponent)), known.digits) });
    return { decimal: rounded.decimal, parts, operands };
  }

  // ---- compact ----

  function compactTable(known) {
    const { own, latn } = known;
    const filled = (table) => (table !== undefined && Object.keys(table).length > 0 ? table : undefined);
    const of = (kind) => filled(own[kind]) ?? latn[kind];
    if (known.style === "currency" && known.currencyDisplay !== "name") return of("compactCurrency");
    return of(known.compactDisplay === "long" ? "compactLong" : "compactShort") ?? of("compactShort");
  }
  /** How many digits the compact form of numbers of this size takes off. */
  function compactShift(table, size) {
    const largest = Math.max(...Object.keys(table).map(Number));
    const zeros = Math.min(size - 1, largest);
    const entry = table[zeros];
    if (size < 1 || entry === undefined) return 0;
    const pattern = entry.other ?? Object.values(entry)[0];
    if (pattern === "0") return 0;
    return zeros - (parse(pattern).zeros - 1);
  }
  function compact(known, d) {
    const table = compactTable(known);
    let by = 0;
    let rounded;
    if (d.special === "") {
      by = compactShift(table, d.point);
      rounded = round(shift(d, -by), known.rounding);
      const carried = compactShift(table, rounded.decimal.digits === "" ? 0 : rounded.decimal.point + by);
      if (carried !== by) {
        by = carried;
        rounded = round(shift(d, -by), known.rounding);
      }
    } else rounded = { decimal: d, minimum: 0 };
    const { parts, operands } = body(known, rounded.decimal, rounded.minimum);
    let pattern;
    const [whole, fraction] = rounded.decimal.special === "" ? split(rounded.decimal, 1, rounded.minimum) : ["0", ""];
    if (by > 0) {
      const entry = table[Math.min(rounded.decimal.point + by - 1, Math.max(...Object.keys(table).map(Number)))];
      const category = plural.select(known.dataLocale, "cardinal", plural.operands(whole, fraction, 0));
      const exact = fraction === "" && (whole === "1" || whole === "0") ? entry[whole] : undefined;
      pattern = exact ?? entry[category] ?? entry.other;
    }
    // Names of currencies and units agree with the whole number that the short form stands for, as they do in ICU.
    const named = by > 0 ? plural.operands(...split(roundTo(d, 0, "halfEven"), 1, 0)) : operands;
    return { decimal: rounded.decimal, parts, operands: named, shown: by > 0 ? plural.operands(whole, fraction, by) : operands, pattern, exponent: by };
  }

  // ---- whole numbers with what stands around them ----

  function unitPattern(known, category) {
    const { dataLocale, unit, unitDisplay } = known;
    const table = data(dataLocale, "units")[unitDisplay];
    const of = (name) => table[name]?.p[category] ?? table[name]?.p.other;
    const direct = of(unit);
    if (direct !== undefined) return direct;
    const [first, second] = unit.split("-per-");
    const per = table[second]?.per;
    if (per !== undefined) return per.replace("{0}", of(first));
    const single = (table[second].p.one ?? table[second].p.other).replace("{0}", "").trim();
    return table.per.replace("{0}", of(first)).replace("{1}", single);
  }
  /** Fills `{0}` of a pattern with parts; its other text is of the type `type`, `{1}` is `second`. */
  function around(pattern, inner, type, second) {
    const parts = [];
    for (const piece of pattern.split(/(\{[01]\})/)) {
      if (piece === "{0}") parts.push(...inner);
      else if (piece === "{1}") trimmed(second, "currency", parts);
      else if (piece !== "") trimmed(piece, type, parts);
    }
    return parts;
  }

  /** A number in pieces: its digits, what stands beside them, and whether a unit or name goes around. */
  function take(known, value, approximately = false) {
    let d = value;
    if (known.style === "percent" || known.scale === 2) d = shift(d, 2);
    let done;
    if (known.notation === "compact") done = compact(known, d);
    else if (known.notation !== "standard") done = scientific(known, d);
    else {
      const rounded = round(d, known.rounding);
      done = { decimal: rounded.decimal, ...body(known, rounded.decimal, rounded.minimum) };
    }
    const sign = shownSign(done.decimal, known.signDisplay);
    let middle;
    if (done.pattern !== undefined) {
      const pattern = parse(done.pattern);
      const { prefix, suffix } = affixes(pattern, sign, approximately);
      if (pattern.bare) done.parts = [];
      middle = spaced(known, write(known, prefix, "compact"), done.parts, write(known, suffix, "compact"));
    } else {
      const { prefix, suffix } = affixes(known.pattern, sign, approximately);
      middle = spaced(known, write(known, prefix), done.parts, write(known, suffix));
    }
    const category = done.operands === undefined ? "other" : hasOuter(known) || done.pattern !== undefined ? plural.select(known.dataLocale, "cardinal", done.operands) : "other";
    const bare = known.scale === undefined && known.unit === "percent" && known.unitDisplay !== "long" && done.pattern === undefined;
    return { ...middle, number: done.parts, category, outer: hasOuter(known) && !bare, sign, exponent: done.exponent ?? 0, operands: done.shown ?? done.operands };
  }
  const hasOuter = (known) => known.style === "unit" || known.style === "currency" && known.currencyDisplay === "name";
  /** Parts with the unit or the currency's name around them, in the form for a plural category. */
  function wrapped(known, parts, category) {
    if (known.style === "unit") return around(unitPattern(known, category), parts, "unit");
    const table = known.own.currencyUnit ?? known.latn.currencyUnit;
    const names = data(known.dataLocale, "currencies")[known.currency];
    const name = names?.p[category] ?? names?.p.other ?? names?.n ?? known.currency;
    return around(table[category] ?? table.other, parts, "literal", name);
  }
  /** The parts of a number, and the operands of its plural category. */
  function format(known, value, approximately = false) {
    const pieces = take(known, value, approximately);
    const inner = [...pieces.before, ...pieces.number, ...pieces.after];
    return { parts: joined(pieces.outer ? wrapped(known, inner, pieces.category) : inner), operands: pieces.operands };
  }
  // ---- texts, for which no parts are made ----

  /** What stands before and after the digits, for each sign. */
  function affixTexts(known, sign) {
    const { prefix, suffix } = affixes(known.pattern, sign, false);
    const digit = [{ type: "integer", value: inDigits("0", known.digits) }];
    const { before, after } = spaced(known, write(known, prefix), digit, write(known, suffix));
    return [text(before), text(after)];
  }
  function groupedText(known, whole) {
    const { primary, secondary } = known;
    if (known.useGrouping === false || primary === 0 || whole.length < primary + known.minimumGroup) return whole;
    let rest = whole.length - primary;
    let result = known.groupSymbol + whole.slice(rest);
    for (; rest > secondary; rest -= secondary) result = known.groupSymbol + whole.slice(rest - secondary, rest) + result;
    return whole.slice(0, rest) + result;
  }
  /** A number as text; the same as its parts, put together. */
  function formatText(known, value) {
    if (value.special !== "" || known.notation !== "standard" || hasOuter(known)) return text(format(known, value).parts);
    const { decimal, minimum } = round(known.style === "percent" ? shift(value, 2) : value, known.rounding);
    const [whole, fraction] = split(decimal, known.minimumIntegerDigits, minimum);
    const sign = shownSign(decimal, known.signDisplay);
    const [before, after] = known.around[sign + 1] ??= affixTexts(known, sign);
    let digits = groupedText(known, whole);
    if (fraction !== "") digits += known.decimalSymbol + fraction;
    return before + inDigits(digits, known.digits) + after;
  }

  /** Neighbouring literals as one. */
  function joined(parts) {
    const result = [];
    for (const part of parts) {
      if (part.type === "literal" && result.at(-1)?.type === "literal") result[result.length - 1] = { type: "literal", value: result.at(-1).value + part.value };
      else result.push(part);
    }
    return result;
  }
  const text = (parts) => {
    let all = "";
    for (let i = 0; i < parts.length; i++) all += parts[i].value;
    return all;
  };
  return { prepare, format, formatText, take, wrapped, text, joined, currencyDigits, digitsOf, inDigits, symbolsOf, around };
}
