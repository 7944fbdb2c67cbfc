//! `Intl` on an engine that has none: ops for the JavaScript that greenroom-intl brings, and the script that calls it when it is needed.

use deno_core::op2;
use greenroom_intl::collation::{Wanted, collator, compare};
use greenroom_intl::segments::{Granularity, ends};
use greenroom_intl::{calendars, case, data, locales, source, zones};

/// Puts `Intl` in place; what the snapshot's part of it left for the time after.
pub(crate) const COMPLETE_INTL: &str = "() => globalThis.__greenroomIntl()";

deno_core::extension!(
    greenroom_engine,
    ops = [
        op_intl_calendar,
        op_intl_case,
        op_intl_collator,
        op_intl_compare,
        op_intl_data,
        op_intl_locale,
        op_intl_offset,
        op_intl_segments,
        op_intl_source,
        op_intl_zone,
    ],
    esm_entry_point = "ext:greenroom_engine/intl.js",
    esm = [ dir "src/web", "intl.js" ],
    middleware = crate::text::replace,
);

/// A file of the classes. Empty: there is none of that name.
#[op2]
#[string]
fn op_intl_source(#[string] name: &str) -> String {
    source(name).unwrap_or_default().to_owned()
}

/// A chunk of CLDR's data. Empty: there is none of that name.
#[op2]
#[string]
fn op_intl_data(#[string] name: &str) -> String {
    data::text(name).unwrap_or_default()
}

/// A tag in canonical form (0), with likely subtags (1), without them (2). Empty: it is no tag.
#[op2]
#[string]
fn op_intl_locale(#[string] tag: &str, #[smi] form: u32) -> String {
    let done = match form {
        0 => locales::canonicalize(tag),
        1 => locales::maximize(tag),
        _ => locales::minimize(tag),
    };
    done.unwrap_or_default()
}

/// The number of a time zone, by the exact spelling of its name. -1: there is none.
#[op2(fast)]
#[smi]
fn op_intl_zone(#[string] name: &str) -> i32 {
    zones::find(name).map_or(-1, i32::from)
}

/// Twice the offset in seconds at a time in seconds, plus one where daylight saving applies.
#[op2(fast)]
#[smi]
fn op_intl_offset(#[smi] zone: u32, seconds: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "dates of JavaScript are far smaller")]
    let (offset, saving) = zones::offset(u16::try_from(zone).unwrap_or_default(), seconds as i64);
    offset * 2 + i32::from(saving)
}

/// Texts in upper case, or lower, by the rules of a locale.
#[op2]
#[string]
fn op_intl_case(upper: bool, #[string] tag: &str, #[string] text: &str) -> String {
    if upper { case::upper(tag, text) } else { case::lower(tag, text) }
}

/// The number of a collator. -1: there is none.
#[op2(fast)]
#[smi]
fn op_intl_collator(
    #[string] locale: &str,
    #[string] sensitivity: &str,
    #[string] case_first: &str,
    numeric: bool,
    #[string] ignore_punctuation: &str,
) -> i32 {
    let wanted = Wanted {
        locale: locale.to_owned(),
        sensitivity: sensitivity.to_owned(),
        case_first: case_first.to_owned(),
        numeric,
        ignore_punctuation: ignore_punctuation.to_owned(),
    };
    collator(&wanted).and_then(|number| i32::try_from(number).ok()).unwrap_or(-1)
}

#[op2(fast)]
#[smi]
fn op_intl_compare(#[smi] number: u32, #[string] left: &str, #[string] right: &str) -> i32 {
    compare(number, left, right)
}

/// The ends of the segments of a text, as the crate gives them.
#[op2]
#[serde]
fn op_intl_segments(#[smi] granularity: u32, #[string] text: &str) -> Vec<u32> {
    let granularity = match granularity {
        0 => Granularity::Grapheme,
        1 => Granularity::Word,
        _ => Granularity::Sentence,
    };
    ends(granularity, &text.encode_utf16().collect::<Vec<_>>())
}

/// `era|year|related year|month code|month|day` of a Gregorian date in another calendar. Empty: it has no such day.
#[op2]
#[string]
fn op_intl_calendar(#[string] calendar: &str, #[smi] year: i32, #[smi] month: u32, #[smi] day: u32) -> String {
    let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else { return String::new() };
    calendars::day(calendar, year, month, day)
        .map(|day| format!("{}|{}|{}|{}|{}|{}", day.era, day.year, day.related_year, day.month_code, day.month, day.day))
        .unwrap_or_default()
}
