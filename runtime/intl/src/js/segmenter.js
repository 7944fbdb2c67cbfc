// `Intl.Segmenter`. Where the segments end is found by Rust, for a whole text at once.
(intl) => {
  "use strict";
  const { canonicalizeLocaleList, resolveLocale, getOptionsObject, getOption, asString, finish, receiver } = intl.use("core");
  const SERVICE = "Intl.Segmenter";
  const GRANULARITIES = ["grapheme", "word", "sentence"];
  const records = new WeakMap(), ofSegments = new WeakMap(), ofIterator = new WeakMap();

  /** The segment with this number. */
  function segmentAt(s, i) {
    const word = s.granularity === "word";
    const end = (n) => (n < 0 ? 0 : word ? s.ends[n] >> 1 : s.ends[n]);
    const index = end(i - 1);
    const result = { segment: s.text.slice(index, end(i)), index, input: s.text };
    // A word that ends in a combining mark is one, too.
    if (word) result.isWordLike = (s.ends[i] & 1) === 1 || /[\p{L}\p{N}]/u.test(result.segment);
    return result;
  }
  // A full stop between letters ends a word, in Chromium's rules.
  function cutAtStops(text, ends) {
    const result = [];
    let from = 0;
    for (const end of ends) {
      const to = end >> 1;
      for (const { index } of text.slice(from, to).matchAll(/(?<=\p{L}\p{M}*)\.(?=\p{L})/gu)) result.push((from + index) * 2 + 1, (from + index + 1) * 2);
      result.push(end);
      from = to;
    }
    return result;
  }
  const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  const iteratorMethods = {
    next() {
      const s = receiver(ofIterator, this, "%SegmentIterator.prototype%.next");
      return s.at < s.of.ends.length ? { value: segmentAt(s.of, s.at++), done: false } : { value: undefined, done: true };
    },
  };
  const SegmentIterator = Object.create(IteratorPrototype, {
    next: { value: iteratorMethods.next, writable: true, configurable: true },
    [Symbol.toStringTag]: { value: "Segmenter String Iterator", configurable: true },
  });
  const segmentsMethods = {
    containing(index = 0) {
      const s = receiver(ofSegments, this, "%SegmentsPrototype%.containing");
      const n = Math.trunc(Number(index)) || 0;
      if (n < 0 || n >= s.text.length) return undefined;
      let low = 0, high = s.ends.length - 1;
      while (low < high) {
        const middle = low + high >> 1;
        if ((s.granularity === "word" ? s.ends[middle] >> 1 : s.ends[middle]) > n) high = middle;
        else low = middle + 1;
      }
      return segmentAt(s, low);
    },
    [Symbol.iterator]() {
      const of = receiver(ofSegments, this, "%SegmentsPrototype%[Symbol.iterator]");
      const iterator = Object.create(SegmentIterator);
      ofIterator.set(iterator, { of, at: 0 });
      return iterator;
    },
  };
  const Segments = Object.create(Object.prototype, {
    containing: { value: segmentsMethods.containing, writable: true, configurable: true },
    [Symbol.iterator]: { value: segmentsMethods[Symbol.iterator], writable: true, configurable: true },
  });
  class Segmenter {
    constructor(locales = undefined, given = undefined) {
      const requested = canonicalizeLocaleList(locales);
      const options = getOptionsObject(given);
      getOption(options, "localeMatcher", "string", ["lookup", "best fit"], "best fit", SERVICE);
      const { locale } = resolveLocale(requested, {});
      records.set(this, { locale, granularity: getOption(options, "granularity", "string", GRANULARITIES, "grapheme", SERVICE) });
    }
    segment(input) {
      const { granularity } = receiver(records, this, "Intl.Segmenter.prototype.segment");
      const text = asString(input);
      const segments = Object.create(Segments);
      let ends = intl.ops.segments(GRANULARITIES.indexOf(granularity), text);
      if (granularity === "word" && text.includes(".")) ends = cutAtStops(text, ends);
      ofSegments.set(segments, { text, granularity, ends });
      return segments;
    }
    resolvedOptions() {
      const { locale, granularity } = receiver(records, this, "Intl.Segmenter.prototype.resolvedOptions");
      return { locale, granularity };
    }
  }
  return { Segmenter: finish(Segmenter, "Segmenter") };
}
