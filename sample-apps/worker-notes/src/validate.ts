/** Checks what a visitor or a client sends, before it meets the database. */
import type { Draft } from "./notes";

/** What is wrong, by field. */
export type Faults = Record<string, string>;
export type Checked<T> = { ok: true; value: T } | { ok: false; faults: Faults };

export const MOST_TITLE = 120;
export const MOST_BODY = 20_000;

/** A note's title, body and pin from a parsed JSON body. */
export function draftFromJson(json: unknown): Checked<Draft> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return { ok: false, faults: { "": "must be a JSON object" } };
  }
  const { title, body = "", pinned = false, ...others } = json as Record<string, unknown>;
  const faults: Faults = {};
  for (const name of Object.keys(others)) faults[name] = "is not known";
  if (typeof title !== "string") faults["title"] = title === undefined ? "is required" : "must be a string";
  if (typeof body !== "string") faults["body"] = "must be a string";
  if (typeof pinned !== "boolean") faults["pinned"] = "must be true or false";
  if (Object.keys(faults).length > 0) return { ok: false, faults };
  return checked({ title: title as string, body: body as string, pinned: pinned as boolean });
}

/** The same from the fields of the form, unchecked, so that the form can show again what was typed. */
export function formFields(form: FormData): Draft {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : "";
  };
  return { title: text("title"), body: text("body").replaceAll("\r\n", "\n"), pinned: form.has("pinned") };
}

/** A whole number within bounds, from a query parameter that may be missing. */
export function wholeNumber(text: string | undefined, otherwise: number, least: number, most: number): number | null {
  if (text === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

/** Holds the lengths against what the table takes, and trims the title. */
export function checked(draft: Draft): Checked<Draft> {
  const value = { ...draft, title: draft.title.trim() };
  const faults: Faults = {};
  if (value.title === "") faults["title"] = "must not be empty";
  // In characters, as SQLite counts them, not in UTF-16 units.
  if ([...value.title].length > MOST_TITLE) faults["title"] = `must have ${MOST_TITLE} characters at most`;
  if ([...value.body].length > MOST_BODY) faults["body"] = `must have ${MOST_BODY} characters at most`;
  return Object.keys(faults).length > 0 ? { ok: false, faults } : { ok: true, value };
}
