// Ranges of times: CLDR's interval formats, chosen and widened as ICU does (https://unicode.org/reports/tr35/tr35-dates.html#intervalFormats).
(intl) => {
  "use strict";
  const { tokens, join, bestPattern, fill, skeletonOf } = intl.use("date-patterns");
  const { fieldsAt, parts } = intl.use("date-parts");

  const DATE_LETTERS = "GyYuQqMLwWEecdDFgUr", DIFFERENT = 0x1000, KIND = 0x100;
  const repeat = (letter, count) => letter.repeat(count);
  const countsOf = (skeleton) => {
    const counts = {};
    for (const letter of skeleton) counts[letter] = (counts[letter] ?? 0) + 1;
    return counts;
  };

  /** The date and the time of a skeleton, and the forms under which interval formats are filed. */
  function separate(skeleton) {
    const n = countsOf(skeleton);
    let date = "", time = "", otherDate = "", otherTime = "";
    for (const letter of skeleton) {
      if (DATE_LETTERS.includes(letter)) {
        date += letter;
        if (!"yMEd".includes(letter)) otherDate += letter;
      } else {
        time += letter;
        if (!"ahHmzv".includes(letter)) otherTime += letter;
      }
    }
    const wide = (letter, from) => (n[letter] === undefined ? "" : n[letter] <= from ? letter : repeat(letter, Math.min(n[letter], 5)));
    const once = (letter) => (n[letter] === undefined ? "" : letter);
    return { date, time, fileDate: otherDate + repeat("y", n.y ?? 0) + wide("M", 2) + wide("E", 3) + once("d"),
      fileTime: otherTime + (once("H") || once("h")) + once("m") + once("z") + once("v") };
  }

  /** The filed skeleton that is nearest, and how: 0 the same, 1 other widths, 2 other letters, -1 other fields. */
  function nearest(intervals, skeleton) {
    const replaced = skeleton.replaceAll("z", "v").replaceAll("K", "h").replaceAll("k", "H").replace(/[ab]/g, "");
    const wanted = countsOf(replaced);
    let best, bestDistance = Infinity, bestHow = 0;
    for (const name of Object.keys(intervals)) {
      if (name === "intervalFormatFallback") continue;
      const has = countsOf(name);
      let distance = 0, how = 1;
      for (const letter of new Set(replaced + name)) {
        const a = wanted[letter] ?? 0, b = has[letter] ?? 0;
        if (a === b) continue;
        if (a === 0 || b === 0) {
          how = -1;
          distance += DIFFERENT;
        } else distance += letter === "M" && (a <= 2) !== (b <= 2) ? KIND : Math.abs(a - b);
      }
      if (distance < bestDistance) {
        best = name;
        bestDistance = distance;
        bestHow = distance === 0 ? 0 : how;
        if (distance === 0) break;
      }
    }
    if (replaced !== skeleton && bestHow !== -1) bestHow = 2;
    return { best, how: bestHow };
  }

  /** An interval format with its fields as wide as they were asked for. */
  function widen(pattern, skeleton, filed, how) {
    if (how === 0) return pattern;
    const wanted = countsOf(skeleton), has = countsOf(filed);
    const swap = how === 2 ? { v: wanted.z && "z", h: wanted.K && "K", H: wanted.k && "k", a: wanted.b && "b" } : {};
    return join(tokens(pattern).map((token) => {
      if (typeof token === "string") return token;
      const letter = swap[token.letter] || token.letter;
      const key = token.letter === "L" ? "M" : token.letter;
      const own = has[key] ?? 0, asked = wanted[letter === "L" ? "M" : letter] ?? 0;
      return { letter, length: own === token.length && asked > own ? asked : token.length };
    }));
  }

  /** A format for each field that may be the first to differ; `{ both }`: the whole pattern, twice, around the fallback's dash. */
  function plan(s) {
    const { generator } = s;
    const { intervals } = generator.formats;
    const skeleton = skeletonOf(s.pattern);
    const { date, time, fileDate, fileTime } = separate(skeleton);
    const result = {};
    const best = (wanted) => bestPattern(generator, wanted, false);
    let file = fileTime !== "" ? fileTime : fileDate;
    let { best: filed, how } = nearest(intervals, file);
    const found = filed !== undefined && how !== -1;
    const set = (field, letter) => {
      let pattern = intervals[filed][letter];
      let extended = false;
      if (pattern === undefined) {
        if (letter === "a") {
          const hours = intervals[filed].h ?? intervals[filed].H;
          if (hours !== undefined) result[field] = { pattern: widen(hours, file, filed, how) };
          return false;
        }
        if (isIgnored(filed, letter)) return false;
        if (fileTime === "") {
          const longer = letter + filed;
          pattern = intervals[longer]?.[letter];
          let at = longer;
          if (pattern === undefined && how === 0) {
            const near = nearest(intervals, longer);
            if (near.best !== undefined && near.how !== -1) {
              pattern = intervals[near.best][letter];
              at = near.best;
              how = near.how;
            }
          }
          if (pattern !== undefined) {
            result[field] = { pattern: widen(pattern, letter + file, at, how) };
            extended = true;
          }
          if (extended) [file, filed] = [letter + file, longer];
          return extended;
        }
      }
      if (pattern !== undefined) result[field] = { pattern: widen(pattern, file, filed, how) };
      return extended;
    };
    if (found && fileTime === "") {
      for (const [field, letter] of [["day", "d"], ["month", "M"], ["year", "y"], ["era", "G"]]) set(field, letter);
    } else if (found) {
      set("minute", "m");
      set("hour", /H|k/.test(filed) ? "H" : "h");
      set("period", intervals[filed].B !== undefined ? "B" : "a");
    }
    if (time !== "" && date === "") {
      const whole = best(`yMd${time}`);
      result.day = result.month = result.year = { both: whole };
      result.era = { both: best(`GyMd${time}`) };
    } else if (time !== "" && found) {
      let longer = skeleton;
      const extend = (field, letter, has) => {
        if (has.test(date)) return;
        longer = letter + longer;
        result[field] = { both: best(longer) };
      };
      extend("day", "d", /d/);
      extend("month", "M", /[ML]/);
      extend("year", "y", /y/);
      extend("era", "G", /G/);
      const glue = generator.formats.glue.medium, day = tokens(best(date));
      for (const field of ["period", "hour", "minute"]) {
        const inner = result[field]?.pattern;
        if (inner !== undefined) result[field] = { pattern: join(fill(glue, tokens(inner), day)) };
      }
    }
    if (date !== "" && time !== "") result.sameDay = { date: best(date), time: best(time), glue: generator.formats.glue.medium };
    result.fallback = intervals.intervalFormatFallback;
    result.whole = best(skeleton);
    return result;
  }
  /** Whether no field of a skeleton is as small as this one. */
  function isIgnored(skeleton, letter) {
    const rank = (c) => ({ G: 0, y: 1, M: 2, L: 2, d: 3, E: 3, c: 3, e: 3, a: 4, B: 4, h: 5, H: 5, K: 5, k: 5, m: 6, s: 7, S: 8 })[c] ?? -1;
    return ![...skeleton].some((c) => rank(c) >= rank(letter));
  }

  const FIELDS = [["era", (f) => f.era], ["year", (f) => f.year], ["month", (f) => f.month], ["day", (f) => f.day], ["period", (f) => f.hour < 12],
    ["hour", (f) => f.hour], ["minute", (f) => f.minute], ["second", (f) => f.second], ["millisecond", (f) => f.ms]];
  const LETTERS = { era: "G", year: "y", month: "M", day: "d", period: "a", hour: "h", minute: "m", second: "s", millisecond: "S" };

  /** The parts of a pattern whose fields before the first repeated one are of `a`, the others of `b`. */
  function interval(s, pattern, a, b) {
    const list = tokens(pattern);
    const seen = new Set();
    let cut = list.length;
    for (let i = 0; i < list.length; i++) {
      const { letter } = list[i];
      if (letter === undefined) continue;
      if (seen.has(letter)) {
        cut = i;
        break;
      }
      seen.add(letter);
    }
    return [...parts(s, join(list.slice(0, cut)), a), ...parts(s, join(list.slice(cut)), b)];
  }
  const twice = (s, pattern, fallback, a, b) => fallback.split(/(\{[01]\})/).flatMap((piece) =>
    piece === "{0}" ? parts(s, pattern, a) : piece === "{1}" ? parts(s, pattern, b) : piece === "" ? [] : [{ type: "literal", value: piece }]);

  /** Which parts belong to one end of the range: those from the first to the last field that is there twice. */
  function withSources(list) {
    const first = new Map(), second = new Map();
    list.forEach((part, i) => {
      if (part.type === "literal") return;
      if (!first.has(part.type)) first.set(part.type, i);
      else if (!second.has(part.type)) second.set(part.type, i);
    });
    let a = [Infinity, -1], b = [Infinity, -1];
    const grow = ([from, to], i) => [Math.min(from, i), Math.max(to, i)];
    for (const [type, i] of second) {
      a = grow(a, first.get(type));
      b = grow(b, i);
    }
    const inside = ([from, to], i) => i >= from && i <= to;
    return list.map(({ type, value }, i) => ({ type, value, source: inside(a, i) ? "startRange" : inside(b, i) ? "endRange" : "shared" }));
  }

  function range(s, from, to) {
    const a = fieldsAt(s, from), b = fieldsAt(s, to);
    const field = FIELDS.find(([, of]) => of(a) !== of(b))?.[0];
    const single = () => parts(s, s.pattern, a).map((part) => ({ ...part, source: "shared" }));
    if (field === undefined) return single();
    s.plan ??= plan(s);
    const chosen = s.plan[field];
    let list;
    if (chosen?.pattern !== undefined) list = interval(s, chosen.pattern, a, b);
    else if (chosen?.both !== undefined) list = twice(s, chosen.both, s.plan.fallback, a, b);
    else {
      const skeleton = skeletonOf(s.pattern);
      if (isIgnored(skeleton, LETTERS[field])) return single();
      const { sameDay } = s.plan;
      if (sameDay !== undefined && ["period", "hour", "minute", "second", "millisecond"].includes(field)) {
        const times = twice(s, sameDay.time, s.plan.fallback, a, b);
        list = sameDay.glue.split(/(\{[01]\})/).flatMap((piece) =>
          piece === "{0}" ? times : piece === "{1}" ? parts(s, sameDay.date, a) : piece === "" ? [] : tokens(piece).map((value) => ({ type: "literal", value })));
      } else list = twice(s, s.plan.whole, s.plan.fallback, a, b);
    }
    return withSources(joinLiterals(list));
  }
  function joinLiterals(list) {
    const result = [];
    for (const part of list) {
      const last = result.at(-1);
      if (part.type === "literal" && last?.type === "literal") result[result.length - 1] = { type: "literal", value: last.value + part.value };
      else result.push(part);
    }
    return result;
  }
  return { range };
}
