// The cases: for each class a function of a locale that gives answers by name.
import { dateTimeFormat, dateTimeRange, dateMethods } from "./dates.js";
import { numberFormat, numberRange, numberMethods } from "./numbers.js";
import { collator, displayNames, durationFormat, listFormat, locale, pluralRules, relativeTimeFormat, segmenter, stringMethods } from "./texts.js";
import { timeZones } from "./zones.js";
import { errors } from "./errors.js";
import { supported } from "./supported.js";

export const locales = ("en-US en-GB en-IN de-DE de-CH fr-FR fr-CA es-ES es-MX pt-BR pt-PT it-IT nl-NL sv-SE da-DK nb-NO fi-FI pl-PL cs-CZ hu-HU ru-RU uk-UA " +
  "tr-TR el-GR ar-EG he-IL fa-IR hi-IN bn-BD th-TH ja-JP ko-KR zh-CN zh-TW vi-VN id-ID").split(" ");

const TABLE = {
  NumberFormat: numberFormat, NumberRange: numberRange, NumberMethods: numberMethods,
  DateTimeFormat: dateTimeFormat, DateTimeRange: dateTimeRange, DateMethods: dateMethods, TimeZones: timeZones,
  PluralRules: pluralRules, RelativeTimeFormat: relativeTimeFormat, ListFormat: listFormat, DisplayNames: displayNames, DurationFormat: durationFormat,
  Locale: locale, Collator: collator, Segmenter: segmenter, StringMethods: stringMethods,
  Errors: errors, Supported: supported,
};
export const classes = Object.keys(TABLE);
/** Classes whose cases do not depend on the locale are asked for the first one only. */
export const single = new Set(["Errors", "Supported"]);

export function answers(name, tag) {
  const found = {};
  const note = (label, answer) => {
    if (label in found) throw new Error(`two cases are named ${label}`);
    let value;
    try {
      value = answer();
    } catch (error) {
      value = `${error.name}: ${error.message}`;
    }
    found[label] = value === undefined ? "undefined" : value;
  };
  TABLE[name](note, tag);
  return found;
}
