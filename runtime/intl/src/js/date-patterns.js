// Which pattern answers the fields that code asks for: CLDR's way from a skeleton ("yMMMd") to the nearest pattern that a locale has, with
// what is missing appended, as ICU goes it (https://unicode.org/reports/tr35/tr35-dates.html#Matching_Skeletons).
(intl) => {
  "use strict";
  const { data, supplemental } = intl.use("core");

  const NUMERIC = 0x100, NARROW = -0x101, SHORTER = -0x102, SHORT = -0x103, LONG = -0x104, DELTA = 0x10;
  const ERA = 0, YEAR = 1, MONTH = 3, WEEKDAY = 6, DAYPERIOD = 10, HOUR = 11, MINUTE = 12, SECOND = 13, FRACTION = 14, FIELDS = 16;
  const DATE_MASK = (1 << DAYPERIOD) - 1, TIME_MASK = (1 << FIELDS) - 1 - DATE_MASK;
  // A letter: its field, and for each length from which it holds the kind of its text. Letters of one field differ by a little.
  const text = (delta) => [[1, SHORT - delta], [4, LONG - delta], [5, NARROW - delta]];
  const number = (delta) => [[1, NUMERIC + delta]];
  const either = (delta) => [[1, NUMERIC + delta], [3, SHORT - delta], [4, LONG - delta], [5, NARROW - delta]];
  const LETTERS = {
    G: [ERA, text(0)], y: [YEAR, number(0)], Y: [YEAR, number(DELTA)], u: [YEAR, number(2 * DELTA)], r: [YEAR, number(3 * DELTA)], U: [YEAR, text(0)],
    Q: [2, either(0)], q: [2, either(DELTA)], M: [MONTH, either(0)], L: [MONTH, either(DELTA)],
    w: [4, number(0)], W: [5, number(0)],
    E: [WEEKDAY, [...text(0), [6, SHORTER]]],
    e: [WEEKDAY, [...either(DELTA), [6, SHORTER - DELTA]]], c: [WEEKDAY, [...either(2 * DELTA), [6, SHORTER - 2 * DELTA]]],
    D: [7, number(0)], F: [8, number(0)], d: [9, number(0)], g: [9, number(DELTA)],
    a: [DAYPERIOD, text(0)], b: [DAYPERIOD, text(DELTA)], B: [DAYPERIOD, text(3 * DELTA)],
    H: [HOUR, number(10 * DELTA)], k: [HOUR, number(11 * DELTA)], h: [HOUR, number(0)], K: [HOUR, number(DELTA)],
    m: [MINUTE, number(0)], s: [SECOND, number(0)], A: [SECOND, number(DELTA)], S: [FRACTION, number(0)],
    v: [15, [[1, SHORT - 2 * DELTA], [4, LONG - 2 * DELTA]]], z: [15, [[1, SHORT], [4, LONG]]],
    Z: [15, [[1, NARROW - DELTA], [4, LONG - DELTA], [5, SHORT - DELTA]]], O: [15, [[1, SHORT - DELTA], [4, LONG - DELTA]]],
  };
  const APPEND = ["Era", "Year", "Quarter", "Month", "Week", "", "Day-Of-Week", "", "", "Day", "", "Hour", "Minute", "Second", "", "Timezone"];
  const NAMES = ["era", "year", "quarter", "month", "week", "", "weekday", "", "", "day", "dayperiod", "hour", "minute", "second", "", "zone"];

  /** A pattern as tokens: `{ letter, length }` for fields, texts for what is literal. */
  const tokenCache = new Map();
  function tokens(pattern) {
    let list = tokenCache.get(pattern);
    if (list !== undefined) return list;
    list = [];
    let literal = "", quoted = false;
    const flush = () => {
      if (literal !== "") list.push(literal);
      literal = "";
    };
    for (let i = 0; i < pattern.length; i++) {
      const c = pattern[i];
      if (c === "'") {
        if (pattern[i + 1] === "'") literal += pattern[i++];
        else quoted = !quoted;
      } else if (!quoted && /[A-Za-z]/.test(c)) {
        flush();
        let end = i + 1;
        while (pattern[end] === c) end++;
        list.push({ letter: c, length: end - i });
        i = end - 1;
      } else literal += c;
    }
    flush();
    if (tokenCache.size >= 1000) tokenCache.clear();
    tokenCache.set(pattern, list);
    return list;
  }
  const quote = (literal) => (/[A-Za-z']/.test(literal) ? `'${literal.replaceAll("'", "''")}'` : literal);
  const join = (list) => list.map((token) => (typeof token === "string" ? quote(token) : token.letter.repeat(token.length))).join("");

  /** What a skeleton or pattern asks for: by field its letter, length and kind. */
  function fieldsOf(pattern) {
    const fields = new Array(FIELDS).fill(undefined);
    const put = (letter, length) => {
      const [field, kinds] = LETTERS[letter] ?? [];
      if (field === undefined) return;
      let kind, minimum;
      for (const [from, of] of kinds) if (length >= from) [minimum, kind] = [from, of];
      fields[field] = { letter, length, kind: kind > 0 ? kind + length : kind, base: letter.repeat(minimum) };
    };
    for (const token of tokens(pattern)) if (typeof token !== "string") put(token.letter, token.length);
    if (fields[MINUTE] !== undefined && fields[FRACTION] !== undefined && fields[SECOND] === undefined) put("s", 1);
    let implied = false;
    if (fields[HOUR] !== undefined) {
      if ("hK".includes(fields[HOUR].letter)) {
        if (fields[DAYPERIOD] === undefined) {
          put("a", 1);
          implied = true;
        }
      } else fields[DAYPERIOD] = undefined;
    }
    let mask = 0;
    fields.forEach((field, i) => (mask |= field === undefined ? 0 : 1 << i));
    const keyOf = (part) => fields.map((field, i) => (field === undefined || implied && i === DAYPERIOD ? "" : part(field))).join("");
    return { fields, mask, base: keyOf((field) => field.base), skeleton: keyOf((field) => field.letter.repeat(field.length)) };
  }

  const EXTRA = 0x10000, MISSING = 0x1000;
  function distance(wanted, has, mask) {
    let sum = 0, missing = 0, extra = 0;
    for (let i = 0; i < FIELDS; i++) {
      const mine = mask >> i & 1 ? wanted[i]?.kind ?? 0 : 0;
      const other = has[i]?.kind ?? 0;
      if (mine === other) continue;
      if (mine === 0) {
        sum += EXTRA;
        extra |= 1 << i;
      } else if (other === 0) {
        sum += MISSING;
        missing |= 1 << i;
      } else sum += Math.abs(mine - other);
    }
    return { sum, missing, extra };
  }

  const OLDER = new Set(["buddhist", "japanese"]);
  /** The calendar's formats in a locale: what it lacks comes from the generic calendar. */
  function formatsOf(locale, calendar) {
    if (calendar === "gregorian") return data(locale, "gregorian");
    if (calendar === "iso8601") {
      const root = data("und", "gregorian");
      return { ...data(locale, "gregorian"), date: root.date, available: root.available, glue: root.glue, at: root.at };
    }
    const generic = data(locale, "generic");
    const own = data(locale, calendar);
    const filled = { ...generic };
    if (own.date !== undefined) filled.date = own.date;
    for (const key of ["available", "intervals"]) filled[key] = { ...generic[key], ...own[key] };
    // The packages of these calendars are older than the rest (`data/README.md`); what they say of eras has changed since.
    if (OLDER.has(calendar)) for (const key of Object.keys(generic.available)) if (key[0] === "G") filled.available[key] = generic.available[key];
    const { time, at } = data(locale, "gregorian");
    return { ...filled, time, at };
  }
  /** h, K, H or k: what the region of a locale prefers. */
  function preferredHour(tag) {
    const { hours } = supplemental("time");
    const full = intl.ops.locale(tag, 1).split("-");
    const language = full[0], region = full.find((part, i) => i > 0 && /^([A-Z]{2}|\d{3})$/.test(part)) ?? "001";
    return (hours[`${language}-${region}`] ?? hours[`${language}_${region}`] ?? hours[region] ?? hours["001"])._preferred[0];
  }

  const generators = new Map();
  function generator(locale, tag, calendar) {
    const key = `${locale}/${tag}/${calendar}`;
    let made = generators.get(key);
    if (made === undefined) {
      if (generators.size >= 30) generators.clear();
      generators.set(key, made = build(locale, tag, calendar));
    }
    return made;
  }
  function build(locale, tag, calendar) {
    const formats = formatsOf(locale, calendar);
    const byBase = new Map(), bySkeleton = new Map(), buckets = new Map();
    const add = (pattern, skeleton, override) => {
      const of = fieldsOf(skeleton ?? pattern);
      const sameBase = byBase.get(of.base);
      if (sameBase !== undefined && !override && (!sameBase.specified || skeleton !== undefined)) return;
      const same = bySkeleton.get(of.skeleton);
      if (same !== undefined) {
        if (!override || skeleton !== undefined && same.specified) return;
        same.pattern = pattern;
        same.specified = skeleton !== undefined;
        return;
      }
      const entry = { pattern, specified: skeleton !== undefined, ...of };
      bySkeleton.set(of.skeleton, entry);
      if (sameBase === undefined) byBase.set(of.base, entry);
      const bucket = of.base[0];
      if (!buckets.has(bucket)) buckets.set(bucket, []);
      buckets.get(bucket).push(entry);
    };
    for (const item of "GyQMwWEdDFaHmsSv") add(item, undefined, false);
    for (const style of ["full", "long", "medium", "short"]) {
      add(formats.date[style], undefined, false);
      add(formats.time[style], undefined, false);
    }
    for (const skeleton of Object.keys(formats.available).sort()) add(formats.available[skeleton], skeleton, true);
    const entries = [...buckets.keys()].sort().flatMap((bucket) => buckets.get(bucket));
    return { locale, formats, entries, hour: preferredHour(tag), best: new Map(), decimal: data(locale, "numbers").systems[data(locale, "numbers").default]?.symbols?.decimal ?? "." };
  }

  function nearest(g, wanted, mask) {
    let best, found;
    for (const entry of g.entries) {
      const d = distance(wanted.fields, entry.fields, mask);
      if (best === undefined || d.sum < best.sum || d.sum === best.sum && best.missing < d.missing) {
        best = d;
        found = entry;
        if (d.sum === 0) break;
      }
    }
    return { entry: found, ...best };
  }

  /** The found pattern with its fields as they were asked for. */
  function adjust(g, list, entry, wanted, matchHour, withFraction) {
    return list.map((token) => {
      if (typeof token === "string") return token;
      const [field, kinds] = LETTERS[token.letter] ?? [];
      if (field === undefined) return token;
      if (withFraction && field === SECOND) return [token, g.decimal, { letter: "S", length: wanted.fields[FRACTION].length }];
      const asked = wanted.fields[field];
      if (asked === undefined) return token;
      let askedLength = asked.length;
      if (asked.letter === "E" && askedLength < 3) askedLength = 3;
      let length = askedLength;
      let kind;
      for (const [from, of] of kinds) if (token.length >= from) kind = of;
      if (field === HOUR && !matchHour || field === MINUTE || field === SECOND) length = token.length;
      else if (entry.specified && asked.letter !== "c" && asked.letter !== "e") {
        const own = entry.fields[field]?.length ?? 0;
        const isNumber = kind > 0, filedAsNumber = (entry.fields[field]?.kind ?? 0) > 0;
        if (own === askedLength || isNumber !== filedAsNumber) length = token.length;
      }
      let letter = field !== HOUR && field !== MONTH && field !== WEEKDAY && (field !== YEAR || asked.letter === "Y") ? asked.letter : token.letter;
      if (letter === "E" && length < 3) letter = "e";
      if (field === HOUR) {
        const preferred = g.hour;
        if (asked.letter === preferred) letter = preferred;
        else if (asked.letter === "h" && preferred === "K") letter = "K";
        else if (asked.letter === "H" && preferred === "k") letter = "k";
        else if (asked.letter === "k" && preferred === "H") letter = "H";
        else if (asked.letter === "K" && preferred === "h") letter = "h";
      }
      return { letter, length };
    }).flat();
  }

  function fill(pattern, ...parts) {
    return pattern.split(/(\{\d\})/).flatMap((piece, i) => (i % 2 === 1 ? parts[piece[1]] ?? [] : tokens(piece)));
  }
  function appending(g, wanted, mask, matchHour) {
    if (mask === 0) return [];
    let near = nearest(g, wanted, mask);
    let { missing, entry } = near;
    let list = adjust(g, tokens(entry.pattern), entry, wanted, matchHour, false);
    let last = 0;
    while (missing !== 0 && missing !== last) {
      last = missing;
      const both = 1 << SECOND | 1 << FRACTION;
      if ((missing & both) === 1 << FRACTION && (mask & both) === both) {
        list = adjust(g, list, entry, wanted, matchHour, true);
        missing &= ~(1 << FRACTION);
        continue;
      }
      near = nearest(g, wanted, missing);
      const added = adjust(g, tokens(near.entry.pattern), near.entry, wanted, matchHour, false);
      entry = near.entry;
      const found = missing & ~near.missing;
      const top = 31 - Math.clz32(found);
      const format = g.formats.append?.[APPEND[top]];
      if (format !== undefined) {
        const name = data(g.locale, "fields")[NAMES[top]]?.n ?? "";
        list = fill(format, list, added, [name]);
      }
      missing = near.missing;
    }
    return list;
  }
  function bestPattern(g, skeleton, matchHour) {
    const key = `${skeleton}${matchHour ? "!" : ""}`;
    let pattern = g.best.get(key);
    if (pattern === undefined) g.best.set(key, pattern = join(findBest(g, skeleton, matchHour)));
    return pattern;
  }
  function findBest(g, skeleton, matchHour) {
    const wanted = fieldsOf(skeleton);
    const near = nearest(g, wanted, -1);
    if (near.missing === 0 && near.extra === 0) return adjust(g, tokens(near.entry.pattern), near.entry, wanted, matchHour, false);
    const date = appending(g, wanted, wanted.mask & DATE_MASK, matchHour);
    const time = appending(g, wanted, wanted.mask & TIME_MASK, matchHour);
    if (date.length === 0) return time;
    if (time.length === 0) return date;
    const month = wanted.fields[MONTH]?.base.length ?? 0;
    const style = month === 4 ? (wanted.fields[WEEKDAY] !== undefined ? "full" : "long") : month === 3 ? "medium" : "short";
    return fill(glue(g, style), time, date);
  }
  const glue = (g, style) => g.formats.at?.[style] ?? g.formats.glue[style];

  /** The skeleton of a pattern: its letters, each field once. */
  function skeletonOf(pattern) {
    return fieldsOf(pattern).skeleton;
  }
  return { tokens, join, generator, bestPattern, glue, fill, skeletonOf, fieldsOf, LETTERS };
}
