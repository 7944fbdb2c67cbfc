/** Whether something is like what is expected. */

/**
 * A function decides itself, a regular expression is searched for, of objects each given key must match, of arrays each given item one
 * that is there; all else must be the same. Of an event, `app` is its target; an outcome or a body may be given as its text alone.
 */
export function matches(like, actual) {
  if (typeof like === "function") return Boolean(like(actual));
  if (like instanceof RegExp) return like.test(text(actual));
  if (Array.isArray(like)) return Array.isArray(actual) && like.every((item) => actual.some((other) => matches(item, other)));
  if (typeof like === "object" && like !== null) {
    if (typeof actual !== "object" || actual === null) return false;
    return Object.entries(like).every(([key, value]) => matches(value, key === "app" && !("app" in actual) ? actual.target : actual[key]));
  }
  return like === actual || (typeof like === "string" && like === text(actual));
}

/** Outcomes are `{ type: "ok" }`, bodies `{ text: "…" }`. */
function text(actual) {
  return typeof actual === "object" && actual !== null ? String(actual.type ?? actual.text ?? "") : String(actual ?? "");
}
